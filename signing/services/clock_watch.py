"""The clock is measured by a job; a clock that is off stamps nothing until it is right again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from procurement.actors import SYSTEM
from procurement.audit.services import record
from procurement.errors import DomainError
from signing.clocks.clock import ClockState, measure
from signing.clocks.sntp import Clock
from signing.models import ClockReading

#: Readings kept for the operator's page.
KEPT = timedelta(days=30)


class ClockNotTrusted(DomainError):
    """L'horloge de la plateforme n'est plus à l'heure : rien ne peut être horodaté tant qu'elle n'est pas corrigée.
    Cette opération n'a pas été faite ; ce qui était enregistré avant elle (fichiers transmis, brouillon) est conservé.
    Réessayez dans quelques minutes. Si une date limite approche, prévenez l'acheteur et l'assistance, et gardez une
    copie datée de cette page."""

    code = "clock_not_trusted"
    status = 503


@dataclass(frozen=True, slots=True)
class Watch:
    """The state of the clock, and the reading that tells it; None before the first one."""

    state: ClockState
    reading: ClockReading | None


def current(now: datetime) -> Watch:
    """What the last reading says; when nobody could say then, what the last one that knew still says."""
    readings = ClockReading.objects.order_by("-id")
    latest = readings.first()
    known = latest if latest is None or latest.offset is not None else readings.exclude(offset=None).first()
    state = known.state_at(now) if known else ClockState.UNKNOWN
    return Watch(state, latest if state is ClockState.UNKNOWN else known)


def list_readings(count: int) -> list[ClockReading]:
    """The latest first."""
    return list(ClockReading.objects.order_by("-id")[:count])


def require_not_drifted(now: datetime) -> ClockState:
    """Raises ClockNotTrusted when the clock was found off. A clock that nobody can check stamps, and is shown."""
    watch = current(now)
    if watch.state is ClockState.DRIFTED and watch.reading is not None:
        raise ClockNotTrusted(offset=watch.reading.offset)
    return watch.state


def measure_clock(*, now: datetime, clock: Clock) -> ClockReading:
    """Ask the servers of NTP_SERVERS, or the system; keep the answer, and journal what it changes."""
    found = measure(settings.NTP_SERVERS, clock=clock)
    with transaction.atomic():
        before = current(now).state
        reading = ClockReading.objects.create(
            measured_at=now, offset=found.offset, error=found.error, source=found.source, note=found.note
        )
        ClockReading.objects.filter(measured_at__lt=now - KEPT).delete()
        after = current(now).state
        if after != before:
            record(
                action="signing.clock.change",
                subject="clock",
                actor=SYSTEM,
                at=now,
                data={"before": before.value, "after": after.value, "offset": _milliseconds(found.offset)},
            )
    return reading


def _milliseconds(offset: float | None) -> str:
    return "" if offset is None else f"{offset * 1000:+.0f} ms"
