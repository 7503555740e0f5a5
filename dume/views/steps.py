"""The pages of a response: saved as one goes, whatever is missing; nothing typed is ever lost."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from dume.answering.identity import Gap
from dume.answering.pages import gaps_of, page_after
from dume.answering.tree import NONE, Wishes
from dume.queries.company import dume_of, get_response, pages_for
from dume.services.responses import edit_response
from dume.views.handlers import LATER, NEXT, Posted, Step
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.organisations.models import Kind

#: Asked by links that lead to what is missing.
REVIEW = "revoir"
#: Where the keyboard stands on a page that follows another: before its title, not before the header again.
TOP = "#titre"


@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def step(request: HttpRequest, response_id: UUID, slug: str) -> HttpResponse:
    row = get_response(company_id=access_for(request).home.pk, response_id=response_id)
    dume = dume_of(row)
    pages = pages_for(row, dume)
    page = next((one for one in pages if one.slug == slug), None)
    if page is None:
        raise Http404
    here = Step(row, dume, page, pages)
    if request.method == "POST":
        return receive(request, here)
    return show(request, here, gaps_of(dume, page) if REVIEW in request.GET else ())


def receive(request: HttpRequest, here: Step) -> HttpResponse:
    sent = Posted.of(request.POST)
    after = edit_response(
        response_id=here.row.pk,
        company_id=here.row.company_id,
        change=lambda dume: here.handler.change(here, sent, dume),
        now=timezone.now(),
    )
    here = replace(here, dume=after)
    if sent.verb == LATER:
        return redirect("dume:tasks", here.row.pk)
    if sent.verb != NEXT:
        return show(request, here, (), sent.wishes_next)
    gaps = gaps_of(after, here.page)
    return show(request, here, gaps) if gaps else redirect(following(here))


def following(here: Step) -> str:
    page = page_after(here.pages, here.page)
    if page is None:
        return reverse("dume:check", args=[here.row.pk]) + TOP
    return reverse("dume:step", args=[here.row.pk, page.slug]) + TOP


def show(request: HttpRequest, here: Step, gaps: Sequence[Gap], wishes: Wishes = NONE) -> HttpResponse:
    context = {
        "response": here.row,
        "page": here.page,
        "number": here.pages.index(here.page) + 1,
        "count": len(here.pages) + 1,
        **here.handler.context(here, gaps, wishes),
    }
    return render(request, f"dume/company/{here.handler.template}.html", context)
