"""The DUME of a deposit filled in on the platform: begun from the consultation, joined in one click."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bids.models import Deposit
from bids.queries import company as queries
from bids.services.espd import attach_responses
from bids.views.supplier_upload import read_id
from dume.forms.start import EarlierForm, profile_of
from dume.queries.company import get_response, list_earlier, list_finished_members
from dume.services.responses import Subject, start_response
from dume.views.company import first_step
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.organisations.models import Kind
from tenders.queries import find_published_espd


@require_POST
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def fill(request: HttpRequest, deposit_id: UUID) -> HttpResponse:
    """A response to what this consultation asks, for the lots of the deposit."""
    access = access_for(request)
    deposit = queries.get_deposit(company_id=access.home.pk, deposit_id=deposit_id)
    form = EarlierForm(request.POST, earlier=list_earlier(access.home.pk))
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect("bids:dume", deposit.pk)
    row = start_response(
        company=access.home,
        subject=subject_of(deposit),
        profile=profile_of(access),
        old=form.old,
        actor=access.actor,
        now=timezone.now(),
    )
    return redirect(first_step(row))


def subject_of(deposit: Deposit) -> Subject:
    consultation = deposit.consultation
    is_divided = consultation.lots.count() > 1
    return Subject(
        request=find_published_espd(consultation),
        reference=consultation.reference,
        title=consultation.title,
        buyer_name=consultation.buyer.name,
        buyer_siret=consultation.buyer.siret,
        lots=tuple(f"LOT-{lot.number:04d}" for lot in deposit.lots.all()) if is_divided else (),
    )


@require_POST
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def attach(request: HttpRequest, deposit_id: UUID, response_id: UUID) -> HttpResponse:
    """As it is now, finished or not; with it, those of the members of the group that have finished."""
    access = access_for(request)
    deposit = queries.get_deposit(company_id=access.home.pk, deposit_id=deposit_id)
    row = get_response(company_id=access.home.pk, response_id=response_id)
    attached = attach_responses(
        deposit=deposit,
        responses=[row, *list_finished_members(row)],
        answers_id=read_id(request.POST.get("answers")),
        actor=access.actor,
        now=timezone.now(),
    )
    for one in attached:
        what = "remplace la version jointe avant" if one.has_replaced else "est joint à votre pli"
        messages.success(request, f"{one.received.name} {what}, chiffré.")
    if row.finished_at is None:
        messages.warning(request, f"Le DUME {row.number} est joint sans être terminé.")
    return redirect("bids:dume", deposit.pk)


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def deposit_of(request: HttpRequest, response_id: UUID) -> HttpResponse:
    """From a DUME to where it is joined: the draft for its consultation, or the page that begins one."""
    company = access_for(request).home
    row = get_response(company_id=company.pk, response_id=response_id)
    consultation = queries.find_consultation_of(row)
    if consultation is None:
        messages.info(request, "Aucune consultation de cette plateforme n'a cette référence.")
        return redirect("bids:mine")
    draft = queries.find_draft(company_id=company.pk, consultation_id=consultation.pk)
    return redirect("bids:dume", draft.pk) if draft else redirect("bids:start", consultation.pk)
