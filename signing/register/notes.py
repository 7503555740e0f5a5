"""Signed notes and checkpoints (C2SP signed-note and tlog-checkpoint): how the state of the register is published.

A checkpoint says « the register of this origin has so many lines, under this root »; anybody who kept an older one
can ask for the proof that the newer only adds to it. Pure: no clock, no database.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from procurement.audit.merkle import HASH_BYTES
from procurement.errors import DomainError

_ED25519 = b"\x01"
_KEY_HASH_BYTES = 4
#: A checkpoint is some hundred bytes; witnesses may add their lines.
MAX_NOTE_BYTES = 16 * 1024
_SIGNATURE = re.compile(r"^\N{EM DASH} (\S+) ([0-9A-Za-z+/]+={0,2})$")
_CONSISTENCY = "profil-acheteur/consistency/v1"
_MAX_PROOF = 64
#: Third line of a checkpoint (from 0).
_ROOT_LINE = 2


class NoteInvalid(DomainError):
    """Ce point de contrôle du registre n'est pas lisible, ou n'a pas été signé par la clé du registre."""

    code = "checkpoint_invalid"
    status = 422


@dataclass(frozen=True, slots=True)
class NoteKey:
    """The public half of a log's key: what verifiers keep."""

    name: str
    public: bytes

    @property
    def key_hash(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_KEY_HASH_BYTES]

    def vkey(self) -> str:
        """name+hash+key, as verifiers of the C2SP family take it."""
        packed = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.key_hash.hex()}+{packed}"

    @classmethod
    def from_vkey(cls, text: str) -> NoteKey:
        """Raises NoteInvalid for anything but an Ed25519 verifier key whose hash is right."""
        name, _, rest = text.strip().partition("+")
        hashed, _, packed = rest.partition("+")
        try:
            decoded = base64.b64decode(packed, validate=True)
        except binascii.Error as error:
            raise NoteInvalid from error
        key = cls(name, decoded[1:])
        if decoded[:1] != _ED25519 or len(key.public) != HASH_BYTES or key.key_hash.hex() != hashed:
            raise NoteInvalid
        return key


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Consistency:
    """A checkpoint, and the proof that it continues the tree of `old` leaves (RFC 9162 2.1.4)."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        hashes = "".join(f"{base64.b64encode(value).decode()}\n" for value in self.proof)
        return f"{_CONSISTENCY}\nold {self.old}\n{hashes}\n{self.note}"


def sign(checkpoint: Checkpoint, private: Ed25519PrivateKey) -> str:
    """The note: the text, an empty line, the signature line of the log itself."""
    key = NoteKey(checkpoint.origin, private.public_key().public_bytes_raw())
    signature = key.key_hash + private.sign(checkpoint.text().encode())
    return f"{checkpoint.text()}\n\N{EM DASH} {key.name} {base64.b64encode(signature).decode()}\n"


def read(note: str) -> Checkpoint:
    """What a note says; nothing is verified by reading it. Raises NoteInvalid."""
    return _parse(_split(note)[0])


def verify(note: str, key: NoteKey) -> Checkpoint:
    """The checkpoint of a note that `key` has signed; lines of other signers are left alone. Raises NoteInvalid."""
    text, signatures = _split(note)
    for line in signatures:
        found = _SIGNATURE.match(line)
        if found is None:
            raise NoteInvalid
        packed = _decode(found[2])
        if found[1] == key.name and packed[:_KEY_HASH_BYTES] == key.key_hash:
            _check(key, packed[_KEY_HASH_BYTES:], text)
            return _parse(text)
    raise NoteInvalid


def read_consistency(text: str) -> Consistency:
    """The published form of a consistency proof. Raises NoteInvalid."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if len(text) > MAX_NOTE_BYTES or len(lines) > _MAX_PROOF + 2 or lines[0] != _CONSISTENCY:
        raise NoteInvalid
    old = re.fullmatch(r"old (0|[1-9][0-9]{0,18})", lines[1] if len(lines) > 1 else "")
    if old is None:
        raise NoteInvalid
    return Consistency(int(old[1]), tuple(_hash(line) for line in lines[2:]), note)


def _split(note: str) -> tuple[str, Sequence[str]]:
    if len(note) > MAX_NOTE_BYTES or not note.endswith("\n"):
        raise NoteInvalid
    text, separator, signatures = note.rpartition("\n\n")
    if not separator:
        raise NoteInvalid
    return f"{text}\n", signatures[:-1].split("\n")


def _parse(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) <= _ROOT_LINE + 1 or not lines[0] or re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]) is None:
        raise NoteInvalid
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=_hash(lines[_ROOT_LINE]))


def _check(key: NoteKey, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError) as error:
        raise NoteInvalid from error


def _hash(text: str) -> bytes:
    value = _decode(text)
    if len(value) != HASH_BYTES:
        raise NoteInvalid
    return value


def _decode(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteInvalid from error
    if base64.b64encode(value).decode() != text:
        raise NoteInvalid  # unused bits set: the same value written otherwise
    return value
