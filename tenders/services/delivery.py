"""The proof that a letter was delivered: the company opened it, that day, at that hour (P7-B7, R2132-7, R2182-4)."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from procurement.actors import Actor
from procurement.calendars import format_moment
from procurement.jobs import services as jobs
from signing.models import Evidence, EvidenceKind
from signing.queries import evidence as evidences
from signing.services import folders
from signing.services.evidence import certify, plain_view, write_view
from tenders.models import Letter
from tenders.queries import list_mails_about

VIEW_JOB = "tenders.delivery_view"
FORMAT = "urn:profil-acheteur:delivery-proof:2"


def certify_delivery(*, letter: Letter, actor: Actor, now: datetime) -> Evidence:
    """In the transaction of the first opening; the PDF follows by a job."""
    evidence = certify(
        kind=EvidenceKind.DELIVERY,
        subject=letter.pk,
        facts=facts_of(letter),
        action="tenders.letter.open",
        about=letter.consultation_id,
        data={"letter": str(letter.pk), "kind": letter.kind},
        actor=actor,
        now=now,
    )
    jobs.enqueue(kind=VIEW_JOB, subject=letter.pk, now=now)
    return evidence


def facts_of(letter: Letter) -> dict[str, Any]:
    """The text of the letter is not in it: its digest is (SHA-256 of the UTF-8 text)."""
    consultation, buyer, company = letter.consultation, letter.consultation.buyer, letter.recipient
    notices = list_mails_about([letter.pk]).get(str(letter.pk), [])
    return {
        "format": FORMAT,
        "letter": {
            "id": str(letter.pk),
            "kind": letter.kind,
            "subject": letter.subject,
            "body_sha256": sha256(letter.body.encode()).hexdigest(),
        },
        "buyer": {"name": buyer.name, "identifier": buyer.identifier},
        "consultation": {
            "id": str(consultation.pk),
            "reference": consultation.reference,
            "title": consultation.title,
        },
        "lot": letter.lot.number if letter.lot else None,
        "recipient": {"name": company.name, "identifier": company.identifier},
        "sent_at": _moment(letter.sent_at),
        "notices_sent_at": [_moment(mail.sent_at) for mail in notices if mail.sent_at],
        "first_opened_at": _moment(letter.first_opened_at),
        "first_opened_by": letter.first_opened_by,
    }


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def write_delivery_view(*, letter_id: UUID, now: datetime) -> None:
    """Idempotent."""
    evidence = evidences.get(EvidenceKind.DELIVERY, letter_id)
    facts = evidences.read_document(evidence)
    letter = Letter.objects.select_related("consultation__buyer", "recipient").get(pk=letter_id)
    zone, company = letter.consultation.buyer.zone, letter.recipient
    opened = format_moment(letter.first_opened_at or evidence.made_at, zone, seconds=True)
    view = plain_view(
        evidence,
        subtitle=letter.subject,
        reference=letter.consultation.reference,
        sentence=f"{company.name} a ouvert ce courrier le {opened}.",
        sections=[
            (
                "Courrier",
                [
                    ("Envoyé par", f"{letter.consultation.buyer.name} ({facts['buyer']['identifier']})"),
                    ("Nature", letter.get_kind_display()),
                    ("Objet", letter.subject),
                    ("Empreinte SHA-256 du texte", facts["letter"]["body_sha256"]),
                    ("Mis à disposition le", format_moment(letter.sent_at, zone, seconds=True)),
                ],
            ),
            (
                "Remise",
                [
                    ("Destinataire", f"{company.name} ({company.identifier})"),
                    ("Ouvert pour la première fois le", opened),
                    ("Par", letter.first_opened_by),
                ],
            ),
        ],
    )
    write_view(evidence=evidence, view=view, now=now)


def delivery_folder(letter: Letter, *, now: datetime) -> list[tuple[str, bytes]]:
    """Raises Evidence.DoesNotExist while nobody has opened the letter, and for older letters."""
    return folders.folder(evidences.get(EvidenceKind.DELIVERY, letter.pk), now=now)
