import uuid
from functools import cached_property

from django.db import models

from signing.verification.facts import Format
from signing.verification.report_xml import validation_report
from signing.verification.reports import Verdict
from signing.verification.sheet import Sheet, sheet_of


class SignatureCheck(models.Model):
    """What was found about the signatures of a stored file, on a day and with what was then trusted (annexe 12 art. 5).

    Append-only: a later check is another row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_sha256 = models.CharField(max_length=64)
    #: What was checked together, since a detached signature speaks of another file: a deposit's UUID. The same file
    #: in somebody else's deposit is another check. None for checks made before signatures were paired.
    together = models.UUIDField(null=True)
    format = models.CharField(max_length=10, choices=[(format_.value, format_.value) for format_ in Format])
    verdict = models.CharField(max_length=15, choices=[(verdict.value, verdict.label) for verdict in Verdict])
    #: FileReport.to_json() of signing.verification.reports.
    report = models.JSONField(default=dict)
    #: French: the authorities and lists that were trusted.
    trust = models.TextField(blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["checked_at", "id"]
        indexes = [models.Index(fields=["file_sha256"]), models.Index(fields=["together"])]

    def __str__(self) -> str:
        return f"{self.file_sha256[:12]} {self.verdict}"

    @cached_property
    def sheet(self) -> Sheet:
        return sheet_of(self.report)

    @property
    def is_signed(self) -> bool:
        return self.verdict != Verdict.UNSIGNED

    @property
    def validation_report(self) -> bytes:
        """The full report, XML of ETSI TS 119 102-2."""
        return validation_report(self.report, sha256=self.file_sha256, checked_at=self.checked_at)
