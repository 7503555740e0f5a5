"""Acts that everybody sees: publish, mark as opened, abandon."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from procurement.actors import Actor
from procurement.audit import services as audit
from procurement.errors import DomainError
from procurement.notifications.services import send_mail
from tenders.espd import advice_on, current_of, lost_sentence
from tenders.models import Consultation, DocumentKind
from tenders.rules.publication import Draft, find_missing
from tenders.services.espd import publish_request
from tenders.states import CONSULTATION, ConsultationState


class ConsultationIncomplete(DomainError):
    """Cette consultation ne peut pas encore être publiée."""

    code = "consultation_incomplete"


class ReasonMissing(DomainError):
    """Indiquez le motif : il sera affiché sur la page publique. Rien n'a été changé."""

    code = "cancellation_reason_missing"
    status = 422


class OpeningBeforeDeadline(DomainError):
    """La date limite n'est pas passée : les plis ne peuvent pas être ouverts."""

    code = "opening_before_deadline"


@transaction.atomic
def publish_consultation(*, consultation_id: UUID, actor: Actor, now: datetime) -> Consultation:
    """Put a draft online (P7-B2); its documents are read-only from here on.

    ConsultationIncomplete carries `missing`, the French sentences of what is lacking.
    """
    consultation = lock(consultation_id)
    target = CONSULTATION.target("publish", ConsultationState(consultation.state))
    missing = find_missing(draft_of(consultation), now)
    if missing:
        sentences = [remark.text for remark in missing]
        raise ConsultationIncomplete(
            f"Cette consultation ne peut pas encore être publiée : elle reste en brouillon. {' '.join(sentences)}",
            missing=sentences,
        )
    publish_request(consultation=consultation, actor=actor, now=now)
    consultation.state, consultation.published_at = target, now
    consultation.save(update_fields=["state", "published_at"])
    documents = list(consultation.documents.values_list("file__sha256", flat=True))
    journal(
        consultation, "tenders.consultation.publish", actor, now,
        deadline=consultation.deadline.isoformat(), documents=documents,
    )  # fmt: skip
    return consultation


@transaction.atomic
def mark_opened(*, consultation_id: UUID, actor: Actor, now: datetime) -> Consultation:
    """The bids have been opened (said by bids.services.opening); once."""
    consultation = lock(consultation_id)
    if consultation.state == ConsultationState.OPENED:
        return consultation
    target = CONSULTATION.target("open", ConsultationState(consultation.state))
    if now <= consultation.deadline:
        raise OpeningBeforeDeadline(deadline=consultation.deadline.isoformat())
    consultation.state, consultation.opened_at = target, now
    consultation.save(update_fields=["state", "opened_at"])
    journal(consultation, "tenders.consultation.open", actor, now)
    return consultation


@transaction.atomic
def cancel_consultation(*, consultation_id: UUID, reason: str, actor: Actor, now: datetime) -> Consultation:
    """Declare it without follow-up (R2185-1), with the reason shown to all; followers are told by mail."""
    consultation = lock(consultation_id)
    target = CONSULTATION.target("cancel", ConsultationState(consultation.state))
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    consultation.state, consultation.cancelled_at, consultation.cancellation_reason = target, now, reason
    consultation.save(update_fields=["state", "cancelled_at", "cancellation_reason"])
    journal(consultation, "tenders.consultation.cancel", actor, now, reason=reason)
    tell_followers(consultation, "tenders/mail/cancelled.txt", now)
    return consultation


def lock(consultation_id: UUID) -> Consultation:
    return (
        Consultation.objects.select_related("buyer").select_for_update(of=("self",)).get(pk=consultation_id)
    )


def draft_of(consultation: Consultation) -> Draft:
    """The facts that rules.publication judges."""
    kinds = list(consultation.documents.values_list("kind", flat=True))
    return Draft(
        deadline=consultation.deadline,
        opening_at=consultation.opening_at,
        questions_deadline=consultation.questions_deadline,
        lots=consultation.lots.count(),
        pieces=consultation.required_pieces.count(),
        documents=len(kinds),
        has_rules_document=DocumentKind.RULES in kinds,
        espd=espd_sentences(consultation),
    )


def espd_sentences(consultation: Consultation) -> tuple[str, ...]:
    """What deserves a second look in the request for a DUME, told before it is frozen."""
    if consultation.espd_request is None or not consultation.is_draft:
        return ()
    current = current_of(consultation, consultation.espd_request)
    lost = [lost_sentence(demand) for demand in current.lost]
    return (*lost, *(advice.sentence for advice in advice_on(consultation, current)))


def tell_followers(consultation: Consultation, template: str, now: datetime) -> None:
    """One mail to each address that asked for news."""
    addresses = consultation.withdrawals.exclude(email="").order_by("email").values_list("email", flat=True)
    path = reverse("tenders:detail", args=[consultation.pk])
    for address in dict.fromkeys(address.lower() for address in addresses):
        send_mail(
            to=address,
            template=template,
            context={"consultation": consultation, "url": f"{settings.PLATFORM_URL}{path}"},
            about=consultation.pk,
            now=now,
        )


def journal(consultation: Consultation, action: str, actor: Actor, now: datetime, **data: object) -> None:
    audit.record(action=action, subject=consultation.pk, actor=actor, at=now, data=data)
