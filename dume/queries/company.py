"""What a company sees of its own responses. Another company's is DoesNotExist.

A company that a lead names in its group sees that it is named; the lead reads what a member says once that member has
finished, or when it brought the member's document itself.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from dume.answering.pages import Page, Progress, State, pages_of, progress
from dume.model import Dume
from dume.models import DumeRequest, DumeResponse, DumeResponseQuerySet, GroupMember, Use
from dume.numbers import normalised
from dume.parse import read

MOST_EARLIER = 20


def get_response(*, company_id: UUID, response_id: UUID) -> DumeResponse:
    return (
        DumeResponse.objects.for_company(company_id)
        .select_related("company", "request__buyer", "membership__lead__company")
        .get(pk=response_id)
    )


def get_response_by_number(*, company_id: UUID, number: str) -> DumeResponse:
    return (
        DumeResponse.objects.for_company(company_id)
        .select_related("company", "request__buyer")
        .get(number=normalised(number))
    )


def list_responses(company_id: UUID) -> DumeResponseQuerySet:
    """The company's own, the last changed first; not the documents of members that it brought as their lead."""
    return (
        DumeResponse.objects.for_company(company_id)
        .exclude(membership__lead__company_id=company_id)
        .order_by("-updated_at", "id")
    )


def list_earlier(company_id: UUID) -> list[DumeResponse]:
    """Those whose answers may be taken up."""
    return list(list_responses(company_id)[:MOST_EARLIER])


def list_responses_to(
    *, company_id: UUID, request_id: UUID | None, reference: str, buyer_name: str
) -> DumeResponseQuerySet:
    """The company's own for one consultation, known by the buyer's request or by its reference and buyer."""
    same = Q(request__isnull=True, reference=reference, buyer_name=buyer_name)
    return list_responses(company_id).filter(Q(request_id=request_id) | same if request_id else same)


def find_published_request(number: str) -> DumeRequest | None:
    return DumeRequest.objects.published().filter(number=number).first()


def get_published_request(number: str) -> DumeRequest:
    """The same; raises DumeRequest.DoesNotExist."""
    return DumeRequest.objects.published().get(number=number)


def dume_of(row: DumeResponse | DumeRequest) -> Dume:
    return read(row.xml.encode())


def pages_for(row: DumeResponse, dume: Dume) -> tuple[Page, ...]:
    return pages_of(dume, is_simplified=row.use == Use.SIMPLIFIED, is_free=row.request_id is None)


def progress_of(row: DumeResponse, dume: Dume) -> tuple[Progress, ...]:
    return progress(dume, pages_for(row, dume))


# --- Groups ---------------------------------------------------------------------------------------------------
def list_invitations(siret: str) -> list[GroupMember]:
    """Where a lead names the company of this SIRET, and it has not begun."""
    if not siret:
        return []
    waiting = GroupMember.objects.filter(siret=siret, response__isnull=True)
    return list(waiting.select_related("lead__company").order_by("-added_at", "id"))


def get_invitation(*, siret: str, member_id: UUID) -> GroupMember:
    return (
        GroupMember.objects.exclude(siret="")
        .select_related("lead__company", "lead__request")
        .get(pk=member_id, siret=siret, response__isnull=True)
    )


def get_member(*, company_id: UUID, member_id: UUID) -> GroupMember:
    """Of a group that this company leads."""
    return GroupMember.objects.select_related("lead", "response").get(
        pk=member_id, lead__company_id=company_id
    )


@dataclass(frozen=True, slots=True)
class MemberState:
    """`missing` are the pages that are left, by name only: what a member writes is its own until it has finished."""

    member: GroupMember
    missing: tuple[str, ...] = ()
    dume: Dume | None = None

    @property
    def is_brought(self) -> bool:
        """Whether the lead brought this member's document itself."""
        response = self.member.response
        return response is not None and response.company_id == self.member.lead.company_id

    @property
    def is_finished(self) -> bool:
        response = self.member.response
        return response is not None and (response.finished_at is not None or self.is_brought)


def list_members(lead: DumeResponse) -> list[MemberState]:
    members = lead.members.select_related("response", "lead").order_by("added_at", "id")
    return [state_of(member) for member in members]


def list_finished_members(lead: DumeResponse) -> list[DumeResponse]:
    """The documents that go with the lead's."""
    states = list_members(lead)
    return [one.member.response for one in states if one.is_finished and one.member.response is not None]


def state_of(member: GroupMember) -> MemberState:
    if member.response is None:
        return MemberState(member)
    dume = dume_of(member.response)
    missing = tuple(
        one.page.title for one in progress_of(member.response, dume) if one.state is not State.DONE
    )
    state = MemberState(member, missing)
    return MemberState(member, missing, dume) if state.is_finished else state
