from datetime import datetime
from uuid import UUID

from dume.services import national
from procurement.jobs.handlers import Progress, handler


@handler(national.SEND_JOB)
def send_request(*, subject: str, now: datetime, progress: Progress) -> None:
    national.send_request(request_id=UUID(subject), now=now)
