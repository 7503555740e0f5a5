"""What the buyer's pages of one consultation have in common."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from procurement.accounts.access import access_for
from tenders import queries
from tenders.models import Consultation
from tenders.permissions import abilities


def load(request: HttpRequest, consultation_id: UUID) -> Consultation:
    """The consultation as its buyer reads it; DoesNotExist (404) for everybody else's."""
    return queries.get_for_buyer(access_for(request).home.pk, consultation_id)


def tab_page(
    request: HttpRequest,
    template: str,
    consultation: Consultation,
    tab: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page that extends tenders/buyer/workspace.html; never kept by a cache."""
    shared = {
        "consultation": consultation,
        "tab": tab,
        "now": timezone.now(),
        "can": abilities(access_for(request), consultation),
    }
    response = render(request, template, {**shared, **context}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
