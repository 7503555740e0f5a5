"""An earlier response taken up: nothing is dropped without being shown, nothing is matched by the id of a question."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dume.build import write
from dume.convert import without_answers
from dume.filling import Filling, Place
from dume.leaves import leaves
from dume.merge import NotARequest, NotAResponse, merge
from dume.model import Answer, Criterion, Dume, Group, Kind, Lot, Procedure, Property, Recognised, Requirement
from dume.parse import read
from dume.samples import sample_response
from dume.trees import criterion_of
from tests.dume.filled import FAMILIES, responses

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def request_for(response: Dume) -> Dume:
    """The request that a response answers: the same criteria with no answer."""
    return replace(
        response,
        recognised=replace(response.recognised, kind=Kind.REQUEST),
        operator=None,
        criteria=tuple(without_answers(one) for one in response.criteria),
        evidences=(),
    )


def said(dume: Dume) -> Counter[tuple[str, str, str]]:
    return Counter(
        (one.property_id, str(one.value), one.unit)
        for criterion in dume.criteria
        for one in criterion.answers
    )


def request_of(*criteria: Criterion, version: str = "4.1.0", lots: tuple[str, ...] = ("LOT-0000",)) -> Dume:
    return Dume(
        recognised=Recognised(Kind.REQUEST, version, FAMILIES[version]),
        procedure=Procedure(reference="2026-002", lots=tuple(Lot(one) for one in lots)),
        criteria=criteria,
    )


@pytest.mark.parametrize("version", ["4.1.0", "2.1.1"])
@given(st.data())
@SLOW
def test_a_response_merged_with_its_own_request_is_matched_whole(version, data):
    old = data.draw(responses(version))
    merged = merge(request_for(old), old, now=MOMENT)
    assert merged.unmatched == ()
    assert said(merged.dume) == said(old)
    assert merged.dume.evidences == old.evidences


@pytest.mark.parametrize("old_version", ["1.0.2", "2.1.1", "4.1.0"])
@given(st.data())
@SLOW
def test_every_old_answer_is_matched_or_shown_as_unmatched(old_version, data):
    old = data.draw(responses(old_version))
    asked = data.draw(responses("4.1.0"))
    merged = merge(request_for(asked), old, now=MOMENT)
    told = [one for move in merged.matched for one in move.sources]
    told += [one for loss in merged.unmatched for one in loss.sources]
    assert Counter(map(id, told)) == Counter(id(one) for each in old.criteria for one in each.answers)
    places = Counter(one.property_id for each in merged.dume.criteria for one in each.answers)
    assert Counter(move.where for move in merged.matched) == places


def test_the_response_is_to_the_new_request_and_from_the_old_operator(now):
    old = read(sample_response(now=now, reference="2025-009"))
    merged = merge(request_for(read(sample_response(now=now, reference="2026-010"))), old, now=now)
    assert merged.dume.kind is Kind.RESPONSE
    assert merged.dume.procedure.reference == "2026-010"
    assert merged.dume.operator == old.operator
    assert merged.dume.representatives == old.representatives
    assert merged.dume.id != old.id
    assert merged.dume.issued_on == now.date()
    assert merged.unmatched == ()


def test_what_the_operator_had_not_said_is_missing(now):
    old = read(sample_response(now=now))
    request = request_of(without_answers(old.criteria[0]), criterion_of("4.1.0", "trade-regist"))
    merged = merge(request, old, now=now)
    assert ("Inscription au registre du commerce", "Réponse") in {
        (one.criterion, one.question) for one in merged.missing
    }
    assert {one.reason for one in merged.unmatched} == {"La demande ne retient pas ce critère."}


def test_questions_that_an_answer_closes_are_not_missing(now):
    old = read(sample_response(now=now))
    merged = merge(request_for(old), old, now=now)
    assert not any(one.question == "Date de la condamnation" for one in merged.missing)


def test_answers_go_to_the_threshold_they_were_given_for_whatever_the_order(now):
    """ESPD-EDM issue 385: thresholds told apart by the value that the buyer requires."""
    asked = thresholds("100000", "500000")
    old = answered_in_order(thresholds("500000", "100000"), Decimal(5), Decimal(1))
    merged = merge(request_of(asked), response_of(old), now=now)
    assert amounts(merged.dume.criteria[0]) == {"100000": [Decimal(1)], "500000": [Decimal(5)]}
    assert merged.unmatched == ()


def test_yearly_turnovers_repeat_the_group_that_is_asked_once(now):
    asked = criterion_of("4.1.0", "gen-year-to")
    old = yearly(asked, 3)
    merged = merge(request_of(asked), response_of(old), now=now)
    given = [one.value for one in merged.dume.criteria[0].answers if one.value_type == "amount"]
    assert given == [Decimal(1000), Decimal(2000), Decimal(3000)]
    ids = [one.id for one in merged.dume.criteria[0].walk()]
    assert len(ids) == len(set(ids))
    assert "C29_SC_gen-year-to/RG1/RSG1/QSG2/Q2/R1/R1/R3" in ids


def test_a_criterion_asked_twice_with_the_same_ids_is_answered_once(now):
    """The answers to one would be read as those to the other, and the file be refused."""
    asked = criterion_of("4.1.0", "gen-year-to")
    merged = merge(request_of(asked, asked), response_of(yearly(asked, 1)), now=now)
    given = [len(one.answers) for one in read(write(merged.dume, now=now)).criteria]
    assert (given, len(merged.matched)) == ([1, 0], 1)


def test_a_question_is_not_matched_by_its_id(now):
    asked = criterion_of("4.1.0", "crime-org")
    other = replace(
        asked, groups=(Group("X", properties=(question("C1_EG_crime-org/QG1/QSG1/Q2", "Prénom"),)),)
    )
    merged = merge(request_of(asked), response_of(other), now=now)
    assert [one.question for one in merged.unmatched] == ["Prénom"]
    assert merged.matched == ()


def test_lots_of_the_earlier_procedure_are_not_those_of_the_new_one(now):
    asked = criterion_of("4.1.0", "gen-year-to")
    old = yearly(asked, 1, lots=("LOT-0007",))
    merged = merge(request_of(asked, lots=("LOT-0001", "LOT-0002")), response_of(old), now=now)
    assert {one.lots for one in merged.dume.criteria[0].answers} == {("LOT-0001", "LOT-0002")}


def test_a_request_of_1_0_2_is_answered_in_4_1_0(now):
    old = read(sample_response(now=now))
    merged = merge(request_for(read(sample_response(now=now, version="1.0.2"))), old, now=now)
    assert merged.dume.version == "4.1.0"
    assert merged.unmatched == ()


def test_a_criterion_that_4_1_0_lacks_is_told_apart_from_one_that_is_not_asked(now):
    criterion = criterion_of("1.0.2", "77f481ce-ffb6-483f-8e2b-c78db5e68292")
    [group] = criterion.groups
    [year] = group.properties
    said = replace(year, answers=(Answer(year.label, Decimal(2014), "quantity", "YEAR"),))
    old = response_of(replace(criterion, groups=(replace(group, properties=(said,)),)))
    merged = merge(request_of(criterion, version="1.0.2"), old, now=now)
    assert [one.reason for one in merged.unmatched] == [
        "La demande le pose, mais la version 4.1.0 n'a pas ce critère."
    ]


def test_files_in_the_wrong_order_are_refused(now):
    response = read(sample_response(now=now))
    with pytest.raises(NotARequest, match="premier fichier"):
        merge(response, response, now=now)
    with pytest.raises(NotAResponse, match="second fichier"):
        merge(request_for(response), request_for(response), now=now)


@pytest.mark.corpus
def test_a_full_response_of_1_0_2_is_taken_up_for_a_small_request(shared_data, now):
    folder = shared_data / "dume/1.0.2/samples/espd-service/response"
    request = read((folder / "merging/request_to_merge.xml").read_bytes())
    old = read((folder / "v20160601/espd-response-20160601-full.xml").read_bytes())
    merged = merge(request, old, now=now)
    told = sum(len(one.sources) for one in (*merged.matched, *merged.unmatched))
    assert told == sum(len(one.answers) for one in old.criteria)
    assert merged.dume.version == "4.1.0"
    assert merged.dume.operator.party.name == old.operator.party.name
    asked = {one.title for one in request.criteria}
    assert {one.criterion for one in merged.matched} == asked
    refused = {one.criterion for one in merged.unmatched if one.reason.startswith("La demande ne retient")}
    assert refused
    assert not refused & asked


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("request_name", "response_name"),
    [
        ("4.1.0/samples/ESPD-Request.xml", "4.1.0/samples/ESPD-Response.xml"),
        (
            "2.1.1/samples/edm/EXTENDED-ESPDRequest-2.1.1.xml",
            "2.1.1/samples/edm/EXTENDED-ESPDResponse-2.1.1.xml",
        ),
        ("2.1.1/samples/edm/BASIC-ESPDRequest-2.1.1.xml", "2.1.1/samples/edm/BASIC-ESPDResponse-2.1.1.xml"),
    ],
)
def test_an_official_response_answers_its_official_request(shared_data, now, request_name, response_name):
    request, old = (read((shared_data / "dume" / one).read_bytes()) for one in (request_name, response_name))
    merged = merge(request, old, now=now)
    assert merged.unmatched == ()
    assert len(merged.matched) == sum(len(one.answers) for one in old.criteria)


def response_of(*criteria: Criterion) -> Dume:
    recognised = Recognised(Kind.RESPONSE, "4.1.0", FAMILIES["4.1.0"])
    return Dume(recognised=recognised, id="old", criteria=criteria)


def question(identifier: str, label: str) -> Property:
    return Property(identifier, "QUESTION", "DESCRIPTION", label, answers=(Answer(label, "Camille", "text"),))


def yearly(criterion: Criterion, count: int, lots: tuple[str, ...] = ()) -> Criterion:
    amount = next(one for one in leaves(criterion) if one.prop.data_type == "AMOUNT")
    filling = Filling(criterion)
    for turn in range(count):
        place = Place(amount.classes, amount.place, {amount.classes: [turn]}, frozenset())
        filling.put(place, Answer("", Decimal(1000 * (turn + 1)), "amount", "EUR", lots=lots))
    return filling.filled()


def thresholds(*required: str) -> Criterion:
    """Average turnover asked once a threshold, the whole group of the lot repeated."""
    criterion = criterion_of("4.1.0", "gen-year-to")
    [group] = criterion.groups
    groups = []
    for index, amount in enumerate(required):
        [inner] = group.groups
        properties = tuple(
            replace(one, requirements=(Requirement(amount, "MinimumAmount", "EUR"),))
            if one.data_type == "MINIMUM_AMOUNT"
            else one
            for one in inner.properties
        )
        copy = replace(group, groups=(replace(inner, properties=properties),))
        groups.append(numbered(copy, index))
    return replace(criterion, groups=tuple(groups))


def numbered(group: Group, index: int) -> Group:
    return replace(
        group,
        properties=tuple(replace(one, id=f"{one.id}/R{index}") for one in group.properties),
        groups=tuple(numbered(one, index) for one in group.groups),
    )


def answered_in_order(criterion: Criterion, *given: Decimal) -> Criterion:
    return replace(
        criterion,
        groups=tuple(
            answer_amounts(group, value) for group, value in zip(criterion.groups, given, strict=True)
        ),
    )


def answer_amounts(group: Group, value: Decimal) -> Group:
    return replace(
        group,
        properties=tuple(
            replace(one, answers=(Answer(one.label, value, "amount", "EUR"),))
            if one.data_type == "AMOUNT"
            else one
            for one in group.properties
        ),
        groups=tuple(answer_amounts(one, value) for one in group.groups),
    )


def amounts(criterion: Criterion) -> dict[str, list[Decimal]]:
    found: dict[str, list[Decimal]] = {}
    for group in criterion.groups:
        required = next(one.requirement for one in group.walk() if one.data_type == "MINIMUM_AMOUNT")
        found[required] = [answer.value for one in group.walk() for answer in one.answers]
    return found
