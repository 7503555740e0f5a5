from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from ninja.throttling import AnonRateThrottle

from signing.services import public_queries, stamping
from signing.tsp.queries import MAX_QUERY_BYTES, SYSTEM_FAILURE, QueryRefused, rejection

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"


class QueryThrottle(AnonRateThrottle):
    """Per address, apart from the API's own budget; addresses are told apart as there (NINJA_NUM_PROXIES)."""

    scope = "timestamp"


#: A client that stamps a batch sends some hundreds; the answer takes less than a millisecond.
RATE = "600/m"


@csrf_exempt  # no session and no cookie takes part in a timestamp
@require_POST
def timestamp(request: HttpRequest) -> HttpResponse:
    """RFC 3161 3.4. A refused query is an answer of the protocol, in status 200; too many of them, in status 429."""
    if request.content_type != QUERY_TYPE:
        return HttpResponse(
            f"Envoyez une demande RFC 3161 de type {QUERY_TYPE}.",
            status=415,
            content_type="text/plain; charset=utf-8",
        )
    throttle = QueryThrottle(RATE)  # it keeps what it found on itself: one for each request
    if not throttle.allow_request(request):
        return _too_many(throttle)
    reply = public_queries.answer_query(query=request.read(MAX_QUERY_BYTES + 1), now=timezone.now())
    return HttpResponse(reply, content_type=REPLY_TYPE)


def _too_many(throttle: QueryThrottle) -> HttpResponse:
    """Both readers are told: those of HTTP by the status, those of the protocol by a rejection."""
    refused = QueryRefused("Trop de demandes de cette adresse. Recommencez dans une minute.", SYSTEM_FAILURE)
    seconds = int(throttle.wait() or 0) + 1
    headers = {"Retry-After": str(seconds)}
    return HttpResponse(rejection(refused), status=429, content_type=REPLY_TYPE, headers=headers)


@require_GET
def certificates(request: HttpRequest) -> HttpResponse:
    """What `openssl -CAfile` needs to check tokens and seals without us."""
    pem = stamping.current_authority(timezone.now()).chain_pem()
    return _download(pem, "application/x-pem-file", "ca.pem")


@require_GET
def revocations(request: HttpRequest) -> HttpResponse:
    pem = stamping.current_authority(timezone.now()).crl_path.read_bytes()
    return _download(pem, "application/x-pem-file", "crl.pem")


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)
