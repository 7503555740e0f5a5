"""What the setup scripts say and how they stop: one line a step, one line for a missing thing."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn


def stop(message: str) -> NoReturn:
    """End with one clear line and no traceback."""
    sys.exit(f"\n{message}\n")


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step, then say how long it took."""
    started = time.monotonic()
    print(f"==> {title} ...", flush=True)
    yield
    print(f"    {time.monotonic() - started:.1f} s", flush=True)


def run(command: Sequence[str], *, env: dict[str, str] | None = None) -> None:
    """Run a command; on failure stop with its name (its own output has said why)."""
    if subprocess.run(command, env=env, check=False).returncode:
        stop(f"This command failed: {' '.join(command)}")


def install_with_apt(packages: Sequence[str]) -> bool:
    """Install Debian or Ubuntu packages where that is permitted. False: it is not, nothing was done."""
    prefix = _administrator_prefix()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    with step(f"installing {', '.join(packages)} with apt-get"):
        env = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        subprocess.run([*env, "update"], check=False, stdout=subprocess.DEVNULL)
        quiet = ["-o", "Dpkg::Use-Pty=0", "install", "-y", "--no-install-recommends"]
        done = subprocess.run([*env, *quiet, *packages], check=False, stdout=subprocess.DEVNULL)
    return done.returncode == 0


def _administrator_prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None
