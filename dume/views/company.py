"""A company's DUMEs: the list, a new one, the task list of one, its check and its end."""

import re
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dume.answering.identity import LEAD
from dume.answering.pages import SITUATION, Page, State, page_of_part
from dume.forms.start import DeleteForm, StartForm, profile_of
from dume.models import DumeResponse, GroupMember
from dume.queries.company import (
    dume_of,
    find_published_request,
    get_response,
    list_earlier,
    list_invitations,
    list_responses,
    pages_for,
    progress_of,
)
from dume.report import Finding
from dume.services import responses
from dume.services.responses import Subject
from dume.validate import check as check_dume
from dume.views.steps import REVIEW, TOP
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.organisations.models import Kind, Organisation

PAGE_SIZE = 50
#: Where an answer without a place stands in the list.
INDEX = re.compile(r"[0-9]{1,4}")
#: The official model wants a file for each lot; one response for all of them is what a company is promised here, and
#: what buyers ask for (ESPD-EDM issue 313).
NOT_TOLD = {"BR-LOT-10"}
PART = re.compile(r"Partie (I?V|I{1,3})(\.[A-Dα])?")


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def mine(request: HttpRequest) -> HttpResponse:
    company = access_for(request).home
    page = Paginator(list_responses(company.pk), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "query": "", "invitations": list_invitations(company.siret)}
    return render(request, "dume/company/mine.html", context)


@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def start(request: HttpRequest) -> HttpResponse:
    """Without a buyer's request, the simplified use; with its number, what that buyer asks."""
    access = access_for(request)
    earlier = list_earlier(access.home.pk)
    sent = request.method == "POST"
    form = StartForm(*((request.POST, request.FILES) if sent else ()), earlier=earlier)
    if not (sent and form.is_valid()):
        return render(request, "dume/company/start.html", {"form": form})
    row = responses.start_response(
        company=access.home,
        subject=Subject(request=find_published_request(form.cleaned_data["number"])),
        profile=profile_of(access),
        old=form.old,
        actor=access.actor,
        now=timezone.now(),
    )
    return redirect(first_step(row))


def first_step(row: DumeResponse) -> str:
    """Straight to the first page that lacks something; to the steps when answers without a place are to be read."""
    if row.leftovers:
        return reverse("dume:tasks", args=[row.pk])
    left = next((one for one in progress_of(row, dume_of(row)) if one.state is not State.DONE), None)
    if left is None:
        return reverse("dume:check", args=[row.pk]) + TOP
    return reverse("dume:step", args=[row.pk, left.page.slug]) + TOP


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def tasks(request: HttpRequest, response_id: UUID) -> HttpResponse:
    row = get_response(company_id=access_for(request).home.pk, response_id=response_id)
    dume = dume_of(row)
    found = progress_of(row, dume)
    context = {
        "response": row,
        "leader": leader_of(row),
        "is_lead": bool(dume.operator and dume.operator.role == LEAD),
        "progress": found,
        "left": [one for one in found if one.state is not State.DONE],
        "next": next((one for one in found if one.state is not State.DONE), None),
    }
    return render(request, "dume/company/tasks.html", context)


def leader_of(row: DumeResponse) -> Organisation | None:
    """The lead of the group that this company fills it in for."""
    member: GroupMember | None = getattr(row, "membership", None)
    is_own = member is not None and member.lead.company_id != row.company_id
    return member.lead.company if member is not None and is_own else None


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def check(request: HttpRequest, response_id: UUID) -> HttpResponse:
    """What is missing and what a check finds, each with the page that corrects it. Never a locked door (R2143-4)."""
    row = get_response(company_id=access_for(request).home.pk, response_id=response_id)
    dume = dume_of(row)
    pages = pages_for(row, dume)
    report = check_dume(row.xml.encode())
    context = {
        "response": row,
        "number": len(pages) + 1,
        "progress": [one for one in progress_of(row, dume) if one.gaps],
        "remarks": [(one, page_of(one, pages)) for one in report.told if one.rule not in NOT_TOLD],
        "report": report,
        "review": f"?{REVIEW}{TOP}",
        "operator": dume.operator,
        "representatives": dume.representatives,
        "situations": [one for one in dume.criteria if one.part in SITUATION.parts],
        "situation": SITUATION,
        "declared": [one for one in dume.exclusion_grounds if one.declared],
    }
    return render(request, "dume/company/check.html", context)


def page_of(finding: Finding, pages: tuple[Page, ...]) -> Page | None:
    found = PART.match(finding.where)
    return page_of_part(pages, found[0].removeprefix("Partie ")) if found else None


@require_POST
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def finish(request: HttpRequest, response_id: UUID) -> HttpResponse:
    access = access_for(request)
    responses.finish_response(
        response_id=response_id, company_id=access.home.pk, actor=access.actor, now=timezone.now()
    )
    return redirect(reverse("dume:tasks", args=[response_id]) + TOP)


@require_POST
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def copy(request: HttpRequest, response_id: UUID) -> HttpResponse:
    access = access_for(request)
    row = responses.copy_response(
        response_id=response_id, company_id=access.home.pk, actor=access.actor, now=timezone.now()
    )
    messages.success(request, f"Le DUME est copié, sous le numéro {row.number}.")
    return redirect("dume:tasks", row.pk)


@require_POST
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def dismiss(request: HttpRequest, response_id: UUID) -> HttpResponse:
    index = request.POST.get("index", "")
    company = access_for(request).home
    responses.dismiss_leftover(
        response_id=response_id, company_id=company.pk, index=int(index) if INDEX.fullmatch(index) else -1
    )
    return redirect(reverse("dume:tasks", args=[response_id]) + TOP)


@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def delete(request: HttpRequest, response_id: UUID) -> HttpResponse:
    access = access_for(request)
    row = get_response(company_id=access.home.pk, response_id=response_id)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        responses.delete_response(
            response_id=row.pk, company_id=access.home.pk, actor=access.actor, now=timezone.now()
        )
        messages.success(request, f"Le DUME {row.number} est supprimé.")
        return redirect("dume:mine")
    return render(request, "dume/company/delete.html", {"response": row, "form": form})
