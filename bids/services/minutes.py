"""The minutes of an opening (procès-verbal d'ouverture): a sealed PDF of what was there and what was found."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from bids.models import Deposit, Opening
from bids.queries.buyer import OpenedDeposit, OpenedPiece, list_opened, list_register_after_opening
from bids.rules.opening import reason_kept_closed
from bids.services.minutes_record import record_of
from bids.states import DepositState
from procurement.actors import Actor
from procurement.calendars import format_moment
from procurement.money import NARROW_SPACE, NO_BREAK_SPACE
from signing.models import Evidence, EvidenceKind
from signing.queries import evidence as evidences
from signing.services import folders
from signing.services.evidence import View, certify, write_view
from tenders.models import Consultation

TEMPLATE = Path(__file__).parents[1] / "templates" / "typst" / "minutes.typ"
TITLE = "Procès-verbal d'ouverture des plis"


def write_minutes(*, opening: Opening, actor: Actor, now: datetime) -> Opening:
    """Seal, enter in the register and print the minutes of a complete opening; once, however often it is called."""
    if opening.minutes_id is not None:
        return opening
    evidence = certify_minutes(opening_id=opening.pk, actor=actor, now=now)
    consultation = Consultation.objects.select_related("buyer").get(pk=opening.consultation_id)
    view = View(
        template=TEMPLATE,
        words=facts_of(opening, consultation, evidence.made_at) | {"stamp": folders.words(evidence)},
        reason=TITLE,
        name=f"proces-verbal-ouverture-{consultation.reference}.pdf",
    )
    stored = write_view(evidence=evidence, view=view, now=now)
    with transaction.atomic():
        opening = (
            Opening.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=opening.pk)
        )
        opening.minutes = stored
        opening.save(update_fields=["minutes"])
    return opening


@transaction.atomic
def certify_minutes(*, opening_id: UUID, actor: Actor, now: datetime) -> Evidence:
    """The minutes that exist are the minutes: a run that was killed in the middle finds them."""
    opening = Opening.objects.select_for_update(of=("self",)).get(pk=opening_id)
    if known := evidences.find(EvidenceKind.MINUTES, opening.pk):
        return known
    consultation = Consultation.objects.select_related("buyer").get(pk=opening.consultation_id)
    record = record_of(opening, consultation)
    return certify(
        kind=EvidenceKind.MINUTES,
        subject=opening.pk,
        facts=record,
        action="bids.minutes.seal",
        about=consultation.pk,
        data={"deposits": len(record["deposits"])},
        actor=actor,
        now=now,
    )


def minutes_folder(opening: Opening, *, now: datetime) -> list[tuple[str, bytes]]:
    """The minutes and their proofs, for anybody to check without the platform."""
    evidence = evidences.get(EvidenceKind.MINUTES, opening.pk)
    return folders.folder(evidence, now=now)


def facts_of(opening: Opening, consultation: Consultation, now: datetime) -> dict[str, Any]:
    """All the words of the minutes, as JSON values."""
    buyer, zone = consultation.buyer, consultation.buyer.zone
    register = list(list_register_after_opening(buyer_id=buyer.pk, consultation_id=consultation.pk))
    opened = list_opened(buyer_id=buyer.pk, consultation_id=consultation.pk)
    return {
        "title": TITLE,
        "issuer": buyer.name,
        "reference": consultation.reference,
        "consultation": consultation.title,
        "issued": f"Établi le {format_moment(now, zone)}",
        "session": list(session_facts(opening, consultation)),
        "register": [register_row(deposit, zone) for deposit in register],
        "opened": [deposit_facts(deposit) for deposit in opened],
        "summary": summary(total=len(register), opened=len(opened)),
    }


def session_facts(opening: Opening, consultation: Consultation) -> Iterator[tuple[str, str]]:
    buyer = consultation.buyer
    yield "Acheteur", f"{buyer.name} (SIRET {buyer.siret})" if buyer.siret else buyer.name
    yield "Consultation", f"{consultation.title} ({consultation.reference})"
    yield "Procédure", consultation.get_procedure_display()
    yield "Date limite de remise des plis", format_moment(consultation.deadline, buyer.zone)
    if consultation.opening_at is not None:
        yield "Ouverture annoncée", format_moment(consultation.opening_at, buyer.zone)
    yield "Ouverture demandée par", opening.opened_by
    yield "Ouverture demandée le", format_moment(opening.requested_at, buyer.zone, seconds=True)
    if opening.completed_at is not None:
        yield "Plis ouverts le", format_moment(opening.completed_at, buyer.zone, seconds=True)


def summary(*, total: int, opened: int) -> str:
    if total == 0:
        return "Aucun pli n'a été déposé."
    received = "1 pli est inscrit" if total == 1 else f"{total} plis sont inscrits"
    return f"{received} au registre des dépôts ; {opened} ouvert{'s' if opened > 1 else ''}."


def register_row(deposit: Deposit, zone: ZoneInfo) -> list[str]:
    company = deposit.company
    received = format_moment(deposit.received_at, zone, seconds=True) if deposit.received_at else ""
    outcome = reason_kept_closed(state=deposit.state, is_late=deposit.is_late)
    return [
        str(deposit.number),
        received,
        f"{company.name} ({company.identifier})",
        ", ".join(str(lot.number) for lot in deposit.lots.all()),
        outcome or DepositState(deposit.state).label,
    ]


def deposit_facts(opened: OpenedDeposit) -> dict[str, Any]:
    company = opened.deposit.company
    return {
        "heading": f"Pli n° {opened.deposit.number} : {company.name}",
        "lots": " ; ".join(str(lot) for lot in opened.lots),
        "pieces": [
            {
                "group": group.label,
                "name": item.piece.name,
                "size": exact_size(item.piece.clear_size),
                "sha256": item.piece.clear_sha256,
                "finding": finding_of(item),
            }
            for group in opened.groups
            for item in group.pieces
        ],
    }


def finding_of(item: OpenedPiece) -> str:
    """What opening found of a piece, and of each of its signatures, in a sentence."""
    parts = [item.piece.get_condition_display()]
    if item.check is not None and item.check.is_signed:
        parts.append(item.check.sheet.summary)
    return " ; ".join(parts) + "."


def exact_size(size: int) -> str:
    """« 1 234 567 octets »: in evidence a size is exact."""
    unit = "octets" if size > 1 else "octet"
    return f"{size:,}".replace(",", NARROW_SPACE) + NO_BREAK_SPACE + unit
