"""The buyer's form of a consultation: sections on one page, lots and pieces as rows that work without JavaScript.

The form reads; what the answers are worth is judged by the service, whose sentences come back to the fields.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from procurement.calendars import PARIS, zone_label
from procurement.form_fields import AmountField, MomentField
from procurement.identifiers import InvalidIdentifier, clean_cpv, clean_insee
from tenders.forms.rendering import leave_unmarked
from tenders.models import Consultation, Nature, Procedure
from tenders.rules.deadlines import RepeatedTime, SkippedTime, to_moment
from tenders.rules.places import DEPARTMENTS
from tenders.states import Envelope

MEGABYTE = 1000**2
SKIPPED = (
    "Cette heure n'existe pas ce jour-là : les horloges avancent d'une heure cette nuit-là. Choisissez une heure avant "
    "ou après le changement."
)
REPEATED = (
    "Cette heure existe deux fois ce jour-là : les horloges reculent d'une heure cette nuit-là. Choisissez une heure "
    "avant ou après, pour qu'aucun doute ne soit possible."
)
PLACES = [
    ("", "Non précisé"),
    ("FR", "France entière"),
    *((nuts, f"{number} {name}") for number, (name, nuts) in DEPARTMENTS.items()),
]


class LocalMomentField(MomentField):
    """A date and a time on the buyer's clocks, as an instant; hours that the clocks skip or repeat are refused."""

    zone: ZoneInfo = PARIS

    def compress(self, data_list: Sequence[Any] | None) -> datetime | None:
        if not data_list:
            return None
        day, time = data_list
        if day in self.empty_values:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date")
        if time in self.empty_values:
            raise ValidationError(self.error_messages["invalid_time"], code="invalid_time")
        try:
            return to_moment(datetime.combine(day, time), self.zone)
        except SkippedTime:
            raise ValidationError(SKIPPED, code="skipped_time") from None
        except RepeatedTime:
            raise ValidationError(REPEATED, code="repeated_time") from None
        except OverflowError:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date") from None


def checked(clean: Callable[[str], str], value: str) -> str:
    """The tidy identifier, empty when none is given; its refusal as the field's fault."""
    try:
        return clean(value) if value.strip() else ""
    except InvalidIdentifier as refusal:
        raise ValidationError(str(refusal), code=refusal.code) from None


class ConsultationForm(forms.Form):
    reference = forms.CharField(
        label="Référence",
        max_length=30,
        help_text="La vôtre, par exemple 2026-014. Elle est unique chez vous.",
    )
    title = forms.CharField(label="Intitulé", max_length=200)
    description = forms.CharField(label="Objet", max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))
    nature = forms.ChoiceField(label="Nature", choices=Nature.choices, widget=forms.RadioSelect)
    procedure = forms.ChoiceField(
        label="Procédure", choices=Procedure.choices, widget=forms.RadioSelect, initial=Procedure.MAPA
    )
    cpv_main = forms.CharField(label="Code CPV principal", max_length=10, help_text="Par exemple 45233141-9.")
    cpv_others = forms.CharField(
        label="Autres codes CPV", required=False, max_length=500, help_text="Séparés par des virgules."
    )
    nuts = forms.ChoiceField(label="Lieu d'exécution", required=False, choices=PLACES)
    insee_code = forms.CharField(
        label="Code INSEE de la commune",
        required=False,
        max_length=5,
        help_text="5 caractères, par exemple 40192.",
    )
    estimated_value = AmountField(
        label="Valeur estimée HT", required=False, help_text="Jamais publiée : vos collègues seuls la voient."
    )
    deadline = LocalMomentField(label="Date limite de remise des plis")
    questions_deadline = LocalMomentField(label="Date limite des questions", required=False)
    opening_at = LocalMomentField(label="Ouverture des plis prévue", required=False)
    max_megabytes = forms.IntegerField(
        label="Taille permise pour un fichier, en Mo", min_value=1, initial=1000,
        help_text="Annoncée aux entreprises. Elles peuvent déposer plusieurs fichiers.",
    )  # fmt: skip
    contact_name = forms.CharField(label="Service ou personne à contacter", max_length=150)
    contact_email = forms.EmailField(label="Adresse électronique de contact")
    contact_phone = forms.CharField(label="Téléphone", required=False, max_length=30)

    SECTIONS = (
        ("De quoi s'agit-il ?", ("reference", "title", "description", "nature", "procedure")),
        ("Codes, lieu et valeur", ("cpv_main", "cpv_others", "nuts", "insee_code", "estimated_value")),
        ("Dates et fichiers", ("deadline", "questions_deadline", "opening_at", "max_megabytes")),
        ("Contact", ("contact_name", "contact_email", "contact_phone")),
    )
    MOMENTS = ("deadline", "questions_deadline", "opening_at")
    #: Names the service uses for what this form asks otherwise.
    RENAMED: Mapping[str, str] = {"max_file_bytes": "max_megabytes"}

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.MOMENTS:
            field = self.fields[name]
            if isinstance(field, LocalMomentField):
                field.zone = zone
                field.help_text = f"À vos horloges : {zone_label(zone)}."

    def sections(self) -> list[tuple[str, list[BoundField]]]:
        return [(legend, [self[name] for name in names]) for legend, names in self.SECTIONS]

    # Codes are checked here as well as by the service, so that every fault of the page is shown at once.
    def clean_cpv_main(self) -> str:
        return checked(clean_cpv, self.cleaned_data["cpv_main"])

    def clean_cpv_others(self) -> tuple[str, ...]:
        codes = self.cleaned_data["cpv_others"].replace(";", ",").split(",")
        return tuple(checked(clean_cpv, code) for code in codes if code.strip())

    def clean_insee_code(self) -> str:
        return checked(clean_insee, self.cleaned_data["insee_code"])


