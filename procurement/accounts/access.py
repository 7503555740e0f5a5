"""What the one who asks may do: read once per request, passed on as a value."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from procurement.accounts.models import Membership, User
from procurement.accounts.roles import Ability, abilities_of
from procurement.actors import Actor
from procurement.errors import DomainError
from procurement.organisations.models import Organisation

CURRENT_ORGANISATION = "organisation_id"


class Forbidden(DomainError):
    """Votre rôle ne permet pas cette action. Rien n'a été modifié; demandez-la à un collègue habilité."""

    code = "forbidden"
    status = 403


@dataclass(frozen=True, slots=True)
class Access:
    """The user, the organisation they act for now, and their roles there; all empty for a visitor."""

    user: User | None = None
    organisation: Organisation | None = None
    roles: frozenset[str] = frozenset()
    label: str = ""
    abilities: frozenset[Ability] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "abilities", abilities_of(self.roles))

    @property
    def is_signed_in(self) -> bool:
        return self.user is not None

    @property
    def kind(self) -> str:
        return self.organisation.kind if self.organisation else ""

    @property
    def actor(self) -> Actor:
        organisation = self.organisation
        who = self.label or (str(self.user) if self.user else "Visiteur")
        return Actor(
            id=self.user.pk if self.user else None,
            label=f"{who} ({organisation.name})" if organisation else who,
            organisation_id=organisation.pk if organisation else None,
        )

    @property
    def home(self) -> Organisation:
        """The organisation acted for; a view behind `signed_in(kind=...)` always has one."""
        if self.organisation is None:
            raise Forbidden
        return self.organisation

    def may(self, ability: Ability | str) -> bool:
        return ability in self.abilities

    def require(self, ability: Ability) -> None:
        if not self.may(ability):
            raise Forbidden(ability=str(ability))


ANONYMOUS = Access()


def access_for(request: HttpRequest) -> Access:
    """The access of this request; read from the database once, then kept on the request."""
    kept: Access | None = getattr(request, "_access", None)
    if kept is None:
        kept = _read_access(request)
        request._access = kept  # type: ignore[attr-defined]  # noqa: SLF001  our own attribute
    return kept


def _read_access(request: HttpRequest) -> Access:
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_active:
        return ANONYMOUS
    memberships = list(
        Membership.objects.filter(user=user)
        .select_related("organisation")
        .order_by("organisation__name", "organisation_id", "role")
    )
    if not memberships:
        return Access(user=user)
    wanted = request.session.get(CURRENT_ORGANISATION)
    chosen = next(
        (m.organisation for m in memberships if str(m.organisation_id) == wanted), memberships[0].organisation
    )
    roles = frozenset(m.role for m in memberships if m.organisation_id == chosen.pk)
    return Access(user=user, organisation=chosen, roles=roles)


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def signed_in(*, kind: str = "", ability: Ability | None = None) -> Callable[[View], View]:
    """A view for members only: the sign-in page for visitors, 404 to another kind of organisation,
    Forbidden (403, in words) to a role that may not act."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            access = access_for(request)
            if not access.is_signed_in:
                return redirect_to_login(request.get_full_path())
            if kind and access.kind != kind:
                raise Http404
            if ability is not None:
                access.require(ability)
            return view(request, *args, **kwargs)

        return cast("View", guarded)

    return decorate
