from dataclasses import replace
from datetime import timedelta

import pytest

from tenders.rules.facts import ConsultationFacts, LotFacts, PieceFacts, clean_facts
from tenders.rules.publication import Draft, find_advice, find_missing
from tests.factories.tenders import DEADLINE, NOW, facts

GIGABYTE = 1000**3


def faults_of(**changes: object) -> dict[str, str]:
    return clean_facts(facts(**changes), most_bytes=4 * GIGABYTE)[1]


def cleaned(**changes: object) -> ConsultationFacts:
    statement, faults = clean_facts(facts(**changes), most_bytes=4 * GIGABYTE)
    assert faults == {}
    return statement


def test_a_complete_statement_has_no_fault():
    assert faults_of() == {}


def test_texts_are_trimmed_and_codes_are_tidied():
    statement = cleaned(
        title="  Voirie ", cpv_main="45 233141-9", nuts="fri13", cpv_others=("", "45000000", "45000000")
    )
    assert (statement.title, statement.cpv_main, statement.nuts) == ("Voirie", "45233141-9", "FRI13")
    assert statement.cpv_others == ("45000000",)


def test_without_lots_the_consultation_is_its_one_lot():
    assert [(lot.number, lot.title) for lot in cleaned(title="Voirie").lots] == [(1, "Voirie")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reference": " "}, "reference"),
        ({"title": "x" * 201}, "title"),
        ({"cpv_main": "123"}, "cpv_main"),
        ({"cpv_others": ("45000000", "no")}, "cpv_others"),
        ({"nuts": "40"}, "nuts"),
        ({"insee_code": "4019"}, "insee_code"),
        ({"max_file_bytes": 0}, "max_file_bytes"),
        ({"max_file_bytes": 5 * GIGABYTE}, "max_file_bytes"),
        ({"opening_at": DEADLINE - timedelta(minutes=1)}, "opening_at"),
        ({"questions_deadline": DEADLINE + timedelta(minutes=1)}, "questions_deadline"),
        ({"lots": (LotFacts(1, "A"), LotFacts(1, "B"))}, "lots"),
        ({"lots": (LotFacts(1, "A"), LotFacts(2, " "))}, "lots.2.title"),
        ({"lots": (LotFacts(1, "A", cpv="nul"),)}, "lots.1.cpv"),
        ({"pieces": (PieceFacts("offer", " "),)}, "pieces.1.label"),
        ({"pieces": (PieceFacts("autre", "Acte"),)}, "pieces.1.envelope"),
        ({"pieces": (PieceFacts("offer", "Acte", lot_number=2),)}, "pieces.1.lot_number"),
        (
            {
                "lots": (LotFacts(1, "A"), LotFacts(2, "B")),
                "pieces": (PieceFacts("candidature", "DC1", lot_number=2),),
            },
            "pieces.1.lot_number",
        ),
    ],
)
def test_each_fault_is_named_for_its_field(changes, field):
    assert list(faults_of(**changes)) == [field]


READY = Draft(
    deadline=DEADLINE,
    opening_at=None,
    questions_deadline=None,
    lots=1,
    pieces=1,
    documents=1,
    has_rules_document=True,
)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"documents": 0}, "no_document"),
        ({"deadline": NOW}, "deadline_past"),
        ({"questions_deadline": NOW}, "questions_deadline_past"),
        ({"opening_at": DEADLINE - timedelta(days=1)}, "opening_at_disorder"),
        ({"lots": 0}, "no_lot"),
    ],
)
def test_what_is_missing_forbids_publication(change, code):
    assert [remark.code for remark in find_missing(replace(READY, **change), NOW)] == [code]


def test_a_ready_draft_misses_nothing_and_needs_no_advice():
    assert find_missing(READY, NOW) == find_advice(READY, NOW) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"has_rules_document": False}, "no_rules"),
        ({"pieces": 0}, "no_piece"),
        ({"deadline": NOW + timedelta(days=3)}, "short_notice"),
    ],
)
def test_advice_forbids_nothing(change, code):
    draft = replace(READY, **change)
    assert [remark.code for remark in find_advice(draft, NOW)] == [code]
    assert find_missing(draft, NOW) == ()
