"""The DUME tab of the buyer, and the public page of what is asked."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dume.models import DumeRequest
from dume.parse import read
from dume.requesting import demand_of
from procurement.accounts.roles import Role
from tenders.espd import content_of
from tenders.models import Consultation
from tenders.services import espd
from tenders.services.publication import publish_consultation
from tests.factories import tenders
from tests.factories.organisations import actor_of
from tests.tenders.test_services_espd import act, asked, codes_of
from tests.tenders.test_views_drafting import CREATE, answers, two_lots

pytestmark = pytest.mark.django_db

WAYS = ("espd", "espd_criteria", "espd_national", "espd_preview", "espd_xml")


def page_of(name: str, consultation: Consultation, *more: object) -> str:
    return reverse(f"tenders:{name}", args=[consultation.pk, *more])


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_simplified_use_is_proposed_for_a_mapa_and_writing_one_is_optional(enter, buyer):
    draft = tenders.draft(buyer)
    response = enter(buyer).get(page_of("espd", draft))
    assert response.context["choice"].initial == {"preset": "simplified"}
    text = text_of(response)
    assert "facultatif" in text
    assert "R2143-4" in text
    assert "DUME simplifié" in text


def test_a_request_is_written_from_a_preset(enter, buyer):
    draft = tenders.draft(buyer)
    response = enter(buyer).post(page_of("espd", draft), {"way": "preset", "preset": "works"}, follow=True)
    assert codes_of(tenders.refreshed(draft))[:2] == ["gen-year-to", "indem-insu"]
    text = text_of(response)
    assert "La demande de DUME est enregistrée" in text
    assert "Assurance de responsabilité civile professionnelle" in text


def test_no_choice_is_told_beside_the_choice(enter, buyer):
    response = enter(buyer).post(page_of("espd", tenders.draft(buyer)), {"way": "preset"})
    assert response.status_code == 422
    assert "Il y a un problème" in text_of(response)


def test_an_earlier_request_is_taken_up_and_what_found_no_lot_is_told(enter, buyer, now):
    source = asked(buyer, now, lots=tenders.LOTS)
    demand = demand_of("tech-equip", ["LOT-0002"], ["Une grue"])
    espd.set_demand(**act(source, now, demand=demand, position=None))
    draft, client = tenders.draft(buyer), enter(buyer)
    assert source.reference in text_of(client.get(page_of("espd", draft)))
    response = client.post(
        page_of("espd", draft), {"way": "earlier", "source": source.espd_request.pk}, follow=True
    )
    assert "ses lots n'existent plus" in text_of(response).replace("&#x27;", "'")
    assert "tech-equip" not in codes_of(tenders.refreshed(draft))


@pytest.mark.parametrize("source", ["", "absent", "00000000-0000-0000-0000-000000000000"])
def test_an_earlier_request_that_is_not_theirs_is_not_found(enter, buyer, source):
    response = enter(buyer).post(page_of("espd", tenders.draft(buyer)), {"way": "earlier", "source": source})
    assert response.status_code == 404


def test_the_requests_of_other_buyers_are_neither_listed_nor_copied(enter, buyer, other_buyer, now):
    foreign = asked(other_buyer, now, title="Consultation étrangère")
    draft, client = tenders.draft(buyer), enter(buyer)
    assert "Consultation étrangère" not in text_of(client.get(page_of("espd", draft)))
    response = client.post(page_of("espd", draft), {"way": "earlier", "source": foreign.espd_request.pk})
    assert response.status_code == 404
    assert tenders.refreshed(draft).espd_request is None


def test_a_file_is_imported_or_its_fault_told_beside_it(enter, buyer, now):
    source, draft, client = asked(buyer, now, "works"), tenders.draft(buyer), enter(buyer)
    bad = SimpleUploadedFile("demande.xml", b"<autre/>")
    response = client.post(page_of("espd", draft), {"way": "file", "espd": bad})
    assert response.status_code == 422
    assert "pas un DUME" in text_of(response)
    response = client.post(page_of("espd", draft), {"way": "file"})
    assert "Choisissez un fichier XML" in text_of(response)
    good = SimpleUploadedFile("demande.xml", source.espd_request.xml.encode())
    client.post(page_of("espd", draft), {"way": "file", "espd": good})
    assert codes_of(tenders.refreshed(draft)) == codes_of(source)


def test_what_is_required_is_shown_lots_by_lots(enter, buyer, now, django_assert_max_num_queries):
    draft = asked(buyer, now, lots=tenders.LOTS, estimated_value=10000)
    demand = demand_of("aver-year-to", ["LOT-0002"], ["3", "50000"])
    espd.set_demand(**act(draft, now, demand=demand, position=None))
    client = enter(buyer)
    client.get(page_of("espd", draft))
    with django_assert_max_num_queries(14):
        response = client.get(page_of("espd", draft))
    assert [label for label, _ in response.context["sections"]] == ["Tous les lots", "Lot\u00a02"]
    text = text_of(response)
    assert "50\u202f000\u00a0€\u00a0HT".replace("\u202f", " ").replace("\u00a0", " ") in " ".join(
        text.split()
    )
    assert "R2142-7" in text


def test_a_criterion_is_added_for_some_lots_changed_and_removed(enter, buyer, now):
    draft, client = asked(buyer, now, lots=tenders.LOTS), enter(buyer)
    assert "Titres d" in text_of(client.get(page_of("espd_criteria", draft)))
    address = page_of("espd_criterion", draft, "gen-year-to")
    assert client.get(address).context["form"]["value_0"].value() == 3
    client.post(address, {"value_0": "2", "value_1": "on", "value_2": "85 000,50", "lots": ["LOT-0002"]})
    demands = content_of(tenders.refreshed(draft).espd_request).demands
    added = demand_of("gen-year-to", ["LOT-0002"], ["2", "CHECKBOX_TRUE", "85000.50"])
    assert demands[1] == added
    change = page_of("espd_criterion_change", draft, "gen-year-to", 1)
    form = client.get(change).context["form"]
    assert form["value_2"].value() == "85000,50"
    assert form["lots"].value() == ["LOT-0002"]
    client.post(change, {"value_0": "1", "lots": ["LOT-0001"]})
    demands = content_of(tenders.refreshed(draft).espd_request).demands
    assert demands[1] == demand_of("gen-year-to", ["LOT-0001"], ["1", "CHECKBOX_FALSE", ""])
    client.post(page_of("espd_criterion_remove", draft, "gen-year-to", 1))
    assert codes_of(tenders.refreshed(draft)) == ["gen-year-to", "year-manpower"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"value_0": "3", "value_2": "beaucoup", "lots": ["LOT-0001"]}, "Ce montant"),
        ({"value_0": "0", "lots": ["LOT-0001"]}, "supérieure ou égale à 1"),
        ({"value_0": "3", "lots": []}, "Choisissez au moins un lot"),
        ({"value_0": "3", "lots": ["LOT-0009"]}, "Il y a un problème"),
    ],
)
def test_a_criterion_that_cannot_be_read_is_told_and_changes_nothing(enter, buyer, now, data, sentence):
    draft = asked(buyer, now, lots=tenders.LOTS)
    response = enter(buyer).post(page_of("espd_criterion", draft, "gen-year-to"), data)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert tenders.refreshed(draft).espd_request.xml == draft.espd_request.xml


@pytest.mark.parametrize("code", ["absent", "crime-org", "finan-rat"])
def test_grounds_and_unknown_criteria_cannot_be_added(enter, buyer, now, code):
    draft = asked(buyer, now)
    assert enter(buyer).get(page_of("espd_criterion", draft, code)).status_code == 404


def test_a_criterion_that_moved_meanwhile_is_not_changed(enter, buyer, now):
    draft = asked(buyer, now)
    client = enter(buyer)
    response = client.post(page_of("espd_criterion_remove", draft, "year-manpower", 0))
    assert response.status_code == 409
    assert "revoyez la liste" in text_of(response)
    assert client.get(page_of("espd_criterion_change", draft, "year-manpower", 0)).status_code == 409


def test_national_grounds_are_worded_on_their_own_page(enter, buyer, now):
    draft, client = asked(buyer, now), enter(buyer)
    assert client.get(page_of("espd_national", draft)).status_code == 200
    client.post(page_of("espd_national", draft), {"text": "Rappel\nde la loi."})
    assert "« Rappel de la loi. »" in text_of(client.get(page_of("espd", draft)))


def test_preview_and_xml_say_what_the_consultation_says_now(enter, buyer, now):
    draft, client = asked(buyer, now), enter(buyer)
    tenders.restated(draft, title="Intitulé corrigé")
    assert "Intitulé corrigé" in text_of(client.get(page_of("espd_preview", draft)))
    response = client.get(page_of("espd_xml", draft))
    document = read(b"".join(response.streaming_content))
    assert document.procedure.title == "Intitulé corrigé"
    assert draft.espd_request.number in response["Content-Disposition"]


def test_whoever_removes_a_lot_is_told_which_criteria_go_with_it(enter, buyer, now):
    client = enter(buyer)
    client.post(CREATE, two_lots())
    draft = Consultation.objects.get()
    espd.start_from_preset(**act(draft, now, preset="simplified"))
    demand = demand_of("tech-equip", ["LOT-0002"], ["Une grue"])
    espd.set_demand(**act(draft, now, demand=demand, position=None))
    response = client.post(page_of("edit", draft), answers(), follow=True)
    told = [str(message) for message in response.context["messages"]][-2:]
    assert told[0] == "Le brouillon est enregistré."
    assert told[1].startswith("DUME. « Outillage")
    assert "tech-equip" not in codes_of(tenders.refreshed(draft))


def test_the_request_is_dropped(enter, buyer, now):
    draft = asked(buyer, now)
    response = enter(buyer).post(page_of("espd_drop", draft), follow=True)
    assert "toujours en déposer un" in text_of(response)
    assert not DumeRequest.objects.exists()


@pytest.mark.parametrize("name", ["espd_preview", "espd_xml", "espd_criteria"])
def test_without_a_request_there_is_nothing_to_show(enter, buyer, name):
    assert enter(buyer).get(page_of(name, tenders.draft(buyer))).status_code == 404


@pytest.mark.parametrize("name", WAYS)
def test_another_buyer_and_a_company_find_nothing(enter, buyer, other_buyer, company, now, name):
    draft = asked(buyer, now)
    assert enter(other_buyer).get(page_of(name, draft)).status_code == 404
    assert enter(company).get(page_of(name, draft)).status_code == 404


def test_a_reader_sees_the_request_and_changes_nothing(enter, buyer, now):
    draft, client = asked(buyer, now), enter(buyer, Role.READER)
    assert "Modifier" not in text_of(client.get(page_of("espd", draft)))
    assert client.post(page_of("espd", draft), {"preset": "works"}).status_code == 403
    assert client.post(page_of("espd_drop", draft)).status_code == 403
    assert codes_of(tenders.refreshed(draft)) == codes_of(draft)


def test_a_published_request_is_read_only(enter, buyer, now):
    draft = asked(buyer, now)
    publish_consultation(consultation_id=draft.pk, actor=actor_of(buyer), now=now)
    client = enter(buyer)
    text = text_of(client.get(page_of("espd", draft)))
    assert "elle ne change plus" in text
    assert "Retirer" not in text
    assert client.post(page_of("espd_drop", draft)).status_code == 409
    assert client.get(page_of("espd_criteria", draft)).status_code == 409
    assert client.get(page_of("espd_xml", draft)).status_code == 200


def test_the_page_before_publication_tells_what_to_verify(enter, buyer, now):
    draft = asked(buyer, now, estimated_value=10000)
    demand = demand_of("gen-year-to", ["LOT-0000"], ["3", "", "50000"])
    espd.set_demand(**act(draft, now, demand=demand, position=0))
    text = text_of(enter(buyer).get(page_of("publish", draft)))
    assert "R2142-7" in text
    assert f"n° {draft.espd_request.number} sera jointe" in text


def test_anybody_reads_what_a_published_consultation_asks(visitor, buyer, now, django_assert_max_num_queries):
    draft = asked(buyer, now, "works", lots=tenders.LOTS)
    assert visitor.get(page_of("espd_page", draft)).status_code == 404
    publish_consultation(consultation_id=draft.pk, actor=actor_of(buyer), now=now)
    detail = visitor.get(page_of("detail", draft))
    assert page_of("espd_page", draft) in detail.content.decode()
    with django_assert_max_num_queries(5):
        response = visitor.get(page_of("espd_page", draft))
    assert response.status_code == 200
    assert not response.cookies
    text = text_of(response)
    assert draft.espd_request.number in text
    assert "Outillage, matériel et équipement technique" in text


def test_a_consultation_without_a_request_has_no_such_page(visitor, buyer):
    published = tenders.published(buyer)
    assert visitor.get(page_of("espd_page", published)).status_code == 404
    assert "dume/" not in visitor.get(page_of("detail", published)).content.decode()


def test_the_archive_of_the_documents_holds_the_request(visitor, buyer, now):
    draft = asked(buyer, now)
    publish_consultation(consultation_id=draft.pk, actor=actor_of(buyer), now=now)
    response = visitor.get(page_of("documents_zip", draft))
    names = ZipFile(BytesIO(b"".join(response.streaming_content))).namelist()
    assert any(name.endswith(f"/dume-acheteur-{draft.espd_request.number}.xml") for name in names)
