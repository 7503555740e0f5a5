"""From the opened bids to the notified contract: choose, tell everybody, wait, notify (L2152-7, R2181-1 to R2182-5)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from bids.models import Award, Deposit, UnsuccessfulLot
from bids.queries.buyer import count_offers, list_awards
from bids.rules.holders import as_holder
from bids.rules.standstill import is_formal
from bids.services import letters
from bids.states import DepositState
from procurement.actors import Actor
from procurement.audit import services as audit
from procurement.calendars import format_moment
from procurement.errors import DomainError
from procurement.organisations.models import Organisation
from tenders.models import Consultation, Contract, Letter, Lot
from tenders.services import contracts
from tenders.services.letters import send_letter
from tenders.states import ConsultationState, LetterKind

#: What the column of the amount holds: twelve digits before the comma.
LARGEST_AMOUNT = Decimal("999999999999.99")


class NotOpenedYet(DomainError):
    """Les plis de cette consultation ne sont pas encore ouverts. Rien n'a été enregistré; ouvrez d'abord les plis."""

    code = "bids_not_opened"


class ConsultationCancelled(DomainError):
    """Cette consultation a été déclarée sans suite : ses lots ne s'attribuent plus. Rien n'a été enregistré."""

    code = "consultation_cancelled"


class DepositNotForThisLot(DomainError):
    """Cette entreprise n'a pas de pli ouvert pour ce lot. Rien n'a été enregistré; choisissez parmi ceux qui en ont
    un."""

    code = "deposit_not_for_this_lot"
    status = 422


class AmountRefused(DomainError):
    """Le montant doit être compris entre 1 € et 999 999 999 999,99 € hors taxes. Rien n'a été enregistré."""

    code = "award_amount_refused"
    status = 422


class ReasonsMissing(DomainError):
    """Dans une procédure formalisée, les motifs du choix figurent dans les lettres de rejet (article R2181-3 du code
    de la commande publique). Rien n'a été enregistré; indiquez les motifs."""

    code = "award_reasons_missing"
    status = 422


class AwardIsFixed(DomainError):
    """Les courriers de résultat de ce lot sont déjà partis : le choix ne peut plus être modifié. Rien n'a changé."""

    code = "award_is_fixed"


class LotIsUnsuccessful(DomainError):
    """Ce lot a été déclaré infructueux : il ne peut plus être attribué. Rien n'a changé."""

    code = "lot_is_unsuccessful"


class LotHasOffers(DomainError):
    """Des plis ont été ouverts pour ce lot, ou il est déjà attribué : il ne peut pas être déclaré infructueux faute
    d'offre. Rien n'a changé; attribuez le lot."""

    code = "lot_has_offers"


class NothingAwarded(DomainError):
    """Aucun lot n'est attribué : il n'y a pas de résultat à annoncer. Aucun courrier n'est parti; choisissez d'abord
    un attributaire."""

    code = "nothing_awarded"


class ResultsNotSent(DomainError):
    """Les courriers de résultat de ce lot ne sont pas partis : le marché ne peut pas encore être notifié. Envoyez
    d'abord les courriers (article R2181-1 du code de la commande publique)."""

    code = "results_not_sent"


class StandstillRunning(DomainError):
    """Le délai de suspension n'est pas terminé : le marché ne peut pas encore être signé. Rien n'a été envoyé."""

    code = "standstill_running"


class NotificationNotSent(DomainError):
    """La notification de ce lot n'a pas été envoyée : sa date de réception ne peut pas être enregistrée."""

    code = "notification_not_sent"


@transaction.atomic
def award_lot(
    *, lot_id: UUID, deposit_id: UUID, amount: Decimal, reasons: str, actor: Actor, now: datetime
) -> Award:
    """Choose the tenderer of a lot and the amount of the contract (euros HT); may be changed until letters are sent."""
    lot = lock_lot(lot_id)
    award = Award.objects.filter(lot=lot).first()
    refuse_closed(lot, award)
    deposit = Deposit.objects.filter(pk=deposit_id, lots=lot, state=DepositState.OPENED).first()
    if deposit is None:
        raise DepositNotForThisLot
    if not 1 <= amount <= LARGEST_AMOUNT:
        raise AmountRefused
    if is_formal(lot.consultation.procedure) and not reasons.strip():
        raise ReasonsMissing
    before = str(award.deposit_id) if award is not None else ""
    award = award or Award(lot=lot)
    award.deposit, award.amount, award.reasons = deposit, amount, reasons.strip()
    award.decided_at, award.decided_by = now, actor.label
    award.save()
    data = {"lot": lot.number, "deposit": deposit.number, "amount": str(amount), "changed": bool(before)}
    audit.record(action="bids.lot.award", subject=lot.consultation_id, actor=actor, at=now, data=data)
    return award


@transaction.atomic
def declare_unsuccessful(*, lot_id: UUID, reason: str, actor: Actor, now: datetime) -> UnsuccessfulLot:
    """End a lot for which no bid could be opened (R2185-1); said twice, the first declaration stays."""
    lot = lock_lot(lot_id)
    known = UnsuccessfulLot.objects.filter(lot=lot).first()
    if known is not None:
        return known
    refuse_unless_opened(lot.consultation)
    if count_offers(lot) or Award.objects.filter(lot=lot).exists():
        raise LotHasOffers
    declared = UnsuccessfulLot.objects.create(
        lot=lot, reason=reason.strip(), declared_at=now, declared_by=actor.label
    )
    data = {"lot": lot.number, "reason": declared.reason}
    audit.record(
        action="bids.lot.declare_unsuccessful", subject=lot.consultation_id, actor=actor, at=now, data=data
    )
    return declared


