"""eDUME for the software of buyers and companies. What is sent to be checked, converted or shown is not kept."""

from django.http import HttpRequest
from ninja import Router

from dume.schemas import ReportOut
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


@router.post("/check", response=ReportOut, summary="Contrôler un DUME", openapi_extra=XML_BODY)
def check_dume(request: HttpRequest) -> dict[str, object]:
    """Structure, règles officielles et listes de codes, comme la commande `check_dume`. Aucun verdict n'interdit un
    dépôt : un acheteur ne peut pas refuser un DUME (R2143-4)."""
    return check(xml_of(request)).by_layer()


def xml_of(request: HttpRequest) -> bytes:
    """One byte more than the parser takes is enough for it to refuse what is too large."""
    found: bytes = request.read(MAX_BYTES + 1)
    return found
