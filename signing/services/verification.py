from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from procurement.actors import Actor
from procurement.audit.services import record
from signing.models import SignatureReport
from signing.verdicts import SignatureVerdict


@transaction.atomic
def record_verification(
    *, file_sha256: str, verdicts: Iterable[SignatureVerdict], actor: Actor, now: datetime
) -> list[SignatureReport]:
    """Keep the result of a check with the digest of the file that was checked; earlier results stay."""
    reports = [
        SignatureReport(
            file_sha256=file_sha256,
            signer=verdict.signer[:300],
            level=verdict.level,
            status=verdict.status,
            sub_indication=verdict.sub_indication,
            details=verdict.details(),
            checked_at=now,
        )
        for verdict in verdicts
    ]
    for report in reports:
        report.save(force_insert=True)
    record(
        action="signing.signature.verify",
        subject=file_sha256,
        actor=actor,
        at=now,
        data={"statuses": [str(report.status) for report in reports]},
    )
    return reports
