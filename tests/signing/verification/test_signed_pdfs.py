"""Signatures of others: the five checks of annexe 12 article 5, and the traps that a library lets through."""

import io
from datetime import timedelta

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing import seals
from signing.pki.authority import ensure_authority
from signing.verification.checks import check
from signing.verification.facts import Content
from signing.verification.reports import Outcome, Status, TimeSource, Verdict
from signing.verification.trust.trust import TrustStore
from tests.signing import pki

YEAR = timedelta(days=365)


@pytest.fixture
def sealed(receipt_pdf, authority, now, db):
    return seals.seal_pdf(receipt_pdf, reason="Récépissé", authority=authority, now=now)


def report(pdf, now, authority=None, crls=()):
    roots = (authority.root_certificate,) if authority else ()
    store = TrustStore(roots=roots, crls=tuple(crl.public_bytes(Encoding.DER) for crl in crls))
    (found,) = check([Content.of("acte.pdf", pdf)], now=now, trust=store)
    return found


def verify(pdf, now, authority=None):
    return list(report(pdf, now, authority).signatures)


def verify_with_the_list_of_the_day(pdf, now, authority):
    of_the_day = ensure_authority(authority.directory.parent, now)
    return list(report(pdf, now, authority, of_the_day.crls).signatures)


def outcomes(verdict):
    return {check.code: check.outcome for check in verdict.checks}


# --- What is good is said to be good ---------------------------------------------------------------------------
@pytest.mark.parametrize("later", [timedelta(), timedelta(minutes=5), timedelta(days=90), YEAR])
def test_our_seal_passes_now_and_later(sealed, authority, now, later):
    (verdict,) = verify_with_the_list_of_the_day(sealed, now + later, authority)
    assert (verdict.status, verdict.sub_indication, verdict.level) == (Status.PASSED, "", "PAdES-B-LTA")
    assert (verdict.signer, verdict.issuer) == (
        "Cachet de la plateforme",
        "Autorité de certification de la plateforme",
    )
    assert outcomes(verdict) == {
        "identity": Outcome.PASSED,
        "category": Outcome.UNKNOWN,
        "format": Outcome.PASSED,
        "not_expired_not_revoked_at_signing": Outcome.PASSED,
        "integrity": Outcome.PASSED,
    }


def test_the_time_of_the_timestamp_is_the_time_of_the_signature(sealed, authority, now):
    (verdict,) = verify_with_the_list_of_the_day(sealed, now + YEAR, authority)
    assert (verdict.signed_at, verdict.time_source) == (now, TimeSource.TRUSTED_TIMESTAMP)


def test_with_an_old_list_only_our_seal_is_whole_but_no_longer_proved(sealed, authority, now):
    (verdict,) = verify(sealed, now + YEAR, authority)
    assert (verdict.status, verdict.sub_indication) == (Status.INDETERMINATE, "TRY_LATER")
    assert (verdict.signed_at, verdict.time_source) == (now, TimeSource.TIMESTAMP)
    assert outcomes(verdict)["integrity"] is Outcome.PASSED


