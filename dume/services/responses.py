"""A company's response, from its beginning to the moment it says that it is complete."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from dume.answering.identity import SIRET, SOLE
from dume.answering.start import (
    Profile,
    choose_lots,
    free_response,
    response_to,
    with_company,
    with_usual_answers,
    without_idle_years,
)
from dume.build import write
from dume.model import Dume, Identifier, Party
from dume.models import DumeRequest, DumeResponse, Use
from dume.parse import read
from dume.queries import find_free_number
from dume.services.taking_up import taken_up
from procurement.actors import Actor
from procurement.audit.services import record
from procurement.calendars import paris_date
from procurement.errors import DomainError
from procurement.organisations.models import Organisation


class LeadsAGroup(DomainError):
    """Ce DUME est celui d'un mandataire dont des membres ont commencé le leur : il ne peut pas être supprimé. Retirez
    d'abord les membres du groupement."""

    code = "dume_leads_a_group"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a response answers: a buyer's request, or a consultation that has none. `lots` are ids, or numbers."""

    request: DumeRequest | None = None
    reference: str = ""
    title: str = ""
    buyer_name: str = ""
    buyer_siret: str = ""
    lots: tuple[str, ...] = ()

    @property
    def buyer(self) -> Party:
        identifiers = (Identifier(self.buyer_siret, SIRET),) if self.buyer_siret else ()
        return Party(name=self.buyer_name, identifiers=identifiers)


@transaction.atomic
def start_response(
    *,
    company: Organisation,
    subject: Subject,
    profile: Profile,
    actor: Actor,
    now: datetime,
    old: Dume | None = None,
    role: str = SOLE,
) -> DumeResponse:
    """A response to begin, with what the profile says and what an earlier DUME answered."""
    identifier, number = uuid4(), find_free_number()
    asked = with_company(questions_of(subject, identifier, number, paris_date(now)), profile, role=role)
    dume, leftovers = taken_up(asked, old, now=now) if old else (asked, [])
    request = subject.request
    row = DumeResponse(
        id=identifier,
        number=number,
        company=company,
        request=request,
        use=request.use if request else Use.SIMPLIFIED,
        leftovers=leftovers,
        created_at=now,
    )
    keep(row, with_usual_answers(dume), now=now)
    begun = {"number": number, "request": str(request.id) if request else None}
    record(action="dume.response.start", subject=row.id, actor=actor, at=now, data=begun)
    if old:
        taken = {"version": old.version, "leftovers": len(leftovers)}
        record(action="dume.response.import", subject=row.id, actor=actor, at=now, data=taken)
    return row


def questions_of(subject: Subject, identifier: UUID, number: str, on: date) -> Dume:
    if subject.request is None:
        return free_response(
            identifier=identifier,
            number=number,
            on=on,
            buyer=subject.buyer,
            reference=subject.reference,
            title=subject.title,
            lots=subject.lots,
        )
    asked = read(subject.request.xml.encode())
    dume = response_to(asked, identifier=identifier, number=number, on=on)
    return choose_lots(dume, asked, subject.lots) if subject.lots else dume


def keep(row: DumeResponse, dume: Dume, *, now: datetime) -> None:
    """The document, and what lists show of it; a change takes back that it was finished."""
    row.xml = write(dume, now=now).decode()
    row.reference = dume.procedure.reference[:255]
    row.title = dume.procedure.title[:255]
    row.buyer_name = dume.procedure.buyer.name[:255]
    row.updated_at = now
    row.finished_at = None
    row.save()


@transaction.atomic
def edit_response(
    *, response_id: UUID, company_id: UUID, change: Callable[[Dume], Dume], now: datetime
) -> Dume:
    """What `change` makes of the document. Not journalled: it is the company's draft, saved page after page."""
    row = locked(response_id, company_id)
    before = read(row.xml.encode())
    after = change(before)
    if after != before:
        keep(row, replace(after, issued_on=paris_date(now)), now=now)
    return after


def locked(response_id: UUID, company_id: UUID) -> DumeResponse:
    rows = DumeResponse.objects.select_for_update(of=("self",)).for_company(company_id)
    return rows.get(pk=response_id)


@transaction.atomic
def finish_response(*, response_id: UUID, company_id: UUID, actor: Actor, now: datetime) -> DumeResponse:
    """The company says that it is complete; what a check finds never forbids it (R2143-4)."""
    row = locked(response_id, company_id)
    if row.finished_at is None:
        keep(row, without_idle_years(read(row.xml.encode())), now=now)
        row.finished_at = now
        row.save(update_fields=["finished_at"])
        record(
            action="dume.response.finish",
            subject=row.id,
            actor=actor,
            at=now,
            data={"number": row.number},
        )
    return row


@transaction.atomic
def delete_response(*, response_id: UUID, company_id: UUID, actor: Actor, now: datetime) -> None:
    """The copies attached to deposits stay where they are."""
    row = locked(response_id, company_id)
    if row.members.filter(response__isnull=False).exists():
        raise LeadsAGroup
    record(action="dume.response.delete", subject=row.id, actor=actor, at=now, data={"number": row.number})
    row.delete()


@transaction.atomic
def copy_response(*, response_id: UUID, company_id: UUID, actor: Actor, now: datetime) -> DumeResponse:
    """The same answers under a number of its own."""
    row = locked(response_id, company_id)
    identifier, number = uuid4(), find_free_number()
    dume = replace(read(row.xml.encode()), id=str(identifier), number=number, issued_on=paris_date(now))
    copy = DumeResponse(
        id=identifier,
        number=number,
        company_id=company_id,
        request_id=row.request_id,
        use=row.use,
        leftovers=row.leftovers,
        created_at=now,
    )
    keep(copy, dume, now=now)
    record(
        action="dume.response.copy",
        subject=copy.id,
        actor=actor,
        at=now,
        data={"number": number, "from": row.number},
    )
    return copy


@transaction.atomic
def dismiss_leftover(*, response_id: UUID, company_id: UUID, index: int) -> DumeResponse:
    """« C'est noté »: an answer without a place was read, and goes. Harmless when it is gone already."""
    row = locked(response_id, company_id)
    row.leftovers = [one for number, one in enumerate(row.leftovers) if number != index]
    row.save(update_fields=["leftovers"])
    return row
