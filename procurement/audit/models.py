import uuid
from uuid import UUID

from django.db import models

from procurement.audit.lines import Line, line
from procurement.audit.merkle import Frontier

#: What is shown in place of a name that was erased.
ERASED = "Personne effacée"


class ActorIdentity(models.Model):
    """Who acted, apart from the lines of the journal, which hold `digest` alone.

    The digest covers a random salt: once the row is deleted (erasure of a person), nobody can tell any more from the
    lines who it was, and no line, leaf or proof has changed.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    salt = models.CharField(max_length=32)
    actor_id = models.UUIDField(null=True)
    label = models.CharField(max_length=300)
    organisation_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["digest"]
        indexes = [models.Index(fields=["actor_id", "label"])]

    def __str__(self) -> str:
        return self.label


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, subject: str) -> "EntryQuerySet":
        return self.filter(subject=subject)


class Entry(models.Model):
    """One line of the journal (P7-B8) and one leaf of the register: leaf data is the 32 bytes of `hash`.

    `hash` is the SHA-256 of the line in canonical JSON (procurement.audit.lines). The database refuses UPDATE and
    DELETE by trigger, and the Merkle tree over all lines is published: a rewriting shows.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=100)
    #: Never null; declared so that lines whose identity was erased are still found by an (outer) join.
    identity = models.ForeignKey(
        ActorIdentity, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    data = models.JSONField(default=dict)
    #: Keeps anybody who guesses a line from confirming the guess by its published digest.
    salt = models.CharField(max_length=32)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["subject", "sequence"])]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.subject}"

    def as_line(self) -> Line:
        """What `hash` covers."""
        return line(
            sequence=self.sequence,
            at=self.at,
            action=self.action,
            subject=self.subject,
            actor=self.identity_id or "",
            data=self.data,
            salt=self.salt,
        )

    @property
    def actor(self) -> ActorIdentity | None:
        """None once the person was erased."""
        try:
            return self.identity
        except ActorIdentity.DoesNotExist:
            return None

    @property
    def actor_label(self) -> str:
        return self.actor.label if self.actor else ERASED

    @property
    def organisation_id(self) -> UUID | None:
        return self.actor.organisation_id if self.actor else None


class Node(models.Model):
    """A complete subtree of the register's Merkle tree; level 0 holds the leaf hashes (procurement.audit.merkle)."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        ordering = ["level", "index"]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Head(models.Model):
    """The state of the register; locked while a line is added, so that it has no fork."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    #: The peaks of `merkle.Frontier`, one after the other.
    frontier = models.BinaryField(default=bytes)
    #: Names this register for ever, whatever becomes of its address.
    register_id = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(name="audit_one_head", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self.size)

    @property
    def tree(self) -> Frontier:
        return Frontier.from_bytes(self.size, bytes(self.frontier))
