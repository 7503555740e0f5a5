"""From one version to another: every answer is in the converted document, or told as lost."""

import os
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dume import crosswalk
from dume.build import write
from dume.convert import VersionNotATarget, convert
from dume.model import Answer, Dume, Kind, Lot, Procedure
from dume.parse import NotADume, read
from dume.samples import sample_response
from dume.sniff import DumeUnreadable
from dume.trees import criterion_of
from dume.values import ROLES
from procurement.xml import parse_xml
from tests.dume.filled import answered, response_of, responses

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MOVES = [("1.0.2", "4.1.0"), ("1.0.2", "2.1.1"), ("2.1.1", "4.1.0"), ("4.1.0", "2.1.1")]
#: All samples when mutants are asked for (a minute), else those that differ most.
SAMPLES = (
    "1.0.2/samples/espd-service/response/v20160601/espd-response-20160601-full.xml",
    "1.0.2/samples/uprc/espd-response.xml",
    "2.0.2/samples/edm/SELFCONTAINED_ESPD_Response_2.0.2.xml",
    "2.0.2/samples/edm/REGULATED-ESPD-Response_2.0.2.xml",
    "2.1.1/samples/edm/BASIC-ESPDResponse-2.1.1.xml",
    "2.1.1/samples/edm/EXTENDED-ESPDResponse-2.1.1.xml",
    "2.1.1/samples/edm/EXTENDED-ESPDRequest-2.1.1.xml",
    "3.3.0/samples/ESPD-Response.xml",
    "4.1.0/samples/ESPD-Response.xml",
    "4.1.0/samples/ESPD-Request.xml",
    "5.0.0-alpha/samples/ESPD-Response.xml",
    "other-versions/4.0.0/ESPD-Response.xml",
)


def answers(dume: Dume) -> list[Answer]:
    return [answer for criterion in dume.criteria for answer in criterion.answers]


def said(dume: Dume) -> Counter[tuple[str, str]]:
    """What is said about each criterion, whatever the question's id and the lots."""
    return Counter(
        (criterion.title, str((one.value, one.unit)))
        for criterion in dume.criteria
        for one in criterion.answers
    )


def assert_nothing_is_lost(source: Dume, to: str) -> Dume:
    result = convert(source, to)
    told = [one for move in result.moved for one in move.sources]
    told += [one for loss in result.losses for one in loss.sources]
    assert Counter(map(id, told)) == Counter(map(id, answers(source)))
    places = Counter(one.property_id for one in answers(result.dume))
    assert Counter(move.where for move in result.moved) == places
    assert all(loss.reason for loss in result.losses)
    ids = [prop.id for criterion in result.dume.criteria for prop in criterion.walk()]
    assert len(ids) == len(set(ids))
    return result.dume


@pytest.mark.parametrize(("source", "to"), MOVES)
@given(st.data())
@SLOW
def test_every_answer_is_in_the_converted_document_or_told_as_lost(source, to, data):
    assert_nothing_is_lost(data.draw(responses(source)), to)


@pytest.mark.parametrize(("here", "there"), [("4.1.0", "2.1.1"), ("2.1.1", "4.1.0")])
@given(st.data())
@SLOW
def test_what_goes_to_the_other_version_comes_back(here, there, data):
    source = data.draw(responses(here))
    gone = convert(source, there)
    back = convert(gone.dume, here)
    kept = Counter(
        (move.criterion, str((one.value, one.unit)))
        for move in gone.moved
        for one in move.sources
        if one.value_type not in {"code", "number", "quantity"}
    )
    assert not kept - said(back.dume)


@pytest.mark.parametrize("version", ["4.1.0", "2.1.1"])
@given(st.data())
@SLOW
def test_a_document_of_the_version_asked_for_is_itself(version, data):
    source = data.draw(responses(version))
    result = convert(source, version)
    assert result.dume is source
    assert result.losses == ()
    assert [move.where for move in result.moved] == [one.property_id for one in answers(source)]


@given(answered(criterion_of("2.1.1", "gen-year-to")))
@SLOW
def test_each_year_of_turnover_keeps_its_amount_with_its_period(criterion):
    years = [pairs_of(one) for one in groups_with_an_amount(criterion.groups)]
    result = convert(response_of("2.1.1", [criterion]), "4.1.0").dume
    assert [pairs_of(one) for one in groups_with_an_amount(result.criteria[0].groups)] == years


