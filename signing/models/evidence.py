import uuid

from django.db import models

from procurement.files.models import StoredFile
from signing.models.timestamps import TimestampToken


class EvidenceKind(models.TextChoices):
    """What is proved. The value is also the name of the files in the folder of evidence."""

    DEPOSIT = "receipt", "Accusé de réception d'un pli"
    MINUTES = "minutes", "Procès-verbal d'ouverture des plis"
    DELIVERY = "delivery", "Preuve de remise d'un courrier"
    PUBLICATION = "publication", "Preuve de publication de données essentielles"


class Evidence(models.Model):
    """Facts that anybody can check without the platform: canonical JSON, its seal and its time stamp. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=EvidenceKind)
    #: The id of what it proves (a deposit, an opening…); never a foreign key.
    subject = models.CharField(max_length=100)
    #: Canonical JSON (RFC 8785), exactly the bytes that were sealed and time-stamped.
    document = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    #: Detached CAdES-B-T over the document, DER; empty for receipts older than this seal.
    signature = models.BinaryField()
    token = models.ForeignKey(TimestampToken, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="evidence_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"


class EvidenceView(models.Model):
    """A sealed PDF of the evidence, which carries its files; a renewed one is a new row. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="views")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    #: End of the certificate behind its last time stamp: to be renewed before.
    protected_until = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["evidence", "-made_at", "-protected_until", "id"]

    def __str__(self) -> str:
        return f"{self.evidence} {self.made_at:%Y-%m-%d}"


class Checkpoint(models.Model):
    """A published state of the register: signed note (C2SP), time-stamped. Append-only."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    token = models.ForeignKey(TimestampToken, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-size"]

    def __str__(self) -> str:
        return str(self.size)
