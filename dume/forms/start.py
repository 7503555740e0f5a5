from collections.abc import Iterable
from typing import Any, cast

from django import forms

from dume.models import DumeResponse
from dume.numbers import normalised
from dume.queries.company import find_published_request

NO_ONE = ("", "Aucun : partir de zéro")


class TakeUpForm(forms.Form):
    """Answers to begin with: those of an earlier DUME, or of a file."""

    earlier = forms.ChoiceField(label="Reprendre les réponses d'un de vos DUME", required=False)
    document = forms.FileField(
        label="ou celles d'un fichier DUME (XML)",
        required=False,
        help_text="De n'importe quelle version et de n'importe quel service.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,text/xml,application/xml"}),
    )

    def __init__(self, *args: Any, earlier: Iterable[DumeResponse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(row.pk), name_of(row)) for row in earlier]
        cast("forms.ChoiceField", self.fields["earlier"]).choices = [NO_ONE, *known]
        if not known:
            del self.fields["earlier"]


class StartForm(TakeUpForm):
    number = forms.CharField(
        label="Numéro DUME de la consultation",
        required=False,
        max_length=20,
        help_text="Huit lettres et chiffres, si l'acheteur en a donné un. Sinon, laissez vide.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("number", "earlier", "document")

    def clean_number(self) -> str:
        number = normalised(self.cleaned_data["number"])
        if number and find_published_request(number) is None:
            raise forms.ValidationError(
                "Aucune consultation de cette plateforme n'a ce numéro. Vérifiez-le, ou laissez vide."
            )
        return number


def name_of(row: DumeResponse) -> str:
    about = row.title or row.reference or "sans intitulé"
    return f"DUME {row.number}, {about}"


class DeleteForm(forms.Form):
    confirm = forms.BooleanField(
        label="Je supprime ce DUME et ses réponses",
        error_messages={"required": "Cochez cette case pour confirmer la suppression."},
    )
