import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> "JobQuerySet":
        return self.filter(done_at__isnull=True, failed_at__isnull=True)

    def runnable(self, now: datetime) -> "JobQuerySet":
        """Due, and not in the hands of a worker whose lease still runs."""
        return self.unfinished().filter(
            Q(lease_until__isnull=True) | Q(lease_until__lte=now), due_at__lte=now
        )


class Job(models.Model):
    """Work that must happen, whatever becomes of the worker: the row is the truth, Celery only carries its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=100)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(done_at__isnull=True, failed_at__isnull=True),
                name="job_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_finished(self) -> bool:
        return self.done_at is not None or self.failed_at is not None
