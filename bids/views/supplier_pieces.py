"""Files of a deposit: one page per place, with a plain form whose files are streamed too."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from bids.forms import AssignForm, PiecesForm
from bids.models import Deposit, Piece
from bids.queries import company as queries
from bids.services import drafting
from bids.services.espd import piece_name
from bids.services.reception import PieceSink, Received, Target
from bids.states import DepositState, PieceKind
from bids.views.supplier_upload import UploadInterrupted, read_id, trace_refusal
from dume.forms.start import EarlierForm
from dume.models import DumeResponse
from dume.queries.company import list_earlier, list_responses_to
from procurement.accounts.access import Access, access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.errors import DomainError
from procurement.files.uploads import StreamingUploadHandler
from procurement.organisations.models import Kind
from tenders.queries import find_published_espd
from tenders.states import Envelope

#: The last field of the form: without it the request was cut before its end.
END_MARK = "fin"


class NoFileSent(DomainError):
    """Aucun fichier n'a été envoyé. Choisissez au moins un fichier, puis recommencez."""

    code = "no_file_sent"
    status = 422


@dataclass(frozen=True, slots=True)
class Page:
    """Which place a page shows."""

    deposit: Deposit
    envelope: str
    lot_id: UUID | None = None
    kind: PieceKind = PieceKind.FILE

    def place(self, contents: queries.Contents) -> queries.Place:
        return next(
            place
            for place in contents.places
            if (place.envelope, place.lot.pk if place.lot else None, place.kind)
            == (self.envelope, self.lot_id, self.kind)
        )


@dataclass(frozen=True, slots=True)
class Receiver:
    """Opens a sink for each file of the form (procurement.files.uploads.Receiver)."""

    target: Target
    clock: Callable[[], datetime]

    def start(self, field: str, name: str) -> PieceSink:
        return PieceSink(self.target, name=name, started_at=self.clock())


@csrf_exempt  # checked by `_enter` once the handler that streams the files is in place
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def candidature(request: HttpRequest, deposit_id: UUID) -> HttpResponseBase:
    return _page(request, Page(_deposit(request, deposit_id), Envelope.CANDIDATURE))


@csrf_exempt
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def offer(request: HttpRequest, deposit_id: UUID, lot_number: int) -> HttpResponseBase:
    deposit = _deposit(request, deposit_id)
    lot = next((lot for lot in deposit.lots.all() if lot.number == lot_number), None)
    if lot is None:
        raise Http404
    return _page(request, Page(deposit, Envelope.OFFER, lot.pk))


@csrf_exempt
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def espd(request: HttpRequest, deposit_id: UUID) -> HttpResponseBase:
    return _page(request, Page(_deposit(request, deposit_id), Envelope.CANDIDATURE, kind=PieceKind.ESPD))


def _deposit(request: HttpRequest, deposit_id: UUID) -> Deposit:
    return queries.get_deposit(company_id=access_for(request).home.pk, deposit_id=deposit_id)


def _page(request: HttpRequest, page: Page) -> HttpResponseBase:
    if request.method == "POST":
        return _receive_form(request, page)
    if page.deposit.state != DepositState.DRAFT:
        return redirect("bids:receipt", page.deposit.pk)
    return _show(request, page)


def _show(
    request: HttpRequest,
    page: Page,
    *,
    refusals: list[tuple[str, DomainError]] | None = None,
    received: list[Received] | None = None,
) -> HttpResponse:
    contents = queries.contents_of(page.deposit)
    place = page.place(contents)
    assign = {
        piece.pk: AssignForm(
            place=place, initial={"answers": piece.answers_id}, prefix=f"p{piece.pk.hex[:8]}"
        )
        for piece in place.pieces
    }
    context = {
        "deposit": page.deposit,
        "consultation": page.deposit.consultation,
        "contents": contents,
        "place": place,
        "rows": [(piece, assign[piece.pk]) for piece in place.pieces],
        "upload_form": PiecesForm(place=place),
        "refusals": refusals or [],
        "reports": [(one.name, one.report) for one in received or [] if one.report is not None],
        "end_mark": END_MARK,
    }
    if page.kind == PieceKind.ESPD:
        context |= online_of(page.deposit, contents)
    status = refusals[0][1].status if refusals else HTTPStatus.OK
    return render(request, "bids/supplier/place.html", context, status=status)


def online_of(deposit: Deposit, contents: queries.Contents) -> dict[str, object]:
    """The company's DUMEs for this consultation, each with whether the one joined is of another version."""
    asked = find_published_espd(deposit.consultation)
    rows = list_responses_to(
        company_id=deposit.company_id,
        request_id=asked.pk if asked else None,
        reference=deposit.consultation.reference,
        buyer_name=deposit.consultation.buyer.name,
    )
    joined = {piece.name: piece.clear_sha256 for piece in contents.espd.pieces}
    return {
        "asked": asked,
        "online": [(row, standing(row, joined)) for row in rows],
        "take_up": EarlierForm(earlier=list_earlier(deposit.company_id)),
    }


