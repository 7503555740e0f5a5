"""Acts of a contract's life until its essential data are public: record, complete, notify."""

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from procurement.actors import Actor
from procurement.audit import services as audit
from procurement.calendars import paris_date
from procurement.errors import DomainError
from procurement.identifiers import clean_cpv, clean_siret
from procurement.organisations.models import Organisation
from tenders.models.consultation import Consultation, Lot
from tenders.models.contract import Contract, ContractHolder
from tenders.rules.contracts import (
    IDENTIFIER_TYPES,
    KINDS,
    NUMBER,
    Facts,
    Holder,
    find_incoherences,
    next_number,
    procedure_of,
)

#: Columns where "not said" is an empty text; elsewhere it is NULL.
TEXTS = {
    "nature", "subject", "cpv", "framework_number", "ccag", "grouping", "procedure", "place_code", "place_type",
    "price_form",
}  # fmt: skip


class ContractNumberRefused(DomainError):
    """Ce numéro de contrat ne peut pas être utilisé : il compte 1 à 16 caractères parmi les lettres sans accent,
    les chiffres, le tiret, le point, la barre oblique et le souligné. Rien n'a été enregistré : choisissez-en
    un autre."""

    code = "contract_number_refused"
    status = 422


class ContractNumberTaken(DomainError):
    """Un autre contrat de votre organisation porte déjà ce numéro. Rien n'a été enregistré : choisissez-en un autre."""

    code = "contract_number_taken"


class HoldersRefused(DomainError):
    """Un contrat a au moins un titulaire, chacun nommé et identifié une seule fois. Rien n'a été enregistré."""

    code = "contract_holders_refused"
    status = 422


class ContractFactsRefused(DomainError):
    """Certaines données se contredisent. Rien n'a été enregistré : corrigez les champs signalés."""

    code = "contract_facts_refused"
    status = 422


class ContractFrozen(DomainError):
    """Les données de ce contrat sont publiées : elles ne changent plus. Une évolution du contrat s'ajoute
    sous forme de modification."""

    code = "contract_frozen"


class ContractAlreadyNotified(DomainError):
    """La notification de ce contrat est déjà enregistrée à une autre date. La première date est conservée."""

    code = "contract_already_notified"


class NotificationDateRefused(DomainError):
    """La date de notification est le jour où le titulaire a reçu le contrat : elle ne peut être ni dans le futur,
    ni avant l'envoi. Rien n'a été enregistré."""

    code = "notification_date_refused"
    status = 422


@transaction.atomic
def record_contract(
    *,
    buyer: Organisation,
    holders: Sequence[Holder],
    amount: Decimal,
    actor: Actor,
    now: datetime,
    consultation: Consultation | None = None,
    lot: Lot | None = None,
    number: str = "",
    kind: str = "contract",
    offers_received: int | None = None,
    facts: Facts | None = None,
) -> Contract:
    """Write the contract that an award, or the buyer alone, has decided; once per lot.

    What the consultation already says (object, CPV, procedure, place) fills what `facts` leaves out. Without `number`
    the next `AAAA-NNN` of the buyer is taken. A second call for the same lot returns the contract of the first.
    """
    Organisation.objects.select_for_update(of=("self",)).get(pk=buyer.pk)
    existing = find_recorded(consultation=consultation, lot=lot)
    if existing is not None:
        return existing
    number = free_number(buyer=buyer, number=number.strip(), year=paris_date(now).year)
    holders = clean_holders(holders)
    stated = facts or Facts()
    if kind == "contract":
        stated = inherit(stated, consultation=consultation, lot=lot, several=len(holders) > 1)
    if offers_received is not None:
        stated = replace(stated, offers_received=offers_received)
    stated = check_facts(stated)
    if kind not in KINDS or amount < 0:
        raise ContractFactsRefused(errors={"amount": "Un montant ne peut pas être négatif."})
    contract = Contract(
        buyer=buyer,
        consultation=consultation,
        lot=lot,
        number=number,
        kind=kind,
        amount=amount,
        recorded_at=now,
    )
    write_facts(contract, stated)
    contract.save(force_insert=True)
    write_holders(contract, holders)
    journal(
        contract,
        "tenders.contract.record",
        actor,
        now,
        number=number,
        amount=str(amount),
        holders=len(holders),
    )
    return contract


@transaction.atomic
def complete_contract(
    *,
    contract: Contract,
    facts: Facts,
    actor: Actor,
    now: datetime,
    holders: Sequence[Holder] | None = None,
    amount: Decimal | None = None,
) -> Contract:
    """Replace what is said of the contract, before its data are public; ContractFrozen afterwards.

    `facts` is the whole statement: a field left None becomes "not said" again.
    """
    contract = lock(contract)
    if contract.is_frozen:
        raise ContractFrozen
    stated = check_facts(facts)
    if amount is not None and amount < 0:
        raise ContractFactsRefused(errors={"amount": "Un montant ne peut pas être négatif."})
    before = facts_of(contract)
    write_facts(contract, stated)
    if amount is not None:
        contract.amount = amount
    contract.save()
    if holders is not None:
        cleaned = clean_holders(holders)
        contract.holders.all().delete()
        write_holders(contract, cleaned)
    changed = [
        field.name for field in fields(Facts) if getattr(before, field.name) != getattr(stated, field.name)
    ]
    journal(contract, "tenders.contract.complete", actor, now, changed=changed, amount=str(contract.amount))
    return contract


@transaction.atomic
def record_signature(*, contract: Contract, actor: Actor, now: datetime) -> Contract:
    """The buyer has signed; the first moment is kept."""
    contract = lock(contract)
    if contract.signed_at is None:
        contract.signed_at = now
        contract.save(update_fields=["signed_at"])
        journal(contract, "tenders.contract.sign", actor, now)
    return contract


