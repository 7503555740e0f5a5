import uuid
from uuid import UUID

from django.db import models
from django.db.models import Q

from dume.model import Kind
from dume.report import Verdict
from procurement.organisations.models import Organisation


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


class Use(models.TextChoices):
    """How much a buyer asks for. Simplified: besides exclusion grounds, turnover and staff only."""

    STANDARD = "standard", "DUME complet"
    SIMPLIFIED = "simplified", "DUME simplifié"


class DumeRequestQuerySet(models.QuerySet["DumeRequest"]):
    def for_buyer(self, buyer_id: UUID) -> "DumeRequestQuerySet":
        return self.filter(buyer_id=buyer_id)

    def published(self) -> "DumeRequestQuerySet":
        return self.filter(published_at__isnull=False)


class DumeRequest(models.Model):
    """What a buyer asks candidates to declare (DUME acheteur). `xml` is the ESPD 4.1.0 request itself: it is what the
    pages edit, show and publish, and never changes once published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("numéro DUME", max_length=8, unique=True)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="dume_requests")
    use = models.CharField("usage", max_length=10, choices=Use)
    reference = models.CharField("référence de la consultation", max_length=30)
    title = models.CharField("intitulé de la consultation", max_length=200)
    xml = models.TextField("demande (ESPD 4.1.0)")
    #: Where the platform is connected to it.
    national_number = models.CharField("numéro du service national DUME", max_length=20, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    objects = DumeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "id"]

    def __str__(self) -> str:
        return f"DUME {self.number} ({self.reference})"


class DumeResponseQuerySet(models.QuerySet["DumeResponse"]):
    def for_company(self, company_id: UUID) -> "DumeResponseQuerySet":
        return self.filter(company_id=company_id)


class DumeResponse(models.Model):
    """A company's DUME (DUME opérateur économique), filled in page after page. `xml` is the ESPD 4.1.0 response itself.

    It is the company's working document, nobody else's: what a buyer receives is the copy attached to a bid.
    `leftovers` are the answers of an earlier DUME that found no place here, shown until they are dismissed:
    [{"criterion", "question", "value", "reason"}]. `request` is null for one that answers no DUME of this platform.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("numéro DUME", max_length=8, unique=True)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="dume_responses")
    request = models.ForeignKey(DumeRequest, on_delete=models.PROTECT, null=True, related_name="responses")
    use = models.CharField("usage", max_length=10, choices=Use)
    reference = models.CharField("référence de la consultation", max_length=255, blank=True)
    title = models.CharField("intitulé de la consultation", max_length=255, blank=True)
    buyer_name = models.CharField("acheteur", max_length=255, blank=True)
    xml = models.TextField("réponse (ESPD 4.1.0)")
    leftovers = models.JSONField("réponses d'un DUME antérieur restées sans place", default=list)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    #: When the company said that it is complete; any later change takes it back.
    finished_at = models.DateTimeField(null=True)

    objects = DumeResponseQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "id"]
        indexes = [models.Index(fields=["company", "-updated_at"])]

    def __str__(self) -> str:
        return f"DUME {self.number} ({self.reference})"


class GroupMember(models.Model):
    """A company that the lead of a group names beside itself; `response` once that company has begun its own DUME.

    `role` is a code of eo-role-type (dume.values.ROLES): group-mem, oeron or subcont.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lead = models.ForeignKey(DumeResponse, on_delete=models.CASCADE, related_name="members")
    siret = models.CharField("SIRET", max_length=14)
    name = models.CharField("dénomination", max_length=200)
    role = models.CharField("rôle", max_length=12)
    response = models.OneToOneField(
        DumeResponse, on_delete=models.SET_NULL, null=True, related_name="membership"
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "siret"], name="dume_member_once_per_group"),
            models.CheckConstraint(
                name="dume_member_is_not_its_lead",
                condition=Q(response__isnull=True) | ~Q(response=models.F("lead")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
