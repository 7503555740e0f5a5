"""The consultation's key: to whom bids are encrypted, and when they may be opened.

The seam of custody: nobody else reads `wrapped_identity`. Moving the identity to the buyer's agents changes this
module and nothing around it.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from bids import rules
from bids.models import SealingKey
from procurement.actors import SYSTEM
from procurement.audit import services as audit
from procurement.errors import DomainError
from signing.custody import unwrap_identity, wrap_identity
from signing.encryption import new_identity
from tenders.models import Consultation


class TooEarlyToOpen(DomainError):
    """Les plis ne peuvent pas être ouverts avant la date limite et l'heure d'ouverture prévue. Rien n'a été
    déchiffré; revenez après cette date."""

    code = "too_early_to_open"


def recipient_for(*, consultation_id: UUID, now: datetime) -> str:
    """Whom the bids of this consultation are encrypted to (`age1…`); the key is made at the first need."""
    key = SealingKey.objects.filter(consultation_id=consultation_id).first()
    return (key or _create(consultation_id, now)).recipient


@transaction.atomic
def _create(consultation_id: UUID, now: datetime) -> SealingKey:
    # Two first uploads at once: the second waits here, then finds the key of the first.
    Consultation.objects.select_for_update(of=("self",)).get(pk=consultation_id)
    if known := SealingKey.objects.filter(consultation_id=consultation_id).first():
        return known
    recipient, identity = new_identity()
    key = SealingKey.objects.create(
        consultation_id=consultation_id,
        recipient=recipient,
        wrapped_identity=wrap_identity(identity, _secret(), context=str(consultation_id)),
        created_at=now,
    )
    audit.record(
        action="bids.key.create", subject=consultation_id, actor=SYSTEM, at=now, data={"recipient": recipient}
    )
    return key


@transaction.atomic
def identity_for_opening(*, consultation: Consultation, now: datetime) -> str:
    """The secret identity that opens the bids. TooEarlyToOpen before the deadline or the announced opening;
    SealingKey.DoesNotExist when nothing was ever encrypted."""
    # The dates as they are, not as the caller read them.
    consultation = Consultation.objects.get(pk=consultation.pk)
    if not rules.may_open(consultation.deadline, consultation.opening_at, now):
        raise TooEarlyToOpen(deadline=consultation.deadline, opening_at=consultation.opening_at)
    key = SealingKey.objects.get(consultation_id=consultation.pk)
    identity = unwrap_identity(bytes(key.wrapped_identity), _secret(), context=str(consultation.pk))
    audit.record(
        action="bids.key.unwrap",
        subject=consultation.pk,
        actor=SYSTEM,
        at=now,
        data={"recipient": key.recipient},
    )
    return identity


def _secret() -> bytes:
    return settings.SEALING_SECRET.encode()
