"""The buyer's consultations: the list with what comes next, and the tabs of one of them."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.organisations.models import Kind
from signing.downloads import zip_response
from tenders import queries
from tenders.forms.acts import CancellationForm, OwnSearchForm
from tenders.permissions import abilities
from tenders.presentation import cpv_rows, label_of
from tenders.rules.publication import find_advice, find_missing
from tenders.services.delivery import delivery_folder
from tenders.services.publication import (
    ConsultationIncomplete,
    cancel_consultation,
    draft_of,
    publish_consultation,
)
from tenders.views.context import load, tab_page

PAGE_SIZE = 20
REGISTER_PAGE_SIZE = 50


@require_safe
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def consultation_list(request: HttpRequest) -> HttpResponse:
    form = OwnSearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = queries.list_for_buyer(access_for(request).home.pk, text)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {"form": form, "page": page, "query": kept.urlencode(), "now": timezone.now(), "text": text}
    return render(request, "tenders/buyer/list.html", context)


@require_safe
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def workspace(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The first tab: everything the file says, the private value included."""
    consultation = load(request, consultation_id)
    context = {"cpv_rows": cpv_rows(consultation)}
    return tab_page(request, "tenders/buyer/file.html", consultation, "file", context)


@require_safe
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def history(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The journal in words (P7-B8)."""
    consultation = load(request, consultation_id)
    lines = [(line, label_of(line)) for line in queries.list_history(consultation)]
    page = Paginator(lines, REGISTER_PAGE_SIZE).get_page(request.GET.get("page"))
    return tab_page(request, "tenders/buyer/history.html", consultation, "history", {"page": page})


@require_safe
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def withdrawals(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The register of withdrawals (P7-B8)."""
    consultation = load(request, consultation_id)
    register = queries.list_withdrawals(consultation)
    page = Paginator(register, REGISTER_PAGE_SIZE).get_page(request.GET.get("page"))
    return tab_page(request, "tenders/buyer/withdrawals.html", consultation, "withdrawals", {"page": page})


@require_safe
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def letters(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """What was sent, and the proofs: mail on its way, letter first opened (P7-B7)."""
    consultation = load(request, consultation_id)
    page = Paginator(queries.list_letters(consultation), REGISTER_PAGE_SIZE).get_page(request.GET.get("page"))
    mails = queries.list_mails_about(letter.pk for letter in page)
    rows = [(letter, mails.get(str(letter.pk), [])) for letter in page]
    context = {"page": page, "rows": rows}
    return tab_page(request, "tenders/buyer/letters.html", consultation, "letters", context)


@require_safe
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def delivery(request: HttpRequest, consultation_id: UUID, letter_id: UUID) -> FileResponse:
    """The proof that a letter was delivered, to keep; 404 while nobody has opened it."""
    letter = queries.list_letters(load(request, consultation_id)).get(pk=letter_id)
    return zip_response(f"preuve-de-remise-{letter.pk}", delivery_folder(letter, now=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind=Kind.BUYER, ability=Ability.PREPARE)
def publish(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Check before publishing: who prepares sees what is missing, who may publish has the button."""
    consultation, now = load(request, consultation_id), timezone.now()
    access = access_for(request)
    if request.method == "POST":
        access.require(Ability.PUBLISH)
        try:
            publish_consultation(consultation_id=consultation.pk, actor=access.actor, now=now)
        except ConsultationIncomplete as refusal:
            messages.error(request, str(refusal))
            return redirect("tenders:publish", consultation_id=consultation.pk)
        messages.success(request, "La consultation est en ligne. Ses documents ne changent plus.")
        return redirect("tenders:workspace", consultation_id=consultation.pk)
    if not consultation.is_draft:
        return redirect("tenders:workspace", consultation_id=consultation.pk)
    draft = draft_of(consultation)
    context = {
        "missing": find_missing(draft, now),
        "advice": find_advice(draft, now),
        "cpv_rows": cpv_rows(consultation),
    }
    return tab_page(request, "tenders/buyer/publish.html", consultation, "file", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind=Kind.BUYER, ability=Ability.PUBLISH)
def cancel(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Declare without follow-up, with a reason that everybody reads (R2185-1)."""
    consultation, access = load(request, consultation_id), access_for(request)
    if request.method != "POST" and not abilities(access, consultation)["cancel"]:
        return redirect("tenders:workspace", consultation_id=consultation.pk)
    form = CancellationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        cancel_consultation(
            consultation_id=consultation.pk,
            reason=form.cleaned_data["reason"],
            actor=access.actor,
            now=timezone.now(),
        )
        messages.success(
            request, "La consultation est déclarée sans suite. Le motif est affiché sur sa page publique."
        )
        return redirect("tenders:workspace", consultation_id=consultation.pk)
    status = 422 if form.errors else 200
    return tab_page(request, "tenders/buyer/cancel.html", consultation, "file", {"form": form}, status=status)
