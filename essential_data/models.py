import uuid
from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q

from essential_data.rules import Rule
from tenders.models import Contract
from tenders.rules.contracts import KINDS


class PublicationRule(models.Model):
    """One dated rule of publication: thresholds and delays are data, each with its source.

    A row of the law that informs without being applied (the yearly list) has `drives_publication` False; the
    platform's own, stricter policy is a row too, so that it can be ended without touching the law's.
    """

    class CountedFrom(models.TextChoices):
        NOTIFICATION = "notification", "À compter de la notification"
        BEFORE_EXECUTION = "before_execution", "Avant le début de l'exécution"

    class Duty(models.TextChoices):
        FULL = "full", "Données complètes"
        LIST = "list", "Liste annuelle"

    class Basis(models.TextChoices):
        LAW = "law", "Obligation légale"
        POLICY = "policy", "Règle de la plateforme"

    label = models.CharField("règle", max_length=150)
    kind = models.CharField("type de contrat", max_length=10, choices=KINDS)
    starts_on = models.DateField("en vigueur le")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    minimum_amount = models.DecimalField("à partir de (HT)", max_digits=14, decimal_places=2, default=0)
    months = models.PositiveSmallIntegerField("délai en mois", default=0)
    counted_from = models.CharField("décompte", max_length=20, choices=CountedFrom)
    duty = models.CharField("contenu", max_length=5, choices=Duty, default=Duty.FULL)
    basis = models.CharField("fondement", max_length=6, choices=Basis)
    drives_publication = models.BooleanField("déclenche la publication", default=True)
    #: Days before the due date from which the periodic job publishes what is complete.
    lead_days = models.PositiveSmallIntegerField("avance de sécurité (jours)", default=3)
    source = models.CharField("source", max_length=300)

    class Meta:
        ordering = ["kind", "starts_on", "minimum_amount", "id"]
        constraints = [
            models.CheckConstraint(
                name="publication_rule_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
            ),
            models.CheckConstraint(name="publication_rule_has_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.label

    def as_rule(self) -> Rule:
        return Rule(
            label=self.label,
            kind=self.kind,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            minimum_amount=self.minimum_amount,
            months=self.months,
            counted_from=self.counted_from,
            duty=self.duty,
            basis=self.basis,
            drives_publication=self.drives_publication,
            lead_days=self.lead_days,
            source=self.source,
        )


class PublicationQuerySet(models.QuerySet["Publication"]):
    def for_buyer(self, buyer_id: UUID) -> Self:
        return self.filter(contract__buyer_id=buyer_id)

    def waiting(self) -> Self:
        return self.filter(published_at__isnull=True)

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def current(self) -> Self:
        """The last published version of each contract: what citizens see."""
        later = Publication.objects.filter(
            contract=OuterRef("contract"), version__gt=OuterRef("version"), published_at__isnull=False
        )
        return self.published().filter(~Exists(later))


class Publication(models.Model):
    """One version of a contract's essential data: planned with a due day, then published and never changed again.

    From `published_at` on the row is frozen by a database trigger; what changes later is a next version.
    `payload` is the official record as JSON values; `sha256` and `xml_sha256` are those of the two files.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="publications")
    version = models.PositiveSmallIntegerField(default=1)
    rule = models.ForeignKey(PublicationRule, on_delete=models.PROTECT, null=True, related_name="+")
    #: None while a concession's first day is not known.
    due_on = models.DateField("à publier avant le", null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(default=3)
    scheduled_at = models.DateTimeField()
    #: What was missing at the last check, as `Problem.as_json` values.
    problems = models.JSONField(default=list, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    published_at = models.DateTimeField("publié le", null=True, blank=True)
    record_key = models.CharField(max_length=20, blank=True)
    payload = models.JSONField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    xml_sha256 = models.CharField(max_length=64, blank=True)
    #: For search and filters: lower case without accents; the place's department.
    search_text = models.TextField(blank=True)
    department = models.CharField(max_length=3, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "id"]
        indexes = [
            models.Index(fields=["-published_at", "id"]),
            models.Index(
                fields=["due_on"], condition=Q(published_at__isnull=True), name="publication_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["contract", "version"], name="publication_version_once"),
            models.CheckConstraint(
                name="publication_published_is_complete",
                condition=Q(published_at__isnull=True)
                | (Q(payload__isnull=False) & ~Q(sha256="") & ~Q(xml_sha256="") & ~Q(record_key="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} v{self.version}"

    @property
    def record(self) -> Mapping[str, Any]:
        """The official record of a published version."""
        return self.payload or {}

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
