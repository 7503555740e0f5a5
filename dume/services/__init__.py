from datetime import datetime
from hashlib import sha256

from django.db import transaction

from dume.model import Kind
from dume.models import DumeDocument
from dume.report import Report
from dume.validate import check
from procurement.actors import Actor
from procurement.audit.services import record
from procurement.files.models import StoredFile


def check_at_deposit(
    data: bytes,
    *,
    expected_reference: str | None = None,
    operator_siret: str | None = None,
    expected_buyer: str | None = None,
) -> Report:
    """The findings shown to the depositor. Stores and journals nothing: a bid is secret until its opening."""
    return check(
        data,
        expected_reference=expected_reference,
        operator_siret=operator_siret,
        expected_buyer=expected_buyer,
        expected_kind=Kind.RESPONSE,
    )


@transaction.atomic
def record_opened(
    *,
    file: StoredFile | None,
    data: bytes,
    actor: Actor,
    now: datetime,
    expected_reference: str | None = None,
    operator_siret: str | None = None,
) -> DumeDocument:
    """Keep what an opened bid's DUME says. Idempotent by file: a job run twice gives the same row.

    An unreadable file is kept with its report: an opening never stops on a DUME.
    """
    if file is not None:
        StoredFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        known = DumeDocument.objects.filter(file=file).first()
        if known is not None:
            return known
    report = check(
        data,
        expected_reference=expected_reference,
        operator_siret=operator_siret,
        expected_kind=Kind.RESPONSE,
    )
    document = DumeDocument.objects.create(
        file=file,
        sha256=sha256(data).hexdigest(),
        kind=report.kind,
        version=report.version,
        operator_name=report.operator_name[:255],
        operator_id=report.operator_id[:100],
        report=report.as_dict(),
        created_at=now,
    )
    facts = {
        "sha256": document.sha256,
        "kind": report.kind,
        "version": report.version,
        "verdict": report.verdict.value,
    }
    record(action="dume.document.record", subject=document.id, actor=actor, at=now, data=facts)
    return document
