from typing import Any

from django import forms
from django.utils import timezone

from procurement.accounts.services import register_company
from procurement.identifiers import InvalidIdentifier, clean_siret
from procurement.organisations.models import Kind, Organisation


class CompanySignupForm(forms.Form):
    """What a company says of itself when one of its people signs up (P7-S1)."""

    full_name = forms.CharField(label="Vos nom et prénom", max_length=150)
    company_name = forms.CharField(label="Dénomination de l'entreprise", max_length=200)
    siret = forms.CharField(label="SIRET de l'établissement", max_length=20, help_text="14 chiffres.")

    def clean_siret(self) -> str:
        try:
            siret = clean_siret(self.cleaned_data["siret"])
        except InvalidIdentifier as error:
            raise forms.ValidationError(str(error)) from None
        if Organisation.objects.filter(kind=Kind.COMPANY, siret=siret).exists():
            raise forms.ValidationError(
                "Une entreprise est déjà inscrite avec ce SIRET. Demandez à son administrateur de vous ajouter."
            )
        return siret

    def signup(self, request: Any, user: Any) -> None:
        """Called by the sign-in library once the account exists."""
        register_company(
            user=user,
            full_name=self.cleaned_data["full_name"],
            name=self.cleaned_data["company_name"],
            siret=self.cleaned_data["siret"],
            now=timezone.now(),
        )
