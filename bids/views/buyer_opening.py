"""The buyer's register of deposits, the opening of the bids and what was opened."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from bids.models import Opening
from bids.queries import buyer as queries
from bids.rules import may_open
from bids.rules.opening import opens_at
from bids.services import opening as services
from bids.services.minutes import minutes_folder
from bids.views.downloads import deliver
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.jobs.models import Job
from procurement.jobs.queries import latest
from signing.downloads import zip_response
from signing.models import EvidenceKind
from signing.queries.evidence import find, find_view
from tenders.models import Consultation
from tenders.states import ConsultationState
from tenders.views.context import load, tab_page


@require_safe
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def register(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Numbers and times; names and lots once the bids are opened (P7-T9)."""
    consultation = load(request, consultation_id)
    where = {"buyer_id": consultation.buyer_id, "consultation_id": consultation.pk}
    if consultation.opened_at is not None:
        deposits = queries.list_register_after_opening(**where)
        return tab_page(
            request, "bids/buyer/register_opened.html", consultation, "register", {"deposits": deposits}
        )
    lines = queries.list_register(**where)
    context = {"lines": lines, "late": sum(line.is_late for line in lines)}
    return tab_page(request, "bids/buyer/register.html", consultation, "register", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def opening(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """What will be opened, then how far it is, then what was found."""
    consultation, access = load(request, consultation_id), access_for(request)
    if request.method == "POST":
        access.require(Ability.OPEN_BIDS)
        services.request_opening(consultation_id=consultation.pk, actor=access.actor, now=timezone.now())
        return redirect("bids:opening", consultation.pk)
    session = queries.find_opening(buyer_id=consultation.buyer_id, consultation_id=consultation.pk)
    if consultation.opened_at is not None:
        opened = queries.list_opened(buyer_id=consultation.buyer_id, consultation_id=consultation.pk)
        context = {"opening": session, "opened": opened}
        return tab_page(request, "bids/buyer/opened.html", consultation, "opening", context)
    if session is not None and consultation.state == ConsultationState.PUBLISHED:
        context = progress_of(consultation)
        return tab_page(request, "bids/buyer/opening_running.html", consultation, "opening", context)
    return tab_page(request, "bids/buyer/opening.html", consultation, "opening", prospects_of(consultation))


def prospects_of(consultation: Consultation) -> dict[str, Any]:
    """What an opening would open now, and what it would leave closed."""
    lines = queries.list_register(buyer_id=consultation.buyer_id, consultation_id=consultation.pk)
    now = timezone.now()
    is_online = consultation.state == ConsultationState.PUBLISHED
    return {
        "to_open": [line for line in lines if not line.reason_kept_closed],
        "kept_closed": [line for line in lines if line.reason_kept_closed],
        "is_online": is_online,
        "opens_at": opens_at(deadline=consultation.deadline, opening_at=consultation.opening_at),
        "may_open_now": is_online and may_open(consultation.deadline, consultation.opening_at, now),
    }


def progress_of(consultation: Consultation) -> dict[str, Any]:
    job: Job | None = latest(services.OPEN, consultation.pk)
    return {
        "job": job,
        "has_failed": job is not None and job.failed_at is not None,
        "is_opened": consultation.opened_at is not None,
    }


@require_GET
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def opening_progress(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The fragment that the page of a running opening fetches again and again."""
    consultation = load(request, consultation_id)
    asked_for(request, consultation_id)
    context = {"consultation": consultation, **progress_of(consultation)}
    response = render(request, "bids/buyer/_opening_progress.html", context)
    response["Cache-Control"] = "no-store"
    return response


def asked_for(request: HttpRequest, consultation_id: UUID) -> Opening:
    session = queries.find_opening(buyer_id=access_for(request).home.pk, consultation_id=consultation_id)
    if session is None:
        raise Http404
    return session


@require_safe
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def minutes(request: HttpRequest, consultation_id: UUID) -> HttpResponseBase:
    """The sealed minutes, as they are kept."""
    session = asked_for(request, consultation_id)
    if session.minutes is None:
        raise Http404
    evidence = find(EvidenceKind.MINUTES, session.pk)
    view = find_view(evidence) if evidence else None
    return deliver(request, view.file if view else session.minutes)


@require_safe
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def minutes_zip(request: HttpRequest, consultation_id: UUID) -> HttpResponseBase:
    """The minutes with their proofs: facts, seal, time stamp, place in the register."""
    session = asked_for(request, consultation_id)
    if session.minutes is None or find(EvidenceKind.MINUTES, session.pk) is None:
        raise Http404
    name = f"proces-verbal-{slugify(session.consultation.reference)}"
    return zip_response(name, minutes_folder(session, now=timezone.now()))
