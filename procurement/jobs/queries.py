from dataclasses import dataclass
from datetime import datetime, timedelta

from procurement.jobs.models import Job, JobQuerySet

#: A job that is due for longer than this is late: the worker is down or too slow.
LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int
    late: int
    failed: int


def count(now: datetime) -> Counts:
    return Counts(
        waiting=Job.objects.unfinished().count(),
        late=Job.objects.runnable(now).filter(due_at__lt=now - LATE_AFTER).count(),
        failed=Job.objects.filter(failed_at__isnull=False).count(),
    )


def list_to_watch() -> JobQuerySet:
    """What the operator looks at: failed first, then what waits, oldest first."""
    return Job.objects.filter(done_at__isnull=True).order_by("-failed_at", "due_at", "id")


def latest(kind: str, subject: object) -> Job | None:
    return Job.objects.filter(kind=kind, subject=str(subject)).order_by("-created_at", "-id").first()
