"""Deposits in any state, brought there by the services; the bytes of their files are really encrypted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from bids.models import Deposit, Piece
from bids.services import drafting, sealing
from bids.services.reception import PieceSink
from bids.states import PieceKind
from procurement.organisations.models import Organisation
from tenders.models import Consultation, Lot
from tenders.states import Envelope
from tests.factories import organisations, tenders

NOW = tenders.NOW
PDF = tenders.PDF


def draft(
    consultation: Consultation | None = None,
    company: Organisation | None = None,
    *,
    lots: Iterable[Lot] | None = None,
    now: datetime = NOW,
) -> Deposit:
    """A draft without files, for all the lots unless some are named."""
    consultation = consultation or tenders.published()
    company = company or organisations.company()
    return drafting.start_deposit(
        consultation_id=consultation.pk,
        company=company,
        lot_ids=[lot.pk for lot in (lots if lots is not None else consultation.lots.all())],
        actor=organisations.actor_of(company),
        now=now,
    )


def piece(
    deposit: Deposit,
    name: str = "memoire.pdf",
    content: bytes = PDF,
    *,
    envelope: str = Envelope.CANDIDATURE,
    lot: Lot | None = None,
    kind: PieceKind = PieceKind.FILE,
    answers: UUID | None = None,
    now: datetime = NOW,
) -> Piece:
    """A file put in through the encrypting way in; a lot puts it in the offer."""
    target = drafting.prepare_piece(
        deposit_id=deposit.pk,
        company_id=deposit.company_id,
        envelope=Envelope.OFFER if lot else envelope,
        lot_id=lot.pk if lot else None,
        kind=kind,
        now=now,
    )
    sink = PieceSink(target, name=name, started_at=now)
    try:
        sink.write(content)
        received = sink.finish()
    except BaseException:
        sink.abort()
        raise
    return drafting.add_piece(
        target=target,
        received=received,
        answers_id=answers,
        actor=organisations.actor_of(deposit.company),
        now=now,
    )


def filled(
    consultation: Consultation | None = None, company: Organisation | None = None, **facts: Any
) -> Deposit:
    """A draft with a file for each place that the consultation asks to fill."""
    deposit = draft(consultation, company, **facts)
    now = facts.get("now", NOW)
    asked = list(deposit.consultation.required_pieces.filter(is_mandatory=True))
    piece(deposit, "candidature.pdf", now=now)
    for number, one in enumerate(asked):
        if one.envelope == Envelope.CANDIDATURE:
            piece(deposit, f"candidature-{number}.pdf", answers=one.pk, now=now)
    for lot in deposit.lots.all():
        for number, one in enumerate(asked):
            if one.envelope == Envelope.OFFER and one.lot_id in {None, lot.pk}:
                piece(deposit, f"offre-{number}.pdf", lot=lot, answers=one.pk, now=now)
        if not deposit.pieces.filter(lot=lot).exists():
            piece(deposit, "offre.pdf", lot=lot, now=now)
    return deposit


def seal(deposit: Deposit, *, received_at: datetime = NOW, person: Any = None) -> Deposit:
    """Hand a draft in at `received_at`."""
    return sealing.seal_deposit(
        deposit_id=deposit.pk,
        company_id=deposit.company_id,
        received_at=received_at,
        actor=organisations.actor_of(deposit.company, person),
        now=received_at,
    )


def sealed(
    consultation: Consultation | None = None,
    company: Organisation | None = None,
    *,
    received_at: datetime = NOW,
    **facts: Any,
) -> Deposit:
    """A complete deposit, handed in at `received_at`."""
    return seal(filled(consultation, company, **facts), received_at=received_at)
