from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dume.management.files import read_bounded, read_dume, refuse_overwriting, write_files
from dume.pages import html_of, pdf_of
from dume.validate import check
from procurement.errors import DomainError


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
            refuse_overwriting([file], filter(None, [html, pdf]))
            dume, report = read_dume(file), check(read_bounded(file))
            pages = {}
            if html:
                pages[html] = html_of(dume, report).encode()
            if pdf:
                pages[pdf] = pdf_of(dume, report, now=timezone.now())
            write_files(pages)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
