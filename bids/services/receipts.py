"""The electronic receipt of a deposit (P7-T11, annexe 8 art. 2 II): facts, register, seal, time stamp, sealed PDF."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from bids.models import Deposit, Piece
from procurement.actors import Actor
from procurement.calendars import format_moment
from procurement.files import services as files
from procurement.files.models import StoredFile
from signing.guide import Names
from signing.models import Evidence, EvidenceKind
from signing.proofs import Proof
from signing.queries import evidence as queries
from signing.services import folders
from signing.services.evidence import View, certify, write_view

PDF_JOB = "bids.receipt_pdf"
TEMPLATE = Path(__file__).parents[1] / "templates" / "typst" / "receipt.typ"
FORMAT = "urn:profil-acheteur:deposit-receipt:2"
#: Annexe 8 art. 1: how it was encrypted is told. The platform itself encrypts, at the moment it receives.
ENCRYPTION_MODE = "chiffré à réception"
NAMES = Names(EvidenceKind.DEPOSIT)


def issue(
    *, deposit: Deposit, replaces: list[int], data: Mapping[str, Any], actor: Actor, now: datetime
) -> Evidence:
    """Write the facts, their place in the register, the seal and the time stamp, in the transaction of the deposit."""
    return certify(
        kind=EvidenceKind.DEPOSIT,
        subject=deposit.pk,
        facts=facts_of(deposit, replaces=replaces, actor=actor),
        action="bids.deposit.seal",
        about=deposit.consultation_id,
        data=data,
        actor=actor,
        now=now,
    )


def of(deposit: Deposit) -> Evidence:
    """The receipt of a deposit that was handed in. Raises Evidence.DoesNotExist for a draft."""
    return queries.get(EvidenceKind.DEPOSIT, deposit.pk)


def facts_of(deposit: Deposit, *, replaces: list[int], actor: Actor) -> dict[str, Any]:
    """The five mentions of annexe 7 art. 2 III, then all that proves them. JSON values only."""
    consultation, company, buyer = deposit.consultation, deposit.company, deposit.consultation.buyer
    pieces = list(deposit.pieces.select_related("lot", "cipher", "answers"))
    return {
        "format": FORMAT,
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
    deposit = Deposit.objects.select_related("consultation__buyer", "company").get(pk=deposit_id)
    evidence = of(deposit)
    view = View(
        template=TEMPLATE,
        words=printable(deposit, evidence),
        reason="Accusé de réception d'un dépôt",
        name=f"accuse-de-reception-{deposit.number}.pdf",
    )
    return write_view(evidence=evidence, view=view, now=now)


def printable(deposit: Deposit, evidence: Evidence) -> dict[str, Any]:
    """What the typst template shows: French words, every value already written."""
    consultation = deposit.consultation
    received_at = deposit.received_at or evidence.made_at
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
        "stamp": folders.words(evidence),
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
def checks() -> tuple[Proof, ...]:
    """How anybody checks the receipt without the platform."""
    return folders.checks(EvidenceKind.DEPOSIT)


def receipt_folder(deposit: Deposit, *, now: datetime) -> list[tuple[str, bytes]]:
    """The files of the receipt, to keep together; the PDF is made if it was not yet."""
    write_pdf(deposit_id=deposit.pk, now=now)
    return folders.folder(of(deposit), now=now)


def pdf_of(deposit: Deposit, *, now: datetime) -> bytes:
    return b"".join(files.read_chunks(write_pdf(deposit_id=deposit.pk, now=now)))
