from django import forms

from dume.answering.identity import MEMBER, RELIED_ON, SUBCONTRACTOR
from dume.forms.start import DumeField
from procurement.errors import DomainError
from procurement.identifiers import clean_siret

ROLES = (
    (MEMBER, "Membre du groupement"),
    (RELIED_ON, "Entité dont nous invoquons les capacités"),
    (SUBCONTRACTOR, "Sous-traitant"),
)


class MemberForm(forms.Form):
    siret = forms.CharField(label="SIRET", max_length=20, help_text="14 chiffres.")
    name = forms.CharField(label="Dénomination", max_length=200)
    role = forms.ChoiceField(label="Rôle", choices=ROLES, widget=forms.RadioSelect, initial=MEMBER)

    def clean_siret(self) -> str:
        try:
            return clean_siret(self.cleaned_data["siret"])
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from None


class BringForm(forms.Form):
    document = DumeField(label="DUME de cette entreprise (XML)")
