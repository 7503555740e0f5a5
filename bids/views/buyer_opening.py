"""The buyer's register of deposits, the opening of the bids and what was opened."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bids.models import Opening
from bids.queries import buyer as queries
from bids.rules import may_open
from bids.rules.opening import opens_at
from bids.services import opening as services
from bids.views.downloads import attachment
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.jobs.models import Job
from procurement.jobs.queries import latest
from tenders.models import Consultation
from tenders.queries import get_for_buyer
from tenders.states import ConsultationState


@require_GET
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def register(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Numbers and times; names and lots once the bids are opened (P7-T9)."""
    buyer = access_for(request).home
    consultation = get_for_buyer(buyer.pk, consultation_id)
    context: dict[str, object] = {"consultation": consultation, "tab": "register"}
    if consultation.opened_at is not None:
        context["deposits"] = queries.list_register_after_opening(
            buyer_id=buyer.pk, consultation_id=consultation_id
        )
        return render(request, "bids/buyer/register_opened.html", context)
    lines = queries.list_register(buyer_id=buyer.pk, consultation_id=consultation_id)
    context |= {"lines": lines, "late": sum(line.is_late for line in lines)}
    return render(request, "bids/buyer/register.html", context)


@require_http_methods(["GET", "POST"])
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def opening(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """What will be opened, then how far it is, then what was found."""
    access = access_for(request)
    consultation = get_for_buyer(access.home.pk, consultation_id)
    if request.method == "POST":
        access.require(Ability.OPEN_BIDS)
        services.request_opening(consultation_id=consultation.pk, actor=access.actor, now=timezone.now())
        return redirect("bids:opening", consultation.pk)
    session = queries.find_opening(buyer_id=access.home.pk, consultation_id=consultation.pk)
    context = {"consultation": consultation, "tab": "opening", "opening": session}
    if consultation.opened_at is not None:
        opened = queries.list_opened(buyer_id=access.home.pk, consultation_id=consultation.pk)
        return render(request, "bids/buyer/opened.html", {**context, "opened": opened})
    if session is not None:
        return render(request, "bids/buyer/opening_running.html", {**context, **progress_of(consultation)})
    return render(request, "bids/buyer/opening.html", {**context, **prospects_of(consultation)})


def prospects_of(consultation: Consultation) -> dict[str, object]:
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


def progress_of(consultation: Consultation) -> dict[str, object]:
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
    buyer = access_for(request).home
    consultation = get_for_buyer(buyer.pk, consultation_id)
    asked_for(buyer.pk, consultation_id)
    context = {"consultation": consultation, **progress_of(consultation)}
    response = render(request, "bids/buyer/_opening_progress.html", context)
    response["Cache-Control"] = "no-store"
    return response


def asked_for(buyer_id: UUID, consultation_id: UUID) -> Opening:
    session = queries.find_opening(buyer_id=buyer_id, consultation_id=consultation_id)
    if session is None:
        raise Http404
    return session


@require_GET
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def minutes(request: HttpRequest, consultation_id: UUID) -> HttpResponseBase:
    session = asked_for(access_for(request).home.pk, consultation_id)
    if session.minutes is None:
        raise Http404
    response: FileResponse = attachment(session.minutes)
    return response
