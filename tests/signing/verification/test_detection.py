"""What a file is, by its content and never by its name."""

import base64

import pytest

from signing.verification import detection
from signing.verification.detection import Kind, detect
from signing.verification.facts import Content
from tests.signing.verification import makers


@pytest.fixture(scope="module")
def signature(authority):
    return makers.cades(authority, makers.DOCUMENT, is_stamped=False)


def kind(data):
    return detect(Content.of("fichier.txt", data)).kind


def armoured(data, label):
    return b"-----BEGIN %s-----\n%s-----END %s-----\n" % (label, base64.encodebytes(data), label)


def test_each_kind_is_recognised(authority, signature):
    token = makers.token(authority, b"x")
    assert kind(b"%PDF-1.7\n") is Kind.PDF
    assert kind(b"\n\n%PDF-1.7\n") is Kind.PDF
    assert kind(signature) is Kind.CMS
    assert kind(token) is Kind.TOKEN
    assert kind(makers.timestamps.response(token)) is Kind.TOKEN
    assert kind(makers.archive("", {"a": b""})) is Kind.ZIP
    assert kind(b'<a xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>') is Kind.XML
    assert kind('\ufeff<a xmlns="http://www.w3.org/2000/09/xmldsig#"/>'.encode("utf-16")) is Kind.XML


def test_armour_is_opened(authority, signature):
    assert kind(armoured(signature, b"PKCS7")) is Kind.CMS
    assert kind(armoured(signature, b"CMS")) is Kind.CMS
    assert kind(base64.encodebytes(signature)) is Kind.CMS
    assert kind(base64.b64encode(makers.token(authority, b"x"))) is Kind.TOKEN


@pytest.mark.parametrize(
    "data", [b"", b"0", b"0\x82", b"MIIB", b"<a/>", b"-----BEGIN", b"texte", b"PK", bytes(2000)]
)
def test_anything_else_is_plain(data):
    assert kind(data) is Kind.PLAIN


def test_certificates_and_keys_are_plain(authority):
    assert kind(authority.root_pem()) is Kind.PLAIN
    assert kind(authority.tsa_der) is Kind.PLAIN


def test_a_signature_that_carries_a_pdf_is_a_signature(authority):
    assert kind(makers.cades(authority, b"%PDF-1.7", is_stamped=False, detached=False)) is Kind.CMS


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7" + bytes(300) + b"/ByteRange", Kind.TOO_LARGE),
        (b"%PDF-1.7" + bytes(300), Kind.PLAIN),
        (b"PK\x03\x04" + bytes(300) + b"META-INF/signatures.xml", Kind.TOO_LARGE),
        (bytes(400), Kind.PLAIN),
    ],
)
def test_what_is_too_large_is_only_scanned_for_a_signature(monkeypatch, data, expected):
    monkeypatch.setattr(detection, "MAX_BYTES", 200)
    monkeypatch.setattr(detection, "_CHUNK", 64)
    assert kind(data) is expected
