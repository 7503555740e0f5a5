import uuid

from django.db import models

from signing.verdicts import Status


class SignatureReport(models.Model):
    """What a check of one signature of a stored file found, kept with the file (annexe 12 art. 5)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_sha256 = models.CharField(max_length=64)
    signer = models.CharField(max_length=300, blank=True)
    level = models.CharField(max_length=30, blank=True)
    status = models.CharField(max_length=15, choices=[(status.value, status.label) for status in Status])
    sub_indication = models.CharField(max_length=50, blank=True)
    details = models.JSONField(default=dict)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["checked_at", "id"]
        indexes = [models.Index(fields=["file_sha256"])]

    def __str__(self) -> str:
        return f"{self.file_sha256[:12]} {self.status}"