@transaction.atomic
def send_result_letters(
    *,
    consultation_id: UUID,
    actor: Actor,
    now: datetime,
    rejection_reasons: Mapping[UUID, Mapping[UUID, str]] | None = None,
) -> list[Letter]:
    """Tell every participant of every awarded lot, once (R2181-1, R2181-3); the standstill runs from here.

    `rejection_reasons`: lot id -> company id -> what is said to this company about its offer for this lot.
    """
    consultation = lock_consultation(consultation_id)
    refuse_unless_opened(consultation)
    awards = list_awards(consultation)
    if not awards:
        raise NothingAwarded
    sent: list[Letter] = []
    for award in awards:
        if award.letters_sent_at is None:
            reasons = (rejection_reasons or {}).get(award.lot_id)
            sent += send_results(letters.draft_results(award, now=now, reasons=reasons), actor=actor, now=now)
    return sent


def send_results(results: letters.Results, *, actor: Actor, now: datetime) -> list[Letter]:
    award, until = results.award, results.signable_from
    award.letters_sent_at, award.standstill_until = now, until
    award.save(update_fields=["letters_sent_at", "standstill_until"])
    sent = [
        write(draft.kind, draft.text, award, draft.recipient, actor=actor, now=now)
        for draft in results.drafts
    ]
    data = {
        "lot": award.lot.number,
        "letters": len(sent),
        "signable_from": until.isoformat() if until is not None else "",
    }
    audit.record(
        action="bids.lot.send_results", subject=award.lot.consultation_id, actor=actor, at=now, data=data
    )
    return sent


@transaction.atomic
def notify_contract(*, lot_id: UUID, actor: Actor, now: datetime) -> Contract:
    """Record the signed contract of a lot and send it to its holder (R2182-4); asked twice, it is the same contract.

    Raises ResultsNotSent, and StandstillRunning before the end of the standstill (R2182-1). The day the holder
    opens the letter is the day of notification (R2182-5).
    """
    lot = lock_lot(lot_id)
    refuse_unless_opened(lot.consultation)
    award = Award.objects.select_related("deposit__company").filter(lot=lot).first()
    if award is None or award.letters_sent_at is None:
        raise ResultsNotSent
    if award.standstill_until is not None and now < award.standstill_until:
        limit = format_moment(award.standstill_until, lot.consultation.buyer.zone)
        raise StandstillRunning(
            f"Le délai de suspension n'est pas terminé : le marché ne peut être signé qu'à partir du {limit} "
            "(article R2182-1 du code de la commande publique). Rien n'a été envoyé.",
            signable_from=award.standstill_until.isoformat(),
        )
    award.lot = lot
    contract = record_contract_of(award, actor=actor, now=now)
    if contract.notification_sent_at is not None:
        return contract
    contracts.record_signature(contract=contract, actor=actor, now=now)
    text = letters.notification_letter(award, contract)
    write(LetterKind.NOTIFICATION, text, award, award.deposit.company, actor=actor, now=now)
    data = {"lot": lot.number, "contract": contract.number}
    audit.record(action="bids.lot.notify", subject=lot.consultation_id, actor=actor, at=now, data=data)
    return contracts.record_notification_sent(contract=contract, actor=actor, now=now)


@transaction.atomic
def record_receipt(*, lot_id: UUID, received_on: date, actor: Actor, now: datetime) -> Contract:
    """The holder acknowledged the contract on paper: the day it did so is the day of notification (R2182-5)."""
    lot = lock_lot(lot_id)
    contract = Contract.objects.filter(lot=lot, notification_sent_at__isnull=False).first()
    if contract is None:
        raise NotificationNotSent
    return contracts.record_notified(contract=contract, notified_on=received_on, actor=actor, now=now)


def record_contract_of(award: Award, *, actor: Actor, now: datetime) -> Contract:
    """Plain values only go down to tenders: a contract needs no bid."""
    lot, company = award.lot, award.deposit.company
    holder = as_holder(
        name=company.name, siret=company.siret, foreign_id=company.foreign_id, country=company.country
    )
    return contracts.record_contract(
        buyer=lot.consultation.buyer,
        consultation=lot.consultation,
        lot=lot,
        holders=[holder],
        amount=award.amount,
        offers_received=count_offers(lot),
        actor=actor,
        now=now,
    )


def write(
    kind: LetterKind,
    text: letters.Text,
    award: Award,
    recipient: Organisation,
    *,
    actor: Actor,
    now: datetime,
) -> Letter:
    return send_letter(
        consultation=award.lot.consultation,
        lot=award.lot,
        recipient=recipient,
        kind=kind,
        subject=text.subject,
        body=text.body,
        actor=actor,
        now=now,
    )


def lock_consultation(consultation_id: UUID) -> Consultation:
    return (
        Consultation.objects.select_for_update(of=("self",)).select_related("buyer").get(pk=consultation_id)
    )


def lock_lot(lot_id: UUID) -> Lot:
    """The consultation's lock covers its lots: acts on one consultation follow each other."""
    lot = Lot.objects.get(pk=lot_id)
    lot.consultation = lock_consultation(lot.consultation_id)
    return lot


def refuse_closed(lot: Lot, award: Award | None) -> None:
    refuse_unless_opened(lot.consultation)
    if award is not None and award.letters_sent_at is not None:
        raise AwardIsFixed
    if UnsuccessfulLot.objects.filter(lot=lot).exists():
        raise LotIsUnsuccessful


def refuse_unless_opened(consultation: Consultation) -> None:
    if consultation.state == ConsultationState.CANCELLED:
        raise ConsultationCancelled
    if consultation.opened_at is None:
        raise NotOpenedYet
