"""Seals of the platform, judged by openssl, pdfsig, pikepdf and pyHanko's long-term validation (P7-T7, P7-T11)."""

import asyncio
import hashlib
import io
import threading
from datetime import timedelta

import pikepdf
import pytest
from asgiref.sync import sync_to_async
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed

from procurement.actors import SYSTEM
from signing import proofs, seals
from signing.models import AuthorityClock
from signing.pki.authority import ensure_authority
from signing.services import sealing, stamping
from signing.verification.checks import check
from signing.verification.facts import Content
from signing.verification.reports import Status
from signing.verification.trust.trust import TrustStore
from tests.signing.judges import long_term

pytestmark = pytest.mark.django_db
RECEIPT = '{"depot": "2026-VAL-014/3", "objet": "école"}'.encode()


@pytest.fixture
def sealed(receipt_pdf, authority, now):
    return seals.seal_pdf(receipt_pdf, reason="Récépissé de dépôt", authority=authority, now=now)


# --- PDF --------------------------------------------------------------------------------------------------------
def test_pdfsig_says_that_the_seal_is_valid(sealed, folder, run):
    (folder / "recepisse.pdf").write_bytes(sealed)
    shown = run("pdfsig", "recepisse.pdf").stdout
    assert "Signature Validation: Signature is Valid." in shown
    assert "Signature Type: ETSI.CAdES.detached" in shown
    assert "Total document signed" in shown  # by the document timestamp, which comes last


def test_the_seal_passes_the_long_term_validation_of_another_policy(sealed, authority, now):
    later = now + timedelta(days=200)
    of_the_day = ensure_authority(authority.directory.parent, later)
    result = long_term(sealed, later, of_the_day.roots, of_the_day.crls)
    assert result.ades_subindic is AdESPassed.OK
    assert result.best_signature_time == now


def test_the_sealed_document_keeps_its_standards_and_what_it_carries(sealed):
    with pikepdf.open(io.BytesIO(sealed)) as document, document.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert set(document.attachments) == {"recepisse.json", "recepisse.json.tsr"}


def test_what_the_seal_adds_to_the_page_respects_pdf_a_and_pdf_ua(sealed):
    """Named, printable, not hidden, out of the page, on a page that tells its order."""
    with pikepdf.open(io.BytesIO(sealed)) as document:
        fields = list(document.Root.AcroForm.Fields)
        assert [str(field.T) for field in fields] == ["Cachet", "Horodatage"]
        for field in fields:
            assert str(field.TU)
            assert int(field.F) & 4 == 4
            assert int(field.F) & 2 == 0
            assert list(field.Rect) == [-9999] * 4
        assert document.pages[0].Tabs == "/S"


def test_the_document_carries_the_proofs_of_its_seal(sealed):
    with pikepdf.open(io.BytesIO(sealed)) as document:
        assert (len(document.Root.DSS.Certs), len(document.Root.DSS.CRLs)) == (3, 1)


def test_the_seal_is_dated_by_the_time_given(sealed):
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_regular_signatures
    assert str(signature.sig_object["/M"]).startswith("D:20260302090000")


@pytest.mark.parametrize("shift", [timedelta(days=-90), timedelta(days=90)])
def test_a_seal_asked_with_a_time_behind_the_last_token_takes_the_time_of_the_token(
    receipt_pdf, authority, now, shift
):
    """A node whose clock lags, or the facts of a demonstration told in any order, still get a valid seal."""
    last = max(now, now + shift)
    stamping.reserve(count=1, now=last)
    asked = min(now, now + shift)
    sealed = seals.seal_pdf(receipt_pdf, reason="r", authority=authority, now=asked)
    of_the_day = ensure_authority(authority.directory.parent, last)
    store = TrustStore(roots=(authority.root_certificate,), crls=(of_the_day.crl.public_bytes(Encoding.DER),))
    (report,) = check([Content.of("a.pdf", sealed)], now=last, trust=store)
    (verdict,) = report.signatures
    assert (verdict.status, verdict.signed_at) == (Status.PASSED, last)


def test_each_token_of_a_seal_has_a_serial_of_its_own(receipt_pdf, authority, now):
    seals.seal_pdf(receipt_pdf, reason="a", authority=authority, now=now)
    seals.seal_pdf(receipt_pdf, reason="b", authority=authority, now=now)
    assert AuthorityClock.objects.get().sequence == 4


def test_a_seal_is_made_in_a_thread_of_a_worker(receipt_pdf, authority, now, monkeypatch):
    slots = stamping.reserve(count=2, now=now)
    monkeypatch.setattr(sealing, "reserve", lambda **_: slots)  # the thread would have another connection
    made = []
    thread = threading.Thread(
        target=lambda: made.append(seals.seal_pdf(receipt_pdf, reason="r", authority=authority, now=now))
    )
    thread.start()
    thread.join()
    assert made[0].startswith(b"%PDF-")


def test_a_seal_is_made_under_an_asynchronous_view(receipt_pdf, authority, now, monkeypatch):
    slots = stamping.reserve(count=2, now=now)
    monkeypatch.setattr(sealing, "reserve", lambda **_: slots)

    async def view():
        return await sync_to_async(seals.seal_pdf)(receipt_pdf, reason="r", authority=authority, now=now)

    assert asyncio.run(view()).startswith(b"%PDF-")


# --- Anything else ------------------------------------------------------------------------------------------------
def test_openssl_verifies_a_detached_seal(folder, run, at, authority, now):
    (folder / "recepisse.json").write_bytes(RECEIPT)
    signed = seals.seal_detached(RECEIPT, authority=authority, now=now)
    (folder / "recepisse.json.p7s").write_bytes(signed)
    proof = proofs.seal_proof("recepisse.json", "recepisse.json.p7s")
    assert proof.expected in run(*proof.arguments, *at).stdout
    assert "CAdES Verification successful" in run(*proof.arguments, *at, "-cades").stdout


def test_openssl_refuses_a_detached_seal_of_a_changed_document(folder, run, at, authority, now):
    (folder / "recepisse.json").write_bytes(RECEIPT + b" ")
    signed = seals.seal_detached(RECEIPT, authority=authority, now=now)
    (folder / "recepisse.json.p7s").write_bytes(signed)
    refused = run(*proofs.seal_proof("recepisse.json", "recepisse.json.p7s").arguments, *at)
    assert refused.returncode != 0
    assert "CMS Verification failure" in refused.stdout


# --- The commands that the help page shows ------------------------------------------------------------------------
def test_the_commands_of_a_receipt_work_in_its_folder(folder, run, now, receipt_pdf):
    """With the certificates that the platform hands out, by the machine's own date."""
    authority = stamping.current_authority(now)
    (folder / "ca.pem").write_bytes(authority.chain_pem())
    token = stamping.stamp(digest=hashlib.sha256(RECEIPT).hexdigest(), actor=SYSTEM, now=now)
    (folder / "recepisse.json").write_bytes(RECEIPT)
    (folder / "recepisse.json.tsr").write_bytes(token.tsr)
    (folder / "recepisse.json.p7s").write_bytes(seals.seal_detached(RECEIPT, authority=authority, now=now))
    sealed = seals.seal_pdf(receipt_pdf, reason="Récépissé", authority=authority, now=now)
    (folder / "recepisse.pdf").write_bytes(sealed)
    every = [
        *proofs.evidence_proofs("recepisse"),
        proofs.digest_proof("recepisse.json", hashlib.sha256(RECEIPT).hexdigest()),
    ]
    for proof in every:
        shown = run("sh", "-c", proof.command)
        assert shown.returncode == 0, proof.command
        assert proof.expected in shown.stdout, proof.command
