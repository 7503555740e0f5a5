"""Real brokers and databases for real workers."""

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import kombu
import psycopg
import pytest

from tests.ports import free_port

RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
#: Seconds; long, because the machine may be busy: a wait ends as soon as what is awaited is there.
PATIENCE = 120


def eventually(look: Callable[[], object], *, what: str) -> object:
    """Look until there is something to see; fail with what was awaited. The only waiting in these tests."""
    deadline = time.monotonic() + PATIENCE
    while not (seen := look()):
        if time.monotonic() > deadline:
            pytest.fail(f"after {PATIENCE} s there was still no {what}")
        time.sleep(0.05)
    return seen


@pytest.fixture
def own_database(tmp_path: Path) -> Iterator[str]:
    """DATABASE_URL of an empty database: on the session's PostgreSQL, or a SQLite file where that is in use."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{tmp_path / 'database.sqlite3'}"
        return
    name = f"jobs_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{server.rpartition('/')[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def rabbitmq(tmp_path: Path) -> Iterator[str]:
    """Broker URL of a private RabbitMQ that leaves nothing behind."""
    if not RABBITMQ.exists():
        pytest.skip("RabbitMQ is not installed: sudo apt-get install rabbitmq-server")
    names, amqp, distribution = free_port(), free_port(), free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"test{amqp}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(amqp),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(tmp_path / "mnesia"),
        "RABBITMQ_LOG_BASE": str(tmp_path / "log"),
        "RABBITMQ_PID_FILE": str(tmp_path / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(tmp_path / "no-plugins"),
    }
    url = f"amqp://guest:guest@127.0.0.1:{amqp}//"
    # Its name server is started here, in the foreground: RabbitMQ would leave a daemon of its own behind.
    epmd = [str(shutil.which("epmd")), "-port", str(names), "-address", "127.0.0.1"]
    with running(epmd, environment), running([str(RABBITMQ)], environment):
        eventually(lambda: answers(url), what="answer of RabbitMQ")
        yield url


def answers(url: str) -> bool:
    try:
        with kombu.Connection(url, connect_timeout=1) as connection:
            connection.connect()
            return True
    except OSError:
        return False


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, 9)
    process.wait()
