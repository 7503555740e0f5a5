"""A sealed PDF outlives the certificates that made it: pyHanko's long-term validation, years later (P7-T7)."""

import io
from datetime import timedelta

import pikepdf
import pytest
from pyhanko.sign.ades.report import AdESPassed

from signing import seals
from signing.pki.authority import ensure_authority, rotate
from signing.sealing import pades
from signing.seals import SealInvalid
from tests.signing.judges import long_term

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


@pytest.fixture
def place(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path / "keys"


@pytest.fixture
def sealed(place, receipt_pdf, now):
    return seals.seal_pdf(receipt_pdf, reason="Récépissé", authority=ensure_authority(place, now), now=now)


def renew(pdf, place, at):
    return seals.renew_pdf(pdf, authority=ensure_authority(place, at), now=at)


def judge(pdf, place, at):
    """With the roots that are published then and the lists of that day."""
    authority = ensure_authority(place, at)
    return long_term(pdf, at, authority.roots, authority.crls)


def test_a_renewed_seal_is_valid_when_its_first_certificates_have_ended(sealed, place, now):
    rotate(place, ["root"], now + 9 * YEAR)
    renewed = renew(sealed, place, now + 9 * YEAR)
    judged = judge(renewed, place, now + 12 * YEAR)
    assert judged.ades_subindic is AdESPassed.OK
    assert judged.best_signature_time == now


def test_without_renewal_it_is_no_longer(sealed, place, now):
    rotate(place, ["root"], now + 9 * YEAR)
    assert judge(sealed, place, now + 9 * YEAR).ades_subindic is AdESPassed.OK
    assert judge(sealed, place, now + 12 * YEAR).ades_subindic is not AdESPassed.OK


def test_a_renewal_after_the_end_does_not_bring_it_back(sealed, place, now):
    rotate(place, ["root"], now + 11 * YEAR)
    renewed = renew(sealed, place, now + 11 * YEAR)
    assert judge(renewed, place, now + 12 * YEAR).ades_subindic is not AdESPassed.OK


def test_a_seal_renewed_twice_lasts_a_generation_more(sealed, place, now):
    for years in (9, 18):
        rotate(place, ["root"], now + years * YEAR)
        sealed = renew(sealed, place, now + years * YEAR)
    judged = judge(sealed, place, now + 21 * YEAR)
    assert judged.ades_subindic is AdESPassed.OK
    with pikepdf.open(io.BytesIO(sealed)) as document:
        names = [str(field.T) for field in document.Root.AcroForm.Fields]
        assert names == ["Cachet", "Horodatage", "Horodatage 2", "Horodatage 3"]


def test_protection_lasts_as_long_as_the_certificate_of_the_last_stamp(sealed, place, now):
    first = ensure_authority(place, now).tsa_certificate
    assert seals.protected_until(sealed) == first.not_valid_after_utc
    second = rotate(place, ["tsa"], now + 9 * YEAR).tsa_certificate
    renewed = renew(sealed, place, now + 9 * YEAR)
    assert seals.protected_until(renewed) == second.not_valid_after_utc


def test_a_renewal_changes_nothing_of_the_document(sealed, place, now, folder, run):
    renewed = renew(sealed, place, now + YEAR)
    assert renewed.startswith(sealed)
    (folder / "a.pdf").write_bytes(renewed)
    shown = run("pdfsig", "a.pdf").stdout
    assert "Signature Validation: Signature is Valid." in shown
    with pikepdf.open(io.BytesIO(renewed)) as document, document.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert len(document.Root.DSS.CRLs) == 2


def test_a_pdf_without_a_document_timestamp_is_not_renewed(receipt_pdf, place, now):
    for pdf in (receipt_pdf, b"%PDF-1.7 nothing", b""):
        with pytest.raises(SealInvalid):
            renew(pdf, place, now)
        with pytest.raises(SealInvalid):
            seals.protected_until(pdf)


def test_the_tokens_of_a_seal_are_found_again(sealed, place, now):
    (token,) = pades.archive_tokens(sealed)
    assert token.startswith(b"\x30\x82")
    assert ensure_authority(place, now).tsa_der in token
