"""A real authority and real tools: openssl, pdfsig and age are the judges, not our own code."""

import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from procurement.pdf import render
from signing.pki.authority import Authority, ensure_authority
from tests.conftest import NOW

EXAMPLE = Path(__file__).parent / "example.typ"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return ensure_authority(tmp_path_factory.mktemp("keys"), NOW)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of keys for these tests alone: elsewhere real clocks renew the list of revocations."""
    directory = tmp_path_factory.mktemp("installation")
    ensure_authority(directory / "keys", NOW)
    return directory


@pytest.fixture(autouse=True)
def _own_installation(settings, installation: Path) -> None:
    settings.DATA_DIR = installation


@pytest.fixture
def folder(tmp_path: Path, authority: Authority) -> Path:
    """An empty folder but for ca.pem, as somebody who checks a receipt has it."""
    (tmp_path / "ca.pem").write_bytes(authority.chain_pem())
    return tmp_path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a program in the test's folder; what it prints on both channels is in `stdout`."""

    def program(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            arguments,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=30,
            check=False,
        )

    return program


@pytest.fixture
def at() -> tuple[str, str]:
    """`openssl … -attime` at the instant of the tests: certificates are judged there, not today."""
    return ("-attime", str(int(NOW.timestamp())))


DATA = {
    "title": "Récépissé de dépôt",
    "consultation": "Réfection de la toiture de l'école des Tilleuls",
    "issuer": "Commune de Valfictif",
    "number": "2026-VAL-014/3",
    "issued": "Établi le lundi 2 mars 2026 à 10 h 00 (heure de Paris)",
    "facts": [
        ["Entreprise", "Toitures du Val (exemple)"],
        ["Reçu le", "lundi 2 mars 2026 à 9 h 59 (heure de Paris)"],
    ],
    "files": [["acte d'engagement.pdf", "312 Ko", "0123456789abcdef" * 4]],
    "commands": ["openssl ts -verify -in recepisse.json.tsr -data recepisse.json -CAfile ca.pem"],
}
ENCLOSED = b'{"depot": "2026-VAL-014/3"}'


@pytest.fixture
def receipt_pdf() -> bytes:
    return render_receipt(NOW)


def render_receipt(now: datetime, **changes: object) -> bytes:
    attachments = [
        ("recepisse.json", ENCLOSED, "application/json"),
        ("recepisse.json.tsr", bytes(range(256)), "application/timestamp-reply"),
    ]
    return render(EXAMPLE, {**DATA, **changes}, attachments, now=now)
