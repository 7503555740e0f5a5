from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import QuerySet

from procurement.accounts.models import ApiToken, ApiTokenQuerySet, IdempotentReply, Membership, User


def organisations_of(user: User | None) -> QuerySet[Membership, UUID]:
    return Membership.objects.filter(user=user).values_list("organisation_id", flat=True).distinct()


def list_members(organisation_id: UUID) -> QuerySet[Membership]:
    return (
        Membership.objects.filter(organisation_id=organisation_id)
        .select_related("user")
        .order_by("user__full_name", "user_id", "role")
    )


def get_member(organisation_id: UUID, user_id: UUID) -> User:
    return User.objects.filter(memberships__organisation_id=organisation_id).distinct().get(pk=user_id)


def list_emails(organisation_id: UUID) -> list[str]:
    """The addresses of all active members: where the platform writes to an organisation."""
    users = User.objects.filter(memberships__organisation_id=organisation_id, is_active=True)
    return list(users.order_by("email").values_list("email", flat=True).distinct())


def list_tokens(organisation_id: UUID) -> ApiTokenQuerySet:
    return ApiToken.objects.filter(organisation_id=organisation_id)


def get_token(organisation_id: UUID, token_id: UUID) -> ApiToken:
    return ApiToken.objects.get(organisation_id=organisation_id, pk=token_id)


def find_usable_token(token: str) -> ApiToken | None:
    digest = sha256(token.encode()).hexdigest()
    return ApiToken.objects.usable().select_related("organisation").filter(token_hash=digest).first()


def find_reply(token: ApiToken, key: str, not_before: datetime) -> IdempotentReply | None:
    return IdempotentReply.objects.filter(token=token, key=key, created_at__gte=not_before).first()
