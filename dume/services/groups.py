"""A group of companies: the lead names its members, each fills in its own DUME."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from dume.answering.identity import operator_words, with_operator
from dume.answering.start import Profile
from dume.model import Dume
from dume.models import DumeResponse, GroupMember
from dume.parse import read
from dume.queries import find_free_number
from dume.services.responses import Subject, keep, locked, questions_of, start_response
from dume.services.taking_up import taken_up
from procurement.actors import Actor
from procurement.audit.services import record
from procurement.calendars import paris_date
from procurement.errors import DomainError
from procurement.identifiers import clean_siret
from procurement.organisations.models import Organisation

#: The lead's page reads the document of each.
MOST_MEMBERS = 50


class AlreadyMember(DomainError):
    """Cette entreprise est déjà dans le groupement. Rien n'a été modifié."""

    code = "dume_already_member"


class IsItsOwnMember(DomainError):
    """Ce SIRET est celui de votre entreprise : le mandataire ne se nomme pas lui-même comme membre."""

    code = "dume_is_its_own_member"
    status = 422


class TooManyMembers(DomainError):
    """Un groupement compte ici cinquante membres au plus. Rien n'a été modifié : joignez le DUME des autres au pli."""

    code = "dume_too_many_members"


class MemberHasBegun(DomainError):
    """Cette entreprise a commencé son DUME elle-même : c'est le sien qui compte. Rien n'a été modifié."""

    code = "dume_member_has_begun"


@transaction.atomic
def add_member(
    *,
    response_id: UUID,
    company: Organisation,
    siret: str,
    name: str,
    role: str,
    actor: Actor,
    now: datetime,
) -> GroupMember:
    lead = locked(response_id, company.pk)
    siret = clean_siret(siret)
    if siret == company.siret:
        raise IsItsOwnMember
    if lead.members.filter(siret=siret).exists():
        raise AlreadyMember
    if lead.members.count() >= MOST_MEMBERS:
        raise TooManyMembers
    member = GroupMember.objects.create(lead=lead, siret=siret, name=name, role=role, added_at=now)
    record(
        action="dume.member.add",
        subject=lead.pk,
        actor=actor,
        at=now,
        data={"member": str(member.pk), "role": role},
    )
    return member


@transaction.atomic
def remove_member(*, member: GroupMember, actor: Actor, now: datetime) -> None:
    """What the member filled in stays its own; a document that the lead brought goes with it."""
    lead = locked(member.lead_id, member.lead.company_id)
    brought = DumeResponse.objects.for_company(lead.company_id).filter(membership=member)
    record(
        action="dume.member.remove",
        subject=lead.pk,
        actor=actor,
        at=now,
        data={"member": str(member.pk)},
    )
    brought.delete()
    GroupMember.objects.filter(pk=member.pk).delete()


@transaction.atomic
def join_group(
    *, member: GroupMember, company: Organisation, profile: Profile, actor: Actor, now: datetime
) -> DumeResponse:
    """The member's own response to what its lead answers, for the same lots."""
    row = start_response(
        company=company,
        subject=subject_of(member.lead),
        profile=profile,
        actor=actor,
        now=now,
        role=member.role,
    )
    link(member, row)
    record(
        action="dume.member.join",
        subject=member.lead_id,
        actor=actor,
        at=now,
        data={"member": str(member.pk), "number": row.number},
    )
    return row


def subject_of(lead: DumeResponse) -> Subject:
    dume = read(lead.xml.encode())
    buyer = dume.procedure.buyer
    lots = tuple(lot.id for lot in dume.procedure.lots if not lot.is_whole_contract)
    return Subject(
        request=lead.request,
        reference=lead.reference,
        title=lead.title,
        buyer_name=buyer.name,
        buyer_siret=buyer.identifier,
        lots=lots,
    )


def link(member: GroupMember, row: DumeResponse) -> None:
    """MemberHasBegun when it already has one."""
    taken = GroupMember.objects.filter(pk=member.pk, response__isnull=True).update(response=row)
    if not taken:
        raise MemberHasBegun


@transaction.atomic
def bring_member(*, member: GroupMember, document: Dume, actor: Actor, now: datetime) -> DumeResponse:
    """The document that a member outside the platform gave its lead, in the questions that the lead answers."""
    lead = locked(member.lead_id, member.lead.company_id)
    identifier, number = uuid4(), find_free_number()
    asked = questions_of(subject_of(lead), identifier, number, paris_date(now))
    dume, leftovers = taken_up(asked, document, now=now)
    named = {"name": member.name, "identifier": member.siret, "role": member.role}
    dume = with_operator(dume, named | {"country": operator_words(dume)["country"] or "FRA"})
    row = DumeResponse(
        id=identifier,
        number=number,
        company_id=lead.company_id,
        request_id=lead.request_id,
        use=lead.use,
        leftovers=leftovers,
        created_at=now,
    )
    keep(row, replace(dume, issued_on=paris_date(now)), now=now)
    link(member, row)
    record(
        action="dume.member.bring",
        subject=lead.pk,
        actor=actor,
        at=now,
        data={"member": str(member.pk), "number": number, "version": document.version},
    )
    return row
