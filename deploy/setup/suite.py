"""Run the tests: the journeys on SQLite, then everything on a PostgreSQL of its own.

pytest's closing line comes last and the exit code is pytest's. Arguments go to the second, full run.
"""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from postgres import cluster, stop_on_sigterm

ROOT = Path(__file__).resolve().parents[2]
#: Seconds; a run that takes longer hangs.
LONGEST_RUN = 1500
PYTEST = [str(ROOT / ".venv" / "bin" / "python"), "-m", "pytest", "--numprocesses", "2", "--quiet"]


def pytest(title: str, arguments: Sequence[str], environment: dict[str, str]) -> int:
    print(f"\n==> {title}", flush=True)
    command = [*PYTEST, *arguments]
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False, timeout=LONGEST_RUN).returncode
    except subprocess.TimeoutExpired:
        print(f"The tests were stopped after {LONGEST_RUN} s: one of them hangs.", flush=True)
        return 1


def variables_of_the_platform() -> set[str]:
    """Nothing of the caller's own installation may reach the tests."""
    example = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z0-9_]+)=", example, re.MULTILINE))


def main(arguments: list[str]) -> int:
    stop_on_sigterm()
    environment = {
        name: value for name, value in os.environ.items() if name not in variables_of_the_platform()
    }
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
