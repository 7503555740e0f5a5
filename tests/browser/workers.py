"""Background work, held back and then done as a worker would, so that the pages that wait are seen waiting."""

from collections.abc import Callable, Iterator
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
    """Do the one job of this kind."""
    job = Job.objects.get(kind=kind)
    done = apart(lambda: services.run(job_id=job.pk, clock=timezone.now))
    job.refresh_from_db()
    assert done, job.last_error


def sweep() -> None:
    """What happens every half minute: all that is due, the periodic work too."""
    apart(lambda: services.sweep(now=timezone.now()))
    assert not Job.objects.exclude(last_error="").exists()


def apart(act: Callable[[], object]) -> object:
    """In a thread with a connection of its own: Playwright's thread has an event loop."""

    def run() -> object:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as workers:
        return workers.submit(run).result()
