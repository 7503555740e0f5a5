"""Consultations in any state, brought there by the services; `now` is the moment the last act happens."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from procurement.files import services as files
from procurement.files.models import StoredFile
from procurement.organisations.models import Organisation
from tenders import queries
from tenders.models import Consultation, Document, DocumentKind, Letter
from tenders.services.drafting import (
    ConsultationFacts,
    LotFacts,
    PieceFacts,
    add_document,
    create_consultation,
    update_consultation,
)
from tenders.services.letters import send_letter
from tenders.services.publication import cancel_consultation, mark_opened, publish_consultation
from tenders.states import Envelope, LetterKind
from tests.factories import organisations

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: Thirty days after NOW, at noon in Paris (summer time has begun).
DEADLINE = datetime(2026, 4, 1, 10, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n%fictif\n" + b"un document\n" * 20 + b"%%EOF\n"

LOTS = (LotFacts(1, "Chaussées", cpv="45233140-2"), LotFacts(2, "Signalisation"))
PIECES = (
    PieceFacts(Envelope.CANDIDATURE, "Lettre de candidature (DC1) ou DUME"),
    PieceFacts(Envelope.CANDIDATURE, "Références des trois dernières années", is_mandatory=False),
    PieceFacts(Envelope.OFFER, "Acte d'engagement"),
    PieceFacts(Envelope.OFFER, "Mémoire technique"),
)
_numbers = count(1)


def facts(**changes: Any) -> ConsultationFacts:
    """A complete statement of a small works consultation; `changes` replace fields."""
    statement = ConsultationFacts(
        reference=f"2026-{next(_numbers):03d}",
        title="Réfection de la voirie communale",
        description="Reprise des chaussées et des trottoirs de la rue Imaginaire.",
        nature="works",
        procedure="mapa",
        cpv_main="45233141-9",
        nuts="FRI13",
        insee_code="40192",
        deadline=DEADLINE,
        opening_at=DEADLINE + timedelta(hours=2),
        questions_deadline=DEADLINE - timedelta(days=8),
        max_file_bytes=200 * 1000**2,
        contact_name="Service des marchés",
        contact_email="marches@valfictif.example",
        contact_phone="05 00 00 00 00",
        pieces=PIECES,
    )
    return replace(statement, **changes)


def stored_file(
    name: str = "reglement.pdf", content: bytes = PDF, *, area: str = "public", now: datetime = NOW
) -> StoredFile:
    return files.store(area=area, name=name, chunks=[content], now=now, media_type="application/pdf")


def document(
    consultation: Consultation,
    name: str = "reglement.pdf",
    content: bytes = PDF,
    kind: str = DocumentKind.RULES,
    now: datetime = NOW,
) -> Document:
    return add_document(
        consultation_id=consultation.pk,
        file=stored_file(name, content, now=now),
        kind=kind,
        actor=organisations.actor_of(consultation.buyer),
        now=now,
    )


def draft(
    buyer: Organisation | None = None,
    *,
    now: datetime = NOW,
    documents: Iterable[str] = (),
    **changes: Any,
) -> Consultation:
    """A draft; `documents` are the names of files to attach, `changes` replace facts."""
    buyer = buyer or organisations.buyer()
    consultation = create_consultation(
        buyer=buyer, facts=facts(**changes), actor=organisations.actor_of(buyer), now=now
    )
    for name in documents:
        document(consultation, name, now=now)
    return refreshed(consultation)


def published(
    buyer: Organisation | None = None,
    *,
    now: datetime = NOW,
    documents: Iterable[str] = ("reglement.pdf",),
    **changes: Any,
) -> Consultation:
    consultation = draft(buyer, now=now, documents=documents, **changes)
    publish_consultation(
        consultation_id=consultation.pk, actor=organisations.actor_of(consultation.buyer), now=now
    )
    return refreshed(consultation)


def opened(
    buyer: Organisation | None = None,
    *,
    now: datetime = NOW,
    opened_at: datetime | None = None,
    **changes: Any,
) -> Consultation:
    """Published at `now`, its bids said to be opened at `opened_at` (a day after the deadline)."""
    consultation = published(buyer, now=now, **changes)
    mark_opened(
        consultation_id=consultation.pk,
        actor=organisations.actor_of(consultation.buyer),
        now=opened_at or consultation.deadline + timedelta(days=1),
    )
    return refreshed(consultation)


def cancelled(
    buyer: Organisation | None = None,
    *,
    now: datetime = NOW,
    reason: str = "Le besoin a disparu.",
    **changes: Any,
) -> Consultation:
    consultation = published(buyer, now=now, **changes)
    cancel_consultation(
        consultation_id=consultation.pk,
        reason=reason,
        actor=organisations.actor_of(consultation.buyer),
        now=now + timedelta(days=1),
    )
    return refreshed(consultation)


def restated(consultation: Consultation, *, now: datetime = NOW, **changes: Any) -> Consultation:
    update_consultation(
        consultation_id=consultation.pk,
        facts=facts(reference=consultation.reference, **changes),
        actor=organisations.actor_of(consultation.buyer),
        now=now,
    )
    return refreshed(consultation)


def letter(
    consultation: Consultation,
    recipient: Organisation,
    *,
    kind: str = LetterKind.OTHER,
    subject: str = "Votre offre",
    body: str = "Madame, Monsieur,\n\nVotre offre a été examinée.",
    now: datetime = NOW,
    lot: Any = None,
) -> Letter:
    return send_letter(
        consultation=consultation,
        lot=lot,
        recipient=recipient,
        kind=kind,
        subject=subject,
        body=body,
        actor=organisations.actor_of(consultation.buyer),
        now=now,
    )


def refreshed(consultation: Consultation) -> Consultation:
    """As its buyer reads it: with lots, pieces, documents and progress."""
    return queries.get_for_buyer(consultation.buyer_id, consultation.pk)
