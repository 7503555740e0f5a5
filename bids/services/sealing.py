"""The act of handing in: one transaction gives the number, the receipt, the time stamp and the journal line."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from bids import rules
from bids.models import Deposit
from bids.services import receipts
from bids.states import DEPOSIT, DepositState
from procurement.accounts.models import User
from procurement.actors import Actor
from procurement.audit import services as audit
from procurement.calendars import format_moment
from procurement.errors import DomainError
from procurement.jobs import services as jobs
from procurement.notifications.services import send_mail
from tenders.models import Consultation
from tenders.states import ConsultationState

#: The page makes the PDF at once; the job is there for the day it could not.
PDF_JOB_AFTER = timedelta(minutes=1)


class NothingToSeal(DomainError):
    """Ce pli ne contient aucun fichier : il n'a pas été déposé. Ajoutez vos fichiers, puis scellez-le."""

    code = "nothing_to_seal"
    status = 422


class ContentChanged(DomainError):
    """Le contenu du pli a changé depuis la page que vous avez vérifiée : il n'a pas été déposé, ses fichiers sont
    conservés. Vérifiez-le de nouveau, puis scellez-le."""

    code = "content_changed"


class ConsultationAbandoned(DomainError):
    """Cette consultation a été déclarée sans suite : le pli n'a pas été déposé. Vos fichiers restent dans votre
    brouillon, illisibles pour l'acheteur."""

    code = "consultation_abandoned"


class TooLateToWithdraw(DomainError):
    """La date limite est passée : un pli déposé ne peut plus être retiré. Rien n'a été modifié; écrivez à
    l'acheteur pour toute demande."""

    code = "too_late_to_withdraw"


def manifest_of(deposit: Deposit) -> str:
    """A digest of what the deposit holds now: the page that was checked and the seal must speak of the same."""
    pieces = sorted(f"{piece.pk} {piece.clear_sha256} {piece.answers_id}" for piece in deposit.pieces.all())
    lots = sorted(str(lot.pk) for lot in deposit.lots.all())
    return sha256("\n".join([*lots, *pieces]).encode()).hexdigest()


@transaction.atomic
def seal_deposit(
    *,
    deposit_id: UUID,
    company_id: UUID,
    received_at: datetime,
    actor: Actor,
    now: datetime,
    manifest: str | None = None,
) -> Deposit:
    """Hand in the draft. Idempotent: a deposit that was handed in is given back as it is.

    `received_at` is when the request reached the platform, whatever the wait for locks since: the deadline is
    compared with it alone (P7-B5, R2151-5). `manifest`, when given, must still describe the content.
    """
    deposit, consultation = _lock(deposit_id, company_id)
    if deposit.state != DepositState.DRAFT:
        return deposit
    target = DEPOSIT.target("seal", DepositState(deposit.state))
    if consultation.state == ConsultationState.CANCELLED:
        raise ConsultationAbandoned
    if not deposit.pieces.exists():
        raise NothingToSeal
    if manifest is not None and manifest != manifest_of(deposit):
        raise ContentChanged
    last = consultation.deposits.aggregate(last=Max("number"))["last"] or 0
    deposit.state, deposit.number = target, last + 1
    deposit.received_at, deposit.sealed_by = received_at, actor.label
    deposit.is_late = rules.is_late(received_at, consultation.deadline)
    deposit.save(update_fields=["state", "number", "received_at", "sealed_by", "is_late"])
    replaced = _supersede_earlier(deposit, actor, now)
    data = {"deposit": str(deposit.pk), "number": deposit.number, "is_late": deposit.is_late}
    receipts.issue(deposit=deposit, replaces=replaced, data=data, actor=actor, now=now)
    _tell(deposit, actor, now)
    jobs.enqueue(kind=receipts.PDF_JOB, subject=deposit.pk, now=now, due_at=now + PDF_JOB_AFTER)
    return deposit


