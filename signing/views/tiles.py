"""Tiles of the register, for mirrors (C2SP tlog-tiles): 256 hashes a tile, the bundle of leaves beside them.

Only what a published checkpoint covers is served, so that a mirror always agrees with a checkpoint.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from procurement.audit import queries as audit
from signing.queries.register import get_latest
from signing.register import tiles
from signing.register.tiles import HEIGHT, WIDTH, Tile


@require_safe
def tile(request: HttpRequest, level: int, path: str) -> HttpResponse:
    found = _find(level, path)
    return _serve(b"".join(audit.get_tile(level * HEIGHT, found.number * WIDTH, found.width)))


@require_safe
def entries(request: HttpRequest, path: str) -> HttpResponse:
    """The data of the leaves: digests of lines, never the lines."""
    found = _find(0, path)
    return _serve(tiles.bundle(audit.list_leaf_data(found.number * WIDTH, found.width)))


def _find(level: int, path: str) -> Tile:
    latest, found = get_latest(), tiles.read(level, path)
    if latest is None or found is None or not found.is_covered(latest.size):
        raise Http404
    return found


def _serve(content: bytes) -> HttpResponse:
    """A tile never changes: a wider one has another address."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
