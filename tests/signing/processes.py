"""What tests run in other processes: nothing here needs Django to be set up."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from signing.pki.authority import ensure_authority, rotate
from signing.tsp import timestamps

DIGEST = sha256(b"a document").digest()
TOKENS = 1000


def rotate_seal(directory: Path, now: datetime) -> int:
    return rotate(directory, ["seal"], now).seal_certificate.serial_number


def rotate_tsa(directory: Path, now: datetime) -> None:
    rotate(directory, ["tsa"], now)


def crl(directory: Path, now: datetime) -> bytes:
    return ensure_authority(directory, now).crl.public_bytes(Encoding.DER)


def stamp_much(directory: Path, now: datetime) -> int:
    """How many of TOKENS tokens verified."""
    verified = 0
    for serial in range(1, TOKENS + 1):
        authority = ensure_authority(directory, now)
        token = timestamps.issue(digest=DIGEST, authority=authority, serial=serial, gen_time=now)
        timestamps.verify(timestamps.response(token), DIGEST, authority.root_certificate)
        verified += 1
    return verified