def groups_with_an_amount(groups):
    for group in groups:
        if any(one.data_type == "AMOUNT" and one.element == "QUESTION" for one in group.properties):
            yield group
        yield from groups_with_an_amount(group.groups)


def pairs_of(group):
    return {one.data_type: [each.value for each in one.answers] for one in group.properties}


def test_only_two_versions_are_written(now):
    with pytest.raises(VersionNotATarget):
        convert(read(sample_response(now=now)), "3.3.0")


def test_a_simple_response_of_1_0_2_becomes_one_of_4_1_0(now):
    result = convert(read(sample_response(now=now, version="1.0.2")), "4.1.0")
    assert result.losses == ()
    [turnover] = [one for one in result.dume.criteria if one.code == "gen-year-to"]
    assert [(one.value_type, one.lots) for one in turnover.answers] == [
        ("period", ("LOT-0000",)),
        ("amount", ("LOT-0000",)),
    ]
    assert turnover.answers[1].value == Decimal(850_000)
    assert result.dume.operator.party.address.country == "FRA"


@pytest.mark.parametrize(
    ("written", "kept"),
    [("09:00:00", "09:00:00"), ("23:59:59.5Z", "23:59:59.5Z"), ("9 h", ""), ("25:00:00", "")],
)
def test_a_time_that_no_schema_knows_is_left_out(now, written, kept):
    source = replace(read(sample_response(now=now, version="1.0.2")), issued_time=written)
    assert convert(source, "4.1.0").dume.issued_time == kept
    assert convert(replace(source, issued_on=None), "4.1.0").dume.issued_time == ""


def test_our_own_simple_response_can_be_written_in_2_1_1(now):
    """Its minimum number of years had a unit that a number of 2.x has no place for."""
    result = convert(read(sample_response(now=now)), "2.1.1")
    assert read(write(result.dume, now=now)).criteria == result.dume.criteria


@pytest.mark.parametrize("to", ["4.1.0", "2.1.1"])
def test_what_is_no_value_of_its_type_is_told_as_lost_not_written(now, to):
    source = sample_response(now=now, version="1.0.2").replace(b">850000<", b">beaucoup<")
    result = convert(read(source), to)
    assert [(one.value, one.reason) for one in result.losses] == [
        ("beaucoup", "La question attend un montant avec sa devise.")
    ]


def test_lots_are_named_as_the_version_does_and_never_confused(now):
    source = read(sample_response(now=now, version="1.0.2"))
    lots = tuple(Lot(one) for one in ("Lot1", "2", "LOT-00002", "bâtiment A"))
    result = convert(replace(source, procedure=Procedure(lots=lots)), "4.1.0")
    assert [one.id for one in result.dume.procedure.lots] == [
        "LOT-0001",
        "LOT-0002",
        "LOT-00002",
        "bâtiment A",
    ]


def test_a_role_and_a_country_are_written_as_the_version_does(now):
    source = read(sample_response(now=now))
    result = convert(source, "2.1.1").dume
    assert (result.operator.role, result.operator.party.address.country) == ("sc", "FR")
    assert {one.address.country for one in result.representatives} == {"FR"}
    back = convert(result, "4.1.0").dume
    assert (back.operator.role, back.operator.party.address.country) == ("sole-tenderer", "FRA")
    assert {one.address.country for one in back.representatives} == {"FRA"}


@pytest.mark.parametrize(("version", "to"), [("4.1.0", "2.1.1"), ("1.0.2", "4.1.0"), ("1.0.2", "2.1.1")])
def test_our_own_response_is_written_in_every_other_version(now, version, to):
    """« Nombre d'exercices » has a unit in 4.1.0 only, a representative a country in each."""
    source = read(sample_response(now=now, version=version, declared=frozenset({"fraud"})))
    again = read(write(convert(source, to).dume, now=now))
    assert (again.version, len(again.criteria)) == (to, len(source.criteria))


@pytest.mark.parametrize(
    ("written", "since_3"),
    [
        ("SCLE", "sole-tenderer"),
        ("SC", "sole-tenderer"),
        ("LE", "group-lead"),
        ("GM", "group-mem"),
        ("OERON", "oeron"),
        ("OENRON", "subcont"),
    ],
)
def test_nobody_changes_role_from_one_version_to_another(written, since_3):
    """« SC » is who tenders alone, not a subcontractor."""
    assert crosswalk.role(written, "4.1.0") == since_3
    assert crosswalk.role(since_3, "2.1.1") == (written.lower() if written != "SCLE" else "sc")


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["2.1.1/codelists/EORoleType.gc", "4.1.0/codelists/EoRoleType.gc"])
def test_every_official_role_has_a_word_and_a_code_in_both_families(shared_data, name):
    listed = parse_xml((shared_data / "dume" / name).read_bytes())
    codes = {
        "".join(value.itertext()).strip().lower()
        for value in listed.iter("{*}Value")
        if value.get("ColumnRef") == "code"
    }
    assert codes
    assert codes <= set(ROLES)
    assert codes <= {*crosswalk.ROLES, *crosswalk.ROLES_BACK}


