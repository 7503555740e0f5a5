"""Numbers only: what a dashboard may say of deposits before their opening (P7-T9)."""

from uuid import UUID

from django.db.models import Count

from bids.models import Deposit


def count_by_consultation(buyer_id: UUID) -> dict[UUID, int]:
    """Consultation -> deposits handed in, whatever became of them."""
    rows = Deposit.objects.for_buyer(buyer_id).handed_in().order_by().values("consultation_id")
    return {row["consultation_id"]: row["count"] for row in rows.annotate(count=Count("pk"))}


def count_handed_in() -> int:
    return Deposit.objects.handed_in().count()
