from datetime import datetime
from uuid import UUID

from procurement.jobs.handlers import Progress, handler
from tenders.services import delivery


@handler(delivery.VIEW_JOB)
def write_delivery_view(*, subject: str, now: datetime, progress: Progress) -> None:
    delivery.write_delivery_view(letter_id=UUID(subject), now=now)
