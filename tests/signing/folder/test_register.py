"""The register: the receipt's line is in it, and later states only add to it (RFC 9162, C2SP)."""

import json

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.folder.checks import Latest
from signing.folder.proved import Flaw
from signing.folder.register import prove_consistency, prove_inclusion, read_key
from signing.register import notes
from tests.factories.evidence import INDEX, LATER, LOG, SIZE, make_register
from tests.signing.folder.conftest import check, failed, message, outcomes


def changed(facts, **values):
    """The facts with another place in the register."""
    return {**facts, "register": {**facts["register"], **values}}


def flaw_of(facts):
    with pytest.raises(Flaw) as raised:
        prove_inclusion(facts)
    return raised.value.code


def test_the_place_is_that_of_the_line(made):
    place = prove_inclusion(made.facts)
    assert (place.position, place.size, place.log) == (INDEX + 1, SIZE, LOG)


@pytest.mark.parametrize("index", range(0, 40, 7))
def test_a_line_anywhere_in_the_register_is_found(made, index):
    register = made.register
    line = {**made.facts["register"]["line"], "sequence": str(index + 1)}
    from procurement.audit import merkle
    from procurement.audit.lines import digest

    leaves = list(register.leaves)
    leaves[index] = merkle.leaf_hash(digest(line))
    moved = type(register)(tuple(leaves), register.key)
    place = {"index": index, "line": line, "root": moved.root(SIZE).hex(), "proof": moved.proof(index, SIZE)}
    assert prove_inclusion(changed(made.facts, **place)).position == index + 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"index": INDEX - 1}, "position"),
        ({"size": SIZE + 1}, "proof"),
        ({"root": "00" * 32}, "proof"),
        ({"proof": []}, "proof"),
        ({"proof": ["zz"]}, "malformed"),
        ({"proof": ["00" * 32] * 65}, "malformed"),
        ({"root": "A" * 64}, "malformed"),
        ({"index": True}, "malformed"),
        ({"index": -1}, "malformed"),
        ({"line": []}, "malformed"),
        ({"log": 4}, "malformed"),
        ({"key": None}, "malformed"),
    ],
)
def test_another_place_is_refused(made, values, code):
    assert flaw_of(changed(made.facts, **values)) == code


@pytest.mark.parametrize("register", [None, [], "x", {}])
def test_no_place_at_all_is_refused(made, register):
    assert flaw_of({**made.facts, "register": register}) == "malformed"


def test_other_facts_are_not_those_of_the_line(made):
    assert flaw_of({**made.facts, "number": 4}) == "facts"


# --- Later states -------------------------------------------------------------------------------------------------
@pytest.fixture
def prove(made, files):
    place, key = prove_inclusion(made.facts), read_key(files["register-key.txt"])

    def judge(text, mirror=None):
        try:
            return prove_consistency(text.encode(), place, key, mirror).size
        except Flaw as flaw:
            return flaw.code

    return judge


@pytest.mark.parametrize("size", [SIZE, SIZE + 1, 64, 200, 256, LATER])
def test_any_later_state_is_compared(made, prove, size):
    assert prove(made.register.consistency(SIZE, size)) == size


def test_a_note_of_the_same_state_needs_no_proof(made, prove):
    assert prove(made.register.note(SIZE)) == SIZE


def test_an_older_note_says_nothing_and_a_newer_one_needs_a_proof(made, prove):
    assert prove(made.register.note(SIZE - 1)) == "older"
    assert prove(made.register.note(LATER)) == "no_proof"


def test_the_proof_is_made_from_the_tiles_of_a_mirror(made, prove):
    tiles = made.register.tiles(LATER)
    assert prove(made.register.note(LATER), tiles.get) == LATER
    assert prove(made.register.note(LATER), {**tiles, "tile/0/000": None}.get) == "no_proof"
    rewritten = bytes(32) + tiles["tile/0/000"][32:]
    assert prove(made.register.note(LATER), {**tiles, "tile/0/000": rewritten}.get) == "broken"


def test_a_register_that_was_rewritten_is_found_out(made, prove):
    """The same key signs another history: line 3 is no longer what it was."""
    leaves = list(made.register.leaves)
    leaves[3] = bytes(32)
    rewritten = type(made.register)(tuple(leaves), made.register.key)
    assert prove(rewritten.consistency(SIZE, LATER)) == "broken"
    assert prove(rewritten.note(SIZE)) == "broken"


def test_a_note_of_another_key_is_refused(made, prove):
    other = type(made.register)(made.register.leaves, Ed25519PrivateKey.generate())
    assert prove(other.consistency(SIZE, LATER)) == "signature"


def test_a_proof_from_another_state_is_refused(made, prove):
    assert prove(made.register.consistency(SIZE - 2, LATER)) == "other_size"


def test_a_line_of_a_witness_spoils_nothing(made, prove):
    witness = f"{notes.sign(notes.Checkpoint('temoin', 1, bytes(32)), Ed25519PrivateKey.generate())}"
    line = witness.splitlines()[-1]
    assert prove(f"{made.register.consistency(SIZE, LATER)}{line}\n") == LATER


def test_a_state_kept_elsewhere_is_compared_too(made, files):
    report = check(files, latest=Latest("garde.txt", made.register.note(SIZE).encode()))
    assert outcomes(report)["checkpoint"] == "passed"
    assert report.checkpoint == LATER


def test_a_state_kept_elsewhere_that_contradicts_makes_it_invalid(made, files):
    other = make_register(made.register.leaves[0])
    report = check(files, latest=Latest("garde.txt", other.note(SIZE).encode()))
    assert (report.verdict, failed(report)) == ("invalid", ["checkpoint"])
    assert "réécrit" in message(report, "checkpoint")


def test_the_key_of_another_register_is_refused(made, files):
    key = notes.NoteKey("autre.example/registre", bytes(32))
    assert failed(check({**files, "register-key.txt": f"{key.vkey()}\n".encode()})) == ["register_key"]


def test_another_key_with_a_checkpoint_to_match_is_not_the_key_of_the_document(made, files):
    """Whoever swaps both would prove anything: the document names the key, under its seal."""
    other = type(made.register)(made.register.leaves, Ed25519PrivateKey.generate())
    swapped = {
        "register-key.txt": f"{other.vkey()}\n".encode(),
        "checkpoint.txt": other.consistency(SIZE, LATER).encode(),
    }
    report = check({**files, **swapped})
    assert "register_key" in failed(report)
    assert "que nomme le document" in message(report, "register_key")


def test_a_receipt_is_canonical_or_is_not_one(files):
    facts = json.loads(files["receipt.json"])
    assert rfc8785.dumps(facts) == files["receipt.json"]
    for written in (json.dumps(facts, indent=1).encode(), files["receipt.json"].decode().encode("utf-16")):
        report = check({**files, "receipt.json": written})
        assert "document" in failed(report)
