import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dume.build import write
from dume.management.files import read_dume, refuse_overwriting, shown, write_files
from dume.merge import Merge, merge
from procurement.errors import DomainError


class Command(BaseCommand):
    """Exit code 0 when both files could be read, whatever matched; 1 when nothing could be written."""

    help = (
        "Reprend une réponse DUME antérieure pour une nouvelle demande, et dit ce qui n'a pas pu être repris."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("request", type=Path, metavar="DEMANDE")
        parser.add_argument("response", type=Path, metavar="RÉPONSE")
        parser.add_argument("--out", required=True, type=Path, metavar="FICHIER", help="fichier à écrire")
        parser.add_argument("--json", action="store_true", help="un objet JSON")

    def handle(self, *, request: Path, response: Path, out: Path, json: bool, **options: object) -> None:
        now = timezone.now()
        try:
            refuse_overwriting([request, response], [out])
            merged = merge(read_dume(request), read_dume(response), now=now)
            write_files({out: write(merged.dume, now=now)})
        except DomainError as error:
            raise CommandError(str(error)) from error
        line = {"request": shown(request), "response": shown(response), "out": shown(out), **merged.told()}
        self.stdout.write(as_json(line) if json else as_text(out, merged))


def as_json(line: dict[str, object]) -> str:
    return json.dumps(line, ensure_ascii=False)


def as_text(out: Path, merged: Merge) -> str:
    counts = f"{len(merged.matched)} réponse(s) reprise(s), {len(merged.missing)} question(s) sans réponse"
    head = f"{shown(out)}\u00a0: {counts}"
    lines = [
        f"  non repris, {one.criterion}, {one.question}\u00a0: {one.value} ({one.reason})"
        for one in merged.unmatched
    ]
    return "\n".join([head, *lines])
