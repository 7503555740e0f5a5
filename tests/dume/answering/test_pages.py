from dataclasses import replace

import pytest
from lxml import etree

from dume.answering.answers import entered, with_answers
from dume.answering.evidences import shown_evidence
from dume.answering.identity import (
    operator_words,
    representative_words,
    with_operator,
    with_representatives,
)
from dume.answering.pages import (
    State,
    forms_of,
    page_after,
    page_of_part,
    pages_of,
    progress,
)
from dume.answering.saving import Sent, saved
from dume.answering.start import answer_none, choose_lots, response_to, with_company, with_usual_answers
from dume.answering.values import Control
from dume.build import write
from dume.model import Lot, Party, Procedure
from dume.parse import read
from dume.report import Severity, Verdict
from dume.requesting import Demand, Request, compose
from dume.validate import check
from tests.dume.answering.conftest import IDENTIFIER, PROFILE, begun


def completed(dume):
    """As a craftsman does: the size, the capacity, « aucun de ces motifs », two figures."""
    dume = with_operator(dume, {"size": "micro"})
    first = representative_words(dume.representatives[0])
    dume = with_representatives(dume, {0: first | {"capacity": "Gérance"}})
    dume = answer_none(dume, dume.exclusion_grounds)
    means = next(one for one in pages_of(dume, is_simplified=True) if one.slug == "capacites")
    forms = forms_of(dume, means)
    said = {
        question.place.name: "12"
        for form in forms
        for question in form.walk()
        if question.control in {Control.AMOUNT, Control.NUMBER}
    }
    return with_answers(dume, entered(forms, said))


def left(dume):
    return progress(dume, pages_of(dume, is_simplified=True))


def states(dume):
    return {one.page.slug: one.state for one in left(dume)}


def test_a_simplified_response_has_four_pages(started):
    slugs = [page.slug for page in pages_of(started, is_simplified=True)]
    assert slugs == ["entreprise", "representants", "exclusion", "capacites"]


def test_a_response_just_begun_says_what_is_left(started):
    assert states(started) == {
        "entreprise": State.STARTED,
        "representants": State.STARTED,
        "exclusion": State.TO_DO,
        "capacites": State.STARTED,
    }
    exclusion = left(started)[2]
    assert len(exclusion.gaps) == len(started.exclusion_grounds)
    assert {gap.message for gap in exclusion.gaps} == {"Répondez par oui ou par non."}


def test_a_completed_response_lacks_nothing_and_no_check_finds_anything(started, now):
    done = completed(started)
    assert set(states(done).values()) == {State.DONE}
    report = check(write(done, now=now), operator_siret=PROFILE.identifier, expected_reference="2026-001")
    assert (report.told_verdict, report.told) == (Verdict.CLEAN, ())
    assert report.verdict is Verdict.CLEAN


@pytest.mark.corpus
@pytest.mark.parametrize("lots", [[], ["1", "3"]])
def test_a_completed_response_is_valid_against_the_official_schema(shared_data, now, lots):
    path = "dume/4.1.0/xsd/maindoc/UBL-QualificationApplicationResponse-2.3.xsd"
    schema = etree.XMLSchema(etree.parse(shared_data / path))
    schema.assertValid(etree.fromstring(write(completed(begun(now, lots=lots)), now=now)))


@pytest.mark.corpus
def test_a_full_request_of_the_taxonomy_becomes_a_response_on_pages_of_its_parts(shared_data, now):
    request = read((shared_data / "dume/4.1.0/samples/ESPD-Request.xml").read_bytes())
    dume = response_to(request, identifier=IDENTIFIER, number="ABCDEFGH", on=now.date())
    pages = pages_of(dume, is_simplified=False)
    assert [page.letter for page in pages] == [
        "II.A", "II.B", "II", "III.A", "III.B", "III.C", "III.D", "IV.A", "IV.B", "IV.C", "IV.D", "V",
    ]  # fmt: skip
    asked = {form.criterion.uuid for page in pages for form in forms_of(dume, page)}
    assert asked == {criterion.uuid for criterion in request.criteria}
    names = [q.place.name for page in pages for form in forms_of(dume, page) for q in form.walk()]
    assert len(names) == len(set(names))


