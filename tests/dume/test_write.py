"""Read, write, read: the same model; what a version cannot hold is refused, never dropped."""

from dataclasses import MISSING, fields, is_dataclass, replace

import pytest

from dume import model
from dume.build import (
    NOT_HELD,
    NOT_IN_REQUESTS,
    REQUIREMENTS_NOT_HELD,
    ContentNotHeld,
    VersionNotWritten,
    as_written,
    write,
)
from dume.model import (
    Answer,
    Criterion,
    Dume,
    Evidence,
    Family,
    Group,
    Kind,
    Period,
    Procedure,
    Property,
    Recognised,
    Requirement,
)
from dume.parse import read
from dume.sniff import root_of
from dume.structure import ubl, v1
from dume.writing.model import instances
from tests.dume.models import (
    DERIVED,
    FULL,
    RECOGNISED,
    VERSIONS,
    answer,
    of_version,
    only,
    question,
    without,
)

KINDS = [one for name in model.__all__ if is_dataclass(one := getattr(model, name)) and isinstance(one, type)]
FIELDS = {f"{kind.__name__}.{place.name}" for kind in KINDS for place in fields(kind)} - DERIVED
STRUCTURE = {"4.1.0": ubl, "2.1.1": ubl, "1.0.2": v1}
UNHELD = [(version, name) for version, names in NOT_HELD.items() for name in sorted(names)]


def said(dume: Dume) -> set[str]:
    """The names of the fields that say something else than their default."""
    return {
        f"{type(one).__name__}.{place.name}"
        for one in instances(dume)
        for place in fields(one)
        if getattr(one, place.name) != ("" if place.default is MISSING else place.default)
    }


def asking(*properties: Property, version: str = "4.1.0", **more: object) -> Dume:
    criterion = Criterion("c", "new-code", "Critère", "Décrit", groups=(Group("g", properties=properties),))
    return Dume(RECOGNISED[version], "id", criteria=(criterion,), **more)


def answered(now, *answers: Answer, version: str = "4.1.0") -> tuple[Answer, ...]:
    """What is read of these answers to one question once they are written."""
    asked = question("q", "ANY", *answers)
    return read(write(asking(asked, version=version), now=now)).criteria[0].answers


def test_the_example_says_something_in_every_field_of_the_model():
    assert FIELDS - said(FULL) == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_field_survives_in_a_version_that_holds_it(now, version):
    dume = of_version(version)
    unheld = NOT_HELD[version] | {one for one in FIELDS if f"{one.partition('.')[0]}s" in of_nothing(version)}
    assert FIELDS - said(dume) - unheld == set()
    again = read(write(dume, now=now))
    assert again == as_written(dume, now)
    assert FIELDS - said(again) - unheld <= {"Representative.mandate"}
    assert read(write(again, now=now)) == again


def of_nothing(version: str) -> set[str]:
    """The types of which a version holds none."""
    return {"Requirements", "Standings"} if version == "1.0.2" else set()


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_written_is_built_as_its_schema_says(now, version):
    for kind in (Kind.RESPONSE,) if version == "1.0.2" else (Kind.RESPONSE, Kind.REQUEST):
        data = write(of_version(version, kind), now=now)
        assert STRUCTURE[version].check(root_of(data)) == []


@pytest.mark.parametrize(("version", "name"), UNHELD)
def test_what_a_version_has_no_place_for_is_refused_by_name(now, version, name):
    with pytest.raises(ContentNotHeld) as refusal:
        write(only(name, version), now=now)
    refused = set(refusal.value.context["fields"])
    assert name in refused
    assert refused <= NOT_HELD[version]


@pytest.mark.parametrize(
    ("version", "element"),
    [(version, one) for version, all_ in REQUIREMENTS_NOT_HELD.items() for one in all_],
)
def test_a_requirement_a_version_has_no_element_for_is_refused(now, version, element):
    required = Property("r", "REQUIREMENT", "ANY", "Exigé", requirements=(Requirement("1", element),))
    with pytest.raises(ContentNotHeld, match="ne peut pas contenir"):
        write(asking(required, version=version), now=now)


