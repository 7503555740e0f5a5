"""Check, seal, receipt, withdraw: the moments that decide."""

from datetime import datetime
from uuid import UUID

import structlog
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from bids import rules
from bids.forms import SealForm, WithdrawForm
from bids.models import Deposit
from bids.queries import company as queries
from bids.services import receipts, sealing
from bids.states import DepositState
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.attachments import attachment
from procurement.organisations.models import Kind
from signing.downloads import zip_response
from signing.queries.evidence import find_view, read_document
from signing.services.clock_watch import ClockNotTrusted
from signing.services.folders import time_words

log = structlog.get_logger(__name__)


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def check(request: HttpRequest, deposit_id: UUID) -> HttpResponse:
    """« Vérifiez avant de sceller »."""
    deposit = queries.get_deposit(company_id=access_for(request).home.pk, deposit_id=deposit_id)
    if deposit.state != DepositState.DRAFT:
        return redirect("bids:receipt", deposit.pk)
    return _show_check(request, deposit)


def _show_check(request: HttpRequest, deposit: Deposit, form: SealForm | None = None) -> HttpResponse:
    contents, now = queries.contents_of(deposit), timezone.now()
    manifest = {"manifest": sealing.manifest_of(deposit)}
    context = {
        "deposit": deposit,
        "consultation": deposit.consultation,
        "contents": contents,
        "form": form or SealForm(contents=contents, initial=manifest),
        "current": queries.find_current(
            company_id=deposit.company_id, consultation_id=deposit.consultation_id
        ),
        "is_past": rules.is_late(now, deposit.consultation.deadline),
    }
    return render(request, "bids/supplier/check.html", context)


def seal(request: HttpRequest, deposit_id: UUID) -> HttpResponseBase:
    """Lateness is judged by the instant read here, before anything else is done (R2151-5)."""
    return _seal(request, deposit_id, received_at=timezone.now())


@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def _seal(request: HttpRequest, deposit_id: UUID, received_at: datetime) -> HttpResponse:
    access = access_for(request)
    if request.method != "POST":  # back from the sign-in page
        return redirect("bids:check", deposit_id)
    deposit = queries.get_deposit(company_id=access.home.pk, deposit_id=deposit_id)
    form = SealForm(request.POST, contents=queries.contents_of(deposit))
    if deposit.state == DepositState.DRAFT and not form.is_valid():
        return _show_check(request, deposit, form)
    try:
        sealing.seal_deposit(
            deposit_id=deposit.pk,
            company_id=access.home.pk,
            received_at=received_at,
            actor=access.actor,
            now=timezone.now(),
            manifest=form.cleaned_data["manifest"] if form.is_valid() else None,
        )
    except (sealing.ContentChanged, sealing.NothingToSeal) as refusal:
        messages.error(request, str(refusal))
        return redirect("bids:check", deposit.pk)
    except ClockNotTrusted as refusal:
        sealing.record_refused_seal(
            deposit_id=deposit.pk,
            received_at=received_at,
            refusal=refusal,
            actor=access.actor,
            now=timezone.now(),
        )
        raise
    _write_pdf(deposit.pk)
    return redirect("bids:receipt", deposit.pk)


def _write_pdf(deposit_id: UUID) -> None:
    """At once, so that the page has it. The deposit is made whatever happens here; the job will try again."""
    try:
        receipts.write_pdf(deposit_id=deposit_id, now=timezone.now())
    except Exception:
        log.exception("receipt.pdf_failed", deposit=str(deposit_id))


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def receipt(request: HttpRequest, deposit_id: UUID) -> HttpResponse:
    deposit = queries.get_handed_in(company_id=access_for(request).home.pk, deposit_id=deposit_id)
    consultation = deposit.consultation
    context = {
        "deposit": deposit,
        "consultation": consultation,
        "pieces": [(piece, receipts.place_of(piece)) for piece in deposit.pieces.all()],
        **_proofs(deposit),
        "encryption_mode": receipts.ENCRYPTION_MODE,
        "checks": receipts.checks(),
        "may_withdraw": deposit.state == DepositState.SEALED
        and rules.may_withdraw(consultation.deadline, timezone.now()),
    }
    return render(request, "bids/supplier/receipt.html", context)


def _proofs(deposit: Deposit) -> dict[str, object]:
    evidence = receipts.of(deposit)
    return {
        "receipt": evidence,
        "view": find_view(evidence),
        "register": read_document(evidence).get("register"),
        "time": time_words(evidence),
    }


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def receipt_pdf(request: HttpRequest, deposit_id: UUID) -> HttpResponse:
    deposit = queries.get_handed_in(company_id=access_for(request).home.pk, deposit_id=deposit_id)
    content = receipts.pdf_of(deposit, now=timezone.now())
    return attachment(content, f"{_folder_name(deposit)}.pdf", "application/pdf")


@require_safe
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def receipt_zip(request: HttpRequest, deposit_id: UUID) -> FileResponse:
    """The receipt, its time stamp, its sealed PDF, the certificates and how to check them without us."""
    deposit = queries.get_handed_in(company_id=access_for(request).home.pk, deposit_id=deposit_id)
    return zip_response(_folder_name(deposit), receipts.receipt_folder(deposit, now=timezone.now()))


def _folder_name(deposit: Deposit) -> str:
    return f"accuse-de-reception-{slugify(deposit.consultation.reference)}-pli-{deposit.number}"


@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def withdraw(request: HttpRequest, deposit_id: UUID) -> HttpResponse:
    now = timezone.now()
    access = access_for(request)
    deposit = queries.get_handed_in(company_id=access.home.pk, deposit_id=deposit_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        sealing.withdraw_deposit(
            deposit_id=deposit.pk, company_id=access.home.pk, actor=access.actor, now=now
        )
        messages.success(request, f"Le pli n° {deposit.number} est retiré : il ne sera pas ouvert.")
        return redirect("bids:receipt", deposit.pk)
    if deposit.state != DepositState.SEALED:
        return redirect("bids:receipt", deposit.pk)
    context = {
        "deposit": deposit,
        "consultation": deposit.consultation,
        "form": form,
        "may_withdraw": rules.may_withdraw(deposit.consultation.deadline, now),
    }
    return render(request, "bids/supplier/withdraw.html", context)