class LotForm(forms.Form):
    """Nothing is required here: a row left blank is no lot."""

    use_required_attribute = False

    title = forms.CharField(label="Intitulé du lot", required=False, max_length=200)
    cpv = forms.CharField(label="Code CPV du lot", required=False, max_length=10)
    estimated_value = AmountField(label="Valeur estimée HT du lot", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave_unmarked(self)

    def clean_cpv(self) -> str:
        return checked(clean_cpv, self.cleaned_data["cpv"])

    @property
    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in ("title", "cpv", "estimated_value"))


class PieceForm(forms.Form):
    use_required_attribute = False

    envelope = forms.ChoiceField(
        label="Enveloppe", required=False, choices=Envelope.choices, initial=Envelope.CANDIDATURE
    )
    label = forms.CharField(label="Pièce demandée", required=False, max_length=150)
    lot = forms.TypedChoiceField(label="Pour", required=False, coerce=int, empty_value=None)
    is_mandatory = forms.BooleanField(label="Obligatoire", required=False, initial=True)

    def __init__(self, *args: Any, lot_rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave_unmarked(self)
        field = self.fields["lot"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Tous les lots"), *((n, f"Lot {n}") for n in range(1, lot_rows + 1))]

    @property
    def is_blank(self) -> bool:
        return not self.cleaned_data.get("label")


LotFormSet = forms.formset_factory(LotForm, extra=0, can_delete=True, max_num=500, absolute_max=500)
PieceFormSet = forms.formset_factory(PieceForm, extra=0, can_delete=True, max_num=200, absolute_max=200)

#: What most small consultations ask for; the buyer changes it at will.
USUAL_PIECES: list[dict[str, Any]] = [
    # One line for both forms: a DUME replaces the two together, and a file answers one line.
    {"envelope": Envelope.CANDIDATURE, "label": "Candidature (DC1 et DC2) ou DUME", "is_mandatory": True},
    {"envelope": Envelope.OFFER, "label": "Acte d'engagement", "is_mandatory": True},
    {"envelope": Envelope.OFFER, "label": "Mémoire technique", "is_mandatory": True},
    {"envelope": Envelope.OFFER, "label": "Pièce financière (BPU, DQE ou DPGF)", "is_mandatory": True},
]


def initial_of(consultation: Consultation, zone: ZoneInfo) -> dict[str, Any]:
    """The stored facts as the form shows them: moments on the buyer's clocks, sizes in Mo."""
    names = (
        "reference", "title", "description", "nature", "procedure", "cpv_main", "nuts", "insee_code",
        "estimated_value", "contact_name", "contact_email", "contact_phone",
    )  # fmt: skip
    values: dict[str, Any] = {name: getattr(consultation, name) for name in names}
    for name in ConsultationForm.MOMENTS:
        moment: datetime | None = getattr(consultation, name)
        values[name] = moment.astimezone(zone).replace(tzinfo=None) if moment is not None else None
    values["cpv_others"] = ", ".join(consultation.cpv_others)
    values["max_megabytes"] = max(1, consultation.max_file_bytes // MEGABYTE)
    return values


def initial_lots(consultation: Consultation) -> list[dict[str, Any]]:
    """Rows of the lots; none where the consultation is not divided."""
    lots = list(consultation.lots.all())
    if len(lots) == 1 and (lots[0].title, lots[0].cpv) == (consultation.title, ""):
        return []
    return [{"title": lot.title, "cpv": lot.cpv, "estimated_value": lot.estimated_value} for lot in lots]


def initial_pieces(consultation: Consultation) -> list[dict[str, Any]]:
    # Lots are numbered from 1 in the order of their rows, here as in the form.
    rows = {lot.pk: row for row, lot in enumerate(consultation.lots.all(), start=1)}
    return [
        {
            "envelope": piece.envelope,
            "label": piece.label,
            "is_mandatory": piece.is_mandatory,
            "lot": rows[piece.lot_id] if piece.lot_id is not None else None,
        }
        for piece in consultation.required_pieces.all()
    ]
