"""A response to read, and to take away."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dume.pages import html_of, pdf_of
from dume.queries.company import dume_of, get_response
from dume.render import render_context
from dume.validate import check
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.attachments import attachment
from procurement.organisations.models import Kind


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def document(request: HttpRequest, response_id: UUID) -> HttpResponse:
    row = get_response(company_id=access_for(request).home.pk, response_id=response_id)
    context = {"response": row, **render_context(dume_of(row), check(row.xml.encode()))}
    return render(request, "dume/company/document.html", context)


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def export_xml(request: HttpRequest, response_id: UUID) -> HttpResponse:
    row = get_response(company_id=access_for(request).home.pk, response_id=response_id)
    return attachment(row.xml.encode(), f"DUME-{row.number}.xml", "application/xml")


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def export_html(request: HttpRequest, response_id: UUID) -> HttpResponse:
    row = get_response(company_id=access_for(request).home.pk, response_id=response_id)
    page = html_of(dume_of(row), check(row.xml.encode()))
    return attachment(page.encode(), f"DUME-{row.number}.html", "text/html; charset=utf-8")


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def export_pdf(request: HttpRequest, response_id: UUID) -> HttpResponse:
    row = get_response(company_id=access_for(request).home.pk, response_id=response_id)
    pages = pdf_of(dume_of(row), check(row.xml.encode()), now=timezone.now())
    return attachment(pages, f"DUME-{row.number}.pdf", "application/pdf")
