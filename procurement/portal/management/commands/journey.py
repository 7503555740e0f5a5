"""`manage.py journey`: the main job from publication to open data, on an empty database of its own.

The smoke test of an installation: it needs no server, no browser and no clock, and leaves the evidence in a folder.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

#: Set in the process that plays: it runs with a folder and a database of its own.
PLAYING = "PROFIL_ACHETEUR_JOURNEY"


class Command(BaseCommand):
    help = "Play the whole path with a frozen clock on a database of its own; write the evidence to a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object per step")
        parser.add_argument("--out", type=Path, required=True, help="the folder to write to; created")
        parser.add_argument("--dume", type=Path, help="an ESPD response to deposit instead of one of our own")

    def handle(self, *_args: Any, **options: Any) -> None:
        out: Path = options["out"].resolve()
        out.mkdir(parents=True, exist_ok=True)
        if os.environ.get(PLAYING) != "1":
            raise SystemExit(self.play_apart(options, out))
        call_command("migrate", verbosity=0, interactive=False)
        from procurement.portal.demonstration.journey import Journey

        espd = options["dume"].read_bytes() if options["dume"] else None
        for step in Journey(out=out, espd=espd).steps():
            self.stdout.write(step.as_json() if options["json"] else step.as_text())

    def play_apart(self, options: dict[str, Any], out: Path) -> int:
        """Run this command again in a process that sees only a temporary folder; returns its exit code."""
        folder = Path(tempfile.mkdtemp(prefix="journey-"))
        database = os.environ.get("JOURNEY_DATABASE_URL", f"sqlite:///{folder / 'database.sqlite3'}")
        environment = {
            **os.environ,
            PLAYING: "1",
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": "memory://",
            "DEMO": "False",
            "S3_ENDPOINT_URL": "",
            "EMAIL_HOST": "",
        }
        words = [sys.executable, str(settings.BASE_DIR / "manage.py"), "journey", "--out", str(out)]
        words += ["--json"] if options["json"] else []
        if options["dume"]:
            if not options["dume"].is_file():
                raise CommandError(f"no such file: {options['dume']}")
            words += ["--dume", str(options["dume"].resolve())]
        try:
            return subprocess.run(words, env=environment, check=False).returncode  # noqa: S603  ourselves
        finally:
            shutil.rmtree(folder, ignore_errors=True)
