from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from procurement.jobs.carrier import app
from procurement.jobs.handlers import HANDLERS, PERIODIC
from procurement.jobs.models import Job

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
Clock = Callable[[], datetime]


@transaction.atomic
def enqueue(*, kind: str, subject: object, now: datetime, due_at: datetime | None = None) -> Job:
    """Enter work that must happen, in the transaction of its cause; it is sent to a worker after commit.

    The same work waiting twice is one row: the one that waits is returned.
    """
    job, created = Job.objects.unfinished().get_or_create(
        kind=kind, subject=str(subject), defaults={"due_at": due_at or now, "created_at": now}
    )
    if created and job.due_at <= now:
        # Not a partial: Django logs a robust callback that fails by its __qualname__, which a partial has not.
        transaction.on_commit(lambda: send(job.pk), robust=True)
    return job


def send(job_id: UUID) -> None:
    """Hand the id to Celery. A broker that is down delays the job until the next sweep; it loses nothing."""
    task = app.tasks["procurement.jobs.tasks.run_job"]
    task.apply_async_on_commit(  # type: ignore[attr-defined]  # a DjangoTask
        kwargs={"job_id": str(job_id)}, retry=False
    )


@transaction.atomic
def take(*, job_id: UUID, now: datetime) -> Job | None:
    """Lease the job for the one who will run it; None when it is done, not due, or in other hands."""
    job = Job.objects.select_for_update(of=("self",)).runnable(now).filter(pk=job_id).first()
    if job is None:
        return None
    job.lease_until, job.attempts = now + LEASE, job.attempts + 1
    job.save(update_fields=["lease_until", "attempts"])
    return job


def run(*, job_id: UUID, clock: Clock) -> bool:
    """Do one job; True when this call did it. A failure is kept on the row and tried again later, ever slower."""
    job = take(job_id=job_id, now=clock())
    if job is None:
        return False

    def progress(done: int, total: int) -> None:
        Job.objects.filter(pk=job.pk).update(progress=done, total=total, lease_until=clock() + LEASE)

    try:
        HANDLERS[job.kind](subject=job.subject, now=clock(), progress=progress)
    except Exception as error:  # noqa: BLE001  whatever went wrong must be seen by the operator, and retried
        log.warning(
            "job.failed", job=str(job.pk), kind=job.kind, attempts=job.attempts, error=type(error).__name__
        )
        _postpone(job, error, clock())
        return False
    _finish(job, clock())
    return True


def _finish(job: Job, now: datetime) -> None:
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(done_at=now, lease_until=None, last_error="")
        if job.kind in PERIODIC:
            enqueue(kind=job.kind, subject=job.subject, now=now, due_at=now + PERIODIC[job.kind])


def _postpone(job: Job, error: Exception, now: datetime) -> None:
    job.last_error = f"{type(error).__name__}: {error}"[:500]
    job.lease_until = None
    if job.attempts >= MAX_ATTEMPTS and job.kind not in PERIODIC:
        job.failed_at = now
    else:
        job.due_at = now + timedelta(seconds=min(2**job.attempts * 5, 3600))
    job.save(update_fields=["last_error", "lease_until", "due_at", "failed_at"])


@transaction.atomic
def retry(*, job: Job, now: datetime) -> None:
    """The operator asks for a failed or waiting job to be tried at once."""
    Job.objects.filter(pk=job.pk, done_at__isnull=True).update(failed_at=None, due_at=now, lease_until=None)
    transaction.on_commit(lambda: send(job.pk), robust=True)


def sweep(*, now: datetime) -> int:
    """Send every job that is due again: lost messages, dead workers, retries, periodic work. Returns how many."""
    for kind in PERIODIC:
        enqueue(kind=kind, subject="*", now=now)
    due = list(Job.objects.runnable(now).order_by("due_at", "id").values_list("pk", flat=True)[:500])
    for job_id in due:
        send(job_id)
    return len(due)
