import uuid

from django.db import models

from procurement.files.models import StoredFile
from tenders.models.consultation import Consultation


class DocumentKind(models.TextChoices):
    RULES = "rules", "Règlement de la consultation (RC)"
    ADMINISTRATIVE = "administrative", "Clauses administratives (CCAP)"
    TECHNICAL = "technical", "Clauses techniques (CCTP)"
    PRICES = "prices", "Pièce financière (BPU, DQE, DPGF)"
    COMMITMENT = "commitment", "Acte d'engagement"
    PLAN = "plan", "Plan"
    ESPD = "espd", "DUME acheteur"
    OTHER = "other", "Autre document"


class Document(models.Model):
    """A consultation document (DCE): free, complete, direct (annexe 6 art. 1); read-only once published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="documents")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        "nature du document", max_length=15, choices=DocumentKind, default=DocumentKind.OTHER
    )
    format_label = models.CharField("format", max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "added_at", "id"]

    def __str__(self) -> str:
        return self.file.name


class Taken(models.TextChoices):
    DOCUMENT = "document", "Un document"
    ALL = "all", "Dossier complet (ZIP)"
    #: Nothing was downloaded: the visitor left an address to be told of changes.
    NEWS = "news", "Inscription aux changements"


class Withdrawal(models.Model):
    """A line of the withdrawal register (P7-B8): who took which documents when; anonymous unless they ask for news."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="withdrawals")
    what = models.CharField("retrait", max_length=10, choices=Taken)
    #: Only where one document was taken.
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    company_name = models.CharField("entreprise", max_length=200, blank=True)
    email = models.EmailField("adresse électronique", blank=True)

    class Meta:
        ordering = ["-at", "id"]
        indexes = [models.Index(fields=["consultation", "-at"])]
        constraints = [
            models.CheckConstraint(
                name="withdrawal_of_a_document_names_it",
                condition=models.Q(what="document", document__isnull=False)
                | (~models.Q(what="document") & models.Q(document__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.company_name or "Retrait anonyme"