def test_an_unknown_authority_leaves_the_identity_open_and_proves_integrity(sealed, now):
    (verdict,) = verify(sealed, now)
    assert (verdict.status, verdict.sub_indication) == (Status.INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND")
    assert outcomes(verdict)["identity"] is Outcome.UNKNOWN
    assert outcomes(verdict)["integrity"] is Outcome.PASSED
    assert "n'a pas été modifié" in verdict.message


def test_a_document_without_signature_has_no_verdict(receipt_pdf, now):
    assert verify(receipt_pdf, now) == []
    assert verify(b"PK\x03\x04 not a PDF", now) == []
    assert verify(b"", now) == []


# --- What was changed is refused -------------------------------------------------------------------------------
def test_a_changed_byte_is_caught(sealed, authority, now):
    place = sealed.index(b"stream") + 40
    changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    (verdict,) = verify(changed, now, authority)
    assert verdict.status is Status.FAILED
    assert outcomes(verdict)["integrity"] is Outcome.FAILED


def test_a_page_replaced_after_the_signature_is_caught(sealed, authority, now):
    """Every signed byte is still there: only the comparison of revisions shows it (shadow attack)."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 100 100 re f"))
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    (verdict,) = verify(output.getvalue(), now, authority)
    assert (verdict.status, verdict.sub_indication) == (Status.FAILED, "FORMAT_FAILURE")
    assert verdict.message == "Le document a été modifié après la signature."


def test_a_document_saved_again_by_an_editor_has_lost_its_signature(sealed, authority, now):
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as document:
        document.save(output)
    (verdict,) = verify(output.getvalue(), now, authority)
    assert verdict.status is Status.FAILED


# --- What is out of time is not passed ------------------------------------------------------------------------
def test_a_signature_stamped_after_the_end_of_the_certificate_is_not_passed(receipt_pdf, authority, now):
    """The trap: pyHanko's validation with time only compares the beginning of the certificate's life."""
    expired = pki.signer(authority, begins=now - 2 * YEAR, ends=now - YEAR)
    pdf = pki.sign(receipt_pdf, expired, now=now, stamped_at=now, crl=authority.crl)
    (verdict,) = verify(pdf, now + timedelta(minutes=5), authority)
    assert (verdict.status, verdict.sub_indication) == (Status.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE")
    assert outcomes(verdict)["not_expired_not_revoked_at_signing"] is Outcome.FAILED


def test_a_signature_that_declares_a_time_before_the_expiry_is_not_believed(receipt_pdf, authority, now):
    expired = pki.signer(authority, begins=now - 2 * YEAR, ends=now - YEAR)
    pdf = pki.sign(receipt_pdf, expired, now=now - YEAR - timedelta(days=1), crl=authority.crl)
    (verdict,) = verify(pdf, now, authority)
    assert verdict.status is Status.INDETERMINATE
    assert verdict.time_source is TimeSource.DECLARED


def test_a_signature_stamped_in_time_outlives_its_certificate(receipt_pdf, authority, now):
    ending = pki.signer(authority, begins=now - YEAR, ends=now + timedelta(days=10))
    pdf = pki.sign(receipt_pdf, ending, now=now, stamped_at=now, crl=authority.crl)
    assert verify(pdf, now + timedelta(days=5), authority)[0].status is Status.PASSED
    (later,) = verify(pdf, now + timedelta(days=20), authority)
    assert (later.signed_at, outcomes(later)["integrity"]) == (now, Outcome.PASSED)


def test_a_revoked_signer_is_not_passed(receipt_pdf, authority, now):
    company = pki.signer(authority, begins=now - YEAR, ends=now + YEAR)
    crl = pki.revoke(company, now - timedelta(days=2))
    pdf = pki.sign(receipt_pdf, company, now=now, stamped_at=now, crl=crl)
    (verdict,) = verify(pdf, now + timedelta(minutes=5), authority)
    assert verdict.status is not Status.PASSED
    assert "REVOKED" in verdict.sub_indication


def test_without_revocation_data_the_certificate_is_not_said_to_be_good(receipt_pdf, authority, now):
    company = pki.signer(authority, begins=now - YEAR, ends=now + YEAR)
    (verdict,) = verify(pki.sign(receipt_pdf, company, now=now, stamped_at=now), now, authority)
    assert (verdict.status, verdict.level) == (Status.INDETERMINATE, "PAdES-B-T")
    assert outcomes(verdict)["not_expired_not_revoked_at_signing"] is Outcome.UNKNOWN


# --- Nothing comes out but verdicts -----------------------------------------------------------------------------
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.8, 0.95, 0.999])
def test_a_truncated_document_gives_no_exception_and_no_pass(sealed, authority, now, share):
    cut = sealed[: int(len(sealed) * share)]
    assert all(verdict.status is not Status.PASSED for verdict in verify(cut, now, authority))


@pytest.mark.parametrize("step", range(0, 60, 7))
def test_a_damaged_structure_gives_no_exception_and_no_pass(sealed, authority, now, step):
    damaged = bytearray(sealed)
    for place in range(step, len(damaged), 997):
        damaged[place] = (damaged[place] * 31 + step) % 256
    assert all(verdict.status is not Status.PASSED for verdict in verify(bytes(damaged), now, authority))


def test_what_only_looks_like_a_signed_pdf_is_refused_and_says_why(now):
    found = report(b"%PDF-1.7\n<< /ByteRange [0 1 2 3] >>", now)
    assert found.verdict is Verdict.INVALID
    assert any("signature lisible" in problem for problem in found.problems)


@pytest.mark.parametrize("module", ["detection", "pdf.pdf"])
def test_a_document_too_large_to_check_is_said_so(monkeypatch, sealed, now, module):
    monkeypatch.setattr(f"signing.verification.{module}.MAX_BYTES", 1000)
    found = report(sealed, now)
    assert found.verdict is Verdict.INDETERMINATE
    assert found.problems
