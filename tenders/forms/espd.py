"""Forms of the DUME request of a draft."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from dume.demand_words import EDITABLE, label_of
from dume.elements import folded
from dume.model import Lot, Property, Requirement
from dume.presets import MOST_YEARS, PRESETS, lot_number, number_in
from dume.requesting import CHECKED, UNCHECKED, WRITTEN, Demand, places_of
from procurement.form_fields import AmountField

LONGEST_TEXT = 2000
MOST = 99
YEARS = frozenset({"QUANTITY_YEAR", "MINIMUM_QUANTITY_YEAR"})


class PresetForm(forms.Form):
    preset = forms.ChoiceField(
        label="Modèle de demande",
        widget=forms.RadioSelect,
        choices=[
            (key, f"{preset.name} : {preset.about[:1].lower()}{preset.about[1:]}")
            for key, preset in PRESETS.items()
        ],
    )


class ImportForm(forms.Form):
    espd = forms.FileField(
        label="Fichier XML de la demande",
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,application/xml,text/xml"}),
        help_text="5 Mo au plus. Les critères sont repris, la procédure et les lots restent ceux de la consultation.",
        error_messages={
            "required": "Choisissez un fichier XML de 5 Mo au plus.",
            "empty": "Ce fichier est vide. Choisissez-en un autre.",
        },
    )


class NationalForm(forms.Form):
    text = forms.CharField(
        label="Motifs d'exclusion nationaux",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Laissez vide pour garder le texte habituel. Rappelez seulement les motifs du code (L2141-1 à "
        "L2141-11) : un acheteur n'en crée pas.",
    )

    def clean_text(self) -> str:
        return folded(self.cleaned_data["text"])


class DemandForm(forms.Form):
    """One criterion: what is required, and of which lots. Places that no clerk fills in keep what they hold."""

    def __init__(
        self, *args: Any, code: str, every: Sequence[Lot], demand: Demand | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.code, self.every, self.demand = code, every, demand
        for name, place in self.places():
            field = field_of(code, place)
            field.initial = self.initial_at(place, int(name.removeprefix("value_")))
            self.fields[name] = field
        if len(every) > 1:
            self.fields["lots"] = lots_field(every)
            chosen = demand.lots if demand else tuple(lot.id for lot in every)
            self.fields["lots"].initial = [lot.id for lot in every if lot.id in chosen]

    def places(self) -> Iterator[tuple[str, Property]]:
        for position, place in enumerate(places_of(self.code)):
            if place.data_type in EDITABLE:
                yield f"value_{position}", place

    def set_at(self, position: int) -> tuple[Requirement, ...]:
        if self.demand is None or position >= len(self.demand.values):
            return ()
        return self.demand.values[position]

    def initial_at(self, place: Property, position: int) -> object:
        if self.demand is None:
            return MOST_YEARS if place.data_type in YEARS else None
        return initial_of(place, self.set_at(position))

    def said(self) -> Demand:
        """The demand that a valid form states."""
        lots = self.cleaned_data.get("lots") or [lot.id for lot in self.every]
        values = [self.set_at(position) for position in range(len(places_of(self.code)))]
        for name, place in self.places():
            text = written(place, self.cleaned_data[name])
            value = replace(WRITTEN[place.data_type], value=text)
            values[int(name.removeprefix("value_"))] = (value,) if text else ()
        return Demand(self.code, tuple(lots), tuple(values))


def lots_field(every: Sequence[Lot]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Pour quels lots ?",
        widget=forms.CheckboxSelectMultiple,
        choices=[(lot.id, f"Lot {lot_number(lot.id)} : {lot.name}") for lot in every],
        error_messages={"required": "Choisissez au moins un lot."},
    )


def field_of(code: str, place: Property) -> forms.Field:
    label, hint = label_of(code, place)
    shared: dict[str, Any] = {"label": label, "help_text": hint, "required": False}
    match place.data_type:
        case "MINIMUM_AMOUNT":
            return AmountField(**shared)
        case "QUANTITY_YEAR" | "MINIMUM_QUANTITY_YEAR" | "MINIMUM_QUANTITY_INTEGER":
            return forms.IntegerField(min_value=1, max_value=MOST, **shared)
        case "CODE_BOOLEAN":
            return forms.BooleanField(**shared)
        case "URL":
            return forms.URLField(assume_scheme="https", max_length=500, **shared)
        case _:
            return forms.CharField(
                max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}), **shared
            )


def initial_of(place: Property, values: tuple[Requirement, ...]) -> object:
    text = values[0].value if values else ""
    match place.data_type:
        case "MINIMUM_AMOUNT":
            return number_in(text)
        case "CODE_BOOLEAN":
            return text == CHECKED
        case _:
            return text


def written(place: Property, value: object) -> str:
    """The value as the document holds it."""
    if place.data_type == "CODE_BOOLEAN":
        return CHECKED if value else UNCHECKED
    if isinstance(value, Decimal):
        return f"{value:f}"
    return folded(str(value)) if value not in {None, ""} else ""
