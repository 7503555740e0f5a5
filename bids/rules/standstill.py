"""The time between the rejection letters and the signature of the contract (L2182-1, R2182-1, R2182-2)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from procurement.calendars import PARIS, end_of_day

#: Procedures whose contract must wait (R2182-1). An adapted procedure need not (L2182-1, a contrario).
FORMAL_PROCEDURES = frozenset({"open"})


@dataclass(frozen=True, slots=True)
class Delay:
    """Days to wait for letters sent from `since` on, by electronic means to all or otherwise."""

    since: date
    electronic: int
    other: int


#: Dated, newest first: a change of the law is one more line.
DELAYS = (Delay(since=date(2019, 4, 1), electronic=11, other=16),)


def is_formal(procedure: str) -> bool:
    """Whether reasons, winner and date of signature must stand in the rejection letters (R2181-3)."""
    return procedure in FORMAL_PROCEDURES


def standstill_days(*, procedure: str, participants: int, sent_on: date, electronic: bool = True) -> int:
    """0 where the contract may be signed at once: adapted procedure, or a single participant (R2182-2 1°)."""
    if not is_formal(procedure) or participants <= 1:
        return 0
    delay = next(delay for delay in DELAYS if delay.since <= sent_on)
    return delay.electronic if electronic else delay.other


def compute_signable_from(
    *, procedure: str, participants: int, sent_at: datetime, electronic: bool = True, zone: ZoneInfo = PARIS
) -> datetime | None:
    """First instant (UTC) at which the contract may be signed; None: nothing to wait for.

    Days are counted from date to date in the buyer's own time, the last day included: letters sent on 2 March by
    electronic means let the contract be signed from 14 March at 0:00.
    """
    sent_on = sent_at.astimezone(zone).date()
    days = standstill_days(
        procedure=procedure, participants=participants, sent_on=sent_on, electronic=electronic
    )
    return end_of_day(sent_on + timedelta(days=days), zone) if days else None
