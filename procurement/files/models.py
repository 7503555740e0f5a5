import uuid

from django.db import models


class Area(models.TextChoices):
    PUBLIC = "public", "Documents publics"
    SEALED = "sealed", "Plis chiffrés"
    OPENED = "opened", "Plis ouverts"
    EVIDENCE = "evidence", "Preuves"


class StoredFile(models.Model):
    """A file the platform keeps: where, and the size and SHA-256 of the bytes that were written there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.CharField(max_length=10, choices=Area)
    key = models.CharField(max_length=200)
    name = models.CharField("nom", max_length=255)
    size = models.BigIntegerField("taille en octets")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    media_type = models.CharField(max_length=150, default="application/octet-stream")
    created_at = models.DateTimeField()
    #: Set when the bytes were given up on purpose (a draft's file removed); the row remains as a trace.
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "key"], name="stored_file_key_once_per_area")]

    def __str__(self) -> str:
        return self.name
