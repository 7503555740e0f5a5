from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.calendars import PARIS
from tenders.rules.deadlines import RepeatedTime, SkippedTime, find_disorder, to_moment
from tenders.rules.phases import phase_of
from tenders.states import ConsultationState, Phase

DEADLINE = datetime(2026, 4, 1, 10, 0, tzinfo=UTC)
REUNION = ZoneInfo("Indian/Reunion")


def clocks(text: str) -> datetime:
    """What local clocks show, without a zone."""
    return datetime.fromisoformat(text)


def phase(state: str, *, has_award: bool = False, notified: bool = False, after: int = -1) -> Phase:
    return phase_of(
        state=state,
        deadline=DEADLINE,
        has_award=has_award,
        notified=notified,
        now=DEADLINE + timedelta(microseconds=after),
    )


@pytest.mark.parametrize(
    ("state", "facts", "expected"),
    [
        (ConsultationState.DRAFT, {"after": 1}, Phase.DRAFT),
        (ConsultationState.PUBLISHED, {}, Phase.OPEN),
        (ConsultationState.PUBLISHED, {"after": 1}, Phase.CLOSED),
        (ConsultationState.OPENED, {"after": 1}, Phase.OPENED),
        (ConsultationState.OPENED, {"after": 1, "has_award": True}, Phase.AWARDED),
        (ConsultationState.OPENED, {"after": 1, "has_award": True, "notified": True}, Phase.NOTIFIED),
        (ConsultationState.CANCELLED, {"has_award": True, "notified": True}, Phase.CANCELLED),
    ],
)
def test_a_phase_is_derived_from_facts_and_now(state, facts, expected):
    assert phase(state, **facts) == expected


def test_the_instant_of_the_deadline_is_still_in_time():
    """Late is what comes after it (P7-B5)."""
    assert phase(ConsultationState.PUBLISHED, after=0) == Phase.OPEN


def test_opening_is_not_before_the_deadline_and_questions_end_by_then():
    faults = find_disorder(
        deadline=DEADLINE,
        opening_at=DEADLINE - timedelta(seconds=1),
        questions_deadline=DEADLINE + timedelta(seconds=1),
    )
    assert set(faults) == {"opening_at", "questions_deadline"}
    assert find_disorder(deadline=DEADLINE, opening_at=DEADLINE, questions_deadline=DEADLINE) == {}


def test_noon_in_paris_is_an_hour_earlier_in_summer():
    assert to_moment(clocks("2026-03-02 12:00"), PARIS) == datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    assert to_moment(clocks("2026-07-01 12:00"), PARIS) == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


def test_noon_on_reunion_is_not_noon_in_paris():
    assert to_moment(clocks("2026-03-02 12:00"), REUNION) == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_the_hour_the_clocks_skip_is_refused():
    with pytest.raises(SkippedTime):
        to_moment(clocks("2026-03-29 02:30"), PARIS)
    assert to_moment(clocks("2026-03-29 03:00"), PARIS) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_the_hour_the_clocks_repeat_is_refused():
    with pytest.raises(RepeatedTime):
        to_moment(clocks("2026-10-25 02:30"), PARIS)
    assert to_moment(clocks("2026-10-25 03:00"), PARIS) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


@given(st.datetimes(min_value=clocks("2000-01-01"), max_value=clocks("2100-01-01")))
def test_a_moment_shows_the_local_time_it_was_typed_as(local):
    try:
        moment = to_moment(local, PARIS)
    except (SkippedTime, RepeatedTime):
        return
    assert moment.astimezone(PARIS).replace(tzinfo=None, fold=0) == local.replace(fold=0)
