"""Long-term protection: a new time stamp on each sealed PDF before the certificate of the last one ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from procurement.files import services as files
from procurement.jobs.handlers import Progress
from signing.models import Evidence
from signing.queries import evidence as queries
from signing.services import sealing
from signing.services.evidence import keep_view
from signing.services.stamping import current_authority

RENEW = "signing.renewal"
#: ETSI EN 319 142-1 annex: an archive time stamp is added while the last one can still be verified.
BEFORE = timedelta(days=90)
EVERY = timedelta(days=1)
#: A receipt is some hundred kilobytes, minutes with thousands of files some megabytes.
_MAX_PDF_BYTES = 64 * 1024 * 1024


def renew_due(*, now: datetime, progress: Progress) -> int:
    """Renew what the end of a certificate will soon leave unprotected; returns how many were."""
    due = list(queries.list_to_renew(before=now + BEFORE))
    for done, evidence in enumerate(due, start=1):
        renew(evidence=evidence, now=now)
        progress(done, len(due))
    return len(due)


def renew(*, evidence: Evidence, now: datetime) -> None:
    """Idempotent: a second run finds the new PDF protected for longer, unless no newer certificate exists."""
    view = queries.find_view(evidence)
    authority = current_authority(now)
    if view is None or authority.tsa_certificate.not_valid_after_utc <= view.protected_until:
        return  # the operator is told to renew the certificate first (page « Clés et cachets »)
    sealed = files.read_all(view.file, max_bytes=_MAX_PDF_BYTES)
    renewed = sealing.renew_pdf(sealed, authority=authority, now=now)
    keep_view(evidence=evidence, sealed=renewed, name=view.file.name, now=now)
