from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from dume.answering.start import Profile
from dume.model import Dume, Kind
from dume.models import DumeResponse
from dume.numbers import normalised
from dume.parse import read
from dume.queries.company import dume_of, find_published_request
from procurement.accounts.access import Access
from procurement.errors import DomainError
from procurement.form_fields import Upload
from procurement.xml import MAX_BYTES

NO_ONE = ("", "Aucun : partir de zéro")
TOO_LARGE = "Un DUME électronique ne dépasse pas 10 Mo : ce fichier n'a pas été lu."
NOT_A_RESPONSE = "Ce fichier est la demande d'un acheteur : choisissez un DUME rempli par une entreprise."


def profile_of(access: Access) -> Profile:
    company, user = access.home, access.user
    return Profile(
        name=company.name,
        identifier=company.identifier,
        country=company.country,
        person=user.full_name if user else "",
        email=user.email if user else "",
    )


class DumeField(forms.FileField):
    """An ESPD file of any version, read; what is hostile or foreign is refused in the words of the reader."""

    widget = forms.ClearableFileInput(attrs={"accept": ".xml,text/xml,application/xml"})

    def clean(self, data: Any, initial: Any = None) -> Dume | None:
        file = cast("Upload | None", super().clean(data, initial))
        if not file:
            return None
        if file.size is None or file.size > MAX_BYTES:
            raise ValidationError(TOO_LARGE)
        try:
            dume = read(file.read())
        except DomainError as refusal:
            raise ValidationError(str(refusal)) from None
        if dume.kind is not Kind.RESPONSE:
            raise ValidationError(NOT_A_RESPONSE)
        return dume


class EarlierForm(forms.Form):
    """Answers to begin with: those of an earlier DUME."""

    earlier = forms.TypedChoiceField(
        label="Reprendre les réponses d'un de vos DUME", required=False, coerce=UUID, empty_value=None
    )

    def __init__(self, *args: Any, earlier: Sequence[DumeResponse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {row.pk: row for row in earlier}
        choices = [(str(row.pk), name_of(row)) for row in earlier]
        cast("forms.ChoiceField", self.fields["earlier"]).choices = [NO_ONE, *choices]
        if not choices:
            del self.fields["earlier"]

    @property
    def old(self) -> Dume | None:
        earlier = self.cleaned_data.get("earlier")
        return dume_of(self.known[earlier]) if earlier else None


class StartForm(EarlierForm):
    number = forms.CharField(
        label="Numéro DUME de la consultation",
        required=False,
        max_length=20,
        help_text="Huit lettres et chiffres, si l'acheteur en a donné un. Sinon, laissez vide.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    document = DumeField(
        label="Reprendre celles d'un fichier DUME (XML)",
        required=False,
        help_text="De n'importe quelle version et de n'importe quel service.",
    )
    field_order = ("number", "earlier", "document")

    @property
    def old(self) -> Dume | None:
        """The file before the list."""
        document: Dume | None = self.cleaned_data["document"]
        return document or super().old

    def clean_number(self) -> str:
        number = normalised(self.cleaned_data["number"])
        if number and find_published_request(number) is None:
            raise ValidationError(
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
