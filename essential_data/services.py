"""Acts of publication: schedule, check, publish. Once published a version never changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import structlog
from django.db import transaction

from essential_data import queries
from essential_data.describe import normalise
from essential_data.formats.files import schema_accepts, write_files
from essential_data.formats.json_file import write_record
from essential_data.mapping import Snapshot, build_record
from essential_data.models import Publication, PublicationRule
from essential_data.publication_proofs import certify_publication
from essential_data.rules import Decision, decide, department_of, is_time_to_publish
from essential_data.validate import Problem, Report, check_record
from procurement.actors import SYSTEM, Actor
from procurement.audit import services as audit
from procurement.calendars import paris_date
from procurement.errors import DomainError
from tenders.models import Contract
from tenders.rules.contracts import Holder
from tenders.services import contracts
from tenders.services.contracts import facts_of

log = structlog.get_logger(__name__)


class ContractNotNotified(DomainError):
    """Ce contrat n'est pas encore notifié : ses données se publient après que le titulaire l'a reçu.
    Rien n'a été modifié."""

    code = "contract_not_notified"


class PublicationIncomplete(DomainError):
    """Il manque des données, ou certaines sont fausses : rien n'a été publié. Complétez les points de la liste,
    puis publiez de nouveau."""

    code = "publication_incomplete"
    status = 422


class PublicationMalformed(DomainError):
    """Le fichier produit ne respecte pas le format officiel : rien n'a été publié. L'exploitant est prévenu."""

    code = "publication_malformed"
    status = 500


@dataclass(frozen=True)
class Outcome:
    """What one run of the periodic job did, as numbers of contracts."""

    scheduled: int = 0
    published: int = 0
    incomplete: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Draft:
    """What would be published now: the record and what the checks say of it."""

    key: str
    record: dict[str, Any]
    report: Report = field(default_factory=Report)


def snapshot_of(contract: Contract, now: datetime | None = None) -> Snapshot:
    """The contract as plain values; published today (in Paris) where `now` is given and it never was before."""
    return Snapshot(
        kind=contract.kind,
        number=contract.number,
        buyer_siret=contract.buyer.siret,
        amount=contract.amount,
        notified_on=contract.notified_on,
        signed_on=paris_date(contract.signed_at) if contract.signed_at else None,
        published_on=contract.data_published_on or (paris_date(now) if now else None),
        facts=facts_of(contract),
        holders=tuple(Holder(h.name, h.identifier, h.identifier_type) for h in contract.holders.all()),
    )


def draft(*, contract: Contract, now: datetime) -> Draft:
    """The record as it would be published now, checked; writes nothing."""
    snapshot = snapshot_of(contract, now)
    record = build_record(snapshot)
    return Draft(
        snapshot.record_key, record, check_record(record, key=snapshot.record_key, file_date=paris_date(now))
    )


def decision_for(
    contract: Contract, rules: Sequence[PublicationRule]
) -> tuple[Decision, PublicationRule | None]:
    """What the dated rules say, with the row that decided."""
    if contract.notified_on is None:
        return Decision(None), None
    rows = {row.as_rule(): row for row in rules}
    decision = decide(
        rows,
        kind=contract.kind,
        amount=contract.amount,
        notified_on=contract.notified_on,
        execution_starts_on=contract.execution_starts_on,
    )
    return decision, rows[decision.rule] if decision.rule else None


@transaction.atomic
def schedule(*, contract: Contract, actor: Actor, now: datetime) -> Publication | None:
    """Enter the duty to publish and its due date (R2196-1, R3131-1); None when no rule applies.

    Called again after the contract has been completed it brings the due date up to date; a published version stays.
    """
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if contract.notified_on is None:
        raise ContractNotNotified
    existing = Publication.objects.filter(contract=contract).order_by("version").first()
    if existing is not None and existing.is_published:
        return existing
    decision, row = decision_for(contract, queries.list_rules())
    if row is None:
        return existing
    if existing is not None:
        return reschedule(existing, decision, row)
    publication = Publication.objects.create(
        contract=contract, rule=row, due_on=decision.due_on, lead_days=row.lead_days, scheduled_at=now
    )
    audit.record(
        action="essential_data.publication.schedule",
        subject=contract.pk,
        actor=actor,
        at=now,
        data={"due_on": decision.due_on.isoformat() if decision.due_on else None, "rule": row.label},
    )
    return publication


