import uuid

from django.db import models

from dume.model import Kind
from dume.report import Verdict


class DumeDocument(models.Model):
    """What was read in a DUME once its bid was opened; the received bytes stay in `file`, untouched.

    Never written before the opening: what a DUME says is part of the bid (P7-T9, confidentiality until the time limit).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    kind = models.CharField("nature", max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    version = models.CharField("version du modèle ESPD", max_length=20, blank=True)
    operator_name = models.CharField("opérateur économique", max_length=255, blank=True)
    operator_id = models.CharField("identifiant de l'opérateur", max_length=100, blank=True)
    report = models.JSONField("contrôle", default=dict)
    created_at = models.DateTimeField("lu le")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["file"], name="dume_document_once_per_file")]

    def __str__(self) -> str:
        return f"DUME {self.version} {self.operator_name}".strip()

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.report.get("verdict", Verdict.UNREADABLE))
