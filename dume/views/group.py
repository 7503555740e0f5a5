"""A group: whom the lead names, what is missing across the set, what each member begins on its own."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dume.answering.groups import differences
from dume.forms.group import BringForm, MemberForm
from dume.forms.start import profile_of
from dume.models import DumeResponse
from dume.queries.company import dume_of, get_invitation, get_member, get_response, list_members, state_of
from dume.render import render_context
from dume.services import groups
from dume.validate import check
from dume.views.company import first_step
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.errors import DomainError
from procurement.organisations.models import Kind


@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def group(request: HttpRequest, response_id: UUID) -> HttpResponse:
    access = access_for(request)
    row = get_response(company_id=access.home.pk, response_id=response_id)
    form = MemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            groups.add_member(
                response_id=row.pk,
                company=access.home,
                siret=form.cleaned_data["siret"],
                name=form.cleaned_data["name"],
                role=form.cleaned_data["role"],
                actor=access.actor,
                now=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error("siret", str(refusal))
        else:
            messages.success(request, f"{form.cleaned_data['name']} est dans le groupement.")
            return redirect("dume:group", row.pk)
    return show(request, row, form)


def show(request: HttpRequest, row: DumeResponse, form: MemberForm) -> HttpResponse:
    states = list_members(row)
    readable = [(one.member.name, one.dume) for one in states if one.dume is not None]
    context = {
        "response": row,
        "states": [(one, BringForm(prefix=one.member.pk.hex[:8])) for one in states],
        "differences": list(differences(dume_of(row), readable)),
        "form": form,
    }
    return render(request, "dume/company/group.html", context)


@require_POST
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def remove(request: HttpRequest, member_id: UUID) -> HttpResponse:
    access = access_for(request)
    member = get_member(company_id=access.home.pk, member_id=member_id)
    groups.remove_member(member=member, actor=access.actor, now=timezone.now())
    messages.success(request, f"{member.name} n'est plus dans le groupement.")
    return redirect("dume:group", member.lead_id)


@require_POST
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def bring(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """The DUME of a member that is not on the platform, as it sent it to its lead."""
    access = access_for(request)
    member = get_member(company_id=access.home.pk, member_id=member_id)
    form = BringForm(request.POST, request.FILES, prefix=member.pk.hex[:8])
    if form.is_valid():
        groups.bring_member(
            member=member,
            document=form.cleaned_data["document"],
            actor=access.actor,
            now=timezone.now(),
        )
        messages.success(request, f"Le DUME de {member.name} est repris.")
    else:
        messages.error(request, f"{member.name} : {' '.join(map(str, form.errors['document']))}")
    return redirect("dume:group", member.lead_id)


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def read_member(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Only once the member has finished, or when the lead brought its document."""
    member = get_member(company_id=access_for(request).home.pk, member_id=member_id)
    state = state_of(member)
    if member.response is None or state.dume is None:
        raise Http404
    report = check(member.response.xml.encode())
    context = {"response": member.lead, "member": member, **render_context(state.dume, report)}
    return render(request, "dume/company/member.html", context)


@require_POST
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def join(request: HttpRequest, member_id: UUID) -> HttpResponse:
    access = access_for(request)
    member = get_invitation(siret=access.home.siret, member_id=member_id)
    row = groups.join_group(
        member=member,
        company=access.home,
        profile=profile_of(access),
        actor=access.actor,
        now=timezone.now(),
    )
    return redirect(first_step(row))
