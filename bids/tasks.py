from datetime import datetime
from uuid import UUID

from bids.services import opening, receipts
from procurement.jobs.handlers import Progress, handler


@handler(receipts.PDF_JOB)
def write_receipt_pdf(*, subject: str, now: datetime, progress: Progress) -> None:
    receipts.write_pdf(deposit_id=UUID(subject), now=now)


@handler(opening.OPEN)
def open_bids(*, subject: str, now: datetime, progress: Progress) -> None:
    opening.run_opening(consultation_id=UUID(subject), now=now, progress=progress)
