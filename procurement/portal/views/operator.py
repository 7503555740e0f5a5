import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dume.gateway.chosen import chosen
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.errors import DomainError
from procurement.jobs import queries as job_queries
from procurement.jobs import services as job_services
from procurement.jobs.models import Job
from procurement.notifications.models import Mail
from procurement.organisations import services as organisations
from procurement.organisations.models import Kind, Organisation
from procurement.portal.forms import BuyerForm
from signing.sealing.keys.seal_key import Origin
from signing.services import clock_watch, external
from signing.services.keys import list_expiries

operator_only = signed_in(kind=Kind.OPERATOR, ability=Ability.OPERATE)


@operator_only
def members(request: HttpRequest) -> HttpResponse:
    """The buyers of the platform, and the form that enters another."""
    form = BuyerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        buyer = organisations.register_organisation(
            kind=Kind.BUYER, actor=access_for(request).actor, now=timezone.now(), **form.organisation
        )
        form.invite_administrator(buyer, actor=access_for(request).actor, now=timezone.now())
        messages.success(request, f"{buyer.name} est inscrit. Son administrateur a reçu un courriel.")
        return redirect("operator_members")
    return render(
        request,
        "portal/operator_members.html",
        {"form": form, "buyers": Organisation.objects.buyers().order_by("name", "id")},
    )


@require_safe
@operator_only
def jobs(request: HttpRequest) -> HttpResponse:
    """Work that waits, failed or is late."""
    now = timezone.now()
    return render(
        request,
        "portal/operator_jobs.html",
        {"jobs": job_queries.list_to_watch()[:200], "counts": job_queries.count(now), "now": now},
    )


@require_POST
@operator_only
def retry_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job_services.retry(job=Job.objects.get(pk=job_id, done_at__isnull=True), now=timezone.now())
    messages.success(request, "Le travail est relancé.")
    return redirect("operator_jobs")


@require_safe
@operator_only
def keys(request: HttpRequest) -> HttpResponse:
    """Certificates of the time stamping and of the seal, and which end soon."""
    return render(
        request,
        "portal/operator_keys.html",
        {"expiries": list_expiries(timezone.now()), "seal_key": Origin(settings.SEAL_KEY)},
    )


@require_safe
@operator_only
def clock(request: HttpRequest) -> HttpResponse:
    """How far the clock is off and who says so; the other authorities and what they gave last."""
    return render(
        request,
        "portal/operator_clock.html",
        {
            "watch": clock_watch.current(timezone.now()),
            "readings": clock_watch.list_readings(12),
            "servers": settings.NTP_SERVERS,
            "authorities": external.list_authorities(),
        },
    )


@require_POST
@operator_only
def measure_clock(request: HttpRequest) -> HttpResponse:
    """At once, for who has just corrected the clock; the job would do it within minutes."""
    reading = clock_watch.measure_clock(now=timezone.now(), clock=timezone.now)
    messages.success(request, f"Horloge mesurée\u00a0: décalage {reading.description}.")
    return redirect("operator_clock")


@require_safe
@operator_only
def national_service(request: HttpRequest) -> HttpResponse:
    """Whether the national service DUME is connected; nobody is contacted to show it."""
    context = {
        "is_connected": chosen().is_connected,
        "host": urlsplit(settings.DUME_SERVICE_URL).hostname,
        "platform_id": settings.DUME_PLATFORM_ID,
    }
    return render(request, "portal/operator_dume.html", context)


@require_POST
@operator_only
def check_national_service(request: HttpRequest) -> HttpResponse:
    try:
        chosen().check_health()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le service national DUME répond\u00a0: chacune de ses API se dit en état.")
    return redirect("operator_dume")


@require_safe
@operator_only
def mails(request: HttpRequest) -> HttpResponse:
    """What the platform sent; with the embedded default, also the files mail is written to, readable here."""
    return render(
        request,
        "portal/operator_mails.html",
        {
            "mails": Mail.objects.order_by("-queued_at", "id").only(
                "to", "subject", "queued_at", "sent_at", "error"
            )[:100],
            "files": [(path.name, read_mail(path)) for path in mail_files()[:100]],
        },
    )


@require_safe
@operator_only
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail that was written to a file instead of being sent."""
    path = next((path for path in mail_files() if path.name == name), None)
    if path is None:
        raise Http404
    message = read_mail(path)
    body = message.get_body(("plain",))
    return render(
        request,
        "portal/operator_mail.html",
        {"message": message, "body": body.get_content() if body else ""},
    )


def mail_files() -> list[Path]:
    """Newest first; none where mail really leaves by a mail server."""
    if not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return []
    return sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log"), reverse=True)


def read_mail(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
