"""Checks files of essential data in the official format (JSON and XML 2.0.x) and says in French what is wrong."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from essential_data.inspection import FileReport, inspect
from procurement.calendars import paris_date


class Command(BaseCommand):
    help = "Vérifie des fichiers de données essentielles (JSON ou XML, format 2.0.x) avant leur transmission."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="one JSON object a file, one a line")
        parser.add_argument(
            "--date", type=date.fromisoformat, help="day of transmission (default: today in Paris)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"] or paris_date(timezone.now())
        reports = [
            inspect(name=str(path), data=path.read_bytes(), file_date=day) for path in options["files"]
        ]
        for report in reports:
            self.stdout.write(
                json.dumps(report.as_json(), ensure_ascii=False) if options["json"] else prose(report)
            )
        if not all(report.is_accepted for report in reports):
            sys.exit(1)


def prose(report: FileReport) -> str:
    if report.refusal:
        return f"{report.name}: {report.refusal}"
    lines = [
        (
            f"{report.name} : {len(report.contracts)} contrat(s), {report.accepted} conforme(s) au format, "
            f"{report.retained} retenu(s) par la consolidation nationale."
        )
    ]
    for contract in report.contracts:
        lines += [f"  {contract.number}: {problem.path}: {problem.message}" for problem in contract.problems]
    return "\n".join(lines)