def test_a_request_that_asks_different_things_of_two_lots_is_answered_for_each(now):
    lots = (Lot("LOT-0001", "Menuiserie"), Lot("LOT-0002", "Vitrerie"))
    demands = tuple(Demand("year-manpower", (lot.id,)) for lot in lots)
    asked = Request(Procedure(reference="R", title="T", buyer=Party("B"), lots=lots), demands)
    request = compose(asked, identifier=str(IDENTIFIER), number="ABCDEFGH", issued_on=now.date())
    response = response_to(request, identifier=IDENTIFIER, number="ABCDEFGJ", on=now.date())
    done = completed(with_usual_answers(with_company(response, PROFILE)))
    assert State.TO_DO not in states(done).values()
    staff = [a for c in done.criteria if c.code == "year-manpower" for a in c.answers if a.unit == "INTEGER"]
    assert [one.lots for one in staff] == [("LOT-0001",), ("LOT-0002",)]
    again = read(write(done, now=now))
    assert [one.answers for one in again.criteria] == [one.answers for one in done.criteria]
    assert {a.lots for c in done.selection_criteria for a in c.answers} == {("LOT-0001",), ("LOT-0002",)}
    wrong = [one.rule for one in check(write(done, now=now)).told if one.severity is Severity.ERROR]
    assert wrong == ["BR-LOT-10"]  # one response for several lots is promised, where the model wants one each
    second = choose_lots(done, request, ["LOT-0002"])
    assert [one for one in check(write(second, now=now)).told if one.severity is Severity.ERROR] == []
    left = [a for c in second.criteria if c.code == "year-manpower" for a in c.answers if a.unit == "INTEGER"]
    assert [one.lots for one in left] == [("LOT-0002",)]


def test_an_evidence_is_described_once_and_found_again(started, now):
    page = pages_of(started, is_simplified=True)[3]
    forms = forms_of(started, page)
    question = next(q for q in forms[0].walk() if q.control is Control.EVIDENCE)
    words = {
        f"{question.place.name}~uri": "https://annuaire.example/extrait",
        f"{question.place.name}~name": "Extrait",
        f"{question.place.name}~issuer": "Greffe",
    }
    after = read(write(saved(started, page, Sent(words)), now=now))
    again = next(q for q in forms_of(after, page)[0].walk() if q.control is Control.EVIDENCE)
    assert shown_evidence(after, again) == {
        "uri": "https://annuaire.example/extrait",
        "name": "Extrait",
        "issuer": "Greffe",
    }
    gone = saved(after, page, Sent(dict.fromkeys(words, "")))
    assert gone.evidences == ()
    assert gone.criteria[0].answers == ()


def test_a_wrong_siret_is_kept_and_told(started):
    wrong = with_operator(started, {"identifier": "123"})
    assert operator_words(wrong)["identifier"] == "123"
    gaps = left(wrong)[0].gaps
    assert {gap.name for gap in gaps} == {"identifier", "size"}


def test_an_identifier_of_another_country_is_no_siret(started):
    foreign = with_operator(started, {"identifier": "BE0123456789", "country": "BEL", "size": "small"})
    assert left(foreign)[0].state is State.DONE
    assert foreign.operator.party.identifiers[0].scheme == ""


def test_the_identity_page_keeps_what_it_does_not_show(started):
    party = replace(started.operator.party, website="https://menuiserie.example")
    before = replace(started, operator=replace(started.operator, party=party))
    assert with_operator(before, {"size": "micro"}).operator.party.website == "https://menuiserie.example"


def test_pages_follow_each_other_and_remarks_lead_to_theirs(started):
    pages = pages_of(started, is_simplified=True)
    assert page_after(pages, pages[0]) is pages[1]
    assert page_after(pages, pages[-1]) is None
    assert page_of_part(pages, "III.C").slug == "exclusion"
    assert page_of_part(pages, "II.B").slug == "representants"
    assert page_of_part(pages, "I") is None
