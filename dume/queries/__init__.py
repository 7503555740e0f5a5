"""Who may see a document is decided above: `bids` asks only for the files of bids that are opened."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from dume.models import DumeDocument, DumeRequest, DumeRequestQuerySet, DumeResponse
from dume.numbers import new_number


def list_documents_of_files(file_ids: Iterable[UUID]) -> QuerySet[DumeDocument]:
    return (
        DumeDocument.objects.filter(file_id__in=list(file_ids))
        .select_related("file")
        .order_by("created_at", "id")
    )


def list_requests(buyer_id: UUID) -> DumeRequestQuerySet:
    """The buyer's own, the latest first, without their contents."""
    return DumeRequest.objects.for_buyer(buyer_id).defer("xml")


def get_request(buyer_id: UUID, request_id: UUID) -> DumeRequest:
    """Raises DumeRequest.DoesNotExist, for those of other buyers too."""
    return DumeRequest.objects.for_buyer(buyer_id).get(pk=request_id)


def find_free_number() -> str:
    """A numéro DUME that no request and no response has."""
    while True:
        number = new_number()
        taken = (DumeRequest.objects.filter(number=number), DumeResponse.objects.filter(number=number))
        if not any(rows.exists() for rows in taken):
            return number
