"""For citizens: a list with search, a page a contract. No account, no cookie."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essential_data import queries
from essential_data.forms import SearchForm
from essential_data.presentation import present, sentence_of, timeline_of
from essential_data.queries import Filters
from procurement.accounts.caching import public_for_visitors
from signing.models import EvidenceKind
from signing.queries.evidence import find

PAGE_SIZE = 20
#: Seconds that browsers and proxies may keep a page.
PAGE_SECONDS = 300


def search_form(request: HttpRequest) -> SearchForm:
    buyers = [(buyer.siret, buyer.name) for buyer in queries.list_publishing_buyers()]
    return SearchForm(request.GET, buyers=buyers, years=queries.list_years())


def filters_of(form: SearchForm) -> Filters:
    """What the form could read; a filter that makes no sense is shown with its error and filters nothing."""
    form.is_valid()
    return replace(Filters(), **{name: value for name, value in form.cleaned_data.items() if value})


@require_safe
@public_for_visitors(PAGE_SECONDS)
def contract_list(request: HttpRequest) -> HttpResponse:
    form = search_form(request)
    filters = filters_of(form)
    page = Paginator(queries.with_contract(queries.public_contracts(filters)), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "entries": [(publication, sentence_of(publication)) for publication in page],
        "query": query_without_page(request),
        "filtered": filters != Filters(),
    }
    return render(request, "essential_data/list.html", context)


def query_without_page(request: HttpRequest) -> str:
    """The query string that keeps the filters, to be followed by a page number or a file's address."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


@require_safe
@public_for_visitors(PAGE_SECONDS)
def contract_page(request: HttpRequest, siret: str, number: str) -> HttpResponse:
    publication = queries.get_public(siret=siret, number=number)
    context = {
        "publication": publication,
        "contract": publication.contract,
        "sentence": sentence_of(publication),
        "timeline": timeline_of(publication),
        "rows": present(publication.record, publication.record_key),
        "versions": queries.list_versions(publication.contract),
        "has_proof": find(EvidenceKind.PUBLICATION, publication.pk) is not None,
    }
    return render(request, "essential_data/contract.html", context)
