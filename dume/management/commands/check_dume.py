import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from dume.management.files import FileNotOpened, read_bounded, shown
from dume.report import Finding, Report
from dume.validate import check

CHECKED = "structure (schémas), règles métier officielles, listes de codes et règles propres à la plateforme"


class Command(BaseCommand):
    """Exit code 0 as soon as every file could be judged, whatever the verdicts; 1 when a file cannot be opened.

    One finding a rule: `count` says in how many places. What is covered, by version: docs/dume.md.
    """

    help = f"Contrôle des fichiers DUME (ESPD) : {CHECKED}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FICHIER")
        parser.add_argument("--json", action="store_true", help="un objet JSON par ligne et par fichier")

    def handle(self, *, files: list[Path], json: bool, **options: object) -> None:
        unopened = 0
        for path in files:
            try:
                report = check(read_bounded(path))
            except FileNotOpened as refusal:
                unopened += 1
                self.stderr.write(str(refusal))
                continue
            self.stdout.write(as_line(path, report) if json else as_text(path, report))
        if unopened:
            raise CommandError(f"{unopened} fichier(s) n'ont pas pu être ouverts.")


def as_line(path: Path, report: Report) -> str:
    return json.dumps({"file": shown(path), **report.by_layer()}, ensure_ascii=False)


def as_text(path: Path, report: Report) -> str:
    head = f"{shown(path)}\u00a0: {report.kind} {report.version}, {report.verdict.label}".replace("  ", " ")
    return "\n".join([head, *map(as_words, (*report.told, *report.technical))])


def as_words(finding: Finding) -> str:
    return f"  {finding.severity.label}, {finding.where}: {finding.message} [{finding.rule}]"
