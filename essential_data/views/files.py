"""Files for machines: one contract or all of them, streamed, with an ETag. The session is never touched."""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from essential_data import queries
from essential_data.formats import csv_file, json_file, xml_file
from essential_data.formats.files import file_name
from essential_data.publication_proofs import publication_folder
from essential_data.queries import Filters
from essential_data.views.public import filters_of, search_form
from signing.downloads import zip_response

FILE_SECONDS = 300
PIECE = 64 * 1024


def etag_of_selection(request: HttpRequest) -> str:
    """Changes when a contract is published; versions never change otherwise."""
    count, last = queries.selection_stamp(filters_of(search_form(request)))
    stamp = f"{request.path}?{request.META.get('QUERY_STRING', '')} {count} {last}"
    return f'"{sha256(stamp.encode()).hexdigest()[:32]}"'


def public(response: HttpResponseBase, name: str) -> HttpResponseBase:
    patch_cache_control(response, public=True, max_age=FILE_SECONDS)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces worth a network write each."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def stream(pieces: Iterable[bytes], media_type: str, name: str) -> HttpResponseBase:
    return public(StreamingHttpResponse(gathered(pieces), content_type=media_type), name)


def selected(request: HttpRequest) -> Filters:
    return filters_of(search_form(request))


@require_safe
@condition(etag_func=etag_of_selection)
def bulk_json(request: HttpRequest) -> HttpResponseBase:
    pieces = json_file.stream(queries.stream_records(selected(request)))
    return stream(pieces, json_file.MEDIA_TYPE, "marches.json")


@require_safe
@condition(etag_func=etag_of_selection)
def bulk_xml(request: HttpRequest) -> HttpResponseBase:
    pieces = xml_file.stream(queries.stream_records(selected(request)))
    return stream(pieces, xml_file.MEDIA_TYPE, "marches.xml")


@require_safe
@condition(etag_func=etag_of_selection)
def bulk_csv(request: HttpRequest) -> HttpResponseBase:
    pieces = csv_file.stream(queries.stream_rows(selected(request)))
    return stream(pieces, f"{csv_file.MEDIA_TYPE}; charset=utf-8; header=present", "marches.csv")


@require_safe
def contract_json(request: HttpRequest, siret: str, number: str) -> HttpResponseBase:
    """The very bytes whose SHA-256 was journalled at publication."""
    publication = queries.get_public(siret=siret, number=number)
    body = json_file.write_file(publication.record, publication.record_key)
    response = HttpResponse(
        body, content_type=json_file.MEDIA_TYPE, headers={"ETag": f'"{publication.sha256}"'}
    )
    return public(response, file_name(siret, number, "json"))


@require_safe
def contract_xml(request: HttpRequest, siret: str, number: str) -> HttpResponseBase:
    publication = queries.get_public(siret=siret, number=number)
    body = xml_file.write_file(publication.record, publication.record_key)
    response = HttpResponse(
        body, content_type=xml_file.MEDIA_TYPE, headers={"ETag": f'"{publication.xml_sha256}"'}
    )
    return public(response, file_name(siret, number, "xml"))


@require_safe
def publication_proof(request: HttpRequest, siret: str, number: str) -> HttpResponseBase:
    """The date and the digests of the published files, for anybody to check; 404 for what was published before."""
    publication = queries.get_public(siret=siret, number=number)
    content = publication_folder(publication, now=timezone.now())
    return zip_response(f"preuve-{file_name(siret, number, 'zip').removesuffix('.zip')}", content)
