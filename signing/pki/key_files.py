"""Keys, certificates and the generations of them, as files that only their owner reads. Whole, or not there."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

STATE = "state.json"
#: What tells one version of the state file from another without reading it.
Mark = tuple[int, int] | None


@dataclass(frozen=True)
class State:
    """Which generation of each role is in use, and the certificates of other authorities whose keys sealed here.

    Without a file: the first generation, as made at first start. `published` are SHA-256 in hexadecimal.
    """

    root: int = 1
    tsa: int = 1
    seal: int = 1
    published: tuple[str, ...] = ()

    def generation(self, role: str) -> int:
        return {"root": self.root, "tsa": self.tsa, "seal": self.seal}[role]

    def next(self, roles: Collection[str]) -> State:
        return State(
            root=self.root + ("root" in roles),
            tsa=self.tsa + ("tsa" in roles),
            seal=self.seal + ("seal" in roles),
            published=self.published,
        )


def stem(role: str, generation: int) -> str:
    """The first generation has no number: "tsa", then "tsa-2"."""
    return role if generation == 1 else f"{role}-{generation}"


def mark(place: Path) -> Mark:
    try:
        status = (place / STATE).stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


def read_state(place: Path) -> State:
    try:
        written = json.loads((place / STATE).read_bytes())
    except FileNotFoundError:
        return State()
    return State(**{**written, "published": tuple(written["published"])})


def write_state(place: Path, state: State) -> None:
    replace(place / STATE, json.dumps(asdict(state), indent=1).encode())


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """One writer at a time among all processes of the machine."""
    descriptor = os.open(place / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_pair(place: Path, name: str, key: EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
    replace(place / f"{name}.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    replace(place / f"{name}.pem", certificate.public_bytes(Encoding.PEM))


def replace(path: Path, content: bytes) -> None:
    """Durably: the old content or the new one, whatever happens meanwhile."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)


def sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def read_key(path: Path) -> EllipticCurvePrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError(f"{path} does not hold an elliptic curve key")
    return key
