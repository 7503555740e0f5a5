"""A deposit for practice (P7-S6, P7-S3): real files, the real way in, and nothing kept."""

from http import HTTPStatus
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from bids.services.reception import Received, Target, too_large
from bids.states import PieceKind
from bids.views.supplier_pieces import NoFileSent, Receiver
from procurement.errors import DomainError
from procurement.files.uploads import StreamingUploadHandler
from signing.encryption import new_identity
from tenders.states import Envelope

#: For all the files of one try: it is a test, open to anyone.
MAX_BYTES = 20 * 1000**2


@csrf_exempt  # nothing is changed, and a visitor has no cookie
def simulate(request: HttpRequest) -> HttpResponse:
    """Receive, inspect, encrypt and measure the files as a deposit does, show what the receipt would say, drop all."""
    received: list[Received] = []
    refusals: list[tuple[str, DomainError]] = []
    if request.method == "POST":
        received, refusals = _receive(request)
    context = {"received": received, "refusals": refusals, "max_bytes": MAX_BYTES, "now": timezone.now()}
    status = refusals[0][1].status if refusals else HTTPStatus.OK
    return render(request, "bids/supplier/simulate.html", context, status=status)


def _receive(request: HttpRequest) -> tuple[list[Received], list[tuple[str, DomainError]]]:
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > MAX_BYTES + 100_000:
        return [], [("", too_large(MAX_BYTES))]
    recipient, _ = new_identity()
    nowhere = Target(
        deposit_id=uuid4(),
        company_id=uuid4(),
        envelope=Envelope.OFFER,
        lot_id=None,
        kind=PieceKind.FILE,
        recipient=recipient,
        max_bytes=MAX_BYTES,
    )
    handler = StreamingUploadHandler(Receiver(nowhere, timezone.now), request)
    request.upload_handlers = [handler]
    try:
        request.POST  # noqa: B018  reading it is what streams the files
    finally:
        handler.upload_interrupted()
        for one in handler.results:
            one.give_up()
    refusals = list(handler.refusals)
    return handler.results, refusals if handler.results or refusals else [("", NoFileSent())]
