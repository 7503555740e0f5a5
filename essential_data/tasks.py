from datetime import datetime, timedelta
from uuid import UUID

import structlog

from essential_data import publication_proofs, services
from procurement.jobs.handlers import Progress, handler, periodic

log = structlog.get_logger(__name__)


class PublicationFailed(Exception):
    """Number of contracts that could not be published for a reason that is ours; the operator sees the job."""


@handler(publication_proofs.VIEW_JOB)
def write_publication_view(*, subject: str, now: datetime, progress: Progress) -> None:
    publication_proofs.write_publication_view(publication_id=UUID(subject), now=now)


@periodic("essential_data.publish_due", every=timedelta(minutes=10))
def publish_due(*, subject: str, now: datetime, progress: Progress) -> None:
    outcome = services.publish_due(now=now)
    log.info(
        "essential_data.publish_due",
        scheduled=outcome.scheduled,
        published=outcome.published,
        incomplete=outcome.incomplete,
        failed=outcome.failed,
    )
    progress(outcome.published, outcome.published + outcome.incomplete + outcome.failed)
    if outcome.failed:
        raise PublicationFailed(outcome.failed)
