"""The search of consultations: every field optional, sent by GET, so that a search is an address to keep."""

from typing import Any

from django import forms

from tenders.forms.rendering import leave_unmarked
from tenders.models import Nature, Procedure
from tenders.queries import PublicFilters
from tenders.rules.cpv import DIVISIONS
from tenders.rules.places import DEPARTMENTS

STATUSES = [("open", "Ouvertes aux réponses"), ("ended", "Terminées"), ("all", "Toutes")]
ORDERS = [("deadline", "Date limite la plus proche"), ("recent", "Publication la plus récente")]


class SearchForm(forms.Form):
    """Unreadable answers filter nothing: a shared address must never end in an error page."""

    use_required_attribute = False

    q = forms.CharField(
        label="Mots cherchés", required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"}),
        help_text="Intitulé, objet, référence, acheteur, lieu, code CPV.",
    )  # fmt: skip
    status = forms.ChoiceField(label="État", required=False, choices=STATUSES)
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *Nature.choices])
    procedure = forms.ChoiceField(
        label="Procédure", required=False, choices=[("", "Toutes"), *Procedure.choices]
    )
    place = forms.ChoiceField(
        label="Lieu d'exécution",
        required=False,
        choices=[("", "Toute la France"), *((n, f"{n} {name}") for n, (name, _) in DEPARTMENTS.items())],
    )
    cpv = forms.RegexField(
        r"^[0-9]{2,8}(-[0-9])?$",
        label="Code CPV",
        required=False,
        strip=True,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "list": "divisions-cpv", "autocomplete": "off"}
        ),
        help_text="Les premiers chiffres suffisent, par exemple 45 pour les travaux.",
        error_messages={"invalid": "Un code CPV commence par deux chiffres au moins, par exemple 45."},
    )
    order = forms.ChoiceField(label="Classer par", required=False, choices=ORDERS)

    def __init__(self, data: Any) -> None:
        values = data.copy()
        values.setdefault("status", "open")
        values.setdefault("order", "deadline")
        super().__init__(values, auto_id="filtre_%s")
        leave_unmarked(self)

    #: Suggested while the code is typed.
    divisions = DIVISIONS

    @property
    def filters(self) -> PublicFilters:
        self.is_valid()
        kept = self.cleaned_data
        status = kept.get("status", "open")
        return PublicFilters(
            text=kept.get("q", ""),
            nature=kept.get("nature", ""),
            procedure=kept.get("procedure", ""),
            status="" if status == "all" else status,
            place=kept.get("place", ""),
            cpv=kept.get("cpv", ""),
            order=kept.get("order") or "deadline",
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether a result left out may be found again with fewer filters."""
        return self.filters != PublicFilters(status="open")
