"""`manage.py serve`: the whole platform on one machine, without any other server."""

import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from contextlib import closing
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.urls import reverse

from procurement.jobs.supervision import Child, Supervisor

#: Seconds that a first start may take after its children were launched.
READY_WITHIN = 60.0


class Command(BaseCommand):
    help = "Prepare the installation, then serve it: web server, worker and beat, watched and restarted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2, help="processes of the web server")

    def handle(self, *_: Any, host: str, port: int, workers: int, **options: Any) -> None:
        with lock_data_directory():
            refuse_taken_port(host, port)
            self.prepare()
            supervisor = Supervisor(children(host, port, workers), say=self.say)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, supervisor.stop)
            supervisor.run(at_each_tick=Welcome(host, port, say=self.say))
        self.say("The platform is stopped.")

    def prepare(self) -> None:
        """Bring the database up to date; the first start also creates the keys and the demonstration."""
        call_command("migrate", verbosity=0, interactive=False)
        if settings.DEMO:
            # Before the keys: its acts begin weeks ago, and so must the certificates that date them.
            call_command("load_demo", "--if-empty")
        call_command("create_keys")
        connections.close_all()

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def lock_data_directory() -> IO[str]:
    """Hold DATA_DIR for this server (`make reset` looks at the same lock); closing the file releases it."""
    path = settings.DATA_DIR / "serve.pid"
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        raise CommandError(
            f"A server already runs on {settings.DATA_DIR} (process {file.read().strip()})."
        ) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"{host}:{port} is not free ({error.strerror}). Try: make run PORT=8001"
            ) from error


def children(host: str, port: int, workers: int) -> list[Child]:
    """Web server, worker and beat. The beat is apart: as a part of the worker it would outlive a killed one."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    environment = {"PLATFORM_URL": f"http://{address}", **os.environ, "PYTHONUNBUFFERED": "1"}
    web = [
        *("-m", "gunicorn", "procurement.wsgi", "--bind", address, "--worker-class", "gthread"),
        *("--workers", str(workers), "--threads", "4", "--timeout", "120", "--graceful-timeout", "20"),
        *("--preload", "--log-level", "warning", "--no-control-socket"),
    ]
    # Its warning about root is for machines in service, which have a user of their own (deploy/systemd).
    celery = [
        "-W",
        "ignore::UserWarning:celery.platforms",
        "-m",
        "celery",
        "--quiet",
        "-A",
        "procurement.celery",
    ]
    worker = [
        *(*celery, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "warning"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
    beat = [*celery, "beat", "--loglevel", "warning", "--pidfile", ""]
    commands = {"web server": web, "worker": worker, "beat": beat}
    return [Child(name, [sys.executable, *command], environment) for name, command in commands.items()]


class Welcome:
    """At each tick until the first answer: ask for the health page, then say where everything is."""

    def __init__(self, host: str, port: int, *, say: Any) -> None:
        self.host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  compared, not bound
        self.port = port
        self.say = say
        self.started_at = time.monotonic()
        self.is_ready = False

    def __call__(self) -> None:
        if self.is_ready:
            return
        if self.answers():
            self.is_ready = True
            home = f"http://{self.host}:{self.port}"
            self.say(f"\nThe platform is ready: {home}/")
            self.say(
                f"Sign in (the page lists the accounts of the demonstration): {home}{reverse('account_login')}"
            )
            self.say("Ctrl-C stops it.\n")
        elif time.monotonic() - self.started_at > READY_WITHIN:
            raise CommandError(f"No answer after {READY_WITHIN:.0f} s; the lines above say why.")

    def answers(self) -> bool:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=2)
        try:
            connection.request("GET", reverse("health"))
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()
