"""The public list of consultations, against a view that does nothing, on the same server through the same layers."""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.urls import reverse

from tests.benchmarks import Comparison, compare
from tests.jobs.conftest import free_port

CLIENTS = 8
REQUESTS = 12


def measure() -> Comparison:
    call_command("load_demo", "--if-empty", verbosity=0)
    address = reverse("tenders:list")
    with server() as port:
        return compare(lambda: visit(port, address), lambda: visit(port, "/trivial/"), "requests/s")


def visit(port: int, address: str) -> float:
    """Eight visitors at once, each on one connection; gives how many pages were seen."""
    visitors = [threading.Thread(target=read, args=(port, address)) for _ in range(CLIENTS)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    return CLIENTS * REQUESTS


def read(port: int, address: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(REQUESTS):
        connection.request("GET", address)
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{address} answered {answer.status}")
    connection.close()


@contextmanager
def server() -> Iterator[int]:
    """The web server as `manage.py serve` starts it."""
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    command = [sys.executable, "-m", "gunicorn", "procurement.wsgi", *options, "--no-control-socket"]
    process = subprocess.Popen([*command, "--log-level", "error"], env=dict(os.environ))
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            read(port, "/trivial/")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