def standing(row: DumeResponse, joined: dict[str, str]) -> str:
    """ "" for a DUME that is not joined, "same" or "older" for the version that is."""
    known = joined.get(piece_name(row))
    if known is None:
        return ""
    return "same" if known == sha256(row.xml.encode()).hexdigest() else "older"


def _receive_form(request: HttpRequest, page: Page) -> HttpResponseBase:
    """A plain multipart form: the files are encrypted while it is read, and entered once it is known to be ours."""
    target = drafting.prepare_piece(
        deposit_id=page.deposit.pk,
        company_id=page.deposit.company_id,
        envelope=page.envelope,
        lot_id=page.lot_id,
        kind=page.kind,
        now=timezone.now(),
    )
    handler = StreamingUploadHandler(Receiver(target, timezone.now), request)
    request.upload_handlers = [handler]
    entered: list[Received] = []
    try:
        return _enter(request, page, target, handler, entered)
    finally:
        # A connection that broke in the middle of a file: what was half written goes.
        handler.upload_interrupted()
        for received in handler.results:
            if received not in entered:
                received.give_up()


@csrf_protect
def _enter(
    request: HttpRequest,
    page: Page,
    target: Target,
    handler: StreamingUploadHandler,
    entered: list[Received],
) -> HttpResponseBase:
    access = access_for(request)
    is_whole = END_MARK in request.POST  # reading the form is what streams its files
    refusals: list[tuple[str, DomainError]] = list(handler.refusals)
    if not is_whole:
        refusals = [("", UploadInterrupted())]
    else:
        refusals += _add_all(request, access, target, handler.results, entered)
        if not handler.results and not refusals:
            refusals = [("", NoFileSent())]
    for _, refusal in refusals:
        trace_refusal(access, page.deposit.pk, refusal, None)
    reports = [received for received in entered if received.report is not None]
    if refusals or reports:
        return _show(request, page, refusals=refusals, received=reports)
    count = len(entered)
    messages.success(
        request,
        "Le fichier est arrivé, chiffré." if count == 1 else f"{count} fichiers sont arrivés, chiffrés.",
    )
    return redirect(request.get_full_path())


def _add_all(
    request: HttpRequest, access: Access, target: Target, results: list[Received], entered: list[Received]
) -> list[tuple[str, DomainError]]:
    """Enter what arrived; one refused file does not stop the others."""
    refusals: list[tuple[str, DomainError]] = []
    answers_id = read_id(request.POST.get("answers"))
    for received in results:
        entered.append(received)  # from here on `add_piece` itself gives up what it refuses
        try:
            drafting.add_piece(
                target=target,
                received=received,
                answers_id=answers_id,
                actor=access.actor,
                now=timezone.now(),
            )
        except DomainError as refusal:
            refusals.append((received.name, refusal))
    return refusals


# --- Files already there --------------------------------------------------------------------------------------
@require_POST
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def remove_piece(request: HttpRequest, deposit_id: UUID, piece_id: UUID) -> HttpResponse:
    access = access_for(request)
    deposit = queries.get_deposit(company_id=access.home.pk, deposit_id=deposit_id)
    piece = deposit.pieces.select_related("lot").filter(pk=piece_id).first()
    drafting.remove_piece(
        deposit_id=deposit.pk,
        company_id=access.home.pk,
        piece_id=piece_id,
        actor=access.actor,
        now=timezone.now(),
    )
    if piece is None:
        return redirect("bids:draft", deposit.pk)
    messages.success(request, "Le fichier est retiré de votre pli.")
    return _back_to(deposit, piece)


@require_POST
@signed_in(kind=Kind.COMPANY, ability=Ability.DEPOSIT)
def assign_piece(request: HttpRequest, deposit_id: UUID, piece_id: UUID) -> HttpResponse:
    access = access_for(request)
    deposit = queries.get_deposit(company_id=access.home.pk, deposit_id=deposit_id)
    answers = next((str(value) for name, value in request.POST.items() if name.endswith("answers")), "")
    piece = drafting.assign_piece(
        deposit_id=deposit.pk,
        company_id=access.home.pk,
        piece_id=piece_id,
        answers_id=read_id(answers),
        actor=access.actor,
        now=timezone.now(),
    )
    messages.success(request, "Le fichier est rattaché à la pièce demandée.")
    return _back_to(deposit, piece)


def _back_to(deposit: Deposit, piece: Piece) -> HttpResponse:
    if piece.kind == PieceKind.ESPD:
        return redirect("bids:dume", deposit.pk)
    if piece.lot is not None:
        return redirect("bids:offer", deposit.pk, piece.lot.number)
    return redirect("bids:candidature", deposit.pk)
