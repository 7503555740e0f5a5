from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bids.queries import company as company_deposits
from bids.queries import counters
from essential_data import queries as data_queries
from procurement.accounts.access import Access, access_for, signed_in
from procurement.jobs import queries as jobs
from procurement.organisations.models import Kind, Organisation
from tenders import queries as tender_queries


@require_safe
@signed_in()
def dashboard(request: HttpRequest) -> HttpResponse:
    """Each kind of organisation has its own: what to do next, by when."""
    access = access_for(request)
    pages = {Kind.BUYER: buyer, Kind.COMPANY: company, Kind.OPERATOR: operator}
    if access.organisation is None:
        return render(request, "portal/no_organisation.html")
    return pages[Kind(access.kind)](request, access)


def buyer(request: HttpRequest, access: Access) -> HttpResponse:
    now = timezone.now()
    buyer_id = access.home.pk
    return render(
        request,
        "portal/dashboard_buyer.html",
        {
            "consultations": tender_queries.list_for_buyer(buyer_id)[:10],
            "deposit_counts": counters.count_by_consultation(buyer_id),
            "publications_due": data_queries.list_unpublished(buyer_id)[:10],
            "now": now,
        },
    )


def company(request: HttpRequest, access: Access) -> HttpResponse:
    company_id = access.home.pk
    return render(
        request,
        "portal/dashboard_company.html",
        {
            "deposits": company_deposits.list_deposits(company_id)[:10],
            "letters": tender_queries.list_letters_for_company(company_id)[:10],
            "closing_soon": tender_queries.list_closing_soon(timezone.now())[:5],
        },
    )


def operator(request: HttpRequest, access: Access) -> HttpResponse:
    """Counters and health; never a bid."""
    return render(
        request,
        "portal/dashboard_operator.html",
        {
            "buyers": Organisation.objects.buyers().count(),
            "companies": Organisation.objects.companies().count(),
            "consultations": tender_queries.count_by_state(),
            "deposits": counters.count_handed_in(),
            "contracts": data_queries.count_published(),
            "jobs": jobs.count(timezone.now()),
        },
    )
