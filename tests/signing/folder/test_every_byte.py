"""Any byte of any part that changes is seen, by the check of that part (issue 3; P7-T6, P7-T11)."""

import random
import re

import pytest

from signing.folder.pdf import prove_pdf
from signing.folder.proved import Flaw
from signing.folder.report import WORDS
from tests.factories.evidence import flipped
from tests.signing.folder.conftest import check, enclosed, failed, proved_authority

#: Part -> the check that must fail.
PARTS = {
    "receipt.json": "document",
    "receipt.json.p7s": "seal",
    "receipt.json.tsr": "time",
    "ca.pem": "authority",
    "register-key.txt": "register_key",
    "checkpoint.txt": "consistency",
    "COMMENT-VERIFIER.txt": "guide",
}


@pytest.mark.parametrize(("name", "part"), PARTS.items())
def test_every_byte_of_a_part_is_watched(files, name, part):
    del files["receipt.pdf"]  # it encloses three of them, and would fail too
    data = files[name]
    unseen = [
        position
        for position in range(len(data))
        if part not in failed(check({**files, name: flipped(data, position)}))
    ]
    assert unseen == []


def test_the_bytes_that_seal_the_pdf_are_watched_and_a_thousand_of_the_others(files):
    """All of what seal and time stamp wrote, but some of the digits and zeros of their tokens."""
    pdf = files["receipt.pdf"]
    end_of_document = pdf.index(b"%%EOF") + 6
    digits = {p for run in re.finditer(rb"[0-9A-Fa-f]{400,}", pdf) for p in range(*run.span())}
    written = [p for p in range(end_of_document, len(pdf)) if p not in digits or p % 40 == 0]
    others = random.Random(3).sample(range(end_of_document), 1000)  # noqa: S311
    authority, beside = proved_authority(files), enclosed(files)
    unseen = [p for p in [*written, *others] if not is_refused(flipped(pdf, p), authority, beside)]
    assert unseen == []


def is_refused(pdf, authority, beside):
    try:
        prove_pdf(pdf, authority, beside)
    except Flaw as flaw:
        return f"pdf.{flaw.code}" in WORDS["messages"]
    return False


def test_an_altered_pdf_fails_by_its_own_check_alone(files):
    pdf = files["receipt.pdf"]
    for position in range(0, len(pdf), 997):
        assert failed(check({**files, "receipt.pdf": flipped(pdf, position)})) == ["pdf"]


@pytest.mark.parametrize("name", [*PARTS, "receipt.pdf"])
def test_a_byte_added_or_removed_at_either_end_is_seen(files, name):
    data = files[name]
    for changed in (data[:-1], data[1:], data + b"\n", data + b"\x00", b"\n" + data, b""):
        report = check({**files, name: changed})
        assert PARTS.get(name, "pdf") in failed(report)


@pytest.mark.parametrize("name", [*PARTS, "receipt.pdf"])
def test_random_bytes_in_place_of_a_part_are_a_verdict(files, name):
    draw = random.Random(5)  # noqa: S311
    for length in (1, 2, 3, 40, 5000):
        assert check({**files, name: draw.randbytes(length)}).verdict == "invalid"
