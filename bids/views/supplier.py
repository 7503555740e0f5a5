"""A company prepares its deposits: the right consultation, the lots, the list of what is left to do."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from bids import rules
from bids.forms import LotsForm
from bids.queries import company as queries
from bids.services import drafting
from bids.states import DepositState
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.organisations.models import Kind
from tenders.states import ConsultationState

PAGE_SIZE = 50


@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def mine(request: HttpRequest) -> HttpResponse:
    deposits = queries.list_deposits(access_for(request).home.pk)
    page = Paginator(deposits, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "bids/supplier/mine.html", {"page": page, "query": ""})


@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def start(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The page that makes the target unmistakable (CE 1 June 2023 n° 469127), then the lots."""
    access, now = access_for(request), timezone.now()
    consultation = queries.get_consultation(consultation_id)
    lots = list(consultation.lots.all())
    only = [str(lots[0].pk)] if len(lots) == 1 else None
    form = LotsForm(
        request.POST if request.method == "POST" else None, consultation=consultation, initial={"lots": only}
    )
    if request.method == "POST" and form.is_valid():
        deposit = drafting.start_deposit(
            consultation_id=consultation.pk,
            company=access.home,
            lot_ids=form.cleaned_data["lots"],
            actor=access.actor,
            now=now,
        )
        return redirect("bids:draft", deposit.pk)
    context = {
        "consultation": consultation,
        "form": form,
        "draft": queries.find_draft(company_id=access.home.pk, consultation_id=consultation.pk),
        "current": queries.find_current(company_id=access.home.pk, consultation_id=consultation.pk),
        "is_accepting": consultation.state == ConsultationState.PUBLISHED,
        "is_past": rules.is_late(now, consultation.deadline),
        "now": now,
    }
    return render(request, "bids/supplier/start.html", context)


@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def draft(request: HttpRequest, deposit_id: UUID) -> HttpResponse:
    """The task list."""
    deposit = queries.get_deposit(company_id=access_for(request).home.pk, deposit_id=deposit_id)
    if deposit.state != DepositState.DRAFT:
        return redirect("bids:receipt", deposit.pk)
    now = timezone.now()
    context = {
        "deposit": deposit,
        "consultation": deposit.consultation,
        "contents": queries.contents_of(deposit),
        "is_past": rules.is_late(now, deposit.consultation.deadline),
    }
    return render(request, "bids/supplier/draft.html", context)


@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def lots(request: HttpRequest, deposit_id: UUID) -> HttpResponse:
    access = access_for(request)
    deposit = queries.get_deposit(company_id=access.home.pk, deposit_id=deposit_id)
    if deposit.state != DepositState.DRAFT:
        return redirect("bids:receipt", deposit.pk)
    chosen = [str(lot.pk) for lot in deposit.lots.all()]
    form = LotsForm(
        request.POST if request.method == "POST" else None,
        consultation=deposit.consultation,
        initial={"lots": chosen},
    )
    if request.method == "POST" and form.is_valid():
        try:
            drafting.choose_lots(
                deposit_id=deposit.pk,
                company_id=access.home.pk,
                lot_ids=form.cleaned_data["lots"],
                actor=access.actor,
                now=timezone.now(),
            )
        except drafting.LotHasFiles as refusal:
            form.add_error("lots", str(refusal))
        else:
            messages.success(request, "Les lots de votre pli sont enregistrés.")
            return redirect("bids:draft", deposit.pk)
    context = {"deposit": deposit, "consultation": deposit.consultation, "form": form}
    return render(request, "bids/supplier/lots.html", context)
