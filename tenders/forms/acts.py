from typing import Any

from django import forms

from procurement.form_fields import FilesField
from tenders.forms.rendering import leave_unmarked
from tenders.models import DocumentKind


class DocumentsForm(forms.Form):
    """The nature comes first: each chosen file gets it."""

    kind = forms.ChoiceField(
        label="Nature de ces documents", choices=DocumentKind.choices, initial=DocumentKind.RULES
    )
    documents = FilesField(
        label="Fichiers",
        required=False,
        help_text="PDF, documents bureautiques, plans, XML, JSON, archives ZIP : plusieurs fichiers à la fois.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave_unmarked(self)


class CancellationForm(forms.Form):
    reason = forms.CharField(
        label="Motif de la déclaration sans suite",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Il sera affiché sur la page publique et envoyé aux personnes qui suivent cette consultation.",
        error_messages={"required": "Indiquez le motif : il sera affiché sur la page publique."},
    )


class OwnSearchForm(forms.Form):
    use_required_attribute = False

    q = forms.CharField(
        label="Chercher dans vos consultations",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave_unmarked(self)
