"""What the national service DUME is told, when the platform is connected to it: published requests (R2143-4).

It waits for the network, so it is the work of a job, and no publication depends on it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from dume.gateway.chosen import chosen
from dume.gateway.exchanged import Consultation, Requester
from dume.gateway.sending import send
from dume.models import DumeRequest
from procurement.actors import SYSTEM
from procurement.audit.services import record
from procurement.jobs.services import enqueue

SEND_JOB = "dume.request.send"


def send_later(request: DumeRequest, now: datetime) -> None:
    """In the transaction of its publication; nothing where the platform is not connected."""
    if chosen().is_connected:
        enqueue(kind=SEND_JOB, subject=request.pk, now=now)


def send_request(*, request_id: UUID, now: datetime) -> None:
    """Any number of times with one effect. Raises what a Gateway raises: the job is tried again later."""
    request = DumeRequest.objects.select_related("buyer").published().get(pk=request_id)
    if request.national_number:
        return
    siret = request.buyer.siret
    number = send(
        request.xml.encode(),
        request.number,
        gateway=chosen(),
        requester=Requester(name=request.buyer.name, siret=siret),
        consultation=Consultation(id=request.number, reference=request.reference, buyer_siret=siret),
    )
    keep_number(request_id=request_id, number=number, now=now)


@transaction.atomic
def keep_number(*, request_id: UUID, number: str, now: datetime) -> None:
    request = DumeRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if request.national_number:  # the job ran twice at once
        return
    request.national_number = number
    request.save(update_fields=["national_number"])
    facts = {"number": request.number, "national_number": number}
    record(action="dume.request.send", subject=request.pk, actor=SYSTEM, at=now, data=facts)
