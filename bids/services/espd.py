"""The company's DUME, filled in on the platform, put in its deposit: the same way in as a file that is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from bids.models import Deposit
from bids.services import drafting
from bids.services.reception import PieceSink, Received, Target
from bids.states import PieceKind
from dume.models import DumeResponse
from procurement.actors import Actor
from procurement.audit import services as audit
from tenders.states import Envelope


@dataclass(frozen=True, slots=True)
class Attached:
    """`has_replaced` an earlier version of the same DUME."""

    received: Received
    has_replaced: bool


def piece_name(response: DumeResponse) -> str:
    return f"DUME-{response.number}.xml"


def attach_responses(
    *,
    deposit: Deposit,
    responses: Sequence[DumeResponse],
    answers_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> list[Attached]:
    """Each as it is now, encrypted while it is written and checked as a file that is sent; an earlier version of the
    same number goes."""
    target = drafting.prepare_piece(
        deposit_id=deposit.pk,
        company_id=deposit.company_id,
        envelope=Envelope.CANDIDATURE,
        lot_id=None,
        kind=PieceKind.ESPD,
        now=now,
    )
    return [
        attach(target=target, response=response, answers_id=answers_id, actor=actor, now=now)
        for response in responses
    ]


def attach(
    *, target: Target, response: DumeResponse, answers_id: UUID | None, actor: Actor, now: datetime
) -> Attached:
    received = encrypted(target, response, now)
    with transaction.atomic():
        draft = drafting.lock_draft(target.deposit_id, target.company_id)
        older = draft.pieces.filter(kind=PieceKind.ESPD, name=received.name).exclude(
            clear_sha256=received.sealed.clear.sha256
        )
        replaced = list(older.order_by("id"))
        for piece in replaced:
            drafting.remove_piece(
                deposit_id=draft.pk,
                company_id=target.company_id,
                piece_id=piece.pk,
                actor=actor,
                now=now,
            )
        piece = drafting.add_piece(
            target=target, received=received, answers_id=answers_id, actor=actor, now=now
        )
        audit.record(
            action="bids.dume.attach",
            subject=draft.pk,
            actor=actor,
            at=now,
            data={"number": response.number, "piece": str(piece.pk)},
        )
    return Attached(received, bool(replaced))


def encrypted(target: Target, response: DumeResponse, now: datetime) -> Received:
    sink = PieceSink(target, name=piece_name(response), started_at=now)
    try:
        sink.write(response.xml.encode())
        return sink.finish()
    except BaseException:
        sink.abort()
        raise
