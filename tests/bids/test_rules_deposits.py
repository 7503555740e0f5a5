"""What a deposit is measured against. No database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from bids import rules
from bids.rules import CANDIDATURE, OFFER, Answer, Requirement

DEADLINE = datetime(2026, 4, 1, 10, 0, tzinfo=UTC)
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    max_value=datetime(2040, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
LOTS = [UUID(int=number) for number in range(1, 5)]


@given(deadline=MOMENTS, received_at=MOMENTS)
def test_late_is_strictly_after_the_deadline_and_never_both(
    deadline: datetime, received_at: datetime
) -> None:
    """R2151-5, P7-B5."""
    assert rules.is_late(received_at, deadline) == (received_at > deadline)
    assert rules.may_withdraw(deadline, received_at) is not rules.is_late(received_at, deadline)


def test_the_very_instant_of_the_deadline_is_in_time() -> None:
    """P7-B5: a microsecond decides, and only what comes after the limit is late."""
    assert not rules.is_late(DEADLINE, DEADLINE)
    assert rules.is_late(DEADLINE + timedelta(microseconds=1), DEADLINE)


@given(deadline=MOMENTS, opening=st.none() | MOMENTS, now=MOMENTS)
def test_nothing_opens_while_a_deposit_could_still_be_in_time(
    deadline: datetime, opening: datetime | None, now: datetime
) -> None:
    """P7-T9."""
    if rules.may_open(deadline, opening, now):
        assert rules.is_late(now, deadline)
        assert opening is None or now >= opening


def test_a_late_deposit_takes_nobody_s_place_and_keeps_its_own() -> None:
    """R2151-6: the last one received in time is opened; P7-B5: late ones are kept."""
    assert rules.takes_the_place(is_late=False, of_late=False)
    assert not rules.takes_the_place(is_late=True, of_late=False)
    assert not rules.takes_the_place(is_late=True, of_late=True)


requirements = st.builds(
    Requirement,
    id=st.builds(uuid4),
    envelope=st.sampled_from([CANDIDATURE, OFFER]),
    label=st.just("Pièce"),
    is_mandatory=st.booleans(),
    lot_id=st.none() | st.sampled_from(LOTS),
)
chosen = st.lists(st.sampled_from(LOTS), min_size=1, unique=True)


@given(required=st.lists(requirements, max_size=8), lots=chosen)
def test_an_empty_deposit_misses_every_mandatory_place(required: list[Requirement], lots: list[UUID]) -> None:
    places = rules.expected_pieces(required, lots)
    missing = rules.missing_pieces(required, [], lots)
    assert missing == [place for place in places if place.requirement.is_mandatory]


@given(required=st.lists(requirements, max_size=8), lots=chosen)
def test_a_file_in_every_place_misses_nothing(required: list[Requirement], lots: list[UUID]) -> None:
    files = [
        Answer(place.requirement.envelope, place.lot_id, place.requirement.id)
        for place in rules.expected_pieces(required, lots)
    ]
    assert rules.missing_pieces(required, files, lots) == []


@given(required=st.lists(requirements, max_size=8), lots=chosen, data=st.data())
def test_one_more_file_never_makes_more_missing(
    required: list[Requirement], lots: list[UUID], data: st.DataObject
) -> None:
    places = rules.expected_pieces(required, lots)
    answers = [Answer(place.requirement.envelope, place.lot_id, place.requirement.id) for place in places]
    present = data.draw(st.lists(st.sampled_from(answers), unique=True)) if answers else []
    fewer = rules.missing_pieces(required, present, lots)
    for one in answers:
        assert len(rules.missing_pieces(required, [*present, one], lots)) <= len(fewer)


@given(required=st.lists(requirements, max_size=8), lots=chosen)
def test_places_of_lots_that_were_not_chosen_are_not_asked(
    required: list[Requirement], lots: list[UUID]
) -> None:
    for place in rules.expected_pieces(required, lots):
        assert place.lot_id in {None, *lots}
        assert place.requirement.lot_id in {None, *lots}
        assert (place.lot_id is None) == (place.requirement.envelope == CANDIDATURE)


def test_a_piece_of_the_offer_is_asked_once_per_lot_and_of_the_candidature_once() -> None:
    offer, candidature = Requirement(uuid4(), OFFER, "BPU"), Requirement(uuid4(), CANDIDATURE, "DC1")
    places = rules.expected_pieces([offer, candidature], LOTS[:3])
    assert [place.lot_id for place in places] == [*LOTS[:3], None]
    answered = [Answer(OFFER, LOTS[0], offer.id), Answer(CANDIDATURE, None, candidature.id)]
    assert [place.lot_id for place in rules.missing_pieces([offer, candidature], answered, LOTS[:3])] == LOTS[
        1:3
    ]