@transaction.atomic
def record_notification_sent(*, contract: Contract, actor: Actor, now: datetime) -> Contract:
    """The contract has been sent to its holder (R2182-4); the first sending is kept."""
    contract = lock(contract)
    if contract.notification_sent_at is None:
        contract.notification_sent_at = now
        contract.save(update_fields=["notification_sent_at"])
        journal(contract, "tenders.contract.send_notification", actor, now)
    return contract


@transaction.atomic
def record_notified(*, contract: Contract, notified_on: date, actor: Actor, now: datetime) -> Contract:
    """The day the holder received the contract, from which it takes effect (R2182-5); said once."""
    contract = lock(contract)
    if contract.notified_on == notified_on:
        return contract
    if contract.notified_on is not None:
        raise ContractAlreadyNotified(notified_on=contract.notified_on.isoformat())
    sent = contract.notification_sent_at
    if notified_on > paris_date(now) or (sent is not None and notified_on < paris_date(sent)):
        raise NotificationDateRefused(notified_on=notified_on.isoformat())
    contract.notified_on = notified_on
    contract.save(update_fields=["notified_on"])
    journal(contract, "tenders.contract.notify", actor, now, notified_on=notified_on.isoformat())
    return contract


@transaction.atomic
def record_data_published(*, contract: Contract, published_on: date, actor: Actor, now: datetime) -> Contract:
    """Freeze the facts: their essential data are public since `published_on`; the first date is kept."""
    contract = lock(contract)
    if contract.data_published_on is None:
        contract.data_published_on = published_on
        contract.save(update_fields=["data_published_on"])
        journal(contract, "tenders.contract.freeze", actor, now, published_on=published_on.isoformat())
    return contract


def lock(contract: Contract) -> Contract:
    return Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)


def find_recorded(*, consultation: Consultation | None, lot: Lot | None) -> Contract | None:
    if lot is not None:
        return Contract.objects.filter(lot=lot).first()
    if consultation is not None:
        return Contract.objects.filter(consultation=consultation, lot__isnull=True).first()
    return None


def free_number(*, buyer: Organisation, number: str, year: int) -> str:
    mine = Contract.objects.for_buyer(buyer.pk)
    if not number:
        return next_number(mine.filter(number__startswith=f"{year}-").values_list("number", flat=True), year)
    if not NUMBER.fullmatch(number):
        raise ContractNumberRefused(number=number)
    if mine.filter(number=number).exists():
        raise ContractNumberTaken(number=number)
    return number


def clean_holders(holders: Sequence[Holder]) -> list[Holder]:
    cleaned = []
    for holder in holders:
        identifier = holder.identifier.strip()
        if holder.identifier_type == "SIRET":
            identifier = clean_siret(identifier)
        if not identifier or not holder.name.strip() or holder.identifier_type not in IDENTIFIER_TYPES:
            raise HoldersRefused(name=holder.name)
        cleaned.append(Holder(holder.name.strip(), identifier, holder.identifier_type))
    if not cleaned or len({(h.identifier_type, h.identifier) for h in cleaned}) != len(cleaned):
        raise HoldersRefused
    return cleaned


def inherit(facts: Facts, *, consultation: Consultation | None, lot: Lot | None, several: bool) -> Facts:
    """What the consultation already says, where the facts are silent. A single holder is no grouping."""
    known: dict[str, Any] = {} if several else {"grouping": "none"}
    if consultation is not None:
        divided = lot is not None and consultation.lots.count() > 1
        title = f"{consultation.title} - {lot.title}" if lot is not None and divided else consultation.title
        known |= {
            "nature": "contract",
            "subject": title[:1000],
            "cpv": consultation.cpv_main,
            "procedure": procedure_of(consultation.procedure),
            "place_code": consultation.insee_code or None,
            "place_type": "commune" if consultation.insee_code else None,
        }
        if lot is not None and lot.cpv:
            known["cpv"] = lot.cpv
    silent = {name: value for name, value in known.items() if getattr(facts, name) in (None, "", ())}
    return replace(facts, **silent)


def check_facts(facts: Facts) -> Facts:
    """The facts with a tidy object and CPV; ContractFactsRefused names every contradiction by field."""
    if facts.subject:
        facts = replace(facts, subject=" ".join(facts.subject.split()))
    errors = find_incoherences(facts)
    if facts.cpv:
        try:
            facts = replace(facts, cpv=clean_cpv(facts.cpv))
        except DomainError as refusal:
            errors.setdefault("cpv", str(refusal))
    if errors:
        raise ContractFactsRefused(errors=errors)
    return facts


def facts_of(contract: Contract) -> Facts:
    """The stored statement as plain values."""
    values: dict[str, Any] = {}
    for field in fields(Facts):
        value = getattr(contract, field.name)
        values[field.name] = tuple(value) if isinstance(value, list) else (None if value == "" else value)
    return Facts(**values)


def write_facts(contract: Contract, facts: Facts) -> None:
    for name, value in asdict(facts).items():
        if isinstance(value, tuple):
            setattr(contract, name, list(value))
        elif value is None and name in TEXTS:
            setattr(contract, name, "")
        else:
            setattr(contract, name, value)


def write_holders(contract: Contract, holders: Sequence[Holder]) -> None:
    ContractHolder.objects.bulk_create(
        ContractHolder(
            contract=contract,
            name=holder.name,
            identifier=holder.identifier,
            identifier_type=holder.identifier_type,
            position=position,
        )
        for position, holder in enumerate(holders, start=1)
    )


def journal(contract: Contract, action: str, actor: Actor, now: datetime, **data: object) -> None:
    audit.record(action=action, subject=contract.pk, actor=actor, at=now, data=data)
