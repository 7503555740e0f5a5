from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bids.services import receipts
from essential_data import queries as data_queries
from procurement.accounts.caching import public_for_visitors
from tenders import queries as tender_queries

#: Public pages may be kept this long by browsers and proxies, in seconds.
PUBLIC_SECONDS = 60


@require_safe
@public_for_visitors(PUBLIC_SECONDS)
def home(request: HttpRequest) -> HttpResponse:
    """Search first, then the nearest deadlines and the latest contracts."""
    now = timezone.now()
    return render(
        request,
        "public/home.html",
        {
            "closing_soon": tender_queries.list_closing_soon(now)[:6],
            "latest_contracts": data_queries.latest_published()[:6],
        },
    )


def page(name: str) -> Callable[[HttpRequest], HttpResponse]:
    """A page of plain text; one template each under public/."""

    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        return render(request, f"public/{name}.html", {"demo": settings.DEMO})

    return view


@require_safe
def sealing_help(request: HttpRequest) -> HttpResponse:
    """How deposits are encrypted, time-stamped and sealed, and how to check it without us (annexe 8 art. 1)."""
    return render(
        request,
        "public/sealing_help.html",
        {"commands": [f"# {proof.label}\n{proof.command}" for proof in receipts.checks()]},
    )
