"""A piece of a bid as it arrives (hash, look, encrypt, hash again, store, sync), against hash, write and sync."""

import hashlib
import os
import tempfile
import uuid
from datetime import UTC, datetime
from pathlib import Path

from bids.services.reception import PieceSink, Target
from bids.states import PieceKind
from signing.encryption import new_identity
from tests.benchmarks import Comparison, compare

MEGABYTE = 1_000_000
#: What the upload handler hands over at a time.
CHUNK = 256 * 1024
SIZE = 128 * CHUNK


def measure() -> Comparison:
    recipient, _ = new_identity()
    target = Target(
        deposit_id=uuid.uuid4(),
        company_id=uuid.uuid4(),
        envelope="offer",
        lot_id=None,
        kind=PieceKind.FILE,
        recipient=recipient,
        max_bytes=SIZE,
    )
    data = [os.urandom(CHUNK) for _ in range(SIZE // CHUNK)]
    with tempfile.TemporaryDirectory(dir=os.environ["DATA_DIR"]) as name:
        plain = Path(name) / "plain"
        return compare(lambda: receive(data, target), lambda: hash_and_write(data, plain), "MB/s")


def receive(data: list[bytes], target: Target) -> float:
    sink = PieceSink(target, name="offre.bin", started_at=datetime.now(UTC))
    for chunk in data:
        sink.write(chunk)
    sink.finish().give_up()
    return SIZE / MEGABYTE


def hash_and_write(data: list[bytes], target: Path) -> float:
    digest = hashlib.sha256()
    with target.open("wb") as file:
        for chunk in data:
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return SIZE / MEGABYTE
