"""Checks a folder of evidence (receipt, minutes, proof of delivery) without the platform that made it."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from signing.folder.checks import Latest, check_contents, unreadable
from signing.folder.opening import opened
from signing.folder.pieces import MAX_NOTE_BYTES
from signing.folder.proved import Flaw
from signing.folder.register import MAX_TILE_BYTES, Mirror
from signing.folder.report import WORDS, Report

USAGE = 2
MARKS = {"passed": "✓", "failed": "✗", "unknown": "?"}


class Command(BaseCommand):
    help = "Vérifie un dossier de preuves, ou son archive ZIP, sans la plateforme qui l'a fait."
    #: It is run where there is no platform: no database, no key.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="FOLDER_OR_ZIP")
        parser.add_argument(
            "--checkpoint", type=Path, help="consistency text or note of the register, kept elsewhere"
        )
        parser.add_argument("--trust", type=Path, help="PEM of the root certificate that is expected")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"{path} n'existe pas.", returncode=USAGE)
        latest = _latest(options["checkpoint"]) if options["checkpoint"] else None
        trust = _read(options["trust"]) if options["trust"] else None
        try:
            with opened(path) as contents:
                report = check_contents(contents, latest=latest, trust=trust)
        except Flaw as flaw:
            report = unreadable(flaw)
        answer = report.as_json(str(path).encode(errors="replace").decode())
        self.stdout.write(json.dumps(answer, ensure_ascii=False) if options["json"] else prose(report))
        if report.verdict != "valid":
            sys.exit(1)


def prose(report: Report) -> str:
    titles = WORDS["titles"]
    lines = [f"{MARKS[c.outcome]} {titles[c.check]}\u00a0: {c.message}" for c in report.checks]
    return "\n".join([report.sentence, "", *map(printable, lines)])


def printable(line: str) -> str:
    """Names come from the folder: none of them speaks to the terminal."""
    return "".join(c if c.isprintable() or c == "\u00a0" else "\N{REPLACEMENT CHARACTER}" for c in line)


def _latest(path: Path) -> Latest:
    return Latest(path.name, _read(path), _mirror(path))


def _mirror(path: Path) -> Mirror | None:
    """The tiles beside the file, where it lies in a copy of the published register: checkpoint, checkpoint/42."""
    folder = next((each for each in path.absolute().parents[:2] if (each / "tile").is_dir()), None)
    if folder is None:
        return None

    def read(name: str) -> bytes | None:
        try:
            with (folder / name).open("rb") as file:
                return file.read(MAX_TILE_BYTES)
        except OSError:
            return None

    return read


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_NOTE_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path} ne peut pas être lu.", returncode=USAGE) from error
