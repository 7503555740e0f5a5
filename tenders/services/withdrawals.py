"""The register of withdrawals (P7-B8): who took what, when. Anonymous as long as nobody says who they are.

The register is the record: these lines are not doubled in the journal, whose chain is one queue for the whole
platform and must not make a download wait.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from procurement.errors import DomainError
from tenders.models import Consultation, Document, Taken, Withdrawal


class AddressRefused(DomainError):
    """Cette adresse électronique n'est pas valide. Rien n'a été enregistré : vérifiez-la. Les documents restent
    accessibles sans inscription."""

    code = "address_refused"
    status = 422


@transaction.atomic
def record_withdrawal(
    *,
    consultation: Consultation,
    document: Document | None,
    company_name: str = "",
    email: str = "",
    now: datetime,
) -> Withdrawal:
    """One download: a document, or the whole set when `document` is None."""
    return Withdrawal.objects.create(
        consultation=consultation,
        document=document,
        what=Taken.DOCUMENT if document is not None else Taken.ALL,
        at=now,
        company_name=company_name.strip()[:200],
        email=email.strip(),
    )


@transaction.atomic
def register_follower(
    *, consultation: Consultation, company_name: str, email: str, now: datetime
) -> Withdrawal:
    """A named line: this address is told of changes. The same address asks once; AddressRefused."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise AddressRefused from None
    known = consultation.withdrawals.filter(what=Taken.NEWS, email=email).first()
    if known is not None:
        return known
    return Withdrawal.objects.create(
        consultation=consultation,
        document=None,
        what=Taken.NEWS,
        at=now,
        company_name=company_name.strip()[:200],
        email=email,
    )
