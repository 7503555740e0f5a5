"""The files of opened bids: every look at one is entered in the journal."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from bids.models import Piece
from bids.queries import buyer as queries
from bids.services.reading import record_reading
from bids.states import PieceKind
from bids.views.downloads import deliver
from dume.model import Kind
from dume.parse import DumeUnreadable, NotADume, read
from dume.render import render_context
from dume.validate import check
from procurement.accounts.access import Access, access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.attachments import attachment
from procurement.files import services as files
from procurement.files.models import StoredFile
from procurement.xml import MAX_BYTES
from tenders.downloads import is_start_of_download


@require_safe
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def open_piece(request: HttpRequest, consultation_id: UUID, piece_id: UUID) -> HttpResponseBase:
    """The bytes as they were deposited."""
    access = access_for(request)
    piece, clear = opened(access, consultation_id, piece_id)
    response = deliver(request, clear)
    if is_start_of_download(request, response):
        record_reading(piece=piece, form="download", actor=access.actor, now=timezone.now())
    return response


@require_GET
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def espd(request: HttpRequest, consultation_id: UUID, piece_id: UUID) -> HttpResponse:
    """A DUME as a page to read; the received bytes stay one click away, also when they cannot be read."""
    access = access_for(request)
    piece, clear = opened(access, consultation_id, piece_id)
    if piece.kind != PieceKind.ESPD:
        raise Http404
    record_reading(piece=piece, form="page", actor=access.actor, now=timezone.now())
    consultation = piece.deposit.consultation
    data = files.read_all(clear, max_bytes=MAX_BYTES)
    report = check(
        data,
        expected_reference=consultation.reference,
        operator_siret=piece.deposit.company.siret or None,
        expected_kind=Kind.RESPONSE,
    )
    context = {
        "consultation": consultation,
        "piece": piece,
        "report": report,
        "original_url": reverse("bids:open_piece", args=[consultation.pk, piece.pk]),
    }
    try:
        context |= render_context(read(data), report)
    except (DumeUnreadable, NotADume):
        return render(request, "bids/buyer/espd_unreadable.html", context)
    return render(request, "bids/buyer/espd.html", context)


@require_GET
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def signatures(request: HttpRequest, consultation_id: UUID, piece_id: UUID) -> HttpResponse:
    """The sheet of the five checks of annexe 12 art. 5, made at the opening."""
    piece, _ = opened(access_for(request), consultation_id, piece_id)
    context = {
        "consultation": piece.deposit.consultation,
        "piece": piece,
        "check": queries.find_piece_check(piece),
    }
    return render(request, "bids/buyer/signatures.html", context)


@require_GET
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def signatures_report(request: HttpRequest, consultation_id: UUID, piece_id: UUID) -> HttpResponse:
    """The same in full, in the XML of ETSI TS 119 102-2."""
    piece, clear = opened(access_for(request), consultation_id, piece_id)
    check = queries.find_piece_check(piece)
    if check is None:
        raise Http404
    name = f"rapport-signatures-{clear.sha256[:12]}.xml"
    return attachment(check.validation_report, name, "application/xml")


def opened(access: Access, consultation_id: UUID, piece_id: UUID) -> tuple[Piece, StoredFile]:
    piece = queries.get_opened_piece(
        buyer_id=access.home.pk, consultation_id=consultation_id, piece_id=piece_id
    )
    if piece.clear is None:
        raise Http404
    return piece, piece.clear
