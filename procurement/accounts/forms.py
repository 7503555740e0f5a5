import re
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
    siret = forms.CharField(
        label="SIRET de l'établissement",
        max_length=20,
        required=False,
        help_text="14 chiffres. Laissez vide si l'entreprise n'est pas établie en France.",
    )
    country = forms.CharField(
        label="Pays",
        max_length=2,
        initial="FR",
        help_text="Code à deux lettres: FR, BE, DE, ES, IT, PT...",
    )
    foreign_id = forms.CharField(
        label="Identifiant d'une entreprise étrangère",
        max_length=35,
        required=False,
        help_text="Numéro de TVA intracommunautaire ou numéro au registre du pays.",
    )

    def clean_siret(self) -> str:
        if not self.cleaned_data["siret"]:
            return ""
        try:
            siret = clean_siret(self.cleaned_data["siret"])
        except InvalidIdentifier as error:
            raise forms.ValidationError(str(error)) from None
        if Organisation.objects.filter(kind=Kind.COMPANY, siret=siret).exists():
            raise forms.ValidationError(
                "Une entreprise est déjà inscrite avec ce SIRET. Demandez à son administrateur de vous ajouter."
            )
        return siret

    def clean_country(self) -> str:
        country = self.cleaned_data["country"].upper()
        if not re.fullmatch(r"[A-Z]{2}", country):
            raise forms.ValidationError("Écrivez le code du pays en deux lettres, par exemple FR.")
        return str(country)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if "siret" in self.errors:
            return answers
        if not answers.get("siret") and not answers.get("foreign_id"):
            self.add_error("siret", "Indiquez le SIRET, ou l'identifiant d'une entreprise étrangère.")
        if not answers.get("siret") and answers.get("foreign_id") and answers.get("country") == "FR":
            self.add_error("country", "Une entreprise établie en France s'inscrit avec son SIRET.")
        return answers

    def signup(self, request: Any, user: Any) -> None:
        """Called by the sign-in library once the account exists."""
        register_company(
            user=user,
            full_name=self.cleaned_data["full_name"],
            name=self.cleaned_data["company_name"],
            siret=self.cleaned_data["siret"],
            country=self.cleaned_data["country"],
            foreign_id=self.cleaned_data["foreign_id"].strip(),
            now=timezone.now(),
        )
