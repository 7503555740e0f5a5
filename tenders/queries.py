"""What may be read, by whom. An object that is not theirs does not exist: DoesNotExist becomes a 404."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from dume.models import DumeRequest
from procurement.audit.models import Entry
from procurement.audit.queries import list_about
from procurement.notifications.models import Mail
from tenders.models import (
    Consultation,
    ConsultationQuerySet,
    Document,
    Letter,
    LetterQuerySet,
    RequiredPiece,
    Withdrawal,
)
from tenders.rules.places import read_place
from tenders.rules.search import cpv_mark, words_of
from tenders.states import ConsultationState


@dataclass(frozen=True, slots=True)
class PublicFilters:
    """What a visitor asks for. `status`: "open", "ended" or "" for all; `place`: a department or a NUTS prefix;
    `cpv`: the first digits of a code; `order`: "deadline" (nearest first) or "recent" (latest published first)."""

    text: str = ""
    nature: str = ""
    procedure: str = ""
    status: str = ""
    place: str = ""
    cpv: str = ""
    order: str = "deadline"


def list_public(filters: PublicFilters, now: datetime) -> ConsultationQuerySet:
    """Consultations anyone may see, with buyer and progress: two queries for a page (P7-S4)."""
    found = Consultation.objects.public().with_progress().select_related("buyer")
    for word in words_of(filters.text):
        found = found.filter(search_text__contains=word)
    if filters.nature:
        found = found.filter(nature=filters.nature)
    if filters.procedure:
        found = found.filter(procedure=filters.procedure)
    if filters.cpv:
        found = found.filter(search_text__contains=cpv_mark(filters.cpv))
    if filters.place:
        found = found.filter(in_place(filters.place))
    if filters.status == "open":
        found = found.accepting(now)
    elif filters.status == "ended":
        found = found.exclude(pk__in=Consultation.objects.accepting(now).values("pk"))
    if filters.order == "recent":
        return found.order_by("-published_at", "id")
    return found.order_by("-deadline" if filters.status == "ended" else "deadline", "id")


def in_place(text: str) -> Q:
    """Nothing is found in a place that cannot be read, rather than everything."""
    department, nuts = read_place(text)
    if not department and not nuts:
        return Q(pk__in=[])
    found = Q(nuts__startswith=nuts)
    if department:
        found |= Q(insee_code__startswith=department)
    return found


def with_contents(consultations: ConsultationQuerySet) -> ConsultationQuerySet:
    return (
        consultations.with_progress()
        .select_related("buyer")
        .prefetch_related(
            "lots",
            Prefetch("required_pieces", RequiredPiece.objects.select_related("lot")),
            Prefetch("documents", Document.objects.select_related("file")),
        )
    )


def get_public(consultation_id: UUID) -> Consultation:
    """A published consultation with its lots, pieces and documents, and what is known of its request for a DUME."""
    found = with_contents(Consultation.objects.public())
    return found.select_related("buyer", "espd_request").defer("espd_request__xml").get(pk=consultation_id)


def find_published_espd(consultation: Consultation) -> DumeRequest | None:
    """The request for a DUME that candidates answer (DUME acheteur); None where the buyer wrote none."""
    found = consultation.espd_request
    return found if found is not None and found.published_at is not None else None


def get_published_espd(consultation: Consultation) -> DumeRequest:
    """The same; raises DumeRequest.DoesNotExist."""
    return DumeRequest.objects.published().get(consultation=consultation)


def get_public_document(consultation_id: UUID, document_id: UUID) -> Document:
    published = Consultation.objects.public().filter(pk=consultation_id)
    return Document.objects.select_related("file", "consultation").get(
        pk=document_id, consultation__in=published
    )


def list_for_buyer(buyer_id: UUID, text: str = "") -> ConsultationQuerySet:
    """The buyer's own, the latest deadline first; two queries for a page."""
    found = Consultation.objects.for_buyer(buyer_id).with_progress().select_related("buyer")
    for word in words_of(text):
        found = found.filter(search_text__contains=word)
    return found.order_by("-deadline", "id")


def get_for_buyer(buyer_id: UUID, consultation_id: UUID) -> Consultation:
    return with_contents(Consultation.objects.for_buyer(buyer_id)).get(pk=consultation_id)


def get_document_for_buyer(buyer_id: UUID, consultation_id: UUID, document_id: UUID) -> Document:
    return Document.objects.select_related("file", "consultation").get(
        pk=document_id, consultation_id=consultation_id, consultation__buyer_id=buyer_id
    )


def list_withdrawals(consultation: Consultation) -> QuerySet[Withdrawal]:
    """The register, latest first, with the names of the documents."""
    return consultation.withdrawals.select_related("document__file")


def list_letters(consultation: Consultation) -> LetterQuerySet:
    return (
        Letter.objects.for_buyer(consultation.buyer_id)
        .filter(consultation=consultation)
        .select_related("consultation__buyer", "recipient", "lot")
    )


def list_mails_about(subjects: Iterable[UUID]) -> dict[str, list[Mail]]:
    """Subject -> the mails sent about it, oldest first."""
    found: dict[str, list[Mail]] = {}
    for mail in Mail.objects.filter(about__in=[str(subject) for subject in subjects]).order_by(
        "queued_at", "id"
    ):
        found.setdefault(mail.about, []).append(mail)
    return found


def list_letters_for_company(company_id: UUID) -> LetterQuerySet:
    return Letter.objects.for_company(company_id).select_related("consultation__buyer", "lot")


def get_letter_for_company(company_id: UUID, letter_id: UUID) -> Letter:
    return list_letters_for_company(company_id).get(pk=letter_id)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    action: str
    actor_label: str


def list_history(consultation: Consultation) -> list[HistoryLine]:
    """The journal of a consultation, of its request for a DUME and of its contracts, latest first (P7-B8).

    Until the bids are opened nobody learns from it which companies have acted (P7-T9): they are « une entreprise ».
    """
    contracts = consultation.contracts.order_by("pk").values_list("pk", flat=True)
    espd = [consultation.espd_request_id] if consultation.espd_request_id else []
    subjects = [consultation.pk, *espd, *contracts]
    names_are_known = consultation.opened_at is not None

    def actor_of(entry: Entry) -> str:
        is_ours = entry.organisation_id in {None, consultation.buyer_id}
        return entry.actor_label if names_are_known or is_ours else "Une entreprise"

    return [
        HistoryLine(entry.at, entry.action, actor_of(entry))
        for entry in list_about(subjects).order_by("-sequence")
    ]


def list_closing_soon(now: datetime) -> ConsultationQuerySet:
    """Open consultations, the nearest deadline first."""
    return (
        Consultation.objects.accepting(now).with_progress().select_related("buyer").order_by("deadline", "id")
    )


def count_by_state() -> dict[str, int]:
    """State -> how many, for the operator's counters."""
    rows = Consultation.objects.order_by("state").values_list("state").annotate(total=Count("pk"))
    return {ConsultationState(state).label: total for state, total in rows}
