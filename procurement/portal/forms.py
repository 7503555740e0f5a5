from datetime import datetime
from typing import Any

from django import forms

from procurement.accounts import services as accounts
from procurement.accounts.roles import Role
from procurement.actors import Actor
from procurement.errors import DomainError
from procurement.identifiers import clean_insee, clean_siret
from procurement.notifications.services import send_mail
from procurement.organisations.models import Organisation

BUYER_ROLES = [
    (Role.BUYER_ADMIN, Role.BUYER_ADMIN.label),
    (Role.EDITOR, Role.EDITOR.label),
    (Role.PUBLISHER, Role.PUBLISHER.label),
    (Role.OPENER, Role.OPENER.label),
    (Role.READER, Role.READER.label),
]
COMPANY_ROLES = [
    (Role.COMPANY_ADMIN, Role.COMPANY_ADMIN.label),
    (Role.COMPANY_MEMBER, Role.COMPANY_MEMBER.label),
]
#: Where members of the French overseas territories live; dates are shown in both times there.
TIME_ZONES = [
    ("Europe/Paris", "Paris"),
    ("America/Guadeloupe", "Guadeloupe"),
    ("America/Martinique", "Martinique"),
    ("America/Cayenne", "Guyane"),
    ("Indian/Reunion", "La Réunion"),
    ("Indian/Mayotte", "Mayotte"),
    ("America/Miquelon", "Saint-Pierre-et-Miquelon"),
    ("Pacific/Noumea", "Nouvelle-Calédonie"),
    ("Pacific/Tahiti", "Polynésie française"),
]


def checked(clean: Any, value: str) -> str:
    """A domain check as a form error."""
    try:
        return str(clean(value))
    except DomainError as error:
        raise forms.ValidationError(str(error)) from None


class BuyerForm(forms.Form):
    """A new buyer of the platform and its first administrator."""

    name = forms.CharField(label="Dénomination", max_length=200)
    siret = forms.CharField(label="SIRET", max_length=20, help_text="14 chiffres.")
    legal_form = forms.CharField(label="Forme juridique", max_length=100, help_text="Par exemple: commune.")
    insee_code = forms.CharField(label="Code INSEE de la commune", max_length=5, required=False)
    time_zone = forms.ChoiceField(label="Heure locale", choices=TIME_ZONES, initial="Europe/Paris")
    admin_name = forms.CharField(label="Nom et prénom de l'administrateur", max_length=150)
    admin_email = forms.EmailField(label="Adresse électronique de l'administrateur")

    def clean_siret(self) -> str:
        return checked(clean_siret, self.cleaned_data["siret"])

    def clean_insee_code(self) -> str:
        value = self.cleaned_data["insee_code"]
        return checked(clean_insee, value) if value else ""

    @property
    def organisation(self) -> dict[str, str]:
        names = ("name", "siret", "legal_form", "insee_code", "time_zone")
        return {name: self.cleaned_data[name] for name in names}

    def invite_administrator(self, buyer: Organisation, *, actor: Actor, now: datetime) -> None:
        invite(
            buyer,
            email=self.cleaned_data["admin_email"],
            full_name=self.cleaned_data["admin_name"],
            roles=[Role.BUYER_ADMIN],
            actor=actor,
            now=now,
        )


class MemberForm(forms.Form):
    """A colleague and what they may do."""

    full_name = forms.CharField(label="Nom et prénom", max_length=150)
    email = forms.EmailField(label="Adresse électronique")
    roles = forms.MultipleChoiceField(label="Rôles", choices=BUYER_ROLES, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, is_buyer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_buyer:
            self.fields["roles"].choices = COMPANY_ROLES  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """A key for the buyer's software."""

    name = forms.CharField(label="Nom du logiciel", max_length=100)


def invite(
    organisation: Organisation, *, email: str, full_name: str, roles: list[Role], actor: Actor, now: datetime
) -> None:
    """Give roles and tell the person by mail how to enter; a new account chooses its password by the reset page."""
    user = accounts.add_member(
        organisation=organisation, email=email, full_name=full_name, roles=roles, actor=actor, now=now
    )
    send_mail(
        to=user.email,
        template="portal/mail/invitation.txt",
        context={"user": user, "organisation": organisation},
        about=organisation.pk,
        now=now,
    )
