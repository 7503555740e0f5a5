"""How far the machine's clock is off, and whether what it says may be put into a time stamp.

An NTP answer where servers are configured, otherwise what the system says of its own synchronisation. A reading speaks
of the machine's clock when it was made: it is worth something for some minutes of that same clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from signing.clocks import kernel_clock, sntp
from signing.clocks.sntp import Clock
from signing.tsp.timestamps import ACCURACY

#: How often the clock is measured.
EVERY = timedelta(minutes=5)
#: A reading that found the clock right holds for three measures; one that found it off, until another contradicts it.
TRUST_LASTS, DRIFT_LASTS = timedelta(minutes=15), timedelta(days=1)
#: A reading dated later than this after `now` was made before the clock was set back: it says nothing any more.
TOLERANCE = timedelta(seconds=ACCURACY)


class ClockState(StrEnum):
    TRUSTED = "trusted"
    DRIFTED = "drifted"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {
            ClockState.TRUSTED: "À l'heure",
            ClockState.DRIFTED: "Décalée\u00a0: rien n'est horodaté",
            ClockState.UNKNOWN: "Non vérifiée",
        }[self]


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds; `offset` is what must be added to the clock, None when nobody could say. `note` is French."""

    source: str
    offset: float | None = None
    error: float | None = None
    note: str = ""

    @property
    def is_off(self) -> bool:
        return self.offset is not None and abs(self.offset) > ACCURACY


def describe(offset: float | None) -> str:
    """« en retard de 2,5 s », for what must be added to the clock; of milliseconds below a second."""
    if offset is None:
        return "inconnu"
    side = "en retard" if offset > 0 else "en avance"
    amount = f"{abs(offset) * 1000:.0f}\u00a0ms" if abs(offset) < ACCURACY else f"{abs(offset):.1f}\u00a0s"
    return f"{side} de {amount}".replace(".", ",")


def measure(servers: Sequence[str], *, clock: Clock) -> Reading:
    """Never raises: a clock that nobody could check gives a reading without offset, and why."""
    samples, failures = _ask_all(servers, clock)
    if samples:
        return _vote(samples, failures)
    system = kernel_clock.synchronisation()
    if system is not None:
        return Reading("système", system.offset, system.error, _note(failures))
    failures.append("le système ne dit pas que son horloge est synchronisée")
    return Reading("", note=_note(failures))


def _ask_all(servers: Sequence[str], clock: Clock) -> tuple[list[tuple[str, sntp.Sample]], list[str]]:
    samples, failures = [], []
    for server in servers:
        try:
            sample = sntp.ask(server, clock=clock)
        except sntp.NoAnswer as error:
            failures.append(f"{server}\u00a0: {error}")
            continue
        if sample.error > ACCURACY:
            failures.append(f"{server}\u00a0: réponse trop imprécise ({sample.error:.1f} s)")
        else:
            samples.append((server, sample))
    return samples, failures


def _vote(samples: list[tuple[str, sntp.Sample]], failures: list[str]) -> Reading:
    """The median by distance, the lower of two: one server that lies among three cannot stop the platform."""
    ranked = sorted(samples, key=lambda named: abs(named[1].offset))
    server, sample = ranked[(len(ranked) - 1) // 2]
    return Reading(f"NTP {server}"[:200], sample.offset, sample.error, _note(failures))


def _note(failures: Sequence[str]) -> str:
    return "; ".join(failures)[:500]


def judge(reading: Reading | None, *, measured_at: datetime | None, now: datetime) -> ClockState:
    """What a reading made at `measured_at` says at `now`."""
    if reading is None or measured_at is None or reading.offset is None:
        return ClockState.UNKNOWN
    age = now - measured_at
    if age < -TOLERANCE:
        return ClockState.UNKNOWN
    if reading.is_off:
        return ClockState.DRIFTED if age <= DRIFT_LASTS else ClockState.UNKNOWN
    return ClockState.TRUSTED if age <= TRUST_LASTS else ClockState.UNKNOWN
