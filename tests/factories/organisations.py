"""Organisations and people, entered by the services: visibly fictional, with identifiers that hold."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from stdnum import luhn

from procurement.accounts.models import User
from procurement.accounts.roles import Role
from procurement.accounts.services import add_member
from procurement.actors import SYSTEM, Actor
from procurement.organisations.models import Kind, Organisation
from procurement.organisations.services import register_organisation

LONG_AGO = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
_numbers = count(1)

DEFAULT_ROLES = {
    Kind.OPERATOR: (Role.OPERATOR_ADMIN,),
    Kind.BUYER: (Role.BUYER_ADMIN, Role.EDITOR, Role.PUBLISHER, Role.OPENER),
    Kind.COMPANY: (Role.COMPANY_ADMIN,),
}


def fictional_siret(number: int | None = None) -> str:
    """A new SIRET with right check digits; the same `number` gives the same one."""
    siren = f"9{next(_numbers) if number is None else number:07d}"
    siren += luhn.calc_check_digit(siren)
    siret = f"{siren}0001"
    return siret + luhn.calc_check_digit(siret)


def organisation(kind: Kind, name: str, **facts: Any) -> Organisation:
    facts.setdefault("siret", "" if facts.get("foreign_id") else fictional_siret())
    facts.setdefault("actor", SYSTEM)
    facts.setdefault("now", LONG_AGO)
    return register_organisation(kind=kind, name=name, **facts)


def buyer(name: str = "Commune de Valfictif", **facts: Any) -> Organisation:
    return organisation(Kind.BUYER, name, **facts)


def company(name: str = "Entreprise Imaginaire SARL", **facts: Any) -> Organisation:
    return organisation(Kind.COMPANY, name, **facts)


def operator(name: str = "Agence fictive de mutualisation", **facts: Any) -> Organisation:
    return organisation(Kind.OPERATOR, name, **facts)


def member(
    organisation: Organisation,
    *roles: Role,
    email: str = "",
    full_name: str = "",
    password: str | None = None,
) -> User:
    """A person with these roles there (every ordinary one when none is named), whose address is confirmed."""
    return add_member(
        organisation=organisation,
        email=email or f"personne{next(_numbers)}@{organisation.slug}.example",
        roles=roles or DEFAULT_ROLES[Kind(organisation.kind)],
        full_name=full_name,
        password=password,
        email_verified=True,
        actor=SYSTEM,
        now=LONG_AGO,
    )


def actor_of(organisation: Organisation, user: User | None = None) -> Actor:
    """The actor that services receive when a member of this organisation acts."""
    who = str(user) if user else "Une personne"
    return Actor(
        id=user.pk if user else None, label=f"{who} ({organisation.name})", organisation_id=organisation.pk
    )
