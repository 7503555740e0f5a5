"""The standstill, counted from date to date in the buyer's own time (R2182-1, R2182-2)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.rules.holders import as_holder
from bids.rules.opening import find_condition, opens_at, reason_kept_closed
from bids.rules.standstill import DELAYS, compute_signable_from, is_formal, standstill_days
from bids.states import PieceCondition
from procurement.calendars import PARIS
from tenders.models import Procedure
from tenders.rules.contracts import IDENTIFIER_TYPES


def paris(*parts):
    return datetime(*parts, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("sent", "electronic", "signable"),
    [
        # A whole number of days, the last one included: sent on the 2nd, the 13th is the last day.
        (paris(2026, 3, 2, 10), True, paris(2026, 3, 14)),
        (paris(2026, 3, 2, 10), False, paris(2026, 3, 19)),
        # One minute to midnight in Paris is still that day, whatever the date in UTC.
        (paris(2026, 3, 2, 23, 59), True, paris(2026, 3, 14)),
        (paris(2026, 3, 3, 0, 1), True, paris(2026, 3, 15)),
        # Month ends, a leap February, a year's end.
        (paris(2026, 1, 31, 9), True, paris(2026, 2, 12)),
        (paris(2028, 2, 20, 9), True, paris(2028, 3, 3)),
        (paris(2026, 12, 24, 9), True, paris(2027, 1, 5)),
        # Over the changes of the hour: midnight stays midnight.
        (paris(2026, 3, 20, 9), True, paris(2026, 4, 1)),
        (paris(2026, 10, 20, 9), True, paris(2026, 11, 1)),
        (paris(2026, 3, 17, 9), True, paris(2026, 3, 29)),
    ],
)
def test_the_contract_may_be_signed_the_day_after_the_last_day(sent, electronic, signable):
    found = compute_signable_from(procedure="open", participants=2, sent_at=sent, electronic=electronic)
    assert found == signable
    assert found.tzinfo is UTC


def test_days_are_those_of_the_buyer():
    """In La Réunion it is already the next day when it is 22:30 in Paris."""
    sent = paris(2026, 3, 2, 22, 30)
    reunion = ZoneInfo("Indian/Reunion")
    found = compute_signable_from(procedure="open", participants=2, sent_at=sent, zone=reunion)
    assert found == datetime(2026, 3, 15, tzinfo=reunion)


@pytest.mark.parametrize(
    ("procedure", "participants", "days"),
    [("open", 2, 11), ("open", 7, 11), ("open", 1, 0), ("open", 0, 0), ("mapa", 1, 0), ("mapa", 5, 0)],
)
def test_an_adapted_procedure_and_a_single_participant_wait_for_nothing(procedure, participants, days):
    """R2182-2 1°: nobody was rejected."""
    found = standstill_days(procedure=procedure, participants=participants, sent_on=date(2026, 3, 2))
    assert found == days


def test_delays_are_dated_data_newest_first():
    assert [delay.since for delay in DELAYS] == sorted((delay.since for delay in DELAYS), reverse=True)


@given(st.integers(0, 20 * 365 * 24 * 60))
def test_at_least_eleven_whole_days_lie_between(minutes):
    sent = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    signable = compute_signable_from(procedure="open", participants=2, sent_at=sent)
    assert signable.astimezone(PARIS).timetz().replace(tzinfo=None).isoformat() == "00:00:00"
    assert (signable.astimezone(PARIS).date() - sent.astimezone(PARIS).date()) == timedelta(days=12)


def test_the_procedures_of_the_rules_are_those_of_the_consultations():
    assert {procedure for procedure in Procedure.values if is_formal(procedure)} == {Procedure.OPEN}


def test_the_announced_opening_moves_the_moment_but_never_before_the_deadline():
    deadline = paris(2026, 4, 1, 12)
    assert opens_at(deadline=deadline, opening_at=None) == deadline
    assert opens_at(deadline=deadline, opening_at=paris(2026, 4, 2)) == paris(2026, 4, 2)
    assert opens_at(deadline=deadline, opening_at=paris(2026, 3, 31)) == deadline


@pytest.mark.parametrize(
    ("state", "is_late", "words"),
    [
        ("sealed", False, ""),
        ("opened", False, ""),
        ("sealed", True, "Hors délai"),
        ("superseded", False, "Remplacé"),
        ("withdrawn", False, "Retiré"),
    ],
)
def test_the_register_says_why_a_deposit_stays_closed(state, is_late, words):
    found = reason_kept_closed(state=state, is_late=is_late)
    assert found.startswith(words)
    assert bool(found) is bool(words)


def test_the_words_of_the_rule_are_states_of_a_piece():
    found = {
        find_condition(declared_sha256="a", found_sha256="a"): PieceCondition.READABLE,
        find_condition(declared_sha256="a", found_sha256="b"): PieceCondition.MISMATCH,
        find_condition(declared_sha256="a", found_sha256=None): PieceCondition.UNREADABLE,
    }
    assert all(word == condition for word, condition in found.items())


@pytest.mark.parametrize(
    ("country", "siret", "kind"),
    [
        ("FR", "13002526500013", "SIRET"),
        ("DE", "", "TVA"),
        ("PF", "", "TAHITI"),
        ("NC", "", "RIDET"),
        ("WF", "", "FRWF"),
        ("CH", "", "HORS-UE"),
    ],
)
def test_a_holder_is_named_by_the_register_of_its_country(country, siret, kind):
    holder = as_holder(name="Maison fictive", siret=siret, foreign_id="X1", country=country)
    assert holder.identifier_type == kind
    assert holder.identifier == (siret or "X1")
    assert kind in IDENTIFIER_TYPES
