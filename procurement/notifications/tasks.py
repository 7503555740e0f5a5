from datetime import datetime
from uuid import UUID

from procurement.jobs.handlers import Progress, handler
from procurement.notifications import services


@handler(services.SEND)
def send(*, subject: str, now: datetime, progress: Progress) -> None:
    services.deliver(mail_id=UUID(subject), now=now)
