"""Check, seal, receipt, withdraw, in the browser of the company."""

import io
import subprocess
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Deposit
from bids.services import receipts, sealing
from bids.states import DepositState
from procurement.audit.models import Entry
from procurement.files.models import StoredFile
from signing.services.clock_watch import ClockNotTrusted
from tests.factories import bids


@pytest.fixture
def draft(consultation, company, clock) -> Deposit:
    return bids.filled(consultation, company)


def url_of(deposit: Deposit, name: str) -> str:
    return reverse(f"bids:{name}", args=[deposit.pk])


def seal(browser: Client, deposit: Deposit, **fields: str):
    return browser.post(url_of(deposit, "seal"), {"manifest": sealing.manifest_of(deposit)} | fields)


def page(browser: Client, deposit: Deposit, name: str = "receipt") -> str:
    return browser.get(url_of(deposit, name)).content.decode().replace("&#x27;", "'")


def test_the_last_check_shows_everything(draft, consultation, company, browser) -> None:
    html = page(browser, draft, "check")
    for piece in draft.pieces.all():
        assert piece.name in html
        assert piece.clear_sha256 in html
    for words in (
        consultation.title,
        consultation.reference,
        consultation.buyer.name,
        company.name,
        "30\u00a0jours",
    ):
        assert words in html
    assert "Il manque ce que l'acheteur demande" not in html
    assert "Sceller et déposer" in html


def test_sealing_leads_to_the_receipt_at_once(draft, consultation, company, browser) -> None:
    """P7-T11: immediately, with the five mentions, the sealed PDF made."""
    reply = seal(browser, draft)
    assert reply.url == url_of(draft, "receipt")
    html = page(browser, draft)
    assert "Votre pli est reçu" in html
    for words in (company.name, consultation.buyer.name, consultation.title, consultation.description):
        assert words in html
    assert "lundi 2\u00a0mars\u00a02026 à 10\u00a0h\u00a000\u00a0min\u00a000\u00a0s (heure de Paris)" in html
    for piece in draft.pieces.all():
        assert piece.name in html
    assert StoredFile.objects.filter(area="evidence", media_type="application/pdf").count() == 1


def test_the_moment_that_counts_is_when_the_request_arrives(
    draft, consultation, sign_in, person, clock
) -> None:
    clock.move_to(consultation.deadline)
    seal(sign_in(person), draft)
    draft.refresh_from_db()
    assert (draft.received_at, draft.is_late) == (consultation.deadline, False)


def test_a_deadline_that_passes_before_the_seal_is_said_plainly(
    draft, consultation, sign_in, person, clock
) -> None:
    """P7-B5: kept and flagged, never lost."""
    clock.move_to(consultation.deadline + timedelta(seconds=1))
    browser = sign_in(person)
    assert "Sceller et déposer hors délai" in page(browser, draft, "check")
    seal(browser, draft)
    html = page(browser, draft)
    assert "Votre pli est reçu hors délai" in html
    assert "Hors délai : conservé, non ouvert" in html
    assert consultation.contact_email in html
    draft.refresh_from_db()
    assert (draft.state, draft.is_late, draft.number) == (DepositState.SEALED, True, 1)


def test_a_double_click_is_one_deposit(draft, browser) -> None:
    manifest = sealing.manifest_of(draft)
    replies = [browser.post(url_of(draft, "seal"), {"manifest": manifest}) for _ in range(3)]
    replies.append(browser.post(url_of(draft, "seal"), {}))  # replayed without its fields
    assert {reply.url for reply in replies} == {url_of(draft, "receipt")}
    assert Deposit.objects.handed_in().count() == 1


def test_missing_pieces_are_confirmed_before_the_seal(consultation, company, browser, clock) -> None:
    """R2144-2: a warning, not a lock."""
    draft = bids.draft(consultation, company)
    bids.piece(draft)
    html = page(browser, draft, "check")
    for words in ("Il manque ce que l'acheteur demande", "Mémoire technique", "R2144-2"):
        assert words in html
    refused = seal(browser, draft)
    assert "Confirmez que vous déposez sans les pièces manquantes" in refused.content.decode()
    draft.refresh_from_db()
    assert draft.state == DepositState.DRAFT
    assert seal(browser, draft, accept_missing="on").url == url_of(draft, "receipt")


def test_an_empty_deposit_offers_no_seal(consultation, company, browser, clock) -> None:
    draft = bids.draft(consultation, company)
    assert "Ce pli ne contient aucun fichier" in page(browser, draft, "check")
    reply = browser.post(
        url_of(draft, "seal"), {"manifest": sealing.manifest_of(draft), "accept_missing": "on"}, follow=True
    )
    assert "il n'a pas été déposé" in reply.content.decode().replace("&#x27;", "'")


