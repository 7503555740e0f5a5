"""For the buyer: what has to be published, by when, what is missing, and the button that publishes."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essential_data import queries, services
from essential_data.forms import FactsForm, form_for
from essential_data.presentation import duty_of
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.calendars import paris_date
from procurement.organisations.models import Kind
from tenders.models import Contract
from tenders.services import contracts
from tenders.services.contracts import ContractFactsRefused

PAGE_SIZE = 50


@require_safe
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def contract_list(request: HttpRequest) -> HttpResponse:
    access = access_for(request)
    today = paris_date(timezone.now())
    rules = queries.list_rules()
    page = Paginator(queries.list_contracts_of(access.home.pk), PAGE_SIZE).get_page(request.GET.get("page"))
    duties = [duty_of(contract, today, rules) for contract in page]
    return render(request, "essential_data/buyer_list.html", {"duties": duties, "page": page, "query": ""})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def contract_file(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The duty, what is missing, and the form that completes it."""
    access = access_for(request)
    contract = queries.get_contract_of(access.home.pk, contract_id)
    if request.method == "POST":
        access.require(Ability.PREPARE)
        form = form_for(contract)(request.POST)
        if form.is_valid() and save(request, contract, form):
            messages.success(request, "Les données du contrat sont enregistrées.")
            return redirect("essential_data:buyer_contract", contract_id=contract.pk)
    else:
        form = form_for(contract)(initial=form_for(contract).initial_of(contract))
    now = timezone.now()
    checked = services.draft(contract=contract, now=now)
    context = {
        "contract": contract,
        "duty": duty_of(contract, paris_date(now), queries.list_rules()),
        "report": checked.report,
        "missing": [(problem, form.anchor_of(problem.path)) for problem in checked.report.blocking],
        "form": form,
        "may_complete": access.may(Ability.PREPARE) and not contract.is_frozen,
        "may_publish": access.may(Ability.PUBLISH),
    }
    status = 422 if form.errors else 200
    return render(request, "essential_data/buyer_contract.html", context, status=status)


def save(request: HttpRequest, contract: Contract, form: FactsForm) -> bool:
    """Complete the contract and bring its due date up to date; the form carries what was refused."""
    now, actor = timezone.now(), access_for(request).actor
    try:
        contract = contracts.complete_contract(
            contract=contract, facts=form.facts, amount=form.cleaned_data["amount"], actor=actor, now=now
        )
    except ContractFactsRefused as refusal:
        errors = refusal.context["errors"]
        for name, message in errors.items() if isinstance(errors, dict) else ():
            form.add_error(name if name in form.fields else None, message)
        return False
    if contract.notified_on is not None:
        services.schedule(contract=contract, actor=actor, now=now)
    return True


@require_POST
@signed_in(kind=Kind.BUYER, ability=Ability.PUBLISH)
def publish(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    access, now = access_for(request), timezone.now()
    contract = queries.get_contract_of(access.home.pk, contract_id)
    publication = services.schedule(contract=contract, actor=access.actor, now=now)
    if publication is None:
        messages.info(request, "Aucune règle n'impose de publier ce contrat : rien n'a été publié.")
        return redirect("essential_data:buyer_contract", contract_id=contract.pk)
    try:
        services.publish(publication=publication, actor=access.actor, now=now)
    except services.PublicationIncomplete as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Les données essentielles de ce contrat sont publiées.")
    return redirect("essential_data:buyer_contract", contract_id=contract.pk)
