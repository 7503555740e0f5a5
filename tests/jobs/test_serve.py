"""`manage.py serve`, as `make run` starts it, and `make reset`, which must not pull the floor from under it."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.jobs.conftest import PATIENCE, eventually
from tests.ports import free_port

pytestmark = [pytest.mark.processes]


@dataclass(frozen=True)
class Served:
    process: subprocess.Popen[str]
    folder: Path
    port: int

    def answer(self, path: str) -> int:
        """The status, or 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with closing(connection), suppress(OSError):
            connection.request("GET", path)
            with connection.getresponse() as answer:
                return answer.status
        return 0

    def children(self) -> dict[str, int]:
        """What the supervisor started: the module that is run -> its process."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        names = (b"gunicorn", b"worker", b"beat")
        return {
            name.decode(): int(task)
            for task in tasks
            for name in names
            if name in Path(f"/proc/{task}/cmdline").read_bytes().split(b"\0")
        }


def environment(folder: Path) -> dict[str, str]:
    own = {"DATA_DIR": str(folder), "DEMO": "False", "DJANGO_SETTINGS_MODULE": "procurement.settings.base"}
    rest = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PLATFORM_URL"}}
    return rest | own


def manage(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(folder),
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    port = free_port()
    with (tmp_path / "output").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment(tmp_path),
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        platform = Served(process, tmp_path, port)
        try:
            eventually(lambda: platform.answer("/sante/") == 200, what="answer of the health page")
            yield platform
        finally:
            process.kill()
            process.wait()


def test_it_serves_survives_its_children_and_leaves_nothing_behind(served: Served) -> None:
    assert served.answer("/") == 200
    eventually(lambda: len(served.children()) == 3, what="worker and beat")
    before = served.children()
    os.kill(before["gunicorn"], signal.SIGKILL)
    eventually(
        lambda: (
            served.children().get("gunicorn", before["gunicorn"]) != before["gunicorn"]
            and served.answer("/sante/") == 200
        ),
        what="web server after its death",
    )
    started = served.children().values()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=PATIENCE) == 0
    assert [process for process in started if Path(f"/proc/{process}").exists()] == []
    said = (served.folder / "output").read_text()
    assert f"The platform is ready: http://127.0.0.1:{served.port}/" in said
    assert "The platform is stopped." in said


def test_while_it_serves_nobody_else_takes_its_folder_or_its_port(
    served: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    second = manage(served.folder, "manage.py", "serve", "--port", str(free_port()))
    assert second.returncode == 1
    assert f"A server already runs on {served.folder} (process {served.process.pid})" in second.stderr
    reset = manage(served.folder, "deploy/setup/reset.py")
    assert reset.returncode == 1
    assert "Nothing was removed" in reset.stderr
    assert (served.folder / "database.sqlite3").exists()
    other = manage(tmp_path_factory.mktemp("other"), "manage.py", "serve", "--port", str(served.port))
    assert other.returncode == 1
    assert "make run PORT=" in other.stderr


def test_reset_empties_a_folder_of_the_platform_and_no_other(tmp_path: Path) -> None:
    ours, foreign = tmp_path / "ours", tmp_path / "foreign"
    for folder, name in ((ours, "serve.pid"), (foreign, "thesis.txt")):
        folder.mkdir()
        (folder / name).touch()
    assert manage(ours, "deploy/setup/reset.py").returncode == 0
    assert list(ours.iterdir()) == []
    assert manage(foreign, "deploy/setup/reset.py").returncode == 1
    assert [path.name for path in foreign.iterdir()] == ["thesis.txt"]
