"""`manage.py check_signature`: what the signatures of some files are worth (annexe 12 art. 5)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procurement.calendars import format_moment
from signing.fetching import fetcher_of_installation
from signing.verification import checks
from signing.verification.facts import Content
from signing.verification.reports import FileReport, Outcome, SignatureVerdict, StampVerdict
from signing.verification.trust.trust_store import TrustStore, kept_lists

_USAGE = 2
_OUTCOMES = {Outcome.PASSED: "oui", Outcome.FAILED: "NON", Outcome.UNKNOWN: "à vérifier"}


class Command(BaseCommand):
    help = (
        "Check every signature and time stamp of files: PAdES, CAdES, XAdES, ASiC, RFC 3161. Detached signatures are "
        "paired with the other files by digest. Exit status: 0 when every file was judged, 2 on usage."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="signed file, detached signature or document"
        )
        parser.add_argument("--signature", metavar="SIG", help="the signature to check against FILE…")
        parser.add_argument(
            "--trust", metavar="DIR", help="folder of trust anchors (PEM) and trusted lists (XML)"
        )
        parser.add_argument("--at", metavar="ISO8601", help="judge as of that instant; default: now")
        parser.add_argument("--offline", action="store_true", help="fetch no revocation list and no answer")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    def handle(self, *_: Any, files: list[str], **options: Any) -> None:
        contents = [_content(name) for name in files]
        circumstances: dict[str, Any] = {
            "now": _instant(options["at"]) if options["at"] else timezone.now(),
            "trust": _trust(options["trust"]),
            "fetcher": fetcher_of_installation(offline=True)
            if options["offline"]
            else fetcher_of_installation(),
        }
        if options["signature"]:
            reports = checks.check_detached(_content(options["signature"]), contents, **circumstances)
        else:
            reports = checks.check(contents, **circumstances)
        for report in reports:
            self.stdout.write(json.dumps(report.to_json()) if options["json"] else _text(report))


# --- Arguments ------------------------------------------------------------------------------------------------
def _content(name: str) -> Content:
    path = Path(name)
    try:
        with path.open("rb"):
            return Content(name=name, size=path.stat().st_size, open=lambda: path.open("rb"))
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror or 'cannot be read'}", returncode=_USAGE) from None


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(f"--at {text}: not an ISO 8601 instant", returncode=_USAGE) from None


def _trust(directory: str | None) -> TrustStore:
    """The given folder; otherwise those of the installation, as far as they exist."""
    if directory is None:
        folders = [folder for folder in (Path(settings.SIGNATURE_TRUST_DIR), kept_lists()) if folder.is_dir()]
        return sum((TrustStore.from_directory(folder) for folder in folders), start=TrustStore.empty())
    if not Path(directory).is_dir():
        raise CommandError(f"--trust {directory}: no such folder", returncode=_USAGE)
    return TrustStore.from_directory(Path(directory))


# --- What is printed ------------------------------------------------------------------------------------------
def _text(report: FileReport) -> str:
    """Names come from files: what cannot be written is replaced."""
    text = "\n".join(_lines(report)) + "\n"
    return text.encode("utf-8", "replace").decode("utf-8")


def _lines(report: FileReport) -> Iterator[str]:
    yield f"{report.file}\u00a0: {report.verdict.label} ({report.format})"
    for name in report.signed_by:
        yield f"  Signé par le fichier {name}"
    for number, signature in enumerate(report.signatures, start=1):
        yield from _signature_text(number, signature)
    for stamp in report.stamps:
        yield _stamp_text(stamp)
    for problem in report.problems:
        yield f"  ! {problem}"


def _signature_text(number: int, signature: SignatureVerdict) -> Iterator[str]:
    yield f"  Signature {number}\u00a0: {signature.signer} ({signature.level}) – {signature.status.label}"
    yield f"    {signature.message}"
    for check in signature.checks:
        yield f"    [{_OUTCOMES[check.outcome]}] {check.label}\u00a0: {check.message}"
    for note in signature.notes:
        yield f"    {note}"


def _stamp_text(stamp: StampVerdict) -> str:
    at = f" du {format_moment(stamp.at)}" if stamp.at else ""
    return f"  Horodatage{at} par {stamp.issuer or 'une autorité inconnue'} – {stamp.status.label}"
