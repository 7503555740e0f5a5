"""Answers that carry the bytes of a file: whole, or the part a browser asks for when it resumes (RFC 9110 §14)."""

import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from procurement.files.models import StoredFile
from procurement.files.services import BLOCK, open_stored


def etag_of(file: StoredFile) -> str:
    return f'"{file.sha256}"'


def is_start_of_download(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this answer begins a download: not a look at the headers, not a copy still fresh, not a resumption."""
    if request.method != "GET" or response.status_code not in {200, 206}:
        return False
    return response.status_code == 200 or response["Content-Range"].startswith("bytes 0-")  # noqa: PLR2004


def serve(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """The file as an attachment under its own name, with its SHA-256 as ETag; nothing is opened before it is sent."""
    etag = etag_of(file)
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    bounds = asked_range(request, file.size, etag)
    if bounds is None:
        response = attachment(request, read_part(file, 0, file.size), file.name, file.media_type, file.size)
    elif bounds[0] >= file.size:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{file.size}"
    else:
        start, end = bounds
        response = attachment(
            request, read_part(file, start, end - start), file.name, file.media_type, end - start
        )
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    return response


def attachment(
    request: HttpRequest, content: Iterator[bytes], name: str, media_type: str, size: int
) -> HttpResponseBase:
    """Saved, never shown: a document must not run in the pages of the platform (RFC 6266)."""
    response: HttpResponseBase = (
        HttpResponse(content_type=media_type)
        if request.method == "HEAD"
        else StreamingHttpResponse(content, content_type=media_type)
    )
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    # Kept by the reader's browser only, and asked again each time: a shared copy would escape the register.
    response["Cache-Control"] = "private, no-cache"
    return response


def asked_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """(start, end) of the single range asked for; None: the whole file."""
    if request.headers.get("If-Range", etag) != etag:
        return None
    found = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", request.headers.get("Range", ""))
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)) if int(last) else size, size
    end = min(size, int(last) + 1) if last else size
    return (int(first), end) if int(first) < end or int(first) >= size else None


def read_part(file: StoredFile, start: int, length: int) -> Iterator[bytes]:
    with open_stored(file) as source:
        source.seek(start)
        left = length
        while left > 0 and (block := source.read(min(BLOCK, left))):
            left -= len(block)
            yield block
