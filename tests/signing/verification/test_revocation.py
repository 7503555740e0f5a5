"""Revocation lists and OCSP answers read where certificates say, through the guarded client."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.x509 import ocsp

from signing.verification.facts import Format, SignatureFacts
from signing.verification.trust.trust import TrustStore, assess
from tests.conftest import NOW
from tests.signing import authorities, web
from tests.signing.authorities import YEAR

HOUR = timedelta(hours=1)
LIFE = {"begins": NOW - YEAR, "ends": NOW + YEAR}


@pytest.fixture
def pki() -> Iterator[web.Web]:
    with web.serving() as started:
        yield started


@pytest.fixture(scope="module")
def root():
    return authorities.root("Autorité fictive", begins=NOW - YEAR, ends=NOW + YEAR)


def assessed(signer, root, fetcher, at=NOW):
    facts = SignatureFacts(place="1", format=Format.CADES, certificate=signer.der)
    return assess(facts, store=TrustStore(roots=(root.certificate,)), now=at, fetcher=fetcher).why_not


def test_a_list_is_read_where_the_certificate_says(pki, root):
    signer = root.signer(**LIFE, extensions=[authorities.lists_at(pki.url("/liste.crl"))])
    pki.pages["/liste.crl"] = root.crl(NOW - HOUR)
    assert assessed(signer, root, pki.fetcher()) == ""
    pki.pages["/liste.crl"] = root.crl(NOW - HOUR, {signer: NOW - 2 * HOUR})
    assert assessed(signer, root, pki.fetcher()) == "REVOKED_NO_POE"


def test_an_answer_is_asked_where_the_certificate_says(pki, root):
    signer = root.signer(**LIFE, extensions=[authorities.answers_at(pki.url("/ocsp"))])
    pki.pages["/ocsp"] = root.ocsp(signer, NOW - HOUR)
    assert assessed(signer, root, pki.fetcher()) == ""
    pki.pages["/ocsp"] = root.ocsp(signer, NOW - HOUR, revoked_at=NOW - 2 * HOUR)
    assert assessed(signer, root, pki.fetcher()) == "REVOKED_NO_POE"


def test_the_question_names_the_certificate_as_responders_expect(root):
    """RFC 6960 4.1.1, read back by another library."""
    from asn1crypto import x509

    from signing.verification.trust.revocation import _question

    signer = root.signer(**LIFE)
    asked = ocsp.load_der_ocsp_request(
        _question(x509.Certificate.load(signer.der), x509.Certificate.load(root.der))
    )
    expected = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(signer.certificate, root.certificate, asked.hash_algorithm)
        .build()
    )
    found = (asked.serial_number, asked.issuer_name_hash, asked.issuer_key_hash)
    assert found == (expected.serial_number, expected.issuer_name_hash, expected.issuer_key_hash)


@pytest.mark.parametrize("page", [None, b"", b"not a list", b"\x30\x03\x0a\x01\x06"])
def test_what_is_no_answer_leaves_the_question_open(pki, root, page):
    places = [authorities.answers_at(pki.url("/ocsp")), authorities.lists_at(pki.url("/liste.crl"))]
    signer = root.signer(**LIFE, extensions=places)
    if page is not None:
        pki.pages |= {"/ocsp": page, "/liste.crl": page}
    assert assessed(signer, root, pki.fetcher()) == "TRY_LATER"
    assert pki.asked == ["/ocsp", "/liste.crl"]


def test_a_list_serves_until_its_next_update_and_offline(pki, root, tmp_path):
    signer = root.signer(**LIFE, extensions=[authorities.lists_at(pki.url("/liste.crl"))])
    pki.pages["/liste.crl"] = root.crl(NOW - HOUR)
    fetcher = pki.fetcher(cache=tmp_path)
    for moment, times in ((NOW, 1), (NOW + timedelta(days=6), 1), (NOW + timedelta(days=8), 2)):
        assessed(signer, root, fetcher, at=moment)
        assert len(pki.asked) == times
    assert assessed(signer, root, pki.fetcher(cache=tmp_path, offline=True)) == ""
    assert assessed(signer, root, pki.fetcher(offline=True)) == "TRY_LATER"


def test_an_address_of_the_inside_is_not_read(pki, root):
    """A certificate that names the cloud's metadata service gets no connection."""
    signer = root.signer(**LIFE, extensions=[authorities.lists_at(f"http://127.0.0.1:{pki.port}/liste.crl")])
    pki.pages["/liste.crl"] = root.crl(NOW - HOUR)
    from procurement.network.fetching import Fetcher

    assert assessed(signer, root, Fetcher()) == "TRY_LATER"
    assert pki.asked == []


def test_nothing_is_asked_about_an_expired_certificate(pki, root):
    signer = root.signer(
        begins=NOW - YEAR, ends=NOW - HOUR, extensions=[authorities.lists_at(pki.url("/liste.crl"))]
    )
    assert assessed(signer, root, pki.fetcher()) == "OUT_OF_BOUNDS_NO_POE"
    assert pki.asked == []
