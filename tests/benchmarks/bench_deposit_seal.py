"""A deposit's receipt.json, .p7s, .tsr and line of the register, ten a second: milliseconds against their limit.

The limits (p50 25 ms, p99 100 ms) hold whatever the size of the files: a seal reads digests, never files.
"""

import statistics
import time
import uuid
from datetime import UTC, datetime

from django.db import transaction

from procurement.actors import SYSTEM
from signing.models import EvidenceKind
from signing.services.evidence import certify
from tests.benchmarks import Comparison

A_SECOND, SECONDS, DOCUMENTS = 10, 15, 12
P50_LIMIT, P99_LIMIT = 25.0, 100.0


def facts(number: int) -> dict[str, object]:
    """Of a usual size: a dozen files of any length."""
    document = {"kind": "file", "size": 3 * 1024**3, "sha256": "ab" * 32, "cipher_sha256": "cd" * 32}
    return {
        "format": "urn:profil-acheteur:deposit-receipt:2",
        "number": number,
        "documents": [{**document, "name": f"pièce {one}.pdf"} for one in range(DOCUMENTS)],
    }


def seal(number: int) -> float:
    """Milliseconds, commit included."""
    started = time.perf_counter()
    with transaction.atomic():
        certify(
            kind=EvidenceKind.DEPOSIT,
            subject=uuid.uuid4(),
            facts=facts(number),
            action="bids.deposit.seal",
            about=uuid.uuid4(),
            data={"number": number},
            actor=SYSTEM,
            now=datetime.now(UTC),
        )
    return (time.perf_counter() - started) * 1000


def measure() -> dict[str, Comparison]:
    seal(0)
    times, begin = [], time.perf_counter()
    for number in range(1, A_SECOND * SECONDS + 1):
        times.append(seal(number))
        time.sleep(max(0.0, begin + number / A_SECOND - time.perf_counter()))
    p99 = statistics.quantiles(times, n=100)[98]
    return {
        "deposit_seal_p50": Comparison(statistics.median(times), P50_LIMIT, "ms, limit"),
        "deposit_seal_p99": Comparison(p99, P99_LIMIT, "ms, limit"),
    }
