"""Return to the first day: empty DATA_DIR. Asks nothing; refuses what could be a mistake."""

import fcntl
import os
import shutil
import sys
from pathlib import Path

from console import stop

ROOT = Path(__file__).resolve().parents[2]
#: What only our own data folder contains.
SIGNS = ("serve.pid", "database.sqlite3", "keys", "broker")


def refuse_foreign(folder: Path) -> None:
    """Never empty a folder that is not plainly ours, whatever DATA_DIR says."""
    dear = {ROOT, Path.home(), Path("/"), *ROOT.parents}
    is_ours = folder == ROOT / "var" or any((folder / sign).exists() for sign in SIGNS)
    if folder in dear or not is_ours:
        stop(f"DATA_DIR is {folder}: this is not a folder of the platform. Nothing was removed.")


def refuse_running(folder: Path) -> None:
    lock = folder / "serve.pid"
    if not lock.exists():
        return
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            process = file.read().strip()
            stop(f"A server uses {folder} (process {process}). Stop it first. Nothing was removed.")


def main() -> None:
    folder = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    if not folder.is_dir():
        print(f"{folder} is already empty.")
        return
    refuse_foreign(folder)
    refuse_running(folder)
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    print(f"{folder} is empty. The next `make run` is a first day.")
    if os.environ.get("DATABASE_URL"):
        print("DATABASE_URL names a database elsewhere: it was not touched.", file=sys.stderr)


if __name__ == "__main__":
    main()
