"""The supervisor of `manage.py serve`, with real programs."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from procurement.jobs.supervision import Child, Supervisor
from tests.conftest import ROOT
from tests.jobs.conftest import eventually

pytestmark = [pytest.mark.processes]

#: Writes its process id and that of a child of its own, then waits.
PARENT = """
import os, subprocess, sys
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()} {inner.pid}\\n")
inner.wait()
"""


def is_alive(process: int) -> bool:
    with suppress(FileNotFoundError):
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    return False


def processes(file: Path) -> list[list[int]]:
    """[process, its child] for each start so far."""
    if not file.exists():
        return []
    return [[int(word) for word in line.split()] for line in file.read_text().splitlines()]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    program = [sys.executable, "-c", PARENT, str(tmp_path / "started")]
    watcher = Supervisor([Child("program", program, dict(os.environ))], say=said.append)
    yield watcher
    watcher.stop_children()


def after_start(supervisor: Supervisor, file: Path, number: int) -> list[int]:
    def look() -> list[int] | None:
        supervisor.look()
        started = processes(file)
        return started[number] if len(started) > number else None

    return eventually(look, what=f"start number {number + 1}")


def test_a_killed_program_starts_again_and_leaves_no_child_behind(
    supervisor: Supervisor, tmp_path: Path, said: list[str]
) -> None:
    program, orphan = after_start(supervisor, tmp_path / "started", 0)
    os.kill(program, signal.SIGKILL)
    assert after_start(supervisor, tmp_path / "started", 1)[0] != program
    eventually(lambda: not is_alive(orphan), what="end of the orphan")
    assert said == ["program ended (exit code -9); it starts again in 0.5 s"]


def test_the_pause_doubles_while_a_program_keeps_failing(said: list[str]) -> None:
    supervisor = Supervisor([Child("program", ["/bin/false"], dict(os.environ))], say=said.append)

    def look() -> bool:
        supervisor.look()
        return len(said) == 3

    eventually(look, what="third failure")
    supervisor.stop_children()
    assert [line.split(" in ")[1] for line in said] == ["0.5 s", "1.0 s", "2.0 s"]


def test_stopping_ends_every_program_and_its_children(supervisor: Supervisor, tmp_path: Path) -> None:
    started = after_start(supervisor, tmp_path / "started", 0)
    supervisor.stop()
    supervisor.run()
    for process in started:
        eventually(lambda process=process: not is_alive(process), what=f"end of {process}")


def test_children_end_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    script = f"""
import os, sys
from procurement.jobs.supervision import Child, Supervisor
child = Child("program", [sys.executable, "-c", {PARENT!r}, {str(tmp_path / "started")!r}], dict(os.environ))
Supervisor([child], say=print).run()
"""
    supervisor = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    eventually(lambda: processes(tmp_path / "started"), what="start of the program")
    ((program, inner),) = processes(tmp_path / "started")
    supervisor.kill()
    supervisor.wait()
    eventually(lambda: not is_alive(program), what="end of the program")
    with suppress(ProcessLookupError):
        os.kill(inner, signal.SIGKILL)  # only direct children hear of the death of a supervisor
