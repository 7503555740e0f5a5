"""Rules of PAdES that the dictionary of a PDF signature breaks, and the older formats of PDF."""

import hashlib
from dataclasses import replace

import pytest

from signing.verification.facts import Format, SignatureFacts, Sub
from signing.verification.pdf.fields import PdfSignature
from signing.verification.pdf.profile import (
    compare_inner_digest,
    profile_problem,
    signature_values,
    signed_content,
    signed_data_in,
)
from signing.verification.pdf.ranges import ByteRange

DOCUMENT = b"%PDF-1.7 covered <3082> covered too"
GOOD = PdfSignature(
    name="Signature1", contents=b"", byte_range=None, sub_filter="ETSI.CAdES.detached", has_date=True
)
RANGE = ByteRange(DOCUMENT, 0, 17, 23, len(DOCUMENT) - 23)


@pytest.fixture
def detached(company):
    return signed_data_in(company.sign(DOCUMENT, "-cades") + b"\x00" * 50)


def test_the_profile_is_kept_by_a_detached_dated_signature(detached):
    assert profile_problem(GOOD, detached) == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sub_filter": "adbe.pkcs7.detached"}, "(adbe.pkcs7.detached), antérieur à PAdES"),
        ({"sub_filter": ""}, "(sans nom), antérieur à PAdES"),
        ({"has_date": False}, "pas de date (entrée M du PDF)"),
    ],
)
def test_each_rule_of_the_dictionary_has_its_sentence(detached, changes, sentence):
    assert sentence in profile_problem(replace(GOOD, **changes), detached)


def test_a_document_inside_the_signature_is_below_the_profile(company):
    enclosing = signed_data_in(company.sign(DOCUMENT, "-cades", "-nodetach"))
    assert "contient un document" in profile_problem(GOOD, enclosing)


def test_two_signers_in_one_field_are_below_the_profile(company, colleague):
    both = signed_data_in(colleague.sign_too(company.sign(DOCUMENT, "-cades"), DOCUMENT, "-cades"))
    assert "plusieurs signataires" in profile_problem(GOOD, both)


def test_the_old_way_signs_a_digest_of_the_document(company):
    """adbe.pkcs7.sha1 (ISO 32000-1 12.8.3.3.1)."""
    covered = DOCUMENT[:17] + DOCUMENT[23:]
    facts = SignatureFacts(place="", format=Format.PADES, intact=True)
    old = replace(GOOD, sub_filter="adbe.pkcs7.sha1")
    for inner, intact in ((covered, True), (b"another document", False)):
        digest = hashlib.sha1(inner).digest()  # noqa: S324  the format's own
        signed_data = signed_data_in(company.sign(digest, "-nodetach"))
        compared = compare_inner_digest(facts, signed_data, RANGE)
        assert (compared.intact, compared.broken) == (intact, "" if intact else Sub.HASH_FAILURE)
        assert signed_content(old, RANGE, signed_data).digest("sha256") == hashlib.sha256(digest).digest()


@pytest.mark.parametrize("contents", [b"", b"\x00" * 20, b"\x30\x80", b"\x04\x04\x01\x02\x03\x04"])
def test_what_is_not_a_signature_has_no_value(contents):
    assert signed_data_in(contents) is None
    assert signature_values(contents) == []
