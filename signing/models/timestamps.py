import uuid

from django.db import models


class TimestampToken(models.Model):
    """A timestamp issued by the platform's own authority for one digest (RFC 3161, P7-T6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: Decimal digits: serial numbers have up to 160 bits, more than any integer column.
    serial = models.CharField(max_length=49, unique=True)
    #: SHA-256 of the stamped document, in hexadecimal.
    digest = models.CharField(max_length=64)
    gen_time = models.DateTimeField()
    #: The TimeStampResp, DER: the content of a .tsr file.
    token = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["gen_time", "id"]
        indexes = [models.Index(fields=["digest"])]

    def __str__(self) -> str:
        return f"{self.serial} {self.digest[:12]}"

    @property
    def tsr(self) -> bytes:
        """PostgreSQL hands binary columns out as memoryviews."""
        return bytes(self.token)


class AuthorityClock(models.Model):
    """The last serial number and the last instant of the authority: one row, locked while a token is issued.

    Tokens of all processes are issued in this order, so their time never steps back, whatever the clocks do.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    gen_time = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="signing_one_clock", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.sequence} {self.gen_time}"


class ExternalToken(models.Model):
    """A token of another authority on a digest that ours has stamped, kept after it was checked; append-only.

    `is_qualified` is what the operator declared of that authority then (eIDAS art. 42), never a finding of ours.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: SHA-256 of the stamped document, in hexadecimal.
    digest = models.CharField(max_length=64)
    authority = models.CharField(max_length=200)
    url = models.CharField(max_length=500)
    serial = models.CharField(max_length=400)
    gen_time = models.DateTimeField()
    #: The TimeStampResp, DER: the content of a .tsr file.
    token = models.BinaryField()
    policy = models.CharField(max_length=200)
    is_qualified = models.BooleanField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["gen_time", "id"]
        constraints = [
            models.UniqueConstraint(fields=["digest", "url"], name="signing_external_token_once"),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.serial} {self.digest[:12]}"

    @property
    def tsr(self) -> bytes:
        """PostgreSQL hands binary columns out as memoryviews."""
        return bytes(self.token)
