"""Deposits handed in and opened by the services, as the buyer then meets them."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bids.models import Deposit
from bids.services import award, opening
from bids.states import PieceKind
from procurement.actors import Actor
from procurement.organisations.models import Organisation
from tenders.models import Consultation
from tests.factories import bids, organisations, tenders

HANDED_IN = tenders.NOW + timedelta(days=10)
#: After the deadline and the announced opening.
OPENING = tenders.DEADLINE + timedelta(hours=3)
TEXT = b"Une offre fictive.\n" * 40
Part = tuple[str, bytes]


def deposit(
    consultation: Consultation,
    company: Organisation,
    *,
    lots: Iterable[int] = (1,),
    candidature: Iterable[Part] = (("candidature.txt", TEXT),),
    offer: Iterable[Part] = (("offre.txt", TEXT),),
    espd: bytes | None = None,
    received_at: datetime = HANDED_IN,
) -> Deposit:
    """Sealed at `received_at`: the candidature, and the same offer for each lot (by number)."""
    chosen = list(consultation.lots.filter(number__in=list(lots)).order_by("number"))
    draft = bids.draft(consultation, company, lots=chosen, now=received_at)
    for name, content in candidature:
        bids.piece(draft, name, content, now=received_at)
    if espd is not None:
        bids.piece(draft, "dume.xml", espd, kind=PieceKind.ESPD, now=received_at)
    for lot in chosen:
        for name, content in offer:
            bids.piece(draft, name, content, lot=lot, now=received_at)
    return bids.seal(draft, received_at=received_at)


def quiet(done: int, total: int) -> None:
    """Progress that nobody watches."""


def ask(consultation: Consultation, *, now: datetime = OPENING, actor: Actor | None = None):
    actor = actor or organisations.actor_of(consultation.buyer)
    return opening.request_opening(consultation_id=consultation.pk, actor=actor, now=now)


def run(
    consultation: Consultation, *, now: datetime = OPENING, progress: Callable[[int, int], None] = quiet
) -> None:
    opening.run_opening(consultation_id=consultation.pk, now=now, progress=progress)


def opened(consultation: Consultation, *, now: datetime = OPENING) -> Consultation:
    """The bids of the consultation, opened by somebody of the buyer."""
    ask(consultation, now=now)
    run(consultation, now=now)
    return tenders.refreshed(consultation)


def awarded(consultation: Consultation, winner: Deposit, *, lot: int = 1, now: datetime = OPENING, **facts):
    values = {"amount": 85000, "reasons": "La meilleure offre au regard des critères."} | facts
    return award.award_lot(
        lot_id=consultation.lots.get(number=lot).pk,
        deposit_id=winner.pk,
        actor=organisations.actor_of(consultation.buyer),
        now=now,
        **values,
    )
