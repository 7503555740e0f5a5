import uuid

from django.db import models


class Mail(models.Model):
    """A message the platform sends, and what is known of its way: the row proves what was sent, to whom and when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    body = models.TextField()
    #: What it is about (a consultation, a letter), for the journal and the operator; never a foreign key.
    about = models.CharField(max_length=100, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-queued_at", "id"]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
