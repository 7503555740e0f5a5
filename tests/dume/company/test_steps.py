"""A company fills in its DUME page after page (R2143-4, P7-B4)."""

import pytest
from django.urls import reverse

from dume.models import DumeResponse
from dume.parse import read
from dume.report import Verdict
from dume.validate import check
from tests.dume.company.conftest import address, fields_of

pytestmark = pytest.mark.django_db


def dume_of(row):
    row.refresh_from_db()
    return read(row.xml.encode())


def send(client, row, slug, **changes):
    """The page sent back as it is shown, with these fields changed; the answer, redirects not followed."""
    url = address("step", row, slug)
    words = fields_of(client.get(url)) | changes
    return client.post(url, words)


def field_ending(client, row, slug, end):
    return next(name for name in fields_of(client.get(address("step", row, slug))) if end in name)


def test_it_begins_with_what_the_profile_knows(begun, company):
    dume = dume_of(begun)
    assert dume.operator.party.name == company.name
    assert dume.operator.party.identifier == company.siret
    assert dume.operator.party.contact.email == "camille@menuiserie.example"
    assert [one.name for one in dume.representatives] == ["Camille Fictif"]
    assert (dume.number, dume.id) == (begun.number, str(begun.pk))


def complete(person, row):
    send(person, row, "consultation", reference="2026-001", title="Menuiseries", buyer="Commune de Valfictif")
    send(person, row, "entreprise", size="micro")
    send(person, row, "representants", **{"capacity~0": "Gérance"})
    send(person, row, "exclusion", aucun="on")
    amount = field_ending(person, row, "capacites", "QSG2.Q2~~0")
    staff = field_ending(person, row, "capacites", "year-manpower.RG1.RSG1.QSG2.Q2")
    return send(person, row, "capacites", **{amount: "85 000,50 €", staff: "3"})


def test_five_pages_make_a_response_that_no_check_complains_of(person, begun):
    answer = complete(person, begun)
    assert answer.url == address("check", begun) + "#titre"
    assert "Toutes les réponses y sont" in person.get(address("check", begun)).content.decode()
    row = DumeResponse.objects.get(pk=begun.pk)
    report = check(row.xml.encode(), expected_reference="2026-001", operator_siret=row.company.siret)
    assert (report.verdict, report.told) == (Verdict.CLEAN, ())
    assert (row.reference, row.title, row.buyer_name) == ("2026-001", "Menuiseries", "Commune de Valfictif")


def test_each_page_leads_to_the_next(person, begun):
    answer = send(person, begun, "consultation", reference="R", title="T", buyer="B")
    assert answer.url == address("step", begun, "entreprise") + "#titre"


def test_a_page_that_lacks_something_says_so_and_keeps_what_was_typed(person, begun):
    answer = send(person, begun, "entreprise", identifier="12345", size="small")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "1 réponse à compléter" in page
    assert 'href="#id_identifier"' in page
    assert 'value="12345"' in page
    assert dume_of(begun).operator.size == "small"


def test_an_amount_that_cannot_be_read_is_there_again_another_day(person, begun):
    amount = field_ending(person, begun, "capacites", "QSG2.Q2~~0")
    answer = send(person, begun, "capacites", **{amount: "environ 80 000"})
    assert "Écrivez un montant en euros" in answer.content.decode()
    again = fields_of(person.get(address("step", begun, "capacites")))
    assert again[amount] == ["environ 80 000"]


def test_leaving_an_unfinished_page_is_always_possible(person, begun):
    answer = send(person, begun, "entreprise", identifier="12345", do="later")
    assert answer.url == address("tasks", begun)
    assert "à compléter" in person.get(answer.url).content.decode()


def test_a_yes_is_followed_by_its_questions(person, begun):
    page = person.get(address("step", begun, "exclusion"))
    main = next(q.place.name for q in page.context["form"].asked[1].walk())
    answer = person.post(address("step", begun, "exclusion"), {main: "oui"})
    text = answer.content.decode()
    assert "Date de la condamnation" in text
    assert "<details open>" in text.replace("\n", "")
    reason = next(name for name in fields_of(answer) if name.endswith("QSG1.Q2~~0"))
    send(person, begun, "exclusion", **{main: "oui", reason: "Une affaire de 2019"})
    assert "Une affaire de 2019" in [answer.value for answer in dume_of(begun).criteria[1].answers]


def test_no_other_ground_than_the_one_declared(person, begun):
    """One « Oui », then one box for the rest."""
    page = person.get(address("step", begun, "exclusion"))
    main = next(q.place.name for q in page.context["form"].asked[0].walk())
    answer = person.post(address("step", begun, "exclusion"), {main: "oui"})
    assert "Aucun autre motif" in answer.content.decode()
    send(person, begun, "exclusion", aucun="on")
    declared = [ground.declared for ground in dume_of(begun).exclusion_grounds]
    assert declared == [True] + [False] * (len(declared) - 1)


def test_grounds_without_any_answer_are_told_in_one_line(person, begun):
    answer = send(person, begun, "exclusion")
    assert "1 réponse à compléter" in answer.content.decode()
    assert 'href="#id_aucun"' in answer.content.decode()


