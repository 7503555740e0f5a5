import uuid
from uuid import UUID

from django.db import models

from procurement.organisations.models import Organisation
from tenders.models.consultation import Consultation, Lot
from tenders.states import LetterKind


class LetterQuerySet(models.QuerySet["Letter"]):
    def for_company(self, company_id: UUID) -> "LetterQuerySet":
        return self.filter(recipient_id=company_id)

    def for_buyer(self, buyer_id: UUID) -> "LetterQuerySet":
        return self.filter(consultation__buyer_id=buyer_id)


class Letter(models.Model):
    """An electronic letter of the buyer to a company, with proof of delivery: sent, first opened (P7-B7, R2132-7)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="letters")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="letters")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=15, choices=LetterKind)
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte", max_length=20000)
    sent_at = models.DateTimeField()
    sender_label = models.CharField(max_length=300)
    first_opened_at = models.DateTimeField(null=True)
    first_opened_by = models.CharField(max_length=300, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "id"]

    def __str__(self) -> str:
        return self.subject
