"""The one NinjaAPI: routers of the apps, and the three answers every refusal takes (RFC 9457)."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.throttling import AnonRateThrottle, AuthRateThrottle

from bids.api import router as deposits
from dume.api import router as dume
from essential_data.api import router as essential_data
from procurement.errors import DomainError
from tenders.api import router as consultations

DESCRIPTION = """
Lecture libre, sans clé : consultations publiées et données essentielles des contrats.

Écriture, et DUME, avec une clé d'acheteur ou d'entreprise (`Authorization: Bearer pa_…`, page « Clés d'API » de votre
organisation). Ce qui crée ou publie demande un en-tête `Idempotency-Key` de votre choix : la même requête répétée avec
la même clé n'est exécutée qu'une fois.

Les refus sont des objets `application/problem+json` (RFC 9457). Au-delà des débits permis (300 requêtes par minute
sans clé, 600 avec, dont 60 documents DUME entiers), la réponse est 429 avec `Retry-After`.
"""

api = NinjaAPI(
    title="Profil d'acheteur",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api-v1",
    throttle=[AnonRateThrottle("300/m"), AuthRateThrottle("600/m")],
)
api.add_router("/consultations", consultations)
api.add_router("/essential-data", essential_data)
api.add_router("/dume", dume)
api.add_router("/deposits", deposits)


def problem(request: HttpRequest, *, code: str, title: str, status: int, **more: Any) -> HttpResponse:
    body = {"type": f"urn:profil-acheteur:{code}", "title": title, "detail": title, "status": status, **more}
    response = api.create_response(request, body, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem(request, code=error.code, title=str(error), status=error.status, **error.context)


@api.exception_handler(ObjectDoesNotExist)
@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    title = "Cette ressource n'existe pas, ou n'est pas visible avec cette clé."
    return problem(request, code="not_found", title=title, status=404)


@api.exception_handler(AuthenticationError)
def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(
        request, code="unauthenticated", title="Cette opération demande une clé d'API valide.", status=401
    )
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"path": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in error.errors]
    title = "La requête n'a pas la forme attendue; rien n'a été modifié."
    return problem(request, code="invalid", title=title, status=422, errors=errors)


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    response = problem(request, code="http", title=str(error), status=error.status_code)
    if isinstance(error, Throttled) and error.wait:
        response["Retry-After"] = str(int(error.wait) + 1)
    return response