def test_years_are_added_and_removed_without_a_script(person, begun):
    def rows():
        return [n for n in fields_of(person.get(address("step", begun, "capacites"))) if "QSG2.Q2~~" in n]

    amount = field_ending(person, begun, "capacites", "QSG2.Q2~~0")
    key = next(n for n in fields_of(person.get(address("step", begun, "capacites"))) if n.startswith("rows~"))
    more = send(person, begun, "capacites", do=f"more {key.removeprefix('rows~')}", **{amount: "100"})
    words = fields_of(more)
    second = amount.removesuffix("0") + "1"
    assert words[amount] == ["100,00"]
    assert words[second] == [""]
    person.post(address("step", begun, "capacites"), words | {second: "90", "do": "later"})
    assert second in rows()
    send(person, begun, "capacites", do=f"less {key.removeprefix('rows~')}~0")
    assert second not in rows()
    assert fields_of(person.get(address("step", begun, "capacites")))[amount] == ["90,00"]


def test_people_are_added_and_removed(person, begun):
    more = send(person, begun, "representants", do="more people")
    words = fields_of(more) | {"first_name~1": "Alix", "family_name~1": "Fictif", "capacity~1": "Associée"}
    person.post(address("step", begun, "representants"), words | {"do": "later"})
    assert [one.first_name for one in dume_of(begun).representatives] == ["Camille", "Alix"]
    send(person, begun, "representants", do="less 0")
    assert [one.first_name for one in dume_of(begun).representatives] == ["Alix"]


def test_lots_of_a_free_response_are_typed_as_numbers_and_answers_may_differ(person, begun):
    send(person, begun, "consultation", reference="R", title="T", buyer="B", lots="1, 3")
    assert [lot.id for lot in dume_of(begun).procedure.lots] == ["LOT-0001", "LOT-0003"]
    page = person.get(address("step", begun, "capacites"))
    uuid = page.context["form"].criteria[0].uuid
    apart = send(person, begun, "capacites", do=f"split {uuid}")
    amounts = [name for name in fields_of(apart) if "gen-year-to" in name and "QSG2.Q2~" in name]
    assert [name.split("~")[1] for name in amounts] == ["LOT-0001", "LOT-0003"]
    words = fields_of(apart) | {amounts[0]: "100", amounts[1]: "200", "do": "later"}
    person.post(address("step", begun, "capacites"), words)
    given = {a.lots: a.value for c in dume_of(begun).criteria for a in c.answers if a.value_type == "amount"}
    assert {lots: int(value) for lots, value in given.items()} == {("LOT-0001",): 100, ("LOT-0003",): 200}
    joined = send(person, begun, "capacites", do=f"join {uuid}")
    assert [n for n in fields_of(joined) if "gen-year-to" in n and "QSG2.Q2~" in n] == [
        amounts[0].replace("LOT-0001", "")
    ]


def test_a_change_takes_back_that_it_was_finished(person, begun):
    complete(person, begun)
    person.post(address("finish", begun))
    begun.refresh_from_db()
    assert begun.finished_at is not None
    assert "Votre DUME est terminé" in person.get(address("tasks", begun)).content.decode()
    send(person, begun, "entreprise")
    begun.refresh_from_db()
    assert begun.finished_at is not None
    send(person, begun, "entreprise", size="small")
    begun.refresh_from_db()
    assert begun.finished_at is None


def test_an_unfinished_response_may_be_finished_all_the_same(person, begun):
    page = person.get(address("check", begun)).content.decode()
    assert "Terminer quand même" in page
    assert f"{address('step', begun, 'exclusion')}?revoir#titre" in page
    assert "à compléter" in person.get(address("step", begun, "exclusion") + "?revoir").content.decode()
    assert person.post(address("finish", begun)).status_code == 302


def test_a_page_that_does_not_exist_is_not_found(person, begun):
    assert person.get(address("step", begun, "autre")).status_code == 404


def test_a_copy_has_the_answers_and_a_number_of_its_own(person, begun, company):
    complete(person, begun)
    person.post(address("copy", begun))
    copy = DumeResponse.objects.exclude(pk=begun.pk).get(company=company)
    assert copy.number != begun.number
    assert dume_of(copy).criteria == dume_of(begun).criteria


def test_deleting_asks_first(person, begun):
    assert "Cochez cette case" in person.post(address("delete", begun)).content.decode()
    assert person.post(address("delete", begun), {"confirm": "on"}).url == reverse("dume:mine")
    assert not DumeResponse.objects.filter(pk=begun.pk).exists()


def test_the_page_to_read_and_the_file_say_what_was_answered(person, begun):
    complete(person, begun)
    assert "85\u202f000,50" in person.get(address("document", begun)).content.decode()
    file = person.get(address("export_xml", begun))
    assert file["Content-Disposition"] == f'attachment; filename="DUME-{begun.number}.xml"'
    assert read(file.content).number == begun.number


def test_it_is_taken_away_as_a_tagged_pdf_and_as_one_page(person, begun):
    pages = person.get(address("export_pdf", begun))
    assert pages.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pages.content
    assert begun.company.name in person.get(address("export_html", begun)).content.decode()
