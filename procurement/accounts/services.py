import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from procurement.accounts.models import ApiToken, IdempotentReply, Membership, User
from procurement.accounts.roles import Role
from procurement.actors import Actor
from procurement.audit import services as audit
from procurement.errors import DomainError
from procurement.organisations import services as organisations
from procurement.organisations.models import Kind, Organisation

#: What each kind of organisation may give its members.
ROLES_OF_KIND = {
    Kind.OPERATOR: {Role.OPERATOR_ADMIN},
    Kind.BUYER: {Role.BUYER_ADMIN, Role.EDITOR, Role.PUBLISHER, Role.OPENER, Role.READER},
    Kind.COMPANY: {Role.COMPANY_ADMIN, Role.COMPANY_MEMBER},
}


class RoleNotOfThisOrganisation(DomainError):
    """Ce rôle n'existe pas dans une organisation de ce type."""

    code = "role_not_of_this_organisation"
    status = 422


class CannotRemoveOneself(DomainError):
    """Vous ne pouvez pas vous retirer vous-même : demandez-le à un autre administrateur."""

    code = "cannot_remove_oneself"


@transaction.atomic
def add_member(
    *,
    organisation: Organisation,
    email: str,
    roles: Iterable[Role],
    actor: Actor,
    now: datetime,
    full_name: str = "",
    password: str | None = None,
    email_verified: bool = False,
) -> User:
    """Give a person roles in an organisation, creating the account where there is none."""
    roles = set(roles)
    if not roles <= ROLES_OF_KIND[Kind(organisation.kind)]:
        raise RoleNotOfThisOrganisation(roles=sorted(roles))
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, password, full_name=full_name, joined_at=now)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=email_verified)
    for role in sorted(roles):
        Membership.objects.get_or_create(user=user, organisation=organisation, role=role)
    audit.record(
        action="accounts.membership.add",
        subject=organisation.pk,
        actor=actor,
        at=now,
        data={"user": str(user.pk), "roles": sorted(roles)},
    )
    return user


@transaction.atomic
def remove_member(*, organisation: Organisation, user: User, actor: Actor, now: datetime) -> None:
    """Take all roles in the organisation away; the account and its past acts remain."""
    if actor.id == user.pk:
        raise CannotRemoveOneself
    removed, _ = Membership.objects.filter(user=user, organisation=organisation).delete()
    if removed:
        audit.record(
            action="accounts.membership.remove",
            subject=organisation.pk,
            actor=actor,
            at=now,
            data={"user": str(user.pk)},
        )


@transaction.atomic
def register_company(
    *,
    user: User,
    name: str,
    siret: str,
    now: datetime,
    full_name: str = "",
    country: str = "FR",
    foreign_id: str = "",
) -> Organisation:
    """A person who signs up enters their company and becomes its administrator."""
    user.full_name, user.joined_at = full_name or user.full_name, now
    user.save(update_fields=["full_name", "joined_at"])
    actor = Actor(id=user.pk, label=str(user))
    company = organisations.register_organisation(
        kind=Kind.COMPANY,
        name=name,
        siret=siret,
        country=country,
        foreign_id=foreign_id,
        actor=actor,
        now=now,
    )
    Membership.objects.create(user=user, organisation=company, role=Role.COMPANY_ADMIN)
    audit.record(
        action="accounts.membership.add",
        subject=company.pk,
        actor=actor,
        at=now,
        data={"user": str(user.pk), "roles": [Role.COMPANY_ADMIN]},
    )
    return company


@transaction.atomic
def issue_api_token(
    *, organisation: Organisation, name: str, roles: Iterable[Role], actor: Actor, now: datetime
) -> tuple[ApiToken, str]:
    """A key for an organisation's software: the row, and the token, which is shown now and never again."""
    token = f"pa_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        organisation=organisation,
        name=name,
        token_hash=sha256(token.encode()).hexdigest(),
        roles=sorted(set(roles)),
        created_at=now,
    )
    audit.record(
        action="accounts.token.issue",
        subject=organisation.pk,
        actor=actor,
        at=now,
        data={"token": str(row.pk), "name": name, "roles": row.roles},
    )
    return row, token


@transaction.atomic
def revoke_api_token(*, token: ApiToken, actor: Actor, now: datetime) -> None:
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        audit.record(
            action="accounts.token.revoke",
            subject=token.organisation_id,
            actor=actor,
            at=now,
            data={"token": str(token.pk)},
        )


def keep_reply(
    *, token: ApiToken, key: str, request_hash: str, status: int, body: Any, now: datetime
) -> IdempotentReply:
    """Keep the answer given to a request, in the transaction of what it did; an expired one is replaced."""
    IdempotentReply.objects.filter(token=token, key=key, created_at__lt=now - timedelta(days=7)).delete()
    return IdempotentReply.objects.create(
        token=token, key=key, request_hash=request_hash, status=status, body=body, created_at=now
    )
