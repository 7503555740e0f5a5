"""Whether a document is in the register that it names, and whether a later state of that register continues it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from procurement.audit import merkle
from signing.folder.proved import Flaw
from signing.register import notes

#: How a file of tiles is named inside a mirror of the register (C2SP tlog-tiles).
_TILE_HEIGHT = 8
_TILE_WIDTH = 1 << _TILE_HEIGHT
#: A path inside the mirror -> the content of that file, None where there is none.
Mirror = Callable[[str], bytes | None]
_MAX_PROOF = 64
MAX_TILE_BYTES = _TILE_WIDTH * merkle.HASH_BYTES
#: How a consistency text begins, whatever its version; a bare note begins with the name of the register.
_CONSISTENCY_HEAD = "profil-acheteur/consistency/"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document says it stands: leaf `index` of the `size` leaves under `root`, in whose register."""

    log: str
    #: The verifier key of the register (C2SP), as text.
    key: str
    index: int
    size: int
    root: bytes

    @property
    def position(self) -> int:
        """The number of the line, from 1."""
        return self.index + 1


def prove_inclusion(facts: Mapping[str, Any]) -> Place:
    """Raises Flaw: malformed, facts, position, proof."""
    try:
        register = facts["register"]
        line = register["line"]
        place = Place(
            _text(register["log"]),
            _text(register["key"]),
            _count(register["index"]),
            _count(register["size"]),
            _hash(register["root"]),
        )
        proof = [_hash(value) for value in _listed(register["proof"])]
        stated, sequence = line["data"]["facts_sha256"], line["sequence"]
        leaf = merkle.leaf_hash(_canonical_digest(line))
        proved_facts = _canonical_digest({key: value for key, value in facts.items() if key != "register"})
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Flaw("malformed") from error
    if stated != proved_facts.hex():
        raise Flaw("facts")
    if sequence != str(place.position):
        raise Flaw("position")
    if not merkle.is_included(leaf=leaf, index=place.index, size=place.size, proof=proof, root=place.root):
        raise Flaw("proof")
    return place


def read_key(data: bytes) -> notes.NoteKey:
    """The line of register-key.txt. Raises Flaw: malformed."""
    text = _decode(data)
    try:
        key = notes.NoteKey.from_vkey(text)
    except (notes.NoteInvalid, ValueError) as error:
        raise Flaw("malformed") from error
    if f"{key.vkey()}\n" != text:
        raise Flaw("malformed")
    return key


def prove_consistency(
    data: bytes, place: Place, key: notes.NoteKey, mirror: Mirror | None = None
) -> notes.Checkpoint:
    """A consistency text or a bare note, against the state of the register that the document names.

    Raises Flaw: malformed, signature, other_register, other_size, older, no_proof, broken.
    """
    text = _decode(data)
    if text.startswith(_CONSISTENCY_HEAD):
        return _prove_text(text, place, key)
    checkpoint = _signed(text, place, key)
    if checkpoint.size < place.size:
        raise Flaw("older", size=str(checkpoint.size))
    if checkpoint.size == place.size:
        return _compared(checkpoint, place, [])
    if mirror is None:
        raise Flaw("no_proof", size=str(checkpoint.size), old=str(place.size))
    return _compared(checkpoint, place, _proof_from_tiles(place, checkpoint, mirror))


def _prove_text(text: str, place: Place, key: notes.NoteKey) -> notes.Checkpoint:
    try:
        consistency = notes.read_consistency(text)
    except (notes.NoteInvalid, ValueError) as error:
        raise Flaw("malformed") from error
    if consistency.text() != text:
        raise Flaw("malformed")
    checkpoint = _signed(consistency.note, place, key)
    if consistency.old != place.size:
        raise Flaw("other_size", old=str(consistency.old), size=str(place.size))
    return _compared(checkpoint, place, consistency.proof)


def _signed(note: str, place: Place, key: notes.NoteKey) -> notes.Checkpoint:
    try:
        checkpoint = notes.verify(note, key)
    except (notes.NoteInvalid, ValueError) as error:
        raise Flaw("signature") from error
    if checkpoint.origin != place.log:
        raise Flaw("other_register")
    return checkpoint


def _compared(checkpoint: notes.Checkpoint, place: Place, proof: Sequence[bytes]) -> notes.Checkpoint:
    continues = merkle.is_consistent(
        old=place.size, old_root=place.root, new=checkpoint.size, new_root=checkpoint.root, proof=proof
    )
    if not continues:
        raise Flaw("broken")
    return checkpoint


# --- Tiles ------------------------------------------------------------------------------------------------------
def _proof_from_tiles(place: Place, checkpoint: notes.Checkpoint, mirror: Mirror) -> list[bytes]:
    def nodes(places: Sequence[merkle.Place]) -> dict[merkle.Place, bytes]:
        return {node: _node(node, checkpoint.size, mirror) for node in places}

    try:
        return merkle.prove_consistency(place.size, checkpoint.size, nodes)
    except LookupError as error:
        raise Flaw("no_proof", size=str(checkpoint.size), old=str(place.size)) from error


def _node(node: merkle.Place, size: int, mirror: Mirror) -> bytes:
    """Tiles keep one level in eight; a node between two is folded from those below it. Raises LookupError."""
    level, index = node
    below = level % _TILE_HEIGHT
    hashes = [
        _tile_hash(level // _TILE_HEIGHT, number, size, mirror)
        for number in range(index << below, (index + 1) << below)
    ]
    while len(hashes) > 1:
        hashes = [merkle.node_hash(*hashes[start : start + 2]) for start in range(0, len(hashes), 2)]
    return hashes[0]


def _tile_hash(level: int, number: int, size: int, mirror: Mirror) -> bytes:
    tile, place = divmod(number, _TILE_WIDTH)
    width = min(_TILE_WIDTH, (size >> _TILE_HEIGHT * level) - tile * _TILE_WIDTH)
    path = f"tile/{level}/{_tile_number(tile)}"
    content = (mirror(f"{path}.p/{width}") if width < _TILE_WIDTH else None) or mirror(path)
    start = place * merkle.HASH_BYTES
    if content is None or len(content) < start + merkle.HASH_BYTES:
        raise LookupError(path)
    return content[start : start + merkle.HASH_BYTES]


def _tile_number(tile: int) -> str:
    """1234067 -> « x001/x234/067 »."""
    groups = [f"{tile % 1000:03d}"]
    while tile := tile // 1000:
        groups.insert(0, f"x{tile % 1000:03d}")
    return "/".join(groups)


# --- Values -----------------------------------------------------------------------------------------------------
def _canonical_digest(value: Any) -> bytes:
    return hashlib.sha256(rfc8785.dumps(value)).digest()


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Flaw("malformed") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > _MAX_PROOF:
        raise TypeError
    return value


def _hash(value: Any) -> bytes:
    found = bytes.fromhex(_text(value))
    if len(found) != merkle.HASH_BYTES or found.hex() != value:
        raise ValueError
    return found
