"""eDUME for the software of buyers and companies. What is sent to be checked, merged or shown is not kept."""

from hashlib import sha256
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from lxml import etree
from ninja import File, Router, Status
from ninja.files import UploadedFile
from ninja.throttling import AuthRateThrottle

from dume.build import write
from dume.convert import convert
from dume.forms.start import profile_of
from dume.merge import merge
from dume.models import DumeResponse
from dume.numbers import normalised
from dume.pages import html_of, pdf_of
from dume.parse import read
from dume.queries.company import get_published_request, get_response_by_number
from dume.schemas import ConversionOut, MergeOut, ReportOut, ResponseOut
from dume.services.responses import Subject, start_response
from dume.sniff import root_of
from dume.validate import check
from procurement.accounts.access import Access, access_for
from procurement.accounts.api_auth import TokenAuth
from procurement.accounts.idempotency import IdempotencyKey, once
from procurement.accounts.roles import Ability
from procurement.organisations.models import Kind
from procurement.xml import MAX_BYTES

router = Router(tags=["DUME"], auth=TokenAuth())


class DocumentThrottle(AuthRateThrottle):
    """A document may cost a second of processor time: counted apart from the other requests of a key."""

    scope = "dume"


WHOLE_DOCUMENTS = DocumentThrottle("60/m")
#: The body is the XML itself.
XML_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/xml": {"schema": {"type": "string"}}},
    }
}
OPTIONAL_XML = {"requestBody": {**XML_BODY["requestBody"], "required": False}}
XML_ANSWER = {
    "responses": {
        200: {
            "description": "Le XML (ESPD 4.1.0)",
            "content": {"application/xml": {"schema": {"type": "string"}}},
        }
    }
}
PAGE_ANSWER = {
    "responses": {
        200: {
            "description": "La page, ou le PDF",
            "content": {
                "text/html": {"schema": {"type": "string"}},
                "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            },
        }
    }
}


@router.post(
    "/check",
    response=ReportOut,
    throttle=WHOLE_DOCUMENTS,
    summary="Contrôler un DUME",
    openapi_extra=XML_BODY,
)
def check_dume(request: HttpRequest) -> dict[str, object]:
    """Structure, règles officielles et listes de codes, comme la commande `check_dume`. Aucun verdict n'interdit un
    dépôt : un acheteur ne peut pas refuser un DUME (R2143-4)."""
    return check(xml_of(request)).by_layer()


@router.post(
    "/convert",
    response=ConversionOut,
    by_alias=True,
    throttle=WHOLE_DOCUMENTS,
    summary="Convertir un DUME",
    openapi_extra=XML_BODY,
)
def convert_dume(request: HttpRequest, to: Literal["4.1.0", "2.1.1"]) -> dict[str, object]:
    """Toute version vers 4.1.0 ou 2.1.1. `losses` dit ce que la version voulue ne peut pas contenir. Un DUME qui est
    déjà de cette version est rendu tel quel."""
    body = xml_of(request)
    source = read(body)
    conversion = convert(source, to)
    data = body if conversion.dume is source else write(conversion.dume, now=timezone.now())
    return {
        "version_read": source.version,
        "to": to,
        "kind": source.kind.value,
        "xml": etree.tostring(root_of(data), encoding="unicode"),
        "losses": conversion.losses_told(),
        "verdict": check(data).verdict.value,
    }


@router.post(
    "/merge", response=MergeOut, throttle=WHOLE_DOCUMENTS, summary="Reprendre une réponse antérieure"
)
def merge_dume(
    request: HttpRequest, demand: File[UploadedFile], response: File[UploadedFile]
) -> dict[str, object]:
    """La demande de l'acheteur et une réponse antérieure de l'entreprise, 5 Mo à elles deux : une réponse à cette
    demande. `unmatched` dit ce qui n'a pas trouvé sa place, `missing` ce qui reste à remplir."""
    now = timezone.now()
    merged = merge(read(demand.read()), read(response.read()), now=now)
    return {**merged.told(), "xml": write(merged.dume, now=now).decode()}


@router.post(
    "/render",
    throttle=WHOLE_DOCUMENTS,
    summary="Mettre en page un DUME",
    openapi_extra={**XML_BODY, **PAGE_ANSWER},
)
def render_dume(request: HttpRequest, form: Literal["html", "pdf"] = "html") -> HttpResponse:
    """Une page HTML qui se suffit, ou un PDF balisé."""
    data = xml_of(request)
    dume, report = read(data), check(data)
    if form == "pdf":
        return HttpResponse(pdf_of(dume, report, now=timezone.now()), content_type="application/pdf")
    return HttpResponse(html_of(dume, report))


@router.post(
    "/responses", response={201: ResponseOut}, summary="Commencer un DUME", openapi_extra=OPTIONAL_XML
)
def create_response(
    request: HttpRequest, demand: str = "", idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Une réponse de l'entreprise à la demande de numéro `demand`, ou à aucune. Le corps, facultatif, est un DUME
    antérieur de toute version : ses réponses sont reprises, `leftovers` dit celles qui n'ont pas trouvé leur place."""
    access, now = company_access(request), timezone.now()
    data = xml_of(request)
    asked = get_published_request(normalised(demand)) if demand else None

    def act() -> tuple[int, ResponseOut]:
        row = start_response(
            company=access.home,
            subject=Subject(request=asked),
            profile=profile_of(access),
            old=read(data) if data else None,
            actor=access.actor,
            now=now,
        )
        return 201, ResponseOut.of(row)

    return once(request, fingerprint=f"{demand} {sha256(data).hexdigest()}", now=now, act=act)


@router.get("/responses/{number}", response=ResponseOut, summary="Où en est un DUME")
def get_response(request: HttpRequest, number: str) -> ResponseOut:
    return ResponseOut.of(get_response_by_number(company_id=company_access(request).home.pk, number=number))


@router.get("/responses/{number}/xml", summary="Un DUME de l'entreprise, en XML", openapi_extra=XML_ANSWER)
def get_response_xml(request: HttpRequest, number: str) -> HttpResponse:
    row = get_response_by_number(company_id=company_access(request).home.pk, number=number)
    return HttpResponse(row.xml, content_type="application/xml; charset=utf-8")


def company_access(request: HttpRequest) -> Access:
    """The key's access; a key of another kind of organisation sees nothing here."""
    access = access_for(request)
    if access.kind != Kind.COMPANY:
        raise DumeResponse.DoesNotExist
    access.require(Ability.DEPOSIT)
    return access


def xml_of(request: HttpRequest) -> bytes:
    """One byte more than the parser takes is enough for it to refuse what is too large."""
    found: bytes = request.read(MAX_BYTES + 1)
    return found