def test_a_page_that_is_out_of_date_seals_nothing(draft, browser) -> None:
    manifest = sealing.manifest_of(draft)
    bids.piece(draft, "ajout.pdf", b"%PDF-ajout")
    reply = browser.post(url_of(draft, "seal"), {"manifest": manifest}, follow=True)
    assert "Le contenu du pli a changé" in reply.content.decode()
    draft.refresh_from_db()
    assert draft.state == DepositState.DRAFT


def test_a_session_that_ended_comes_back_to_the_check(draft, browser) -> None:
    url = url_of(draft, "seal")
    assert Client().post(url, {}).url == f"{reverse('account_login')}?next={url}"
    assert browser.get(url).url == url_of(draft, "check")


def test_a_pdf_that_fails_never_stops_a_deposit(draft, browser, monkeypatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("typst")

    monkeypatch.setattr(receipts, "write_pdf", broken)
    assert seal(browser, draft).url == url_of(draft, "receipt")
    assert "Votre pli est reçu" in page(browser, draft)


def test_a_clock_that_is_wrong_refuses_the_seal_and_leaves_a_dated_trace(draft, browser, monkeypatch) -> None:
    """P8-6, CE 2021 n° 449250: nothing is lost, and the attempt is proved."""

    def drifted(**_: object) -> None:
        raise ClockNotTrusted

    monkeypatch.setattr(sealing, "seal_deposit", drifted)
    answer = seal(browser, draft)
    assert answer.status_code == 503
    assert "horloge de la plateforme" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.pieces.count() > 0) == ("draft", True)
    line = Entry.objects.get(action="bids.deposit.refuse")
    assert (line.subject, line.data["cause"]) == (str(draft.pk), "clock_not_trusted")


def test_the_folder_of_proofs_verifies_after_download(draft, browser, tmp_path) -> None:
    """What the person has on their disk is enough: openssl and pdfsig, no platform."""
    seal(browser, draft)
    reply = browser.get(url_of(draft, "receipt_zip"))
    bundle = zipfile.ZipFile(io.BytesIO(reply.getvalue()))
    names = [name.partition("/")[2] for name in bundle.namelist()]
    assert names == ["receipt.json", "receipt.json.p7s", "receipt.json.tsr", "receipt.pdf",
                     "ca.pem", "register-key.txt", "COMMENT-VERIFIER.txt"]  # fmt: skip
    bundle.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    for check in receipts.checks():
        done = subprocess.run(check.arguments, cwd=folder, capture_output=True, text=True, check=False)
        assert check.expected in done.stdout + done.stderr
    pdf = browser.get(url_of(draft, "receipt_pdf"))
    assert pdf.getvalue() == (folder / "receipt.pdf").read_bytes()
    assert pdf["Cache-Control"] == "private, no-store"
    assert pdf["Content-Type"] == "application/pdf"


def test_a_draft_has_no_receipt(draft, browser) -> None:
    for name in ("receipt", "receipt_pdf", "receipt_zip", "withdraw"):
        assert browser.get(url_of(draft, name)).status_code == 404


def test_withdrawing_before_the_deadline(draft, browser, sign_in, person, clock, consultation) -> None:
    seal(browser, draft)
    url = url_of(draft, "withdraw")
    assert "ne peut pas être rétabli" in browser.get(url).content.decode()
    assert "Cochez cette case" in browser.post(url, {}).content.decode()
    draft.refresh_from_db()
    assert draft.state == DepositState.SEALED
    clock.move_to(consultation.deadline)
    browser = sign_in(person)
    assert browser.post(url, {"confirm": "on"}).url == url_of(draft, "receipt")
    assert "Pli n° 1 retiré" in page(browser, draft)
    assert browser.post(url, {"confirm": "on"}).url == url_of(draft, "receipt")  # a double click


def test_withdrawing_after_the_deadline_is_refused(
    draft, browser, sign_in, person, clock, consultation
) -> None:
    seal(browser, draft)
    clock.move_to(consultation.deadline + timedelta(seconds=1))
    browser = sign_in(person)
    assert "ne peut plus être retiré" in page(browser, draft, "withdraw")
    reply = browser.post(url_of(draft, "withdraw"), {"confirm": "on"})
    assert reply.status_code == 409
    draft.refresh_from_db()
    assert draft.state == DepositState.SEALED


def test_a_replaced_deposit_says_so_and_keeps_its_receipt(draft, browser, consultation, company) -> None:
    seal(browser, draft)
    second = bids.filled(consultation, company)
    assert "remplacera en entier votre pli n° 1" in page(browser, second, "check")
    seal(browser, second)
    assert "Pli n° 1 remplacé" in page(browser, draft)
    assert browser.get(url_of(draft, "receipt_zip")).status_code == 200
