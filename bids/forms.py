"""Forms of the company that deposits; those of the buyer stand in their own module."""

from typing import Any, cast
from uuid import UUID

from django import forms

from bids.queries.company import Contents, Place
from bids.states import PieceKind
from procurement.form_fields import FilesField
from tenders.models import Consultation


class LotsForm(forms.Form):
    """Which lots the deposit answers; a consultation of one lot leaves no choice."""

    lots = forms.TypedMultipleChoiceField(
        label="Lots auxquels vous répondez",
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un lot."},
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.TypedMultipleChoiceField", self.fields["lots"])
        field.choices = [(str(lot.pk), str(lot)) for lot in consultation.lots.all()]


class PiecesForm(forms.Form):
    """The files to add to one place. Never validated: the files are streamed before any form could read them."""

    answers = forms.ChoiceField(label="Ces fichiers répondent à")
    documents = FilesField(label="Fichiers")
    use_required_attribute = False

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self.fields["answers"], place)
        self.fields["answers"].initial = next((str(asked.id) for asked in place.missing), "")
        if place.kind == PieceKind.ESPD:
            self.fields["documents"].label = "Fichier XML du DUME"
            self.fields["documents"].widget.attrs["accept"] = ".xml,text/xml,application/xml"
        if not place.asks:
            del self.fields["answers"]


class AssignForm(forms.Form):
    """Which piece asked for a file answers."""

    answers = forms.TypedChoiceField(label="Répond à", required=False, coerce=UUID, empty_value=None)

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self.fields["answers"], place)


def set_choices(field: forms.Field, place: Place) -> None:
    asked = [(str(ask.requirement.id), ask.requirement.label) for ask in place.asks]
    cast("forms.ChoiceField", field).choices = [*asked, ("", "Une autre pièce")]


class SealForm(forms.Form):
    """The last check: the content that was shown, and what is known to be missing."""

    manifest = forms.CharField(widget=forms.HiddenInput)
    accept_missing = forms.BooleanField(
        label="Je dépose ce pli sans ces pièces",
        error_messages={"required": "Confirmez que vous déposez sans les pièces manquantes, ou ajoutez-les."},
    )

    def __init__(self, *args: Any, contents: Contents, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (contents.missing or contents.empty_offers):
            del self.fields["accept_missing"]


class WithdrawForm(forms.Form):
    confirm = forms.BooleanField(
        label="Je retire ce pli : il ne sera pas ouvert",
        error_messages={"required": "Cochez cette case pour confirmer le retrait."},
    )
