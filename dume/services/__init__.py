from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from dume import build
from dume.model import Kind
from dume.models import DumeDocument, DumeRequest, Use
from dume.queries import find_free_number
from dume.report import Report
from dume.requesting import Request, compose
from dume.services.national import send_later
from dume.validate import check
from procurement.actors import Actor
from procurement.audit.services import record
from procurement.calendars import PARIS
from procurement.errors import DomainError
from procurement.files.models import StoredFile
from procurement.organisations.models import Organisation


def check_at_deposit(
    data: bytes,
    *,
    expected_reference: str | None = None,
    operator_siret: str | None = None,
    expected_buyer: str | None = None,
) -> Report:
    """The findings shown to the depositor. Stores and journals nothing: a bid is secret until its opening."""
    return check(
        data,
        expected_reference=expected_reference,
        operator_siret=operator_siret,
        expected_buyer=expected_buyer,
        expected_kind=Kind.RESPONSE,
    )


@transaction.atomic
def record_opened(
    *,
    file: StoredFile | None,
    data: bytes,
    actor: Actor,
    now: datetime,
    expected_reference: str | None = None,
    operator_siret: str | None = None,
) -> DumeDocument:
    """Keep what an opened bid's DUME says. Idempotent by file: a job run twice gives the same row.

    An unreadable file is kept with its report: an opening never stops on a DUME.
    """
    if file is not None:
        StoredFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        known = DumeDocument.objects.filter(file=file).first()
        if known is not None:
            return known
    report = check(
        data,
        expected_reference=expected_reference,
        operator_siret=operator_siret,
        expected_kind=Kind.RESPONSE,
    )
    document = DumeDocument.objects.create(
        file=file,
        sha256=sha256(data).hexdigest(),
        kind=report.kind,
        version=report.version,
        operator_name=report.operator_name[:255],
        operator_id=report.operator_id[:100],
        report=report.as_dict(),
        created_at=now,
    )
    facts = {
        "sha256": document.sha256,
        "kind": report.kind,
        "version": report.version,
        "verdict": report.verdict.value,
    }
    record(action="dume.document.record", subject=document.id, actor=actor, at=now, data=facts)
    return document


class RequestPublished(DomainError):
    """Cette demande de DUME est publiée : elle ne change plus. Rien n'a été changé."""

    code = "dume_request_published"


@transaction.atomic
def create_request(
    *, buyer: Organisation, content: Request, origin: str, actor: Actor, now: datetime
) -> DumeRequest:
    """A request (DUME acheteur) with a number of its own. `origin`: the preset, request or file it comes from."""
    request = DumeRequest(number=find_free_number(), buyer=buyer, created_at=now)
    write_request(request, content, now)
    facts = {"number": request.number, "use": request.use, "origin": origin}
    record(action="dume.request.create", subject=request.pk, actor=actor, at=now, data=facts)
    return request


@transaction.atomic
def change_request(*, request_id: UUID, content: Request, actor: Actor, now: datetime) -> DumeRequest:
    request = lock_request(request_id)
    write_request(request, content, now)
    facts = {"number": request.number, "use": request.use, "criteria": [one.code for one in content.demands]}
    record(action="dume.request.change", subject=request.pk, actor=actor, at=now, data=facts)
    return request


@transaction.atomic
def publish_request(*, request_id: UUID, content: Request, actor: Actor, now: datetime) -> DumeRequest:
    """Freeze it as it will be read; `content` is what it says at that moment."""
    request = lock_request(request_id)
    request.published_at = now
    write_request(request, content, now)
    facts = {"number": request.number, "use": request.use, "sha256": sha256(request.xml.encode()).hexdigest()}
    record(action="dume.request.publish", subject=request.pk, actor=actor, at=now, data=facts)
    send_later(request, now)
    return request


@transaction.atomic
def discard_request(*, request_id: UUID, actor: Actor, now: datetime) -> None:
    """Give up a request that nobody has seen."""
    request = lock_request(request_id)
    facts = {"number": request.number, "sha256": sha256(request.xml.encode()).hexdigest()}
    request.delete()
    record(action="dume.request.discard", subject=request_id, actor=actor, at=now, data=facts)


def lock_request(request_id: UUID) -> DumeRequest:
    request = DumeRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if request.published_at is not None:
        raise RequestPublished(number=request.number)
    return request


def write_request(request: DumeRequest, content: Request, now: datetime) -> None:
    document = compose(
        content, identifier=str(request.pk), number=request.number, issued_on=now.astimezone(PARIS).date()
    )
    request.xml = build.write(document, now=now).decode()
    request.use = Use.SIMPLIFIED if content.is_simplified else Use.STANDARD
    request.reference, request.title = content.procedure.reference, content.procedure.title
    request.updated_at = now
    request.save()
