"""The register for everybody: its state, its key, its proofs, and the page that checks evidence in the browser."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from signing.models import Checkpoint
from signing.queries import register as queries
from signing.register.keys import origin, register_key
from signing.services.stamping import current_authority

_TEXT = "text/plain; charset=utf-8"
_FOR_EVER = "public, max-age=31536000, immutable"
#: A checkpoint is new every hour.
_SHORTLY = "public, max-age=60"
PAGE_SIZE = 48
VERIFIER = "build/verifier.html"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What the register is, its last checkpoints, how to check a proof and how to keep a mirror."""
    found = Paginator(queries.list_checkpoints(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "latest": queries.get_latest(),
        "origin": origin(),
        "key": register_key().vkey(),
        "roots": [fingerprint(root) for root in current_authority(timezone.now()).roots],
    }
    return render(request, "signing/register.html", context)


def fingerprint(certificate: x509.Certificate) -> str:
    """As openssl and the checker write it: pairs of hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


@require_safe
def checkpoint(request: HttpRequest, size: int | None = None) -> HttpResponse:
    """C2SP tlog-checkpoint: the last one, or the one of a size."""
    found = _find(size)
    return _text(found.note, _SHORTLY if size is None else _FOR_EVER)


@require_safe
def checkpoint_token(request: HttpRequest, size: int | None = None) -> HttpResponse:
    """The RFC 3161 time stamp of the checkpoint's text."""
    found = _find(size)
    response = HttpResponse(found.token.tsr, content_type="application/timestamp-reply")
    response["Content-Disposition"] = f'attachment; filename="checkpoint-{found.size}.tsr"'
    response["Cache-Control"] = _SHORTLY if size is None else _FOR_EVER
    return response


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    return _text(f"{register_key().vkey()}\n", _SHORTLY)


@require_safe
def consistency(request: HttpRequest, old: int) -> HttpResponse:
    """The last checkpoint, with the proof that it continues the register of `old` lines (RFC 9162 2.1.4)."""
    proof = queries.consistency(old)
    if proof is None:
        raise Http404
    return _text(proof.text(), _SHORTLY)


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The page that checks evidence without us: one file, to use here or to save. It sends nothing."""
    path = finders.find(VERIFIER)
    if path is None:
        raise Http404
    built = Path(path)
    response = HttpResponse(built.read_bytes(), content_type="text/html; charset=utf-8")
    hashes = json.loads(built.with_name("verifier.csp.json").read_bytes())
    # Its script and its style are in the page: these two, by their digest, and nothing else may run or load.
    response["Content-Security-Policy"] = (
        f"default-src 'none'; script-src '{hashes['script']}'; style-src '{hashes['style']}'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response["Cache-Control"] = _SHORTLY
    return response


def _find(size: int | None) -> Checkpoint:
    found = queries.get_latest() if size is None else queries.get_checkpoint(size)
    if found is None:
        raise Http404
    return found


def _text(content: str, caching: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_TEXT)
    response["Cache-Control"] = caching
    return response
