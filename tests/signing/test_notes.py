"""C2SP signed notes: what a witness or a mirror reads of the register."""

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.register import notes
from signing.register.notes import Checkpoint, Consistency, NoteInvalid, NoteKey

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "valfictif.example/registre"
KEY = NoteKey(ORIGIN, PRIVATE.public_key().public_bytes_raw())
POINT = Checkpoint(ORIGIN, 42, sha256(b"root").digest())


def test_a_note_is_the_text_an_empty_line_and_the_signature() -> None:
    origin, size, root, empty, signature, end = notes.sign(POINT, PRIVATE).split("\n")
    assert (origin, size, root) == (ORIGIN, "42", base64.b64encode(POINT.root).decode())
    assert (empty, end) == ("", "")
    dash, name, packed = signature.split(" ")
    assert (dash, name) == ("\N{EM DASH}", ORIGIN)
    assert base64.b64decode(packed)[:4] == sha256(ORIGIN.encode() + b"\n\x01" + KEY.public).digest()[:4]


def test_the_key_verifies_what_it_signed() -> None:
    assert notes.verify(notes.sign(POINT, PRIVATE), KEY) == POINT


def test_the_signature_is_ed25519_over_the_text() -> None:
    note = notes.sign(POINT, PRIVATE)
    signature = base64.b64decode(note.rstrip("\n").split(" ")[-1])[4:]
    PRIVATE.public_key().verify(signature, POINT.text().encode())


def test_the_lines_of_witnesses_are_left_alone() -> None:
    witness = Ed25519PrivateKey.generate()
    line = notes.sign(Checkpoint("temoin.example", 1, bytes(32)), witness).split("\n")[-2]
    assert notes.verify(notes.sign(POINT, PRIVATE) + line + "\n", KEY) == POINT


def test_another_key_of_the_same_name_is_refused() -> None:
    with pytest.raises(NoteInvalid):
        notes.verify(notes.sign(POINT, Ed25519PrivateKey.generate()), KEY)


@pytest.mark.parametrize("place", range(len(notes.sign(POINT, PRIVATE).encode())))
def test_no_byte_of_a_note_can_change(place: int) -> None:
    altered = bytearray(notes.sign(POINT, PRIVATE).encode())
    altered[place] ^= 1
    with pytest.raises(NoteInvalid):
        notes.verify(altered.decode("utf-8", "replace"), KEY)


def test_the_verifier_key_goes_there_and_back() -> None:
    assert NoteKey.from_vkey(KEY.vkey()) == KEY


@pytest.mark.parametrize("text", ["", "a+b+c", "name+00000000+AQ==", KEY.vkey()[:-4], "x" + KEY.vkey()])
def test_a_verifier_key_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        NoteKey.from_vkey(text)


def test_a_consistency_text_goes_there_and_back() -> None:
    proof = Consistency(7, (bytes(32), bytes(range(32))), notes.sign(POINT, PRIVATE))
    assert notes.read_consistency(proof.text()) == proof


def test_a_proof_without_hashes_goes_there_and_back() -> None:
    proof = Consistency(42, (), notes.sign(POINT, PRIVATE))
    assert notes.read_consistency(proof.text()) == proof


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "profil-acheteur/consistency/v1",
        "profil-acheteur/consistency/v1\nold 01\n\nx",
        "x" * 20_000,
    ],
)
def test_a_consistency_text_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        notes.read_consistency(text)
