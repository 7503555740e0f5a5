import uuid
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from procurement.organisations.models import Organisation
from tenders.rules import contracts as rules


def between(field: str, low: int, high: int) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high})


def at_least(field: str, low: int) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low})


class ContractQuerySet(models.QuerySet["Contract"]):
    def for_buyer(self, buyer_id: UUID) -> Self:
        return self.filter(buyer_id=buyer_id)

    def notified(self) -> Self:
        return self.filter(notified_on__isnull=False)

    def with_public_data(self) -> Self:
        return self.filter(data_published_on__isnull=False)


class Contract(models.Model):
    """A public contract or a concession, whether or not a consultation of the platform led to it.

    A fact that nobody has stated yet is NULL or empty: it is shown as missing, never published as "no".
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contracts")
    consultation = models.ForeignKey(
        "tenders.Consultation", on_delete=models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    lot = models.ForeignKey(
        "tenders.Lot", on_delete=models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    number = models.CharField("numéro", max_length=16)
    kind = models.CharField("type de contrat", max_length=10, choices=rules.KINDS, default="contract")

    nature = models.CharField("nature", max_length=30, choices=rules.CHOICES["nature"], blank=True)
    subject = models.CharField("objet", max_length=1000, blank=True)
    cpv = models.CharField("code CPV principal", max_length=10, blank=True)
    techniques = models.JSONField("techniques d'achat", default=list, blank=True)
    execution_modalities = models.JSONField("modalités d'exécution", default=list, blank=True)
    framework_number = models.CharField("numéro de l'accord-cadre", max_length=16, blank=True)
    innovative = models.BooleanField("marché innovant", null=True, blank=True)
    ccag = models.CharField("CCAG de référence", max_length=30, choices=rules.CCAGS, blank=True)
    offers_received = models.PositiveIntegerField("offres reçues", null=True, blank=True)
    advance_granted = models.BooleanField("avance accordée", null=True, blank=True)
    advance_rate = models.DecimalField(
        "taux de l'avance", max_digits=5, decimal_places=4, null=True, blank=True
    )
    grouping = models.CharField("groupement", max_length=10, choices=rules.GROUPINGS, blank=True)
    procedure = models.CharField("procédure", max_length=40, choices=rules.CHOICES["procedure"], blank=True)
    place_code = models.CharField("code du lieu d'exécution", max_length=10, blank=True)
    place_type = models.CharField("type de code", max_length=15, choices=rules.PLACE_TYPES, blank=True)
    duration_months = models.PositiveSmallIntegerField("durée en mois", null=True, blank=True)
    amount = models.DecimalField("montant HT", max_digits=14, decimal_places=2)
    price_types = models.JSONField("types de prix", default=list, blank=True)
    price_form = models.CharField("forme du prix", max_length=10, choices=rules.PRICE_FORMS, blank=True)
    subcontracting_declared = models.BooleanField("sous-traitance déclarée", null=True, blank=True)
    social = models.JSONField("considérations sociales", default=list, blank=True)
    environmental = models.JSONField("considérations environnementales", default=list, blank=True)
    eu_share = models.DecimalField(
        "part des produits de l'Union européenne", max_digits=5, decimal_places=4, null=True, blank=True
    )
    french_share = models.DecimalField(
        "part des produits français", max_digits=5, decimal_places=4, null=True, blank=True
    )
    execution_starts_on = models.DateField("début de l'exécution", null=True, blank=True)
    public_subsidy = models.DecimalField(
        "subvention publique", max_digits=14, decimal_places=2, null=True, blank=True
    )

    recorded_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    notification_sent_at = models.DateTimeField(null=True, blank=True)
    #: The day the holder received the notification: the contract takes effect (R2182-5), the delays run (R2196-1).
    notified_on = models.DateField("date de notification", null=True, blank=True)
    #: From this day the facts are frozen: only modifications may be added to what was published.
    data_published_on = models.DateField("date de publication des données", null=True, blank=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "id"]
        indexes = [
            models.Index(fields=["buyer", "-recorded_at"]),
            models.Index(fields=["-notified_on", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["buyer", "number"], name="contract_number_once_per_buyer"),
            models.UniqueConstraint(
                fields=["lot"], condition=Q(lot__isnull=False), name="contract_once_per_lot"
            ),
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(lot__isnull=True, consultation__isnull=False),
                name="contract_once_per_consultation_without_lot",
            ),
            models.CheckConstraint(name="contract_has_number", condition=~Q(number="")),
            models.CheckConstraint(name="contract_kind_is_known", condition=Q(kind__in=list(rules.KINDS))),
            models.CheckConstraint(name="contract_amount_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="contract_offers_at_least_one", condition=at_least("offers_received", 1)
            ),
            models.CheckConstraint(
                name="contract_duration_at_least_one", condition=at_least("duration_months", 1)
            ),
            models.CheckConstraint(name="contract_advance_rate", condition=between("advance_rate", 0, 1)),
            models.CheckConstraint(name="contract_eu_share", condition=between("eu_share", 0, 1)),
            models.CheckConstraint(name="contract_french_share", condition=between("french_share", 0, 1)),
            models.CheckConstraint(
                name="contract_subsidy_not_negative", condition=at_least("public_subsidy", 0)
            ),
            models.CheckConstraint(
                name="contract_published_after_notification",
                condition=Q(data_published_on__isnull=True) | Q(notified_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def is_concession(self) -> bool:
        return self.kind == "concession"

    @property
    def is_frozen(self) -> bool:
        return self.data_published_on is not None


class ContractHolder(models.Model):
    """A company that holds the contract, in the order of the grouping: the agent first."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="holders")
    name = models.CharField("dénomination", max_length=200)
    identifier = models.CharField("identifiant", max_length=35)
    identifier_type = models.CharField(
        "type d'identifiant", max_length=10, choices=[(kind, kind) for kind in rules.IDENTIFIER_TYPES]
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["contract_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "position"], name="contract_holder_position"),
            models.UniqueConstraint(
                fields=["contract", "identifier_type", "identifier"], name="contract_holder_once"
            ),
            models.CheckConstraint(
                name="contract_holder_type_is_known",
                condition=Q(identifier_type__in=rules.IDENTIFIER_TYPES),
            ),
        ]

    def __str__(self) -> str:
        return self.name
