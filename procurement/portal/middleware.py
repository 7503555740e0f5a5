import uuid
from collections.abc import Callable

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from procurement.errors import DomainError

log = structlog.get_logger(__name__)


class RequestIdentity:
    """Gives each request a reference: in the logs, in the answer, and on the page when something breaks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reference = uuid.uuid4().hex[:12]
        request.reference = reference  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request=reference):
            response = self.get_response(request)
        response["X-Request-ID"] = reference
        return response


def problem(error: DomainError) -> JsonResponse:
    """A refusal as problem details (RFC 9457)."""
    return JsonResponse(
        {
            "type": f"urn:profil-acheteur:{error.code}",
            "title": str(error),
            "detail": str(error),
            "status": error.status,
            **{
                key: value if isinstance(value, (int, float, list)) else str(value)
                for key, value in error.context.items()
            },
        },
        status=error.status,
        content_type="application/problem+json",
    )


class Refusals:
    """Turns what the domain refuses into a page, or problem details for scripts; what is not visible into a 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ObjectDoesNotExist):
            return render(request, "404.html", status=404)
        if not isinstance(exception, DomainError):
            return None
        log.info("refused", code=exception.code, path=request.path)
        if (
            request.headers.get("X-Requested-With") == "XMLHttpRequest"
            or request.accepts("text/html") is False
        ):
            return problem(exception)
        return render(request, "refusal.html", {"refusal": exception}, status=exception.status)