def test_what_a_request_cannot_say_is_told_as_lost(now):
    source = read(sample_response(now=now, version="1.0.2"))
    request = replace(source, recognised=replace(source.recognised, kind=Kind.REQUEST))
    result = convert(request, "4.1.0")
    assert result.dume.kind is Kind.REQUEST
    assert answers(result.dume) == []
    assert len(result.losses) == len(answers(source))


def test_a_criterion_nobody_knows_is_carried_as_it_is(now):
    source = read(sample_response(now=now, version="1.0.2"))
    [first, *_] = source.criteria
    national = replace(
        first, uuid="11111111-2222-4333-8444-555555555555", code="CRITERION.NATIONAL.X", name_fr=""
    )
    result = convert(replace(source, criteria=(national,)), "4.1.0")
    assert [one.uuid for one in result.dume.criteria] == [national.uuid]
    assert said(result.dume) == said(replace(source, criteria=(national,)))


def test_a_no_that_the_answer_before_it_closes_is_told_as_lost():
    """1.0.2 answers all its questions; the rules of later versions refuse an answer that is not asked for."""
    criterion = criterion_of("1.0.2", "a80ddb62-d25b-4e4e-ae22-3968460dc0a9")
    no = Answer("", value=False, value_type="indicator")

    def refused(group):
        return replace(
            group,
            properties=tuple(
                replace(one, answers=(no,)) if one.data_type == "INDICATOR" else one
                for one in group.properties
            ),
            groups=tuple(refused(one) for one in group.groups),
        )

    source = response_of(
        "1.0.2", [replace(criterion, groups=tuple(refused(one) for one in criterion.groups))]
    )
    result = convert(source, "4.1.0")
    assert [(one.question, one.value) for one in result.losses] == [
        ("Mesures prises pour démontrer sa fiabilité", "Non")
    ]
    assert [one.value for one in answers(result.dume)] == [False]


def test_an_accelerated_procedure_is_told_as_lost(now):
    source = read(sample_response(now=now, version="1.0.2"))
    result = convert(replace(source, procedure=Procedure(code="RESTRICTED_ACCELERATED")), "4.1.0")
    assert result.dume.procedure.code == "restricted"
    assert [one.what for one in result.losses] == ["procédure"]


def paths(shared_data):
    if os.environ.get("MUTANTS"):
        return sorted((shared_data / "dume").rglob("*.xml"))
    return [shared_data / "dume" / name for name in SAMPLES]


@pytest.mark.corpus
@pytest.mark.parametrize("to", ["4.1.0", "2.1.1"])
def test_no_answer_of_a_reference_document_is_lost_without_being_told(shared_data, to):
    converted = 0
    for path in paths(shared_data):
        try:
            source = read(path.read_bytes())
        except (DumeUnreadable, NotADume):
            continue
        result = assert_nothing_is_lost(source, to)
        assert result.version == to
        assert (result.kind is Kind.RESPONSE) == (source.kind is Kind.RESPONSE)
        converted += 1
    assert converted >= len(SAMPLES)


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "to", "least"),
    [
        ("3.3.0/samples/ESPD-Response.xml", "4.1.0", 499),
        ("other-versions/4.0.0/ESPD-Response.xml", "4.1.0", 426),
        ("2.1.1/samples/edm/EXTENDED-ESPDResponse-2.1.1.xml", "4.1.0", 395),
        ("4.1.0/samples/ESPD-Response.xml", "2.1.1", 355),
        ("2.1.1/samples/edm/BASIC-ESPDResponse-2.1.1.xml", "4.1.0", 290),
        ("1.0.2/samples/espd-service/response/v20160601/espd-response-20160601-full.xml", "4.1.0", 300),
    ],
)
def test_most_answers_of_the_official_responses_find_their_place(shared_data, name, to, least):
    result = convert(read((shared_data / "dume" / name).read_bytes()), to)
    assert sum(len(move.sources) for move in result.moved) >= least
