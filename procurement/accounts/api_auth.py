from django.http import HttpRequest
from ninja.security import HttpBearer

from procurement.accounts import queries
from procurement.accounts.access import Access
from procurement.accounts.models import ApiToken


class TokenAuth(HttpBearer):
    """`Authorization: Bearer pa_…`: the request acts for the token's organisation, with the token's roles."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = queries.find_usable_token(token)
        if found is not None:
            access = Access(
                organisation=found.organisation, roles=frozenset(found.roles), label=f"Logiciel {found.name}"
            )
            request._access = access  # type: ignore[attr-defined]  # noqa: SLF001  as access_for keeps it
        return found
