"""Who sees what: everybody the published versions, a buyer its own contracts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, QuerySet
from django.db.models.functions import ExtractYear

from essential_data.describe import normalise
from essential_data.models import Publication, PublicationQuerySet, PublicationRule
from procurement.organisations.models import Organisation
from tenders.models import Contract

#: Files of many contracts are read in pieces of this size.
CHUNK = 500


@dataclass(frozen=True)
class Filters:
    """What a visitor asks of the public list; empty values filter nothing. `buyer` is a SIRET, `cpv` a prefix."""

    q: str = ""
    buyer: str = ""
    year: int | None = None
    cpv: str = ""
    department: str = ""


def with_contract(publications: QuerySet[Publication]) -> QuerySet[Publication]:
    return publications.select_related("contract__buyer").prefetch_related("contract__holders")


def public_contracts(filters: Filters) -> PublicationQuerySet:
    """The current published versions, the latest notification first."""
    found = Publication.objects.current()
    for word in normalise(filters.q).split():
        found = found.filter(search_text__contains=word)
    if filters.buyer:
        found = found.filter(contract__buyer__siret=filters.buyer)
    if filters.year:
        found = found.filter(contract__notified_on__year=filters.year)
    if filters.cpv:
        found = found.filter(contract__cpv__startswith=filters.cpv)
    if filters.department:
        found = found.filter(department=filters.department.upper())
    return found.order_by("-contract__notified_on", "-published_at", "id")


def get_public(*, siret: str, number: str) -> Publication:
    """One contract's current version; DoesNotExist for what is not public."""
    found = with_contract(Publication.objects.current()).select_related("contract__consultation", "rule")
    return found.get(contract__buyer__siret=siret, contract__number=number)


def list_versions(contract: Contract) -> PublicationQuerySet:
    return Publication.objects.published().filter(contract=contract).order_by("version")


def stream_records(filters: Filters) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(key, record) of every contract, marchés before concessions, in pieces."""
    found = public_contracts(filters).order_by("-record_key", "published_at", "id")
    for publication in found.only("record_key", "payload").iterator(chunk_size=CHUNK):
        yield publication.record_key, publication.record


def stream_rows(filters: Filters) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, str]]]:
    """The same with the names of buyer and holders by identifier."""
    found = with_contract(public_contracts(filters).order_by("-record_key", "published_at", "id"))
    for publication in found.iterator(chunk_size=CHUNK):
        contract = publication.contract
        names = {holder.identifier: holder.name for holder in contract.holders.all()}
        yield publication.record_key, publication.record, {**names, contract.buyer.siret: contract.buyer.name}


def selection_stamp(filters: Filters) -> tuple[int, datetime | None]:
    """How many contracts, and when the last of them was published: changes when the selection does."""
    found = public_contracts(filters).order_by().aggregate(count=Count("pk"), last=Max("published_at"))
    return found["count"], found["last"]


def list_publishing_buyers() -> list[Organisation]:
    published = Publication.objects.published().filter(contract__buyer=OuterRef("pk"))
    return list(Organisation.objects.buyers().filter(Exists(published)).order_by("name", "id"))


def list_years() -> list[int]:
    """The years of notification that have something public, latest first."""
    years = Contract.objects.with_public_data().annotate(year=ExtractYear("notified_on"))
    return list(years.order_by("-year").values_list("year", flat=True).distinct())


def list_contracts_of(buyer_id: UUID) -> QuerySet[Contract]:
    """A buyer's contracts with their publications, for its own page; waiting ones first."""
    publications = Prefetch("publications", Publication.objects.select_related("rule").order_by("version"))
    return (
        Contract.objects.for_buyer(buyer_id)
        .select_related("buyer")
        .prefetch_related("holders", publications)
        .order_by(
            F("data_published_on").desc(nulls_first=True), F("notified_on").asc(nulls_last=True), "number"
        )
    )


def get_contract_of(buyer_id: UUID, contract_id: UUID) -> Contract:
    return list_contracts_of(buyer_id).get(pk=contract_id)


def list_rules() -> list[PublicationRule]:
    return list(PublicationRule.objects.all())


def list_unscheduled() -> QuerySet[Contract]:
    planned = Publication.objects.filter(contract=OuterRef("pk"))
    return Contract.objects.notified().filter(~Exists(planned)).order_by("notified_on", "id")


def list_waiting_with_date() -> PublicationQuerySet:
    return Publication.objects.waiting().filter(due_on__isnull=False).order_by("due_on", "id")


def latest_published() -> QuerySet[Publication]:
    """What became public last, for the home page."""
    return with_contract(Publication.objects.current()).order_by("-published_at", "id")


def list_unpublished(buyer_id: UUID) -> QuerySet[Publication]:
    """A buyer's duties still open, the most urgent first."""
    return (
        Publication.objects.for_buyer(buyer_id)
        .waiting()
        .select_related("contract", "rule")
        .order_by(F("due_on").asc(nulls_last=True), "id")
    )


def count_published() -> int:
    return Publication.objects.current().count()
