import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from signing.models import Evidence, EvidenceKind, EvidenceView


def get(kind: EvidenceKind, subject: UUID) -> Evidence:
    return Evidence.objects.select_related("token").get(kind=kind, subject=str(subject))


def find(kind: EvidenceKind, subject: UUID) -> Evidence | None:
    return Evidence.objects.select_related("token").filter(kind=kind, subject=str(subject)).first()


def find_view(evidence: Evidence) -> EvidenceView | None:
    """The PDF to give today: the last one, others being its earlier renewals."""
    return evidence.views.select_related("file").order_by("-protected_until", "-made_at", "id").first()


def read_document(evidence: Evidence) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(bytes(evidence.document))
    return document


def list_to_renew(*, before: datetime) -> QuerySet[Evidence]:
    """Evidence whose last PDF is protected until `before` at most, the most urgent first."""
    return (
        Evidence.objects.annotate(protected_until=Max("views__protected_until"))
        .filter(protected_until__lte=before)
        .order_by("protected_until", "id")
    )
