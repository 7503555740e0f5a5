"""The opener sees the five checks of annexe 12 art. 5 for each document, as they were made at the opening."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from lxml import html

from bids.models import Deposit, Piece
from bids.queries.buyer import list_opened
from bids.services import opening
from bids.services.minutes import finding_of
from procurement.accounts.roles import Role
from procurement.audit.models import Entry
from procurement.files import services as files
from signing.models import SignatureCheck
from signing.seals import seal_detached
from signing.services.stamping import current_authority
from signing.verification.facts import Covers, Format
from signing.verification.reports import CheckCode, FileReport, Verdict
from tests.factories import openings, organisations, tenders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_opening")]
OFFER = b"Une offre fictive, chiffres compris.\n" * 40
LABELS = [code.label for code in CheckCode]


@pytest.fixture
def consultation(db):
    return tenders.published()


@pytest.fixture
def reader(client, consultation):
    client.force_login(organisations.member(consultation.buyer, Role.READER))
    return client


def signature_of(content):
    return seal_detached(content, authority=current_authority(openings.HANDED_IN), now=openings.HANDED_IN)


def opened_with(consultation, *parts, company=None):
    openings.deposit(consultation, company or organisations.company(), offer=parts)
    openings.opened(consultation)


def check_of(name):
    piece = Piece.objects.select_related("clear").get(name=name)
    return SignatureCheck.objects.get(file_sha256=piece.clear.sha256, together=piece.deposit_id)


def page(reader, name, address="signatures"):
    piece = Piece.objects.select_related("deposit").get(name=name)
    return reader.get(reverse(f"bids:{address}", args=[piece.deposit.consultation_id, piece.pk]))


# --- At the opening --------------------------------------------------------------------------------------------------
def test_a_detached_signature_is_paired_by_content_across_the_pieces_of_a_deposit(consultation):
    """Not by name: « autre.p7s » signs « offre.txt »."""
    opened_with(
        consultation, ("offre.txt", OFFER), ("autre.p7s", signature_of(OFFER)), ("plan.txt", b"Un plan.")
    )
    verdicts = {name: check_of(name).verdict for name in ("offre.txt", "autre.p7s", "plan.txt")}
    assert verdicts == {"offre.txt": Verdict.VALID, "autre.p7s": Verdict.VALID, "plan.txt": Verdict.UNSIGNED}
    assert check_of("offre.txt").report["signed_by"] == ["autre.p7s"]
    assert check_of("offre.txt").checked_at == openings.OPENING
    assert "certificat" in check_of("offre.txt").trust


def test_the_signature_of_a_deposit_says_nothing_of_the_same_file_in_another(consultation):
    """Two companies hand in the same form; one of them signed it."""
    first, second = organisations.company("Une SARL fictive"), organisations.company("Autre SARL fictive")
    openings.deposit(consultation, first, offer=[("offre.txt", OFFER), ("offre.p7s", signature_of(OFFER))])
    openings.deposit(consultation, second, offer=[("offre.txt", OFFER)])
    openings.opened(consultation)
    found = {
        bid.deposit.company.name: [
            item.check.verdict for item in bid.pieces if item.piece.name == "offre.txt"
        ]
        for bid in list_opened(buyer_id=consultation.buyer_id, consultation_id=consultation.pk)
    }
    assert found == {first.name: [Verdict.VALID], second.name: [Verdict.UNSIGNED]}


def test_two_files_of_one_name_are_not_mixed_up(consultation):
    openings.deposit(
        consultation,
        organisations.company(),
        candidature=[("piece.txt", b"Une autre piece.")],
        offer=[("piece.txt", OFFER), ("piece.p7s", signature_of(OFFER))],
    )
    openings.opened(consultation)
    verdicts = {
        item.piece.envelope: item.check.verdict
        for bid in list_opened(buyer_id=consultation.buyer_id, consultation_id=consultation.pk)
        for item in bid.pieces
        if item.piece.name == "piece.txt"
    }
    assert verdicts == {"candidature": Verdict.UNSIGNED, "offer": Verdict.VALID}


def test_the_check_is_in_the_journal_and_nobody_rewrites_it(consultation):
    opened_with(consultation, ("offre.txt", OFFER), ("offre.p7s", signature_of(OFFER)))
    check = check_of("offre.txt")
    entry = Entry.objects.get(action="signing.signature.verify", subject=check.file_sha256)
    assert entry.data == {"verdict": "valid", "statuses": ["TOTAL-PASSED"]}
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE signing_signaturecheck SET verdict = 'unsigned'")


def test_a_run_after_a_crash_does_not_check_twice(consultation, monkeypatch):
    openings.deposit(consultation, organisations.company(), offer=[("offre.p7s", signature_of(OFFER))])
    openings.ask(consultation)

    def crash(**_):
        raise RuntimeError

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(opening, "finish_deposit", crash)
        openings.run(consultation)
    checks = list(SignatureCheck.objects.values_list("pk", flat=True))
    openings.run(consultation, now=openings.OPENING + timedelta(hours=1))
    assert checks == list(SignatureCheck.objects.values_list("pk", flat=True)) != []


def test_a_store_that_does_not_answer_is_asked_again(consultation, monkeypatch):
    """A check that could not be made must not pass for one."""
    openings.deposit(consultation, organisations.company(), offer=[("offre.txt", OFFER)])
    openings.ask(consultation)

    def silent(_file):
        raise OSError("no answer")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="no answer"):
        patch.setattr("signing.services.verification.files.open_stored", silent)
        openings.run(consultation)
    assert not SignatureCheck.objects.exists()
    assert Deposit.objects.get().state == "sealed"
    openings.run(consultation)
    assert check_of("offre.txt").verdict == Verdict.UNSIGNED


def test_the_minutes_name_the_signer_and_the_conclusion(consultation):
    opened_with(consultation, ("offre.txt", OFFER), ("offre.p7s", signature_of(OFFER)))
    (bid,) = list_opened(buyer_id=consultation.buyer_id, consultation_id=consultation.pk)
    findings = {item.piece.name: finding_of(item) for item in bid.pieces}
    assert findings["offre.txt"].endswith("Signature valide (Cachet de la plateforme).")
    assert "ignature" not in findings["candidature.txt"]


def test_what_certificates_hold_can_always_be_kept(consultation, monkeypatch):
    """NUL and lone surrogates have no place in PostgreSQL's JSON."""
    report = FileReport(
        file="a\x00\ud800", format=Format.NONE, verdict=Verdict.UNSIGNED, problems=("x" * 10_000,)
    )
    monkeypatch.setattr("signing.verification.checks.check", lambda contents, **_: [report] * len(contents))
    opened_with(consultation, ("offre.txt", OFFER))
    kept = SignatureCheck.objects.first().report
    assert (kept["file"], len(kept["problems"][0])) == ("a\ufffd\ufffd", 5000)


