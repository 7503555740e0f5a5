"""Electronic letters of the buyer to a company, with proof of delivery (P7-B7, R2132-7)."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from procurement.accounts.models import Membership
from procurement.actors import Actor
from procurement.audit import services as audit
from procurement.calendars import paris_date
from procurement.errors import DomainError
from procurement.notifications.services import send_mail
from procurement.organisations.models import Organisation
from tenders.models import Consultation, Letter, Lot
from tenders.services.contracts import find_recorded, record_notified
from tenders.services.delivery import certify_delivery
from tenders.states import LetterKind


class LetterEmpty(DomainError):
    """Un courrier a un objet et un texte. Rien n'a été envoyé."""

    code = "letter_empty"
    status = 422


@transaction.atomic
def send_letter(
    *,
    consultation: Consultation,
    lot: Lot | None,
    recipient: Organisation,
    kind: str,
    subject: str,
    body: str,
    actor: Actor,
    now: datetime,
) -> Letter:
    """Put a letter in the company's inbox and tell its members by a mail that says nothing of its content."""
    if not subject.strip() or not body.strip():
        raise LetterEmpty
    letter = Letter.objects.create(
        consultation=consultation,
        lot=lot,
        recipient=recipient,
        kind=LetterKind(kind),
        subject=subject.strip()[:200],
        body=body.strip(),
        sent_at=now,
        sender_label=actor.label,
    )
    audit.record(
        action="tenders.letter.send",
        subject=consultation.pk,
        actor=actor,
        at=now,
        data={"letter": str(letter.pk), "kind": letter.kind, "recipient": str(recipient.pk)},
    )
    url = settings.PLATFORM_URL + reverse("tenders:letter", args=[letter.pk])
    for address in addresses_of(recipient):
        send_mail(
            to=address,
            template="tenders/mail/letter.txt",
            context={"letter": letter, "consultation": consultation, "url": url},
            about=letter.pk,
            now=now,
        )
    return letter


@transaction.atomic
def open_letter(*, letter_id: UUID, company_id: UUID, actor: Actor, now: datetime) -> Letter:
    """Read a letter as its recipient; the first time is the proof of delivery, the later ones change nothing.

    A contract is notified by the receipt of its notification letter (R2182-4, R2182-5): the day it is in Paris.
    """
    letter = Letter.objects.for_company(company_id).select_for_update(of=("self",)).get(pk=letter_id)
    if letter.first_opened_at is not None:
        return letter
    letter.first_opened_at, letter.first_opened_by = now, actor.label
    letter.save(update_fields=["first_opened_at", "first_opened_by"])
    certify_delivery(letter=letter, actor=actor, now=now)
    if letter.kind == LetterKind.NOTIFICATION:
        notify_contract_of(letter, actor, now)
    return letter


def notify_contract_of(letter: Letter, actor: Actor, now: datetime) -> None:
    """A date that the buyer already entered stays."""
    contract = find_recorded(consultation=letter.consultation, lot=letter.lot)
    if contract is not None and contract.notified_on is None:
        record_notified(contract=contract, notified_on=paris_date(now), actor=actor, now=now)


def addresses_of(company: Organisation) -> list[str]:
    members = Membership.objects.filter(organisation=company, user__is_active=True)
    return list(members.order_by("user__email").values_list("user__email", flat=True).distinct())
