from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bids.models import Piece
from procurement.actors import Actor
from procurement.audit import services as audit
from tenders.models import Consultation


@transaction.atomic
def record_reading(*, piece: Piece, form: str, actor: Actor, now: datetime) -> None:
    """Enter who looked at which file of an opened bid (P7-B8, P8-5, P8-6). `form`: "download" or "page"."""
    data = {"number": piece.deposit.number, "piece": str(piece.pk), "form": form}
    audit.record(
        action="bids.piece.read", subject=piece.deposit.consultation_id, actor=actor, at=now, data=data
    )


@transaction.atomic
def record_analysis(
    *, consultation: Consultation, pieces: Sequence[Piece], form: str, actor: Actor, now: datetime
) -> None:
    """Enter who read the DUME of all opened bids side by side: one act, with every file it showed (P7-B8, P8-5).
    `form`: "page", "csv" or "ods"."""
    data = {"form": form, "pieces": [str(piece.pk) for piece in pieces]}
    audit.record(action="bids.candidatures.read", subject=consultation.pk, actor=actor, at=now, data=data)
