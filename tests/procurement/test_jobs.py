"""Work that must happen happens, once, whatever becomes of the worker that took it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from procurement.jobs import handlers, queries, services
from procurement.jobs.models import Job

pytestmark = pytest.mark.django_db
DONE: list[str] = []


@pytest.fixture(autouse=True)
def probe() -> Iterator[None]:
    DONE.clear()

    def work(*, subject: str, now: datetime, progress: handlers.Progress) -> None:
        progress(1, 2)
        if subject == "broken":
            raise ValueError("no paper left")
        DONE.append(subject)

    handlers.HANDLERS["test.work"] = work
    yield
    del handlers.HANDLERS["test.work"]


def run(job: Job, at: datetime) -> bool:
    return services.run(job_id=job.pk, clock=lambda: at)


def test_a_job_is_done_once(now: datetime) -> None:
    job = services.enqueue(kind="test.work", subject="a", now=now)
    assert run(job, now)
    assert not run(job, now)
    assert DONE == ["a"]
    job.refresh_from_db()
    assert (job.done_at, job.progress, job.total, job.attempts) == (now, 1, 2, 1)


def test_the_same_work_waits_once(now: datetime) -> None:
    first = services.enqueue(kind="test.work", subject="a", now=now)
    assert services.enqueue(kind="test.work", subject="a", now=now).pk == first.pk
    run(first, now)
    assert services.enqueue(kind="test.work", subject="a", now=now).pk != first.pk


def test_a_leased_job_is_left_to_its_worker_until_the_lease_ends(now: datetime) -> None:
    job = services.enqueue(kind="test.work", subject="a", now=now)
    assert services.take(job_id=job.pk, now=now) is not None
    assert not run(job, now + timedelta(minutes=1))
    assert DONE == []
    assert run(job, now + services.LEASE + timedelta(seconds=1))
    assert DONE == ["a"]


def test_a_failure_is_kept_and_tried_again_ever_slower_then_shown_as_failed(now: datetime) -> None:
    job = services.enqueue(kind="test.work", subject="broken", now=now)
    at, waits = now, []
    for _ in range(services.MAX_ATTEMPTS):
        assert not run(job, at)
        job.refresh_from_db()
        waits.append(job.due_at - at)
        at = job.due_at
    assert job.failed_at is not None
    assert "no paper left" in job.last_error
    assert waits[:-1] == sorted(waits[:-1])
    assert queries.count(at).failed == 1


def test_a_failed_job_runs_when_the_operator_asks(now: datetime) -> None:
    job = services.enqueue(kind="test.work", subject="a", now=now)
    Job.objects.filter(pk=job.pk).update(failed_at=now)
    services.retry(job=job, now=now)
    assert run(job, now)


def test_a_job_due_later_waits(now: datetime) -> None:
    job = services.enqueue(kind="test.work", subject="a", now=now, due_at=now + timedelta(days=1))
    assert not run(job, now)
    assert run(job, now + timedelta(days=1))


def test_late_jobs_are_counted(now: datetime) -> None:
    services.enqueue(kind="test.work", subject="a", now=now)
    assert queries.count(now).late == 0
    assert queries.count(now + timedelta(minutes=6)).late == 1


def test_periodic_work_is_always_waiting(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "PERIODIC", {"test.work": timedelta(hours=1)})
    monkeypatch.setattr(services, "PERIODIC", {"test.work": timedelta(hours=1)})
    services.sweep(now=now)
    job = Job.objects.get(kind="test.work")
    assert run(job, now)
    following = Job.objects.unfinished().get(kind="test.work")
    assert following.due_at == now + timedelta(hours=1)
    services.sweep(now=now)
    assert Job.objects.filter(kind="test.work").count() == 2
