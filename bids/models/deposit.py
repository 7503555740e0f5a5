import uuid
from uuid import UUID

from django.db import models
from django.db.models import Q

from bids.states import DepositState, PieceCondition, PieceKind
from procurement.files.models import StoredFile
from procurement.organisations.models import Organisation
from tenders.models import Consultation, Lot, RequiredPiece
from tenders.states import Envelope


class SealingKey(models.Model):
    """The consultation's encryption key: recipient in clear, identity wrapped (see bids.services.custody).

    This is the seam that moves custody to the buyer: only bids.services.custody reads `wrapped_identity`.
    """

    consultation = models.OneToOneField(
        Consultation, on_delete=models.PROTECT, primary_key=True, related_name="sealing_key"
    )
    recipient = models.CharField(max_length=200)
    wrapped_identity = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.recipient


class DepositQuerySet(models.QuerySet["Deposit"]):
    def for_company(self, company_id: UUID) -> "DepositQuerySet":
        return self.filter(company_id=company_id)

    def for_buyer(self, buyer_id: UUID) -> "DepositQuerySet":
        return self.filter(consultation__buyer_id=buyer_id)

    def handed_in(self) -> "DepositQuerySet":
        """Everything that has a number in the register, whatever became of it."""
        return self.filter(number__isnull=False)

    def to_open(self) -> "DepositQuerySet":
        """The last complete deposit in time of each company (R2151-6): others stay closed."""
        return self.filter(state__in=[DepositState.SEALED, DepositState.OPENED], is_late=False)


class Deposit(models.Model):
    """What one company hands in for a consultation (pli): lots, pieces, then a seal, a number and a receipt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="deposits")
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="deposits")
    lots = models.ManyToManyField(Lot, related_name="deposits")
    state = models.CharField(max_length=12, choices=DepositState, default=DepositState.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=300)
    #: When the first byte of a file reached the platform (annexe 6: transmission begun before the deadline).
    transmission_started_at = models.DateTimeField(null=True)
    #: When the request to seal reached the platform: the one moment lateness is judged by.
    received_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)
    #: Position in the consultation's register of deposits, from 1.
    number = models.PositiveIntegerField(null=True)
    sealed_by = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    objects = DepositQuerySet.as_manager()

    class Meta:
        ordering = ["number", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="deposit_number_once"),
            models.UniqueConstraint(
                fields=["consultation", "company"],
                condition=Q(state=DepositState.DRAFT),
                name="deposit_one_draft_per_company",
            ),
            models.CheckConstraint(
                name="deposit_handed_in_is_numbered",
                condition=Q(state=DepositState.DRAFT) | Q(number__isnull=False, received_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Pli n° {self.number}" if self.number else "Pli en préparation"


class Piece(models.Model):
    """One file of a deposit: cipher text in the store, sizes and SHA-256 of clear and cipher text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="pieces")
    envelope = models.CharField(max_length=12, choices=Envelope)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=5, choices=PieceKind, default=PieceKind.FILE)
    #: Which requirement of the buyer it answers, if any.
    answers = models.ForeignKey(RequiredPiece, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=255)
    format_label = models.CharField(max_length=60)
    clear_size = models.BigIntegerField()
    clear_sha256 = models.CharField(max_length=64)
    cipher = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    #: Sentences for the depositor (archives, formats, eDUME findings): graded, never content.
    warnings = models.JSONField(default=list)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField()
    condition = models.CharField(max_length=10, choices=PieceCondition, default=PieceCondition.SEALED)
    clear = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["envelope", "lot__number", "started_at", "id"]

    def __str__(self) -> str:
        return self.name
