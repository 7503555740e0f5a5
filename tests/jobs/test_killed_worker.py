"""A worker that dies in the middle of a job: after its restart the job is done, once.

The row in our database is what is relied upon; the broker may lose the message (files do, RabbitMQ does not).
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from procurement.jobs.management.commands.serve import children
from procurement.jobs.supervision import Child, Supervisor
from tests.conftest import ROOT
from tests.jobs.conftest import eventually

pytestmark = [pytest.mark.processes]

ENQUEUE = """
from django.utils import timezone
from procurement.jobs.services import enqueue
enqueue(kind="probe.work", subject="1", now=timezone.now())
"""
READ = """
import json
from procurement.jobs.models import Job
job = Job.objects.get(kind="probe.work")
print(json.dumps({"done": job.done_at is not None, "attempts": job.attempts, "error": job.last_error}))
"""


@dataclass(frozen=True)
class Installation:
    """A platform of its own in a folder: real settings, real database, real broker."""

    folder: Path
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout

    def lines(self, name: str) -> list[str]:
        """Process ids that the watched job wrote: one line each time it started, or was done."""
        file = self.folder / name
        return file.read_text().splitlines() if file.exists() else []

    def job(self) -> dict[str, object]:
        return json.loads(self.manage("shell", "--no-imports", "-c", READ))


def install(folder: Path, database: str, broker: str) -> Installation:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.jobs.probe.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": broker,
        "JOBS_SWEEP_SECONDS": "1",
        "PROBE_FOLDER": str(folder),
        "DEMO": "False",
    }
    installation = Installation(folder, environment)
    installation.manage("migrate", "--verbosity", "0")
    return installation


@contextmanager
def served(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Child]]:
    """The worker and the beat exactly as `manage.py serve` starts and watches them, without the web server."""
    monkeypatch.chdir(ROOT)
    for name, value in installation.environment.items():
        monkeypatch.setenv(name, value)
    programs = [child for child in children("127.0.0.1", 0, 1) if child.name != "web server"]
    said: list[str] = []
    supervisor = Supervisor(programs, say=said.append)
    watching = threading.Thread(target=supervisor.run)
    watching.start()
    try:
        yield programs
    finally:
        supervisor.stop()
        watching.join()


def kill_the_worker_in_the_middle(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(installation, monkeypatch) as programs:
        worker = next(child for child in programs if child.name == "worker")
        installation.manage("shell", "--no-imports", "-c", ENQUEUE)
        eventually(lambda: installation.lines("started"), what="start of the job")
        killed = worker.process
        os.killpg(killed.pid, signal.SIGKILL)
        eventually(lambda: worker.process not in {killed, None}, what="restart of the worker")
        (installation.folder / "finish").touch()
        eventually(lambda: installation.lines("done"), what="end of the job")
        eventually(lambda: installation.job()["done"], what="mark on the job's row")


def assert_done_once(installation: Installation) -> None:
    first, second = installation.lines("started")
    assert first != second
    assert installation.lines("done") == [second]
    assert installation.job() == {"done": True, "attempts": 2, "error": ""}


def test_with_the_embedded_transport_a_killed_job_is_done_once(
    tmp_path: Path, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = install(tmp_path, own_database, "filesystem://")
    kill_the_worker_in_the_middle(installation, monkeypatch)
    assert_done_once(installation)


def test_with_rabbitmq_a_killed_job_is_done_once(
    tmp_path: Path, own_database: str, rabbitmq: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = install(tmp_path, own_database, rabbitmq)
    kill_the_worker_in_the_middle(installation, monkeypatch)
    assert_done_once(installation)
