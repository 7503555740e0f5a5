import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dume.build import write
from dume.carrying import Unmoved
from dume.convert import TARGETS, convert
from dume.management.files import read_bounded, read_dume, refuse_overwriting, shown, write_files
from dume.validate import check
from procurement.errors import DomainError


class Command(BaseCommand):
    """Exit code 0 when the file was converted, whatever was lost; 1 when nothing could be written.

    A file of the version asked for is copied as it is.
    """

    help = (
        "Convertit un DUME (ESPD) d'une version du modèle à une autre et dit ce qui n'y trouve pas sa place."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument("--to", required=True, choices=TARGETS, help="version voulue")
        parser.add_argument("--out", required=True, type=Path, metavar="FICHIER", help="fichier à écrire")
        parser.add_argument("--json", action="store_true", help="un objet JSON")

    def handle(self, *, file: Path, to: str, out: Path, json: bool, **options: object) -> None:
        try:
            refuse_overwriting([file], [out])
            source = read_dume(file)
            conversion = convert(source, to)
            is_itself = conversion.dume is source
            data = read_bounded(file) if is_itself else write(conversion.dume, now=timezone.now())
            write_files({out: data})
        except DomainError as error:
            raise CommandError(str(error)) from error
        verdict = check(data).verdict
        line: dict[str, object] = {
            "file": shown(file),
            "from": source.version,
            "to": to,
            "out": shown(out),
            "kind": source.kind.value,
            "losses": conversion.losses_told(),
            "verdict": verdict.value,
        }
        self.stdout.write(as_json(line) if json else as_text(out, conversion.losses, verdict.label))


def as_json(line: dict[str, object]) -> str:
    return json.dumps(line, ensure_ascii=False)


def as_text(out: Path, losses: tuple[Unmoved, ...], verdict: str) -> str:
    lines = [f"  {one.what}, {one.place}\u00a0: {one.value} ({one.reason})" for one in losses]
    return "\n".join([f"{shown(out)}\u00a0: {verdict}, {len(losses)} perte(s)", *lines])
