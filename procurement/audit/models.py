import uuid

from django.db import models


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, subject: str) -> "EntryQuerySet":
        return self.filter(subject=subject)


class Entry(models.Model):
    """One line of the journal (P7-B8). No foreign key: it outlives what it names.

    `hash` covers the line and the hash of the line before, so that a line cannot be altered, removed or inserted
    without breaking the chain; the database refuses UPDATE and DELETE by trigger.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=100)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=300)
    organisation_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["subject", "sequence"])]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.subject}"


class Head(models.Model):
    """The last line of the journal; locked while a line is added, so that the chain has no fork."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    chain_id = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(name="audit_one_head", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.size} {self.hash}"
