"""What the pages show of a contract, prepared as plain values. Reads only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from essential_data.describe import sentence
from essential_data.fields import RECORDS, Field
from essential_data.models import Publication, PublicationRule
from essential_data.rules import is_overdue
from essential_data.services import decision_for
from procurement.calendars import format_day, paris_date
from procurement.money import format_euros
from tenders.models import Contract

STATES = {
    "waiting": ("À notifier d'abord", "secondary", "hourglass-split"),
    "none": ("Publication non obligatoire", "secondary", "dash-circle"),
    "published": ("Publié", "success", "check-circle"),
    "late": ("En retard", "danger", "exclamation-octagon"),
    "incomplete": ("À compléter", "warning", "exclamation-triangle"),
    "scheduled": ("À publier", "warning", "calendar-event"),
}
AMOUNTS = {"montant", "valeurGlobale", "montantSubventionPublique"}


@dataclass(frozen=True)
class Row:
    """One official field: its French name, its value in words, its definition and its name in the files."""

    label: str
    value: str
    definition: str
    name: str


@dataclass(frozen=True)
class Step:
    day: date
    text: str


@dataclass(frozen=True)
class Duty:
    """Where a contract stands with its publication, for its buyer: in a word, a colour and an icon."""

    contract: Contract
    state: str
    rule: PublicationRule | None = None
    due_on: date | None = None

    @property
    def label(self) -> str:
        return STATES[self.state][0]

    @property
    def tone(self) -> str:
        return STATES[self.state][1]

    @property
    def icon(self) -> str:
        return STATES[self.state][2]


def sentence_of(publication: Publication) -> str:
    contract, record = publication.contract, publication.record
    return sentence(
        buyer=contract.buyer.name,
        holders=[holder.name for holder in contract.holders.all()],
        subject=str(record.get("objet", "")),
        amount=Decimal(str(record.get("montant", record.get("valeurGlobale", 0)))),
        months=record.get("dureeMois"),
        procedure=str(record.get("procedure", "")),
        offers=record.get("offresRecues"),
    )


def timeline_of(publication: Publication) -> list[Step]:
    """What happened when, from the competition to the publication, in order."""
    contract = publication.contract
    consultation = contract.consultation
    moments: list[tuple[datetime | date | None, str]] = []
    if consultation is not None:
        moments += [
            (consultation.published_at, "Consultation publiée"),
            (consultation.deadline, "Date limite de remise des plis"),
            (consultation.opened_at, "Plis ouverts"),
        ]
    moments += [
        (contract.signed_at, "Contrat signé par l'acheteur"),
        (contract.notified_on, "Contrat notifié au titulaire : il prend effet"),
        (contract.execution_starts_on, "Début de l'exécution"),
        (publication.published_at, "Données essentielles publiées"),
    ]
    steps = [Step(paris_date(at) if isinstance(at, datetime) else at, text) for at, text in moments if at]
    return sorted(steps, key=lambda step: step.day)


def present(record: Mapping[str, Any], key: str) -> list[Row]:
    """The record's fields in the order of the format, in words."""
    return list(rows_of(record, RECORDS[key]))


def rows_of(record: Mapping[str, Any], fields: Sequence[Field]) -> Iterator[Row]:
    for field in fields:
        if field.name not in record:
            continue
        value = record[field.name]
        if field.type == "group":
            yield Row(
                field.label, " · ".join(words_of(value, field.children)), first_definition(field), field.name
            )
        elif field.type == "items":
            for entry in value:
                words = " · ".join(words_of(entry[field.item], field.children))
                yield Row(field.label, words, field.definition, field.name)
        else:
            yield Row(field.label, in_words(value, field), field.definition, field.name)


def words_of(record: Mapping[str, Any], fields: Sequence[Field]) -> list[str]:
    return [in_words(record[field.name], field) for field in fields if field.name in record]


def first_definition(field: Field) -> str:
    return field.definition or next((child.definition for child in field.children if child.definition), "")


def in_words(value: Any, field: Field) -> str:
    if field.type == "boolean":
        return "Oui" if value else "Non"
    if field.type == "values":
        return ", ".join(value[field.item])
    if field.type == "date":
        return format_day(date.fromisoformat(value))
    if field.name in AMOUNTS:
        return format_euros(Decimal(str(value)))
    if field.maximum == 1:
        return f"{Decimal(str(value)) * 100:f}".rstrip("0").rstrip(".").replace(".", ",") + "\u00a0%"
    return str(value)


def duty_of(contract: Contract, today: date, rules: Sequence[PublicationRule]) -> Duty:
    """Where the contract's publication stands; what the periodic job has not scheduled yet is decided here."""
    if contract.notified_on is None:
        return Duty(contract, "waiting")
    versions = list(contract.publications.all())
    if versions and versions[0].is_published:
        return Duty(contract, "published", versions[-1].rule, versions[-1].due_on)
    if versions:
        rule, due_on = versions[0].rule, versions[0].due_on
    else:
        decision, rule = decision_for(contract, rules)
        due_on = decision.due_on
    if rule is None:
        return Duty(contract, "none")
    if is_overdue(due_on=due_on, today=today):
        return Duty(contract, "late", rule, due_on)
    incomplete = bool(versions and versions[0].problems)
    return Duty(contract, "incomplete" if incomplete else "scheduled", rule, due_on)
