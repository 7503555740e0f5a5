"""The programs that the tests use from the system: install what is missing, or say it in one line."""

import shutil
import sys
from pathlib import Path

from console import install_with_apt, stop
from postgres import programs

#: Debian package -> (is it there, what it is for)
REQUIRED = {
    "postgresql": (lambda: programs() is not None, "PostgreSQL 15 or newer"),
    "chromium": (lambda: _on_path("chromium", "chromium-browser", "google-chrome"), "browser journeys"),
    "openssl": (lambda: _on_path("openssl"), "verification of time stamps"),
    "poppler-utils": (lambda: _on_path("pdfsig"), "verification of sealed PDF files"),
    "age": (lambda: _on_path("age"), "opening of sealed bids by another program"),
    "softhsm2": (lambda: _on_path("softhsm2-util"), "seals made with a PKCS#11 token"),
}
OPTIONAL = {
    "rabbitmq-server": (lambda: Path("/usr/sbin/rabbitmq-server").exists(), "delivery of jobs by RabbitMQ"),
}


def _on_path(*names: str) -> bool:
    return any(shutil.which(name) for name in names)


def main() -> None:
    missing = [name for name, (present, _) in {**REQUIRED, **OPTIONAL}.items() if not present()]
    if missing:
        install_with_apt(missing)
    still = [name for name, (present, _) in REQUIRED.items() if not present()]
    if still:
        reasons = ", ".join(f"{name} ({REQUIRED[name][1]})" for name in still)
        stop(f"The tests need {reasons}. Install: sudo apt-get install {' '.join(still)}")
    for name, (present, purpose) in OPTIONAL.items():
        if not present():
            print(f"{name} is not installed: the tests on {purpose} are skipped.", file=sys.stderr)


if __name__ == "__main__":
    main()
