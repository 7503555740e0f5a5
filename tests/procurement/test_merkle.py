"""RFC 6962 hashing and RFC 9162 proofs, against an independent implementation."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from procurement.audit import merkle
from procurement.audit.merkle import Frontier, is_consistent, is_included, leaf_hash

SIZE = 70


def data(index: int) -> bytes:
    return sha256(str(index).encode()).digest()


class Grown:
    """The same log grown by us and by pymerkle."""

    def __init__(self) -> None:
        self.peer = InmemoryTree(algorithm="sha256")
        self.nodes: dict[merkle.Place, bytes] = {}
        self.roots = [merkle.EMPTY_ROOT]
        tree = Frontier()
        for index in range(SIZE):
            self.peer.append_entry(data(index))
            tree, completed = tree.append(leaf_hash(data(index)))
            self.nodes |= dict(completed)
            self.roots.append(tree.root())

    def get(self, places):
        return {place: self.nodes[place] for place in places}


GROWN = Grown()
sizes = st.integers(1, SIZE)


def test_every_root_is_that_of_the_peer() -> None:
    assert GROWN.roots[1:] == [GROWN.peer.get_root(size) for size in range(1, SIZE + 1)]


def test_the_empty_tree_has_the_root_of_rfc_9162() -> None:
    assert Frontier().root() == sha256(b"").digest()


@given(sizes, st.data())
def test_inclusion_proofs_are_those_of_the_peer(size: int, draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, size - 1))
    ours = merkle.prove_inclusion(index, size, GROWN.get)
    assert [leaf_hash(data(index)), *ours] == GROWN.peer.prove_inclusion(index + 1, size).path
    assert is_included(
        leaf=leaf_hash(data(index)), index=index, size=size, proof=ours, root=GROWN.roots[size]
    )


@given(sizes, st.data())
def test_the_proof_holds_for_no_other_leaf_place_or_root(size: int, draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, size - 1))
    proof = merkle.prove_inclusion(index, size, GROWN.get)
    claim = {
        "leaf": leaf_hash(data(index)),
        "index": index,
        "size": size,
        "proof": proof,
        "root": GROWN.roots[size],
    }
    other = draw.draw(st.integers(0, SIZE - 1).filter(lambda place: place != index))
    assert not is_included(**{**claim, "leaf": leaf_hash(data(other))})
    assert not is_included(**{**claim, "index": other})
    assert not is_included(**{**claim, "root": GROWN.roots[size - 1]})
    assert not is_included(**{**claim, "proof": [*proof, bytes(32)]})


@given(sizes, st.data())
def test_consistency_is_proved_between_any_two_sizes(new: int, draw: st.DataObject) -> None:
    old = draw.draw(st.integers(1, new))
    proof = merkle.prove_consistency(old, new, GROWN.get)
    assert is_consistent(old=old, old_root=GROWN.roots[old], new=new, new_root=GROWN.roots[new], proof=proof)
    assert not is_consistent(
        old=old, old_root=GROWN.roots[old - 1], new=new, new_root=GROWN.roots[new], proof=proof
    )
    assert not is_consistent(
        old=old, old_root=GROWN.roots[old], new=new, new_root=GROWN.roots[new - 1], proof=proof
    )


@given(st.integers(0, 2**40))
def test_the_peaks_of_a_tree_cover_it_once(size: int) -> None:
    assert sum(1 << level for level, _ in merkle.peaks_of(size)) == size


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 4)])
def test_no_proof_is_made_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="leaf"):
        merkle.prove_inclusion(index, size, GROWN.get)
