"""The address that takes one file as raw bytes (upload.js): streamed, encrypted, never in clear on a disk."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.http import require_POST

from bids.models import Deposit, Piece
from bids.services import drafting
from bids.services.reception import PieceSink, Received, Target
from bids.states import PieceKind
from dume.report import Report
from procurement.accounts.access import Access, access_for
from procurement.accounts.roles import Ability
from procurement.errors import DomainError
from procurement.organisations.models import Kind

log = structlog.get_logger(__name__)

#: Bytes read at a time from the connection.
BLOCK = 256 * 1024
#: What is still read of a refused file, so that the browser gets the answer and not a broken connection.
DRAINED_BYTES = 64 * 1024 * 1024


class SessionExpired(DomainError):
    """Votre session a expiré : les fichiers déjà arrivés sont conservés, celui-ci ne l'est pas. Reconnectez-vous,
    puis envoyez-le de nouveau."""

    code = "session_expired"
    status = 401


class UploadInterrupted(DomainError):
    """La connexion a été coupée avant la fin : le fichier incomplet n'a pas été conservé, les précédents le sont.
    Envoyez-le de nouveau."""

    code = "upload_interrupted"
    status = 400


@require_POST
def upload(request: HttpRequest, deposit_id: UUID) -> HttpResponse:
    """One file: its bytes as the body, its name in X-File-Name, its place in the address.

    201 and JSON; or a refusal, before the first byte is read where that can be known.
    """
    sink: PieceSink | None = None
    access = access_for(request)
    try:
        target, answers_id = _raw_target(request, access, deposit_id), read_id(request.GET.get("answers"))
        sink = PieceSink(
            target, name=unquote(request.headers.get("X-File-Name", "")), started_at=timezone.now()
        )
        received = _receive(request, sink)
        piece = drafting.add_piece(
            target=target,
            received=received,
            answers_id=answers_id,
            actor=access.actor,
            now=timezone.now(),
        )
    except DomainError as refusal:
        _drain(request)
        trace_refusal(access, deposit_id, refusal, sink)
        raise
    return JsonResponse(_as_json(piece, received.report), status=HTTPStatus.CREATED)


def _raw_target(request: HttpRequest, access: Access, deposit_id: UUID) -> Target:
    if not access.is_signed_in:
        raise SessionExpired
    if access.kind != Kind.COMPANY:
        raise Http404
    access.require(Ability.DEPOSIT)
    kind = PieceKind.ESPD if request.GET.get("kind") == PieceKind.ESPD else PieceKind.FILE
    return drafting.prepare_piece(
        deposit_id=deposit_id,
        company_id=access.home.pk,
        envelope=request.GET.get("envelope", ""),
        lot_id=read_id(request.GET.get("lot")),
        kind=kind,
        now=timezone.now(),
        announced_bytes=_announced(request),
    )


def _announced(request: HttpRequest) -> int:
    """What the client says it sends; the larger of the two where it says so twice."""
    sizes = (request.headers.get("Content-Length", ""), request.headers.get("X-File-Size", ""))
    return max((int(size) for size in sizes if size.isdecimal()), default=0)


def _receive(request: HttpRequest, sink: PieceSink) -> Received:
    """Every byte into the sink; UploadInterrupted when fewer came than were announced."""
    try:
        _pour(request, sink)
        return sink.finish()
    except BaseException:
        sink.abort()
        raise


def _pour(request: HttpRequest, sink: PieceSink) -> None:
    try:
        while block := request.read(BLOCK):
            sink.write(block)
    except UnreadablePostError as error:
        raise UploadInterrupted from error
    if sink.size < _announced(request):
        raise UploadInterrupted


def _drain(request: HttpRequest) -> None:
    left = DRAINED_BYTES
    with suppress(OSError):
        while left > 0 and (block := request.read(BLOCK)):
            left -= len(block)


def trace_refusal(access: Access, deposit_id: UUID, refusal: DomainError, sink: PieceSink | None) -> None:
    """The journal keeps the attempts that failed too; not those of strangers, which the web log has.

    A journal that cannot be written (a locked table, a database that went away) changes nothing for the company: it is
    told its refusal, and the log has what the journal could not take.
    """
    if access.organisation is None:
        return
    received_bytes = sink.size if sink else 0
    try:
        drafting.record_refused_piece(
            deposit_id=deposit_id,
            company_id=access.organisation.pk,
            code=refusal.code,
            received_bytes=received_bytes,
            actor=access.actor,
            now=timezone.now(),
        )
    except Deposit.DoesNotExist:
        return
    except DatabaseError as error:
        log.error(  # noqa: TRY400  what the database says may repeat a row, with names
            "bids.refusal_not_in_journal",
            deposit=str(deposit_id),
            code=refusal.code,
            received_bytes=received_bytes,
            error=type(error).__name__,
        )


def _as_json(piece: Piece, report: Report | None) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "id": str(piece.pk),
        "name": piece.name,
        "size": piece.clear_size,
        "sha256": piece.clear_sha256,
        "format": piece.format_label,
        "warnings": piece.warnings,
    }
    if report is not None:
        answer["findings"] = [
            {"severity": finding.severity, "where": finding.where, "message": finding.message}
            for finding in report.told
        ]
    return answer


def read_id(text: str | None) -> UUID | None:
    """None when left out; PlaceUnknown for what is no identifier."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise drafting.PlaceUnknown from None
