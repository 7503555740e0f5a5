"""Background work, held back and then done as a worker would, so that the pages that wait are seen waiting."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone

from procurement.jobs import services
from procurement.jobs.carrier import app
from procurement.jobs.models import Job


@contextmanager
def held_jobs() -> Iterator[None]:
    """What is asked meanwhile waits for a worker, as it does outside tests."""
    app.conf.task_always_eager = False
    try:
        yield
    finally:
        app.conf.task_always_eager = True


def work(kind: str) -> None:
    """Do the one job of this kind, in a thread of its own: Playwright's has an event loop."""
    job = Job.objects.get(kind=kind)

    def run() -> bool:
        try:
            return services.run(job_id=job.pk, clock=timezone.now)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as workers:
        done = workers.submit(run).result()
    job.refresh_from_db()
    assert done, job.last_error