@pytest.mark.parametrize(
    "recognised",
    [
        Recognised(Kind.RESPONSE, "3.3.0", Family.UBL),
        Recognised(Kind.RESPONSE, "2.0.2", Family.PRE_AWARD),
        Recognised(Kind.REQUEST, "1.0.2", Family.V1),
        Recognised(Kind.UNKNOWN),
        Recognised(Kind.REQUEST, "4.1.0"),
    ],
)
def test_other_versions_are_not_written(now, recognised):
    with pytest.raises(VersionNotWritten, match=r"version 4\.1\.0"):
        write(Dume(recognised), now=now)


@pytest.mark.parametrize(
    "odd",
    [
        answer("oui", "feeling", "q"),
        answer("oui", "text", "q", unit="EUR"),
    ],
)
def test_an_answer_no_version_can_say_is_refused(now, odd):
    with pytest.raises(ContentNotHeld):
        write(asking(question("q", "ANY", odd)), now=now)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("odd", "name"),
    [
        (Group("g", "perhaps", (question("q", "ANY"),)), "Group.condition"),
        (Group("g", properties=(question("q", "ANY", answer("x", "feeling", "q")),)), "Answer.value_type"),
    ],
)
def test_a_word_of_no_vocabulary_is_refused_by_name(now, version, odd, name):
    dume = Dume(RECOGNISED[version], "id", criteria=(Criterion("c", "new-code", "Critère", groups=(odd,)),))
    with pytest.raises(ContentNotHeld) as refusal:
        write(dume, now=now)
    assert refusal.value.context["fields"] == [name]


def test_a_requirement_of_no_known_element_is_refused(now):
    required = Property("r", "REQUIREMENT", "ANY", "Exigé", requirements=(Requirement("1", "Wish"),))
    with pytest.raises(ContentNotHeld):
        write(asking(required), now=now)


@pytest.mark.parametrize("lost", [answer("99", "identifier", "q"), answer("https://x.example", "uri", "q")])
def test_1_0_2_has_no_identifier_and_no_address_among_its_answers(now, lost):
    with pytest.raises(ContentNotHeld):
        write(asking(question("q", "ANY", lost), version="1.0.2"), now=now)


@pytest.mark.parametrize("version", ["4.1.0", "2.1.1"])
def test_two_questions_of_one_id_with_other_answers_are_refused(now, version):
    first, second = (question("q", "DESCRIPTION", answer(text, "text", "q")) for text in ("Un", "Deux"))
    with pytest.raises(ContentNotHeld):
        write(asking(first, second, version=version), now=now)
    twice = asking(first, first, version=version)
    assert len(read(write(twice, now=now)).criteria[0].answers) == 2


def test_answers_to_one_question_stand_in_one_response_until_2_x(now):
    """BR-TCR-01-03; those of another confidentiality need one of their own."""
    texts = [answer(text, "text", "q") for text in ("Un", "Deux", "Trois")]
    data = write(asking(question("q", "DESCRIPTION", *texts), version="2.1.1"), now=now)
    assert data.count(b"<cac:TenderingCriterionResponse>") == 1
    apart = [replace(texts[0], confidentiality="CONFIDENTIAL"), *texts[1:]]
    data = write(asking(question("q", "DESCRIPTION", *apart), version="2.1.1"), now=now)
    assert data.count(b"<cac:TenderingCriterionResponse>") == 2


def test_several_years_are_several_responses_in_4_1(now):
    """Its rules know no BR-TCR-01-03, and want one value a response (BR-TCR-04)."""
    texts = [answer(text, "text", "q") for text in ("Un", "Deux")]
    data = write(asking(question("q", "DESCRIPTION", *texts)), now=now)
    assert data.count(b"<cac:TenderingCriterionResponse>") == 2
    assert b">q/R1<" in data
    assert b">q/R2<" in data


def test_evidence_beside_a_value_is_an_answer_of_its_own(now):
    value, evidence = answered(now, answer("Oui", "text", "q", evidences=("E1", "E2")))
    assert (value.value, value.evidences) == ("Oui", ())
    assert (evidence.value_type, evidence.value, evidence.evidences) == ("evidence", "E1", ("E1", "E2"))


def test_a_period_in_words_is_a_period(now):
    (one,) = answered(now, answer("sept ans", "period", "q"))
    assert one.value == Period(text="sept ans")


