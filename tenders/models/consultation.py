import uuid
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, Q
from django.db.models.functions import Coalesce

from procurement.organisations.models import Organisation
from tenders.rules.phases import phase_of
from tenders.states import ConsultationState, Envelope, LetterKind, Phase


class Nature(models.TextChoices):
    WORKS = "works", "Travaux"
    SUPPLIES = "supplies", "Fournitures"
    SERVICES = "services", "Services"


class Procedure(models.TextChoices):
    MAPA = "mapa", "Procédure adaptée (MAPA)"
    OPEN = "open", "Appel d'offres ouvert"


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """The tenant filter lives here: nothing in views or API reads consultations otherwise."""

    def public(self) -> "ConsultationQuerySet":
        """What anyone may see: published, and later."""
        return self.exclude(state=ConsultationState.DRAFT)

    def for_buyer(self, buyer_id: UUID) -> "ConsultationQuerySet":
        return self.filter(buyer_id=buyer_id)

    def accepting(self, now: datetime) -> "ConsultationQuerySet":
        """Whose deadline has not passed."""
        return self.filter(state=ConsultationState.PUBLISHED, published_at__lte=now, deadline__gte=now)

    def ended(self, now: datetime) -> "ConsultationQuerySet":
        return self.public().filter(deadline__lt=now)

    def with_progress(self) -> "ConsultationQuerySet":
        """With what `Consultation.phase_at` needs of letters and contracts, in the same query."""
        about = models.OuterRef("pk")
        letters = apps.get_model("tenders", "Letter").objects.filter(consultation=about)
        contracts = apps.get_model("tenders", "Contract").objects.filter(consultation=about)
        return self.annotate(
            has_award=Exists(letters.filter(kind__in=[LetterKind.AWARD, LetterKind.NOTIFICATION])),
            has_notified_contract=Exists(contracts.filter(notified_on__isnull=False)),
            has_contract_to_notify=Exists(contracts.filter(notified_on__isnull=True)),
            has_data_to_publish=Exists(contracts.filter(data_published_on__isnull=True)),
            lot_count=Coalesce(
                models.Subquery(
                    Lot.objects.filter(consultation=about)
                    .order_by()
                    .values("consultation")
                    .annotate(total=models.Count("pk"))
                    .values("total")
                ),
                0,
            ),
        )


class Consultation(models.Model):
    """A call for competition of one buyer, from draft to award (R2132-1). Facts only: phases are derived."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="consultations")
    state = models.CharField(max_length=12, choices=ConsultationState, default=ConsultationState.DRAFT)
    reference = models.CharField("référence", max_length=30)
    title = models.CharField("intitulé", max_length=200)
    description = models.TextField("objet", max_length=5000)
    nature = models.CharField("nature", max_length=10, choices=Nature)
    procedure = models.CharField("procédure", max_length=10, choices=Procedure, default=Procedure.MAPA)
    cpv_main = models.CharField("code CPV principal", max_length=10)
    cpv_others = models.JSONField("autres codes CPV", default=list, blank=True)
    nuts = models.CharField("lieu d'exécution (NUTS)", max_length=5, blank=True)
    insee_code = models.CharField("commune d'exécution (INSEE)", max_length=5, blank=True)
    #: Private: shown to the buyer's members only.
    estimated_value = models.DecimalField(
        "valeur estimée HT", max_digits=14, decimal_places=2, null=True, blank=True
    )
    deadline = models.DateTimeField("date limite de remise des plis")
    opening_at = models.DateTimeField("ouverture des plis prévue", null=True, blank=True)
    questions_deadline = models.DateTimeField("date limite des questions", null=True, blank=True)
    max_file_bytes = models.BigIntegerField("taille maximale d'un fichier, en octets")
    contact_name = models.CharField("service ou personne à contacter", max_length=150)
    contact_email = models.EmailField("adresse électronique de contact")
    contact_phone = models.CharField("téléphone", max_length=30, blank=True)
    #: What candidates are asked to declare (DUME acheteur, R2143-4); none is no fault.
    espd_request = models.OneToOneField(
        "dume.DumeRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="consultation"
    )
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancellation_reason = models.TextField("motif de la déclaration sans suite", max_length=5000, blank=True)
    #: What the public search looks into: title, object, reference, buyer, CPV and place, folded (rules.search).
    search_text = models.TextField(editable=False, default="")

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["buyer", "reference"], name="consultation_reference_once_per_buyer"
            ),
            models.CheckConstraint(
                name="consultation_published_has_date",
                condition=Q(state=ConsultationState.DRAFT) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="consultation_opened_has_date",
                condition=~Q(state=ConsultationState.OPENED) | Q(opened_at__isnull=False),
            ),
            models.CheckConstraint(
                name="consultation_cancelled_has_date",
                condition=~Q(state=ConsultationState.CANCELLED) | Q(cancelled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="consultation_opening_not_before_deadline",
                condition=Q(opening_at__isnull=True) | Q(opening_at__gte=models.F("deadline")),
            ),
        ]
        indexes = [models.Index(fields=["state", "deadline"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def phase_at(self, now: datetime) -> Phase:
        """Where it stands; the row comes from `with_progress`."""
        progress = vars(self)
        return phase_of(
            state=self.state,
            deadline=self.deadline,
            has_award=progress["has_award"],
            notified=progress["has_notified_contract"] and not progress["has_contract_to_notify"],
            now=now,
        )

    @property
    def is_draft(self) -> bool:
        return self.state == ConsultationState.DRAFT

    def accepts_deposits(self, now: datetime) -> bool:
        return self.state == ConsultationState.PUBLISHED and now <= self.deadline


class Lot(models.Model):
    """A lot; a consultation that is not divided has exactly one, number 1 (L2113-10)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("intitulé du lot", max_length=200)
    cpv = models.CharField("code CPV du lot", max_length=10, blank=True)
    estimated_value = models.DecimalField(
        "valeur estimée HT du lot", max_digits=14, decimal_places=2, null=True, blank=True
    )

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="lot_number_once")]

    def __str__(self) -> str:
        return f"Lot {self.number} : {self.title}"


class RequiredPiece(models.Model):
    """A document the buyer asks for, in the candidature or in the offer of a lot (all lots where `lot` is null)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="required_pieces")
    lot = models.ForeignKey(
        Lot, on_delete=models.CASCADE, null=True, blank=True, related_name="required_pieces"
    )
    envelope = models.CharField("enveloppe", max_length=12, choices=Envelope)
    label = models.CharField("pièce demandée", max_length=150)
    is_mandatory = models.BooleanField("obligatoire", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["envelope", "position", "id"]

    def __str__(self) -> str:
        return self.label
