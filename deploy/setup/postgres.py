"""A throw-away PostgreSQL cluster: made, used over a Unix socket, stopped and removed.

`python postgres.py COMMAND...` runs COMMAND with DATABASE_URL set to it. Works as root (the server then runs
as the user `postgres`, since PostgreSQL refuses root) and as anybody else.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from console import stop

OLDEST = 15
#: The data is thrown away: nothing has to survive a power cut.
OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


def programs() -> Path | None:
    """The folder of the newest installed server programs, or None."""
    versions = {
        int(found[1]): folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if (found := re.search(r"/(\d+)/bin$", str(folder))) and (folder / "initdb").exists()
    }
    recent = [version for version in versions if version >= OLDEST]
    if recent:
        return versions[max(recent)]
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _as_server_user(command: list[str]) -> list[str]:
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@contextmanager
def cluster() -> Iterator[str]:
    """Yield the DATABASE_URL of a running cluster that ends with the block, whatever happens in it."""
    folder = programs()
    if folder is None:
        stop("PostgreSQL is missing. Install: sudo apt-get install postgresql")
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket path has at most 107 bytes
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    data = str(home / "data")
    control = [str(folder / "pg_ctl"), "-D", data, "-w", "-s", "-l", str(home / "log")]
    try:
        initdb = [str(folder / "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        _quietly([*initdb, "--locale=C.UTF-8", "--no-sync"], home)
        _quietly([*control, "-o", f"{OPTIONS} -k {home} -c listen_addresses=''", "start"], home)
        yield f"postgres://postgres@{quote(str(home), safe='')}/postgres"
    finally:
        # A second Ctrl-C must not leave a server behind.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        subprocess.run(
            _as_server_user([*control, "-m", "immediate", "stop"]), cwd=home, check=False, capture_output=True
        )
        shutil.rmtree(home, ignore_errors=True)


def _quietly(command: list[str], home: Path) -> None:
    done = subprocess.run(_as_server_user(command), cwd=home, check=False, capture_output=True, text=True)
    if done.returncode:
        log = home / "log"
        stop(f"{done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}PostgreSQL did not start.")


def stop_on_sigterm() -> None:
    """Turn SIGTERM into an exit, so that `cluster` cleans up."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def main(command: list[str]) -> int:
    stop_on_sigterm()
    with cluster() as url:
        try:
            return subprocess.run(command, check=False, env={**os.environ, "DATABASE_URL": url}).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