def reschedule(publication: Publication, decision: Decision, row: PublicationRule) -> Publication:
    if (publication.due_on, publication.rule_id) != (decision.due_on, row.pk):
        publication.due_on, publication.rule, publication.lead_days = decision.due_on, row, row.lead_days
        publication.save(update_fields=["due_on", "rule", "lead_days"])
    return publication


@transaction.atomic
def publish(*, publication: Publication, actor: Actor, now: datetime) -> Publication:
    """Make the essential data public, checked first; PublicationIncomplete lists what is missing.

    From here on the contract's facts are frozen. A second call changes nothing.
    """
    publication = queries.with_contract(
        Publication.objects.select_for_update(of=("self",)).filter(pk=publication.pk)
    ).get()
    if publication.is_published:
        return publication
    contract = contracts.lock(publication.contract)
    if contract.notified_on is None:
        raise ContractNotNotified
    checked = draft(contract=contract, now=now)
    if not checked.report.publishable:
        raise PublicationIncomplete(problems=[problem.as_json() for problem in checked.report.blocking])
    files = write_files(checked.record, checked.key)
    if not schema_accepts(files.xml):
        log.error("essential_data.malformed", contract=str(contract.pk))
        raise PublicationMalformed
    contracts.record_data_published(contract=contract, published_on=paris_date(now), actor=actor, now=now)
    publication.published_at = publication.checked_at = now
    publication.record_key = checked.key
    publication.payload = orjson.loads(write_record(checked.record, checked.key))
    publication.sha256, publication.xml_sha256 = files.json_sha256, files.xml_sha256
    publication.problems = [problem.as_json() for problem in checked.report.advice]
    publication.search_text = search_text(contract)
    publication.department = department_of(contract.place_code, contract.get_place_type_display())
    publication.save()
    certify_publication(publication=publication, actor=actor, now=now)
    return publication


def search_text(contract: Contract) -> str:
    holders = [f"{holder.name} {holder.identifier}" for holder in contract.holders.all()]
    return normalise(
        " ".join(
            [
                contract.number,
                contract.subject,
                contract.cpv,
                contract.buyer.name,
                contract.buyer.siret,
                *holders,
            ]
        )
    )


def schedule_new(*, now: datetime) -> int:
    """Schedule the notified contracts that a rule covers and nobody has scheduled yet."""
    scheduled = 0
    for contract in queries.list_unscheduled():
        scheduled += schedule(contract=contract, actor=SYSTEM, now=now) is not None
    return scheduled


def publish_due(*, now: datetime) -> Outcome:
    """Publish what is complete and whose due date is near, at the latest that day; note what the others miss."""
    scheduled = schedule_new(now=now)
    published = incomplete = failed = 0
    today = paris_date(now)
    for publication in queries.list_waiting_with_date():
        if not is_time_to_publish(due_on=publication.due_on, lead_days=publication.lead_days, today=today):
            continue
        try:
            publish(publication=publication, actor=SYSTEM, now=now)
            published += 1
        except PublicationIncomplete as refusal:
            note_problems(publication=publication, problems=refusal.context["problems"], now=now)
            incomplete += 1
        except Exception:
            # Whatever is wrong with one contract must not keep the others from being published on time.
            log.exception("essential_data.not_published", publication=str(publication.pk))
            failed += 1
    return Outcome(scheduled=scheduled, published=published, incomplete=incomplete, failed=failed)


@transaction.atomic
def note_problems(*, publication: Publication, problems: object, now: datetime) -> None:
    """Keep what the last check found, for the buyer; the journal says it when it changes."""
    publication = Publication.objects.select_for_update(of=("self",)).get(pk=publication.pk)
    if publication.is_published:
        return
    changed = publication.problems != problems
    publication.problems, publication.checked_at = problems, now
    publication.save(update_fields=["problems", "checked_at"])
    if changed:
        codes = [problem["path"] for problem in publication.problems]
        audit.record(
            action="essential_data.publication.check",
            subject=publication.contract_id,
            actor=SYSTEM,
            at=now,
            data={"incomplete": codes},
        )


def list_missing(*, contract: Contract, now: datetime) -> tuple[Problem, ...]:
    """What keeps this contract from being published, in the order of the format."""
    return draft(contract=contract, now=now).report.blocking
