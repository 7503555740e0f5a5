"""Benchmarks: ours against a reference that is measured in the same call (`make bench [BENCH=name]`).

Each module `bench_<name>` has `measure()`, which gives a Comparison, or several by name. Ratios are what counts:
figures vary with the machine.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5
#: One name for all that belongs together.
GROUPS = {
    "signing": ["timestamps", "timestamp_verify", "deposit_seal", "seals", "detached_signature"],
}


@dataclass(frozen=True)
class Comparison:
    """Both in `unit`, where more is better."""

    ours: float
    reference: float
    unit: str


def rate(action: Callable[[], float], *, seconds: float = 0.6) -> float:
    """Run `action`, which says how much it did, for some time; gives how much a second."""
    started = time.perf_counter()
    done = 0.0
    while (elapsed := time.perf_counter() - started) < seconds:
        done += action()
    return done / elapsed


def compare(ours: Callable[[], float], reference: Callable[[], float], unit: str) -> Comparison:
    """Medians of interleaved rounds, so that another load on the machine hits both."""
    ours(), reference()
    pairs = [(rate(ours), rate(reference)) for _ in range(ROUNDS)]
    return Comparison(
        statistics.median(mine for mine, _ in pairs), statistics.median(other for _, other in pairs), unit
    )
