"""The order of a consultation's moments, and local times that do not exist or exist twice. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

IN_THE_PAST = "La date limite de remise des plis doit être dans le futur."
OPENING_TOO_EARLY = "L'ouverture des plis ne peut pas être prévue avant la date limite de remise."
QUESTIONS_TOO_LATE = "La date limite des questions ne peut pas être après celle de la remise des plis."


class SkippedTime(ValueError):
    """The clocks go forward over this local time."""


class RepeatedTime(ValueError):
    """The clocks go back over this local time: it comes twice."""


def find_disorder(
    *, deadline: datetime, opening_at: datetime | None, questions_deadline: datetime | None
) -> dict[str, str]:
    """Field -> French sentence, for moments that contradict each other at any time."""
    faults = {}
    if opening_at is not None and opening_at < deadline:
        faults["opening_at"] = OPENING_TOO_EARLY
    if questions_deadline is not None and questions_deadline > deadline:
        faults["questions_deadline"] = QUESTIONS_TOO_LATE
    return faults


def to_moment(local: datetime, zone: ZoneInfo) -> datetime:
    """A naive local time as a UTC instant. A deadline has one reading only: SkippedTime, RepeatedTime otherwise."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    # Before a gap the two readings differ as well; only a time that exists survives the way back.
    if first.astimezone(zone).replace(tzinfo=None) != local:
        raise SkippedTime(local.isoformat())
    raise RepeatedTime(local.isoformat())
