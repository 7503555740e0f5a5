"""Published essential data for machines; no key to read."""

from typing import Annotated

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import Field

from essential_data import queries
from essential_data.queries import Filters
from essential_data.schemas import BulkFiles, ContractOut, ContractPage, contract_out

router = Router(tags=["Données essentielles"])


class ContractFilters(Schema):
    """Every filter is optional; `cpv` is the beginning of a code, `buyer` a SIRET."""

    q: Annotated[str, Field(max_length=200)] = ""
    buyer: Annotated[str, Field(pattern=r"^([0-9]{14})?$")] = ""
    year: Annotated[int | None, Field(ge=2000, le=2100)] = None
    cpv: Annotated[str, Field(pattern=r"^([0-9]{2,8})?$")] = ""
    department: Annotated[str, Field(pattern=r"^([0-9]{2,3}|2[ABab])?$")] = ""
    page: Annotated[int, Field(ge=1)] = 1
    page_size: Annotated[int, Field(ge=1, le=100)] = 20


@router.get("/contracts", response=ContractPage, summary="Chercher dans les contrats publiés")
def list_contracts(request: HttpRequest, wanted: Query[ContractFilters]) -> ContractPage:
    filters = Filters(wanted.q, wanted.buyer, wanted.year, wanted.cpv, wanted.department)
    pages = Paginator(queries.with_contract(queries.public_contracts(filters)), wanted.page_size)
    found = list(pages.page(wanted.page)) if wanted.page <= pages.num_pages else []
    return ContractPage(
        count=pages.count, page=wanted.page, pages=pages.num_pages, items=[contract_out(one) for one in found]
    )


@router.get("/contracts/{siret}/{path:number}", response=ContractOut, summary="Lire un contrat publié")
def get_contract(request: HttpRequest, siret: str, number: str) -> ContractOut:
    return contract_out(queries.get_public(siret=siret, number=number))


@router.get("/files", response=BulkFiles, summary="Adresses des fichiers complets")
def list_files(request: HttpRequest) -> BulkFiles:
    count, last = queries.selection_stamp(Filters())
    urls = {
        f"{kind}_url": request.build_absolute_uri(reverse(f"essential_data:bulk_{kind}"))
        for kind in ("json", "xml", "csv")
    }
    return BulkFiles(contracts=count, last_published_at=last, **urls)