@pytest.mark.parametrize("version", ["4.1.0", "2.1.1"])
def test_a_request_holds_no_answer(now, version):
    request = replace(of_version(version), recognised=replace(RECOGNISED[version], kind=Kind.REQUEST))
    with pytest.raises(ContentNotHeld) as refusal:
        write(request, now=now)
    assert set(refusal.value.context["fields"]) == NOT_IN_REQUESTS


def test_no_value_is_no_answer(now):
    assert answered(now, answer(None, "text", "q"), answer("", "text", "q"), answer("x", "text", "q")) == (
        Answer("Question q", "x", "text", property_id="q"),
    )


def test_white_space_is_folded_and_what_xml_cannot_hold_left_out(now):
    (one,) = answered(now, answer("  deux\u00a0 mots\x00 \ud800\U0001f600 ", "text", "q"))
    assert one.value == "deux mots \U0001f600"


@pytest.mark.parametrize("version", ["4.1.0", "2.1.1"])
@pytest.mark.parametrize(
    ("identifier", "number"),
    [
        ("00000000-0000-4000-8000-000000000000", ""),
        ("DUME-1", ""),
        ("00000000-0000-4000-8000-000000000000", "DUME-1"),
    ],
)
def test_a_document_keeps_its_one_or_two_identifiers(now, version, identifier, number):
    again = read(write(Dume(RECOGNISED[version], identifier, number), now=now))
    assert (again.id, again.number) == (identifier, number)


def test_a_number_that_is_the_id_is_not_said_twice(now):
    assert read(write(Dume(RECOGNISED["4.1.0"], "X", "X"), now=now)).number == ""


def test_a_document_without_a_date_is_dated_now(now):
    again = read(write(Dume(RECOGNISED["4.1.0"], "X"), now=now))
    assert (again.issued_on, again.issued_time) == (now.date(), "09:00:00+00:00")


def test_criteria_alone_are_written_and_read_as_such(now):
    criteria = without(FULL.criteria, NOT_IN_REQUESTS)
    bare = Dume(Recognised(Kind.CRITERIA, "4.1.0", Family.UBL, "ESPD-EDMv4.1.0"), "X", criteria=criteria)
    again = read(write(bare, now=now))
    assert (again.kind, again) == (Kind.CRITERIA, as_written(bare, now))
    with pytest.raises(ContentNotHeld):
        write(replace(bare, procedure=Procedure(reference="2026-001")), now=now)


@pytest.mark.parametrize(
    ("announced", "profile", "written"),
    [
        ("ESPD-EDMv2.1.1-BASIC", "", "BASIC"),
        ("ESPD-EDMv2.1.1-EXTENDED", "", "EXTENDED"),
        ("ESPD-EDMv2.1.1-EXTENDED", "BASIC", "BASIC"),
        ("", "", "EXTENDED"),
    ],
)
def test_2_1_1_says_its_profile(now, announced, profile, written):
    recognised = Recognised(Kind.RESPONSE, "2.1.1", Family.UBL, announced, profile)
    data = write(Dume(recognised, "X"), now=now)
    assert f">{written}</cbc:QualificationApplicationTypeCode>".encode() in data
    assert read(data).recognised == replace(recognised, profile=written)


def test_2_1_1_writes_roles_and_sizes_in_capitals(now):
    data = write(of_version("2.1.1"), now=now)
    assert b">GROUP-LEAD</cbc:RoleCode>" in data
    assert b">MICRO</cbc:IndustryClassificationCode>" in data


def test_a_notice_that_no_document_cites_is_cited(now):
    dume = Dume(RECOGNISED["4.1.0"], "X", procedure=Procedure(notice="2026/S 001-000001"))
    (cited,) = read(write(dume, now=now)).procedure.documents
    assert (cited.id, cited.type, cited.is_notice) == ("2026/S 001-000001", "TED_CN", True)


def test_confidential_evidence_has_its_code(now):
    dume = asking(evidences=(Evidence("E1", "Bilan", confidential=True), Evidence("E2", "Autre")))
    first, second = read(write(dume, now=now)).evidences
    assert (first.confidentiality, first.confidential) == ("CONFIDENTIAL", True)
    assert (second.confidentiality, second.confidential) == ("", False)
