"""The electronic receipt of a deposit (P7-T11, annexe 8 art. 2 II): facts, RFC 3161 time stamp, sealed PDF."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import rfc8785
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from bids.models import Deposit, Piece, Receipt
from procurement.actors import SYSTEM, Actor
from procurement.audit import services as audit
from procurement.calendars import format_moment
from procurement.files import services as files
from procurement.files.models import StoredFile
from signing import pdf, proofs, seals
from signing.services.stamping import current_authority, stamp

PDF_JOB = "bids.receipt_pdf"
TEMPLATE = Path(__file__).parents[1] / "templates" / "typst" / "receipt.typ"
FORMAT = "urn:profil-acheteur:deposit-receipt:1"
#: Annexe 8 art. 1: how it was encrypted is told. The platform itself encrypts, at the moment it receives.
ENCRYPTION_MODE = "chiffré à réception"
FACTS, TOKEN, SEALED_PDF, AUTHORITY, GUIDE = (
    "receipt.json",
    "receipt.json.tsr",
    "receipt.pdf",
    proofs.AUTHORITY_FILE,
    "COMMENT-VERIFIER.txt",
)


def issue(*, deposit: Deposit, replaces: list[int], actor: Actor, now: datetime) -> Receipt:
    """Write and time-stamp the facts, in the transaction that seals the deposit."""
    facts = rfc8785.dumps(facts_of(deposit, replaces=replaces, actor=actor))
    digest = sha256(facts).hexdigest()
    token = stamp(digest=digest, actor=actor, now=now)
    return Receipt.objects.create(deposit=deposit, facts=facts, sha256=digest, token=token, issued_at=now)


def facts_of(deposit: Deposit, *, replaces: list[int], actor: Actor) -> dict[str, Any]:
    """The five mentions of annexe 7 art. 2 III, then all that proves them. JSON values only."""
    consultation, company, buyer = deposit.consultation, deposit.company, deposit.consultation.buyer
    pieces = list(deposit.pieces.select_related("lot", "cipher", "answers"))
    return {
        "format": FORMAT,
        "platform": {"name": settings.PLATFORM_NAME, "url": settings.PLATFORM_URL},
        "number": deposit.number,
        "deposit_id": str(deposit.pk),
        "depositor": {
            "name": company.name,
            "identifier": company.identifier,
            "country": company.country,
            "person": actor.label,
        },
        "buyer": {"name": buyer.name, "identifier": buyer.identifier},
        "consultation": {
            "id": str(consultation.pk),
            "reference": consultation.reference,
            "title": consultation.title,
            "object": consultation.description,
            "lots": [{"number": lot.number, "title": lot.title} for lot in deposit.lots.all()],
        },
        "received_at": moment(deposit.received_at),
        "transmission_started_at": moment(min(piece.started_at for piece in pieces)),
        "transmission_completed_at": moment(max(piece.completed_at for piece in pieces)),
        "deadline": moment(consultation.deadline),
        "on_time": not deposit.is_late,
        "replaces": replaces,
        "encryption": {
            "mode": ENCRYPTION_MODE,
            "format": "age-encryption.org/v1",
            "recipient": consultation.sealing_key.recipient,
        },
        "documents": [document_of(piece) for piece in pieces],
    }


def document_of(piece: Piece) -> dict[str, Any]:
    return {
        "envelope": piece.envelope,
        "lot": piece.lot.number if piece.lot else None,
        "kind": piece.kind,
        "answers": piece.answers.label if piece.answers else None,
        "name": piece.name,
        "format": piece.format_label,
        "size": piece.clear_size,
        "sha256": piece.clear_sha256,
        "cipher_size": piece.cipher.size,
        "cipher_sha256": piece.cipher.sha256,
        "received_from": moment(piece.started_at),
        "received_until": moment(piece.completed_at),
    }


def moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# --- The PDF --------------------------------------------------------------------------------------------------
def write_pdf(*, deposit_id: UUID, now: datetime) -> StoredFile:
    """Make, seal and keep the PDF of a receipt. Idempotent: made once, whoever asks first."""
    receipt = Receipt.objects.select_related(
        "deposit__consultation__buyer", "deposit__company", "token", "pdf"
    ).get(deposit_id=deposit_id)
    if receipt.pdf is not None:
        return receipt.pdf
    facts = bytes(receipt.facts)
    content = pdf.render(
        TEMPLATE, printable(receipt), [(FACTS, facts, "application/json")], now=receipt.issued_at
    )
    sealed = seals.seal_pdf(
        content, reason="Accusé de réception d'un dépôt", authority=current_authority(now), now=now
    )
    with transaction.atomic():
        receipt = Receipt.objects.select_for_update(of=("self",)).select_related("pdf").get(pk=receipt.pk)
        if receipt.pdf is not None:
            return receipt.pdf
        receipt.pdf = files.store(
            area="evidence",
            name=f"accuse-de-reception-{receipt.deposit.number}.pdf",
            chunks=[sealed],
            now=now,
            media_type="application/pdf",
        )
        receipt.save(update_fields=["pdf"])
        audit.record(
            action="bids.receipt.seal",
            subject=receipt.pk,
            actor=SYSTEM,
            at=now,
            data={"sha256": receipt.pdf.sha256},
        )
    return receipt.pdf


def printable(receipt: Receipt) -> dict[str, Any]:
    """What the typst template shows: French words, every value already written."""
    deposit = receipt.deposit
    consultation = deposit.consultation
    received_at = deposit.received_at or receipt.issued_at
    pieces = list(deposit.pieces.select_related("lot", "cipher"))
    started_at = min(piece.started_at for piece in pieces)
    completed_at = max(piece.completed_at for piece in pieces)
    return {
        "issuer": settings.PLATFORM_NAME,
        "reference": f"{consultation.reference}, pli n° {deposit.number}",
        "consultation": consultation.title,
        "issued": f"Reçu le {format_moment(received_at, seconds=True)}",
        "verdict": verdict(deposit),
        "facts": [
            ["Déposé par", f"{deposit.company.name} ({deposit.company.identifier})"],
            ["Personne", deposit.sealed_by],
            ["Acheteur", f"{consultation.buyer.name} ({consultation.buyer.identifier})"],
            ["Consultation", f"{consultation.reference}: {consultation.title}"],
            ["Objet", consultation.description],
            ["Lots", ", ".join(str(lot) for lot in deposit.lots.all())],
            ["Date et heure de réception", format_moment(received_at, seconds=True)],
            ["Date limite", format_moment(consultation.deadline, seconds=True)],
            ["Début de la transmission", format_moment(started_at, seconds=True)],
            ["Fin de la transmission", format_moment(completed_at, seconds=True)],
            ["Numéro au registre des dépôts", str(deposit.number)],
        ],
        "documents": [[place_of(piece), piece.name, size_in_french(piece.clear_size)] for piece in pieces],
        "digests": [[piece.name, size_in_french(piece.clear_size), piece.clear_sha256] for piece in pieces],
        "ciphers": [[piece.name, size_in_french(piece.cipher.size), piece.cipher.sha256] for piece in pieces],
        "encryption": [
            ["Confidentialité", ENCRYPTION_MODE],
            ["Format", "age (age-encryption.org/v1)"],
            ["Clé de la consultation", consultation.sealing_key.recipient],
        ],
        "stamp": [
            ["Empreinte SHA-256 des faits", receipt.sha256],
            ["Horodatage RFC 3161", format_moment(receipt.token.gen_time, seconds=True)],
            ["Numéro de série du jeton", receipt.token.serial],
        ],
        "commands": [proof.command for proof in checks()],
    }


def verdict(deposit: Deposit) -> str:
    if deposit.is_late:
        return "Hors délai : ce pli est conservé sans être ouvert; l'acheteur en est informé."
    return "Dans les délais : ce pli sera ouvert par l'acheteur après la date limite, sauf retrait ou remplacement."


def place_of(piece: Piece) -> str:
    if piece.kind == "espd":
        return "Candidature (DUME)"
    return f"Offre, lot {piece.lot.number}" if piece.lot else "Candidature"


def size_in_french(size: int) -> str:
    """« 1 234 567 octets »: a receipt is exact."""
    return f"{size:,} octets".replace(",", "\u202f")


# --- The folder to keep ---------------------------------------------------------------------------------------
def checks() -> tuple[proofs.Proof, ...]:
    """How anybody checks the receipt without the platform."""
    return (proofs.timestamp_proof(FACTS, TOKEN), proofs.pdf_proof(SEALED_PDF))


def receipt_folder(deposit: Deposit, *, now: datetime) -> list[tuple[str, bytes]]:
    """The files of the receipt, to keep together; the PDF is made if it was not yet."""
    receipt = Receipt.objects.select_related("token").get(deposit=deposit)
    return [
        (FACTS, bytes(receipt.facts)),
        (TOKEN, receipt.token.tsr),
        (SEALED_PDF, pdf_of(deposit, now=now)),
        (AUTHORITY, current_authority(now).chain_pem()),
        (GUIDE, guide(deposit).encode()),
    ]


def pdf_of(deposit: Deposit, *, now: datetime) -> bytes:
    return b"".join(files.read_chunks(write_pdf(deposit_id=deposit.pk, now=now)))


def guide(deposit: Deposit) -> str:
    """What to type, and what to expect, to check the receipt and one's own files."""
    samples = [proofs.digest_proof(piece.name, piece.clear_sha256) for piece in deposit.pieces.all()]
    context = {"deposit": deposit, "checks": checks(), "files": samples}
    return render_to_string("bids/supplier/guide.txt", context)
