"""Who plays in the demonstration and in the journey: visibly fictional organisations, accounts named by role."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from procurement.accounts import services as accounts
from procurement.accounts.models import User
from procurement.accounts.roles import Role
from procurement.actors import SYSTEM, Actor
from procurement.organisations import services as organisations
from procurement.organisations.models import Kind, Organisation

#: Shown on the sign-in page of a demonstration; it protects nothing.
PASSWORD = "demonstration"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Part:
    """An organisation of the demonstration and its accounts: address -> roles."""

    kind: Kind
    name: str
    siret: str
    legal_form: str
    accounts: Mapping[str, tuple[Role, ...]]
    insee_code: str = ""
    time_zone: str = "Europe/Paris"


ALL_BUYER_ROLES = (Role.BUYER_ADMIN, Role.EDITOR, Role.PUBLISHER, Role.OPENER)

AGENCY = Part(
    Kind.OPERATOR,
    "Agence Fictive de Mutualisation",
    "99900010200015",
    "Syndicat mixte (démonstration)",
    {"exploitation@demo.example": (Role.OPERATOR_ADMIN,)},
)
TOWN = Part(
    Kind.BUYER,
    "Commune de Valfictif",
    "99900020100015",
    "Commune (démonstration)",
    {
        "mairie@demo.example": ALL_BUYER_ROLES,
        "redaction@demo.example": (Role.EDITOR,),
        "ouverture@demo.example": (Role.OPENER,),
        "lecture@demo.example": (Role.READER,),
    },
    insee_code="40192",
)
WATER = Part(
    Kind.BUYER,
    "Syndicat des Eaux Imaginaires",
    "99900030000015",
    "Syndicat intercommunal (démonstration)",
    {"eaux@demo.example": ALL_BUYER_ROLES},
)
SCHOOL = Part(
    Kind.BUYER,
    "Collège de l'Île Inventée",
    "99900040900014",
    "Établissement public local d'enseignement (démonstration)",
    {"college@demo.example": ALL_BUYER_ROLES},
    time_zone="Indian/Reunion",
)
GARDENS = Part(
    Kind.COMPANY,
    "Jardins de Nulle-Part",
    "99900050800013",
    "SARL (démonstration)",
    {"jardins@demo.example": (Role.COMPANY_ADMIN,)},
)
WORKSHOPS = Part(
    Kind.COMPANY,
    "Ateliers Fictifs",
    "99900060700013",
    "SAS (démonstration)",
    {"ateliers@demo.example": (Role.COMPANY_ADMIN,)},
)
PARTS = (AGENCY, TOWN, WATER, SCHOOL, GARDENS, WORKSHOPS)


def enter(part: Part, *, now: datetime) -> Organisation:
    """Register the organisation and its accounts, ready to sign in."""
    organisation = organisations.register_organisation(
        kind=part.kind,
        name=part.name,
        siret=part.siret,
        legal_form=part.legal_form,
        insee_code=part.insee_code,
        time_zone=part.time_zone,
        actor=SYSTEM,
        now=now,
    )
    for address, roles in part.accounts.items():
        accounts.add_member(
            organisation=organisation,
            email=address,
            full_name=f"Compte {address.split('@')[0]}",
            roles=roles,
            password=PASSWORD,
            email_verified=True,
            actor=SYSTEM,
            now=now,
        )
    return organisation


def actor_of(organisation: Organisation) -> Actor:
    """The organisation's account with the most roles, acting."""
    members = User.objects.filter(memberships__organisation=organisation)
    user = members.annotate(roles=Count("memberships")).order_by("-roles", "email").first()
    return Actor(
        id=user.pk if user else None, label=f"{user} ({organisation.name})", organisation_id=organisation.pk
    )


def accounts_shown() -> list[dict[str, str]]:
    """How to enter each role, for the sign-in page."""
    return [
        {
            "role": ", ".join(str(role.label).split(":")[0] for role in roles),
            "organisation": part.name,
            "email": address,
            "password": PASSWORD,
        }
        for part in PARTS
        for address, roles in part.accounts.items()
    ]
