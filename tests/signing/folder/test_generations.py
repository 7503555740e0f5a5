"""Keys that change, and keys of somebody else: what was sealed before and after is checked the same way (P7-T7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from signing import seals
from signing.folder import cms
from signing.folder.signatures import _SCHEMES
from signing.pki.authority import ensure_authority, rotate
from signing.sealing.keys import chosen
from signing.sealing.keys.seal_key import Algorithm
from tests.conftest import NOW
from tests.factories import evidence
from tests.signing import external
from tests.signing.folder.conftest import check, failed, message, outcomes

YEAR = timedelta(days=365)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture
def place(tmp_path, settings):
    """Keys that this test alone replaces."""
    chosen._holder.cache_clear()
    settings.DATA_DIR = tmp_path
    return tmp_path / "keys"


def receipt_of(place, at=NOW):
    authority = ensure_authority(place, at)
    return evidence.build(evidence.stated(at), authority, at).files


@pytest.mark.parametrize("roles", [["seal"], ["tsa"], ["root"]])
@pytest.mark.usefixtures("db")
def test_a_receipt_older_than_the_keys_in_use_stays_valid(place, roles):
    files = receipt_of(place)
    rotated = rotate(place, roles, NOW + YEAR)
    assert check({**files, "ca.pem": rotated.chain_pem()}).verdict == "valid"


@pytest.mark.usefixtures("db")
def test_the_root_that_counts_is_the_one_that_this_receipt_rests_on(place):
    before = ensure_authority(place, NOW)
    files = receipt_of(place)
    after = rotate(place, ["root"], NOW + YEAR)
    files["ca.pem"] = after.chain_pem()
    assert check(files, trust=before.root_pem()).verdict == "valid"
    assert failed(check(files, trust=after.root_pem())) == ["trust"]


@pytest.mark.usefixtures("db")
def test_a_pdf_renewed_by_later_clocks_stays_that_of_its_seal(place):
    files = receipt_of(place)
    for years in (4, 8):
        at = NOW + years * YEAR
        rotated = rotate(place, ["tsa"], at)
        files["receipt.pdf"] = seals.renew_pdf(files["receipt.pdf"], authority=rotated, now=at)
        files["ca.pem"] = rotated.chain_pem()
        report = check(files)
        assert report.verdict == "valid"
        assert "2\u00a0mars\u00a02026" in message(report, "pdf")


@pytest.mark.parametrize("kind", ["p256", "rsa"])
@pytest.mark.usefixtures("db")
def test_a_seal_of_another_authority_is_checked_through_its_whole_chain(place, settings, tmp_path, kind):
    seal = external.make(tmp_path / kind, kind)
    settings.SEAL_KEY, settings.SEAL_PKCS12_PATH = "pkcs12", str(seal.bundle)
    settings.SEAL_PKCS12_PASSWORD = external.PASSWORD
    files = receipt_of(place)
    files["ca.pem"] = ensure_authority(place, NOW).chain_pem()
    report = check(files)
    assert report.verdict == "valid"
    assert "Cachet de la commune fictive" in message(report, "seal")
    roots = ensure_authority(place, NOW).root_pem() + (seal.folder / "root.pem").read_bytes()
    assert outcomes(check(files, trust=roots))["trust"] == "passed"
    assert failed(check(files, trust=(seal.folder / "root.pem").read_bytes())) == ["trust"]


def test_of_two_signatures_that_ecdsa_accepts_one_alone_is_ours(files):
    """(r, n - s) verifies as well as (r, s), and anybody computes it."""
    signed = cms.read_signed(files["receipt.json.p7s"], cms.DATA, is_ours=True)
    r, s = decode_dss_signature(signed.signature)
    other = replace(signed, signature=encode_dss_signature(r, ORDER - s))
    assert signed.is_signed_by(signed.signer())
    assert other.is_signed_by(signed.signer())
    assert (signed.is_lowered, other.is_lowered) == (True, False)


def test_the_algorithms_of_the_platform_are_those_that_are_read():
    assert {algorithm.value for algorithm in Algorithm} <= set(_SCHEMES)
