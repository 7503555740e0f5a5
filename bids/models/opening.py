import uuid

from django.db import models

from bids.models.deposit import Deposit
from procurement.files.models import StoredFile
from tenders.models import Consultation, Lot


class Opening(models.Model):
    """The opening session of a consultation: who asked for it, when, its minutes (procès-verbal)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="opening")
    opened_by = models.CharField(max_length=300)
    opened_by_id = models.UUIDField(null=True)
    requested_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    minutes = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"Ouverture de {self.consultation}"


class Award(models.Model):
    """The choice of a tenderer for a lot, with the amount of the contract (L2152-7)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="award")
    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="awards")
    amount = models.DecimalField("montant HT", max_digits=14, decimal_places=2)
    reasons = models.TextField("motifs", max_length=5000, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=300)
    letters_sent_at = models.DateTimeField(null=True)
    #: First instant at which the contract may be signed (R2182-1); None: no standstill applies.
    standstill_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.lot} → {self.deposit}"


class UnsuccessfulLot(models.Model):
    """A lot that ends without contract because no bid could be opened for it (lot infructueux)."""

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, primary_key=True, related_name="unsuccessful")
    reason = models.TextField("motif", max_length=2000)
    declared_at = models.DateTimeField()
    declared_by = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.lot} : infructueux"
