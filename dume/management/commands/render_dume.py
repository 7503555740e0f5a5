from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dume.management.files import read_bounded
from dume.pages import html_of, pdf_of
from dume.parse import DumeUnreadable, NotADume, read
from dume.validate import check


class Command(BaseCommand):
    """A file that is no DUME makes it fail and writes nothing."""

    help = (
        "Met en page un fichier DUME (ESPD) de toute version, pour le lire : page HTML autonome, PDF balisé."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument("--html", type=Path, metavar="FICHIER", help="écrit la page HTML dans ce fichier")
        parser.add_argument("--pdf", type=Path, metavar="FICHIER", help="écrit le PDF dans ce fichier")

    def handle(self, *, file: Path, html: Path | None, pdf: Path | None, **options: object) -> None:
        if not html and not pdf:
            raise CommandError("Indiquez --html FICHIER ou --pdf FICHIER, ou les deux.")
        try:
            data = read_bounded(file)
            dume, report = read(data), check(data)
            if html:
                html.write_text(html_of(dume, report), encoding="utf-8")
            if pdf:
                pdf.write_bytes(pdf_of(dume, report, now=timezone.now()))
        except (DumeUnreadable, NotADume) as refusal:
            raise CommandError(f"{file}: {refusal}") from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
