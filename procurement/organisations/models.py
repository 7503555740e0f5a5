import uuid
from zoneinfo import ZoneInfo

from django.db import models


class Kind(models.TextChoices):
    OPERATOR = "operator", "Opérateur de la plateforme"
    BUYER = "buyer", "Acheteur public"
    COMPANY = "company", "Entreprise"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def buyers(self) -> "OrganisationQuerySet":
        return self.filter(kind=Kind.BUYER)

    def companies(self) -> "OrganisationQuerySet":
        return self.filter(kind=Kind.COMPANY)


class Organisation(models.Model):
    """A legal person on the platform: the agency that runs it, a public buyer, or a company."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField("dénomination", max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    foreign_id = models.CharField("identifiant étranger", max_length=35, blank=True)
    country = models.CharField("pays", max_length=2, default="FR")
    legal_form = models.CharField("forme juridique", max_length=100, blank=True)
    insee_code = models.CharField("code INSEE de la commune", max_length=5, blank=True)
    time_zone = models.CharField("fuseau horaire", max_length=40, default="Europe/Paris")
    created_at = models.DateTimeField()

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "siret"],
                condition=~models.Q(siret=""),
                name="organisation_siret_once_per_kind",
            ),
            models.CheckConstraint(
                name="organisation_is_identified", condition=~models.Q(siret="") | ~models.Q(foreign_id="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def identifier(self) -> str:
        """The SIRET, or the identifier of the country of origin."""
        return self.siret or self.foreign_id

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
