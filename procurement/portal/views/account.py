from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from procurement.accounts import queries
from procurement.accounts import services as accounts
from procurement.accounts.access import CURRENT_ORGANISATION, access_for, signed_in
from procurement.accounts.roles import Ability, Role
from procurement.organisations.models import Kind
from procurement.portal.forms import MemberForm, TokenForm, invite

#: What a key may do for its organisation: never manage people, never open bids.
SOFTWARE_ROLES = {
    Kind.BUYER: (Role.EDITOR, Role.PUBLISHER),
    Kind.COMPANY: (Role.COMPANY_MEMBER,),
}


@require_POST
@signed_in()
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Act for another of one's organisations; one that is not one's own changes nothing."""
    wanted = request.POST.get("organisation", "")
    if wanted in {str(pk) for pk in queries.organisations_of(access_for(request).user)}:
        request.session[CURRENT_ORGANISATION] = wanted
    return redirect("dashboard")


@signed_in(ability=Ability.MANAGE_TEAM)
def team(request: HttpRequest) -> HttpResponse:
    """Who belongs to the organisation and with which roles."""
    access = access_for(request)
    form = MemberForm(request.POST or None, is_buyer=access.kind == Kind.BUYER)
    if request.method == "POST" and form.is_valid():
        invite(
            access.home,
            email=form.cleaned_data["email"],
            full_name=form.cleaned_data["full_name"],
            roles=[Role(role) for role in form.cleaned_data["roles"]],
            actor=access.actor,
            now=timezone.now(),
        )
        messages.success(request, "La personne est ajoutée; un courriel lui explique comment entrer.")
        return redirect("team")
    return render(
        request, "portal/team.html", {"form": form, "members": queries.list_members(access.home.pk)}
    )


@require_POST
@signed_in(ability=Ability.MANAGE_TEAM)
def remove_member(request: HttpRequest, user_id: UUID) -> HttpResponse:
    access = access_for(request)
    user = queries.get_member(access.home.pk, user_id)
    accounts.remove_member(organisation=access.home, user=user, actor=access.actor, now=timezone.now())
    messages.success(request, f"{user} ne fait plus partie de {access.home.name}.")
    return redirect("team")


@signed_in(ability=Ability.MANAGE_TOKENS)
def tokens(request: HttpRequest) -> HttpResponse:
    """Keys of the organisation's software; a new one is shown once, on the answer to its creation."""
    access = access_for(request)
    form = TokenForm(request.POST or None)
    issued = ""
    if request.method == "POST" and form.is_valid():
        _, issued = accounts.issue_api_token(
            organisation=access.home,
            name=form.cleaned_data["name"],
            roles=SOFTWARE_ROLES[Kind(access.home.kind)],
            actor=access.actor,
            now=timezone.now(),
        )
        form = TokenForm()
    return render(
        request,
        "portal/tokens.html",
        {"form": form, "tokens": queries.list_tokens(access.home.pk), "issued": issued},
    )


@require_POST
@signed_in(ability=Ability.MANAGE_TOKENS)
def revoke_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    access = access_for(request)
    token = queries.get_token(access.home.pk, token_id)
    accounts.revoke_api_token(token=token, actor=access.actor, now=timezone.now())
    messages.success(request, "La clé ne fonctionne plus.")
    return redirect("tokens")