def record_refused_seal(
    *, deposit_id: UUID, received_at: datetime, refusal: DomainError, actor: Actor, now: datetime
) -> None:
    """The attempt leaves its date and its cause, the refused act itself having left nothing (CE 2021 n° 449250)."""
    audit.record(
        action="bids.deposit.refuse",
        subject=deposit_id,
        actor=actor,
        at=now,
        data={"cause": refusal.code, "received_at": receipts.moment(received_at)},
    )


def _lock(deposit_id: UUID, company_id: UUID) -> tuple[Deposit, Consultation]:
    """The consultation first, then the deposit: one order for all, and numbers without gaps."""
    owned = Deposit.objects.for_company(company_id)
    consultation_id = owned.values_list("consultation_id", flat=True).get(pk=deposit_id)
    consultation = (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("buyer", "sealing_key")
        .get(pk=consultation_id)
    )
    deposit = (
        Deposit.objects.select_for_update(of=("self",))
        .for_company(company_id)
        .select_related("company")
        .get(pk=deposit_id)
    )
    deposit.consultation = consultation
    return deposit, consultation


def _supersede_earlier(deposit: Deposit, actor: Actor, now: datetime) -> list[int]:
    """Only the last deposit received in time will be opened (R2151-6); gives the numbers it takes the place of."""
    earlier = (
        Deposit.objects.select_for_update(of=("self",))
        .for_company(deposit.company_id)
        .filter(consultation_id=deposit.consultation_id, state=DepositState.SEALED)
        .exclude(pk=deposit.pk)
        .order_by("number")
    )
    replaced = []
    for old in earlier:
        if not rules.takes_the_place(is_late=deposit.is_late, of_late=old.is_late):
            continue
        old.state = DEPOSIT.target("supersede", DepositState(old.state))
        old.save(update_fields=["state"])
        replaced.append(old.number or 0)
        audit.record(
            action="bids.deposit.supersede",
            subject=old.consultation_id,
            actor=actor,
            at=now,
            data={"deposit": str(old.pk), "number": old.number, "by": deposit.number},
        )
    return replaced


@transaction.atomic
def withdraw_deposit(*, deposit_id: UUID, company_id: UUID, actor: Actor, now: datetime) -> Deposit:
    """Take a deposit back before the deadline; nothing that it replaced comes back. Idempotent."""
    deposit, consultation = _lock(deposit_id, company_id)
    if deposit.state == DepositState.WITHDRAWN:
        return deposit
    target = DEPOSIT.target("withdraw", DepositState(deposit.state))
    if not rules.may_withdraw(consultation.deadline, now):
        raise TooLateToWithdraw
    deposit.state, deposit.withdrawn_at = target, now
    deposit.save(update_fields=["state", "withdrawn_at"])
    audit.record(
        action="bids.deposit.withdraw",
        subject=consultation.pk,
        actor=actor,
        at=now,
        data={"deposit": str(deposit.pk), "number": deposit.number},
    )
    _send("bids/mail/withdrawal.txt", deposit, actor, now)
    return deposit


def _tell(deposit: Deposit, actor: Actor, now: datetime) -> None:
    _send("bids/mail/receipt.txt", deposit, actor, now)


def _send(template: str, deposit: Deposit, actor: Actor, now: datetime) -> None:
    """To the person who acted; they may be gone from the company tomorrow, their receipt is theirs today."""
    depositor = User.objects.filter(pk=actor.id).first() if actor.id else None
    if depositor is None:
        return
    consultation = deposit.consultation
    context = {
        "number": deposit.number,
        "is_late": deposit.is_late,
        "received": format_moment(deposit.received_at or now, seconds=True),
        "withdrawn": format_moment(now, seconds=True),
        "deadline": format_moment(consultation.deadline),
        "company": deposit.company.name,
        "buyer": consultation.buyer.name,
        "reference": consultation.reference,
        "title": consultation.title,
        "url": f"{settings.PLATFORM_URL}{reverse('bids:receipt', args=[deposit.pk])}",
    }
    send_mail(to=depositor.email, template=template, context=context, about=deposit.pk, now=now)
