"""The Merkle tree of the register: hashing of RFC 6962 section 2.1, proofs of RFC 9162 section 2.1. Pure.

Nodes are named by level and index: level 0 holds the leaf hashes, node (l, i) covers the leaves from i·2^l to
(i+1)·2^l - 1, and exists once all of them do. A proof is a list of hashes of such nodes, or of what they fold to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

#: Level and index of a complete subtree.
Place = tuple[int, int]
Nodes = Callable[[Sequence[Place]], Mapping[Place, bytes]]

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The leading octet keeps a leaf from being taken for a node (second preimages)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


# --- Growing --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves, held by the roots of its complete subtrees, the largest (leftmost) first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves has {self.size.bit_count()} complete subtrees")

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> Frontier:
        peaks = [packed[start : start + HASH_BYTES] for start in range(0, len(packed), HASH_BYTES)]
        return cls(size, tuple(peaks))

    def to_bytes(self) -> bytes:
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> tuple[Frontier, list[tuple[Place, bytes]]]:
        """The tree with one more leaf hash, and the nodes that this leaf completes, itself first."""
        peaks, place, value = list(self.peaks), (0, self.size), leaf
        completed = [(place, value)]
        while place[1] % 2:
            value = node_hash(peaks.pop(), value)
            place = (place[0] + 1, place[1] // 2)
            completed.append((place, value))
        return Frontier(self.size + 1, (*peaks, value)), completed

    def root(self) -> bytes:
        return _fold(self.peaks) if self.peaks else EMPTY_ROOT

    def proof_of_next(self) -> list[bytes]:
        """The inclusion proof of the leaf appended next, in the tree that ends with it."""
        return list(reversed(self.peaks))


def _fold(peaks: Sequence[bytes]) -> bytes:
    """The root over neighbouring subtrees, the largest first."""
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def peaks_of(size: int) -> list[Place]:
    """Where the peaks of a tree of `size` leaves are."""
    return list(_split(0, size))


def _split(first: int, end: int) -> Iterator[Place]:
    """The complete subtrees that cover the leaves from `first` to `end` - 1, `first` being aligned."""
    while first < end:
        level = (end - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


# --- Proving --------------------------------------------------------------------------------------------------
def prove_inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """RFC 9162 2.1.3.1: the hashes beside the path from leaf `index` to the root of the first `size` leaves."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return _hashes(_path(index, 0, size), nodes)


def prove_consistency(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """RFC 9162 2.1.4.1: shows that the tree of `new` leaves begins with the tree of `old` leaves (1 <= old <= new)."""
    if not 0 < old <= new:
        raise ValueError(f"no tree of {old} leaves begins a tree of {new}")
    return _hashes(_subproof(old, 0, new, whole=True), nodes)


def _path(index: int, first: int, end: int) -> list[tuple[int, int]]:
    """Ranges of leaves beside the path, the deepest first; `index` counts from the beginning of the log."""
    if end - first == 1:
        return []
    middle = first + _largest_power_below(end - first)
    if index < middle:
        return [*_path(index, first, middle), (middle, end)]
    return [*_path(index, middle, end), (first, middle)]


def _subproof(old: int, first: int, end: int, *, whole: bool) -> list[tuple[int, int]]:
    if old == end:
        return [] if whole else [(first, end)]
    middle = first + _largest_power_below(end - first)
    if old <= middle:
        return [*_subproof(old, first, middle, whole=whole), (middle, end)]
    return [*_subproof(old, middle, end, whole=False), (first, middle)]


def _largest_power_below(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def _hashes(ranges: Sequence[tuple[int, int]], nodes: Nodes) -> list[bytes]:
    """Every node that the ranges need is asked for at once."""
    places = [list(_split(first, end)) for first, end in ranges]
    known = nodes([place for needed in places for place in needed])
    return [_fold([known[place] for place in needed]) for needed in places]


# --- Checking -------------------------------------------------------------------------------------------------
def is_included(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 2.1.3.2: `leaf` (a leaf hash) is number `index` of the `size` leaves under `root`."""
    if not 0 <= index < size:
        return False
    position, last, value = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if position % 2 or position == last:
            value = node_hash(beside, value)
            while position and not position % 2:
                position, last = position >> 1, last >> 1
        else:
            value = node_hash(value, beside)
        position, last = position >> 1, last >> 1
    return last == 0 and value == root


def is_consistent(*, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162 2.1.4.2: the `new` leaves under `new_root` begin with the `old` leaves under `old_root`."""
    if old == new:
        return old_root == new_root and not proof
    if not 0 < old < new or not proof:
        return False
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    position, last = old - 1, new - 1
    while position % 2:
        position, last = position >> 1, last >> 1
    of_old = of_new = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            return False
        if position % 2 or position == last:
            of_old, of_new = node_hash(beside, of_old), node_hash(beside, of_new)
            while position and not position % 2:
                position, last = position >> 1, last >> 1
        else:
            of_new = node_hash(of_new, beside)
        position, last = position >> 1, last >> 1
    return last == 0 and of_old == old_root and of_new == new_root
