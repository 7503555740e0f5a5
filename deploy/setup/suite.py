"""Run the tests: the journeys on SQLite, then everything on a PostgreSQL of its own.

pytest's closing line comes last and the exit code is pytest's. Arguments go to the second, full run.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from postgres import cluster, stop_on_sigterm

ROOT = Path(__file__).resolve().parents[2]
PYTEST = [str(ROOT / ".venv" / "bin" / "python"), "-m", "pytest", "--numprocesses", "2", "--quiet"]


def pytest(title: str, arguments: Sequence[str], environment: dict[str, str]) -> int:
    print(f"\n==> {title}", flush=True)
    return subprocess.run([*PYTEST, *arguments], cwd=ROOT, env=environment, check=False).returncode


def main(arguments: list[str]) -> int:
    stop_on_sigterm()
    # Nothing of the caller's installation reaches the tests.
    ours = {"DATABASE_URL", "DATA_DIR", "CELERY_BROKER_URL", "PLATFORM_URL", "DEMO", "REQUIRE_SECOND_FACTOR"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    try:
        if code := pytest("journeys on SQLite", ["tests/journeys"], environment):
            return code
        with cluster() as url:
            # Its databases go away with the cluster: pytest need not drop them (--reuse-db).
            everything = ["--reuse-db", *arguments]
            return pytest("every test on PostgreSQL", everything, {**environment, "DATABASE_URL": url})
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
