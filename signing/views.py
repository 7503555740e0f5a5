from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from signing.services import stamping
from signing.timestamps import MAX_QUERY_BYTES

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"


@csrf_exempt  # no session and no cookie takes part in a timestamp
@require_POST
def timestamp(request: HttpRequest) -> HttpResponse:
    """RFC 3161 3.4. A refused query is an answer of the protocol, in status 200."""
    if request.content_type != QUERY_TYPE:
        return HttpResponse(
            f"Envoyez une demande RFC 3161 de type {QUERY_TYPE}.",
            status=415,
            content_type="text/plain; charset=utf-8",
        )
    reply = stamping.answer_query(query=request.read(MAX_QUERY_BYTES + 1), now=timezone.now())
    return HttpResponse(reply, content_type=REPLY_TYPE)


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
