"""eDUME for the software of buyers and companies. What is sent to be checked, merged or shown is not kept."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Router
from ninja.files import UploadedFile

from dume.build import write
from dume.convert import convert
from dume.merge import merge
from dume.pages import html_of, pdf_of
from dume.parse import read
from dume.schemas import ConversionOut, MergeOut, ReportOut
from dume.validate import check
from procurement.accounts.api_auth import TokenAuth
from procurement.xml import MAX_BYTES

router = Router(tags=["DUME"], auth=TokenAuth())
#: The body is the XML itself.
XML_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/xml": {"schema": {"type": "string"}}},
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


@router.post("/check", response=ReportOut, summary="Contrôler un DUME", openapi_extra=XML_BODY)
def check_dume(request: HttpRequest) -> dict[str, object]:
    """Structure, règles officielles et listes de codes, comme la commande `check_dume`. Aucun verdict n'interdit un
    dépôt : un acheteur ne peut pas refuser un DUME (R2143-4)."""
    return check(xml_of(request)).by_layer()


@router.post(
    "/convert", response=ConversionOut, by_alias=True, summary="Convertir un DUME", openapi_extra=XML_BODY
)
def convert_dume(request: HttpRequest, to: Literal["4.1.0", "2.1.1"]) -> dict[str, object]:
    """Toute version vers 4.1.0 ou 2.1.1. `losses` dit ce que la version voulue ne peut pas contenir."""
    source = read(xml_of(request))
    conversion = convert(source, to)
    data = write(conversion.dume, now=timezone.now())
    return {
        "version_read": source.version,
        "to": to,
        "kind": source.kind.value,
        "xml": data.decode(),
        "losses": conversion.losses_told(),
        "verdict": check(data).verdict.value,
    }


@router.post("/merge", response=MergeOut, summary="Reprendre une réponse antérieure")
def merge_dume(
    request: HttpRequest, demand: File[UploadedFile], response: File[UploadedFile]
) -> dict[str, object]:
    """La demande de l'acheteur et une réponse antérieure de l'entreprise, 5 Mo à elles deux : une réponse à cette
    demande. `unmatched` dit ce qui n'a pas trouvé sa place, `missing` ce qui reste à remplir."""
    now = timezone.now()
    merged = merge(read(demand.read()), read(response.read()), now=now)
    return {**merged.told(), "xml": write(merged.dume, now=now).decode()}


@router.post("/render", summary="Mettre en page un DUME", openapi_extra={**XML_BODY, **PAGE_ANSWER})
def render_dume(request: HttpRequest, form: Literal["html", "pdf"] = "html") -> HttpResponse:
    """Une page HTML qui se suffit, ou un PDF balisé."""
    data = xml_of(request)
    dume, report = read(data), check(data)
    if form == "pdf":
        return HttpResponse(pdf_of(dume, report, now=timezone.now()), content_type="application/pdf")
    return HttpResponse(html_of(dume, report))


def xml_of(request: HttpRequest) -> bytes:
    """One byte more than the parser takes is enough for it to refuse what is too large."""
    found: bytes = request.read(MAX_BYTES + 1)
    return found