# --- The sheet -------------------------------------------------------------------------------------------------------
def test_the_sheet_shows_the_five_checks_in_french(reader, consultation):
    opened_with(consultation, ("offre.txt", OFFER), ("offre.p7s", signature_of(OFFER)))
    text = page(reader, "offre.txt").content.decode()
    shown = html.fromstring(text)
    labels = [label.text_content() for label in shown.xpath("//dl[1]//dt") if label.text_content() in LABELS]
    assert labels == LABELS
    assert "Signé par un fichier joint au pli : offre.p7s." in shown.text_content()
    assert "date prouvée par un horodatage reconnu" in shown.text_content()
    assert "Fait le" in shown.text_content()


def test_the_opened_bids_lead_to_the_sheet_of_what_is_signed(reader, consultation):
    opened_with(
        consultation, ("offre.txt", OFFER), ("offre.p7s", signature_of(OFFER)), ("plan.txt", b"Un plan.")
    )
    shown = html.fromstring(reader.get(reverse("bids:opening", args=[consultation.pk])).content.decode())
    links = shown.xpath("//a[contains(@href, '/signatures/')]")
    assert {link.xpath("string(span)").strip() for link in links} == {"de offre.txt", "de offre.p7s"}
    assert "Non signé" in shown.text_content()


def test_the_full_report_is_downloaded_as_xml(reader, consultation):
    opened_with(consultation, ("offre.txt", OFFER), ("offre.p7s", signature_of(OFFER)))
    response = page(reader, "offre.txt", "signatures_report")
    assert response["Content-Type"] == "application/xml"
    assert response["Content-Disposition"].startswith('attachment; filename="rapport-signatures-')
    assert b"urn:etsi:019102:mainindication:total-passed" in response.content


