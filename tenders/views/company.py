"""The letters a company has received. Opening one for the first time is the proof of delivery."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from procurement.accounts.access import access_for, signed_in
from procurement.organisations.models import Kind
from signing.downloads import zip_response
from tenders import queries
from tenders.services.delivery import delivery_folder
from tenders.services.letters import open_letter

PAGE_SIZE = 30


@require_safe
@signed_in(kind=Kind.COMPANY)
def inbox(request: HttpRequest) -> HttpResponse:
    letters = queries.list_letters_for_company(access_for(request).home.pk)
    page = Paginator(letters, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "tenders/company/inbox.html", {"page": page})


@require_safe
@signed_in(kind=Kind.COMPANY)
def letter(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    access = access_for(request)
    if request.method == "GET":
        open_letter(letter_id=letter_id, company_id=access.home.pk, actor=access.actor, now=timezone.now())
    found = queries.get_letter_for_company(access.home.pk, letter_id)
    response = render(request, "tenders/company/letter.html", {"letter": found})
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@signed_in(kind=Kind.COMPANY)
def delivery(request: HttpRequest, letter_id: UUID) -> FileResponse:
    """The proof of delivery, to keep; 404 while the letter was not opened."""
    found = queries.get_letter_for_company(access_for(request).home.pk, letter_id)
    return zip_response(f"preuve-de-remise-{found.pk}", delivery_folder(found, now=timezone.now()))
