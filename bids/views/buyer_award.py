"""From the opened bids to the notified contract, lot by lot; what cannot be undone has a page to check it first."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bids.buyer_forms import AwardForm, ReceiptDayForm, RejectionReasonsForm, UnsuccessfulForm
from bids.queries import buyer as queries
from bids.services import award as services
from bids.services.letters import Results, draft_results
from procurement.accounts.access import Access, access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.errors import DomainError
from procurement.money import format_euros
from tenders.models import Consultation
from tenders.views.context import load, tab_page


@require_safe
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def award(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Where each lot stands and what can be done next."""
    consultation = load(request, consultation_id)
    decisions = queries.list_decisions(buyer_id=consultation.buyer_id, consultation_id=consultation.pk)
    to_announce = [line for line in decisions if line.award and line.award.letters_sent_at is None]
    context = {"decisions": decisions, "to_announce": to_announce}
    return tab_page(request, "bids/buyer/award.html", consultation, "award", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind="buyer", ability=Ability.AWARD)
def award_lot(request: HttpRequest, consultation_id: UUID, lot_id: UUID) -> HttpResponse:
    """Form, then the page to check, then the act (button `confirm`)."""
    access, decision = access_for(request), read_lot(request, consultation_id, lot_id)
    form = AwardForm(request.POST if request.method == "POST" else None, decision=decision)
    if not form.is_valid() or "correct" in request.POST:
        return lot_page(request, "bids/buyer/award_lot.html", decision, form)
    values = form.cleaned_data
    if "confirm" not in request.POST:
        return lot_page(request, "bids/buyer/award_check.html", decision, form)
    try:
        made = services.award_lot(
            lot_id=lot_id,
            deposit_id=values["deposit"],
            amount=values["amount"],
            reasons=values["reasons"],
            actor=access.actor,
            now=timezone.now(),
        )
    except services.AmountRefused as refusal:
        form.add_error("amount", str(refusal))
        return lot_page(request, "bids/buyer/award_lot.html", decision, form)
    messages.success(request, f"Le lot {decision.lot.number} est attribué pour {format_euros(made.amount)}.")
    return redirect("bids:award", consultation_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind="buyer", ability=Ability.AWARD)
def declare_unsuccessful(request: HttpRequest, consultation_id: UUID, lot_id: UUID) -> HttpResponse:
    access, decision = access_for(request), read_lot(request, consultation_id, lot_id)
    form = UnsuccessfulForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.declare_unsuccessful(
            lot_id=lot_id, reason=form.cleaned_data["reason"], actor=access.actor, now=timezone.now()
        )
        messages.success(request, f"Le lot {decision.lot.number} est déclaré infructueux.")
        return redirect("bids:award", consultation_id)
    return lot_page(request, "bids/buyer/unsuccessful.html", decision, form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind="buyer", ability=Ability.AWARD)
def send_results(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The letters as they will be sent, then their sending."""
    consultation, access = load(request, consultation_id), access_for(request)
    results = results_of(consultation)
    form = RejectionReasonsForm(request.POST if request.method == "POST" else None, results=results)
    if form.is_valid():
        sent = services.send_result_letters(
            consultation_id=consultation.pk,
            rejection_reasons=form.by_lot(),
            actor=access.actor,
            now=timezone.now(),
        )
        say_sent(request, len(sent))
        return redirect("bids:award", consultation.pk)
    context = {"results": results, "form": form}
    return tab_page(
        request, "bids/buyer/send_results.html", consultation, "award", context, status=status_of(form)
    )


def results_of(consultation: Consultation) -> list[Results]:
    now = timezone.now()
    awards = [one for one in queries.list_awards(consultation) if one.letters_sent_at is None]
    return [draft_results(one, now=now) for one in awards]


def say_sent(request: HttpRequest, count: int) -> None:
    if count == 0:
        messages.info(request, "Ces courriers étaient déjà partis : rien n'a été envoyé deux fois.")
    else:
        messages.success(
            request, "1 courrier est parti." if count == 1 else f"{count} courriers sont partis."
        )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind="buyer", ability=Ability.AWARD)
def notify(request: HttpRequest, consultation_id: UUID, lot_id: UUID) -> HttpResponse:
    access, decision = access_for(request), read_lot(request, consultation_id, lot_id)
    if request.method == "POST":
        contract = services.notify_contract(lot_id=lot_id, actor=access.actor, now=timezone.now())
        messages.success(request, f"La notification du marché {contract.number} est envoyée à son titulaire.")
        return redirect("bids:award", consultation_id)
    return tab_page(
        request, "bids/buyer/notify.html", decision.lot.consultation, "award", {"decision": decision}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind="buyer", ability=Ability.AWARD)
def record_receipt(request: HttpRequest, consultation_id: UUID, lot_id: UUID) -> HttpResponse:
    """The paper path: the holder's acknowledgement of receipt came by post."""
    access, decision = access_for(request), read_lot(request, consultation_id, lot_id)
    form = ReceiptDayForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and record_day(form, access, lot_id):
        messages.success(request, "La date de notification est enregistrée.")
        return redirect("bids:award", consultation_id)
    return lot_page(request, "bids/buyer/record_receipt.html", decision, form)


def record_day(form: ReceiptDayForm, access: Access, lot_id: UUID) -> bool:
    try:
        services.record_receipt(
            lot_id=lot_id,
            received_on=form.cleaned_data["received_on"],
            actor=access.actor,
            now=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error("received_on", str(refusal))
        return False
    return True


def read_lot(request: HttpRequest, consultation_id: UUID, lot_id: UUID) -> queries.LotDecision:
    """404 for the lot of another buyer, and before the opening."""
    consultation = load(request, consultation_id)
    decision = queries.get_decision(
        buyer_id=consultation.buyer_id, consultation_id=consultation_id, lot_id=lot_id
    )
    decision.lot.consultation = consultation
    return decision


def lot_page(request: HttpRequest, template: str, decision: queries.LotDecision, form: Form) -> HttpResponse:
    context = {"decision": decision, "form": form}
    return tab_page(request, template, decision.lot.consultation, "award", context, status=status_of(form))


def status_of(form: Form) -> int:
    return 422 if form.errors else 200