def test_an_unsigned_document_says_so(reader, consultation):
    opened_with(consultation, ("offre.txt", OFFER))
    assert "ne porte pas de signature" in page(reader, "offre.txt").content.decode()


def test_a_broken_signature_is_refused_in_plain_words(reader, consultation):
    broken = bytearray(signature_of(OFFER))
    broken[-2000] ^= 1
    opened_with(consultation, ("offre.txt", OFFER), ("offre.p7s", bytes(broken)))
    assert check_of("offre.p7s").verdict != Verdict.VALID
    assert page(reader, "offre.p7s").status_code == 200


def test_names_of_certificates_are_shown_and_never_run(reader, consultation):
    opened_with(consultation, ("offre.txt", OFFER), ("offre.p7s", signature_of(OFFER)))
    check = check_of("offre.txt")
    report = check.report
    report["signatures"][0]["signer"] = "<script>alert(1)</script>"
    SignatureCheck(
        file_sha256=check.file_sha256,
        together=check.together,
        format=check.format,
        verdict=check.verdict,
        report=report,
        checked_at=check.checked_at + timedelta(hours=1),
    ).save(force_insert=True)
    text = page(reader, "offre.txt").content.decode()
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert(1)" not in text


def test_a_check_made_before_files_were_paired_is_still_shown(reader, consultation):
    opened_with(consultation, ("offre.txt", OFFER))
    piece = Piece.objects.select_related("clear").get(name="offre.txt")
    content = check_of("offre.txt").report | {"verdict": "indeterminate", "signatures": [_old_signature()]}
    old = SignatureCheck(
        file_sha256="0" * 64,
        format="PAdES",
        verdict="indeterminate",
        report=content,
        checked_at=openings.OPENING,
    )
    old.save(force_insert=True)
    files.StoredFile.objects.filter(pk=piece.clear_id).update(sha256="0" * 64)
    text = html.fromstring(page(reader, "offre.txt").content.decode()).text_content()
    assert "Signataire d'avant" in text
    assert "date inconnue" in text


def _old_signature():
    return {
        "signer": "Signataire d'avant",
        "issuer": "",
        "level": "PAdES-B-B",
        "signed_at": None,
        "time_source": "none",
        "indication": "INDETERMINATE",
        "sub_indication": "GENERIC",
        "covers": str(Covers.WHOLE),
        "checks": {str(code): "unknown" for code in CheckCode},
    }


def test_a_file_that_was_not_checked_says_so(reader, consultation):
    opened_with(consultation, ("offre.txt", OFFER))
    piece = Piece.objects.select_related("clear").get(name="offre.txt")
    files.StoredFile.objects.filter(pk=piece.clear_id).update(sha256="1" * 64)
    assert "n'ont pas été contrôlées" in page(reader, "offre.txt").content.decode()
    assert page(reader, "offre.txt", "signatures_report").status_code == 404


@pytest.mark.parametrize("address", ["signatures", "signatures_report"])
def test_the_sheet_of_somebody_else_s_bid_is_not_there(client, consultation, address):
    opened_with(consultation, ("offre.txt", OFFER))
    client.force_login(organisations.member(organisations.buyer("Commune fictive voisine"), Role.READER))
    assert page(client, "offre.txt", address).status_code == 404
