"""Check the signatures of files that belong together, and keep what was found (annexe 12 art. 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.db import transaction

from procurement.actors import Actor
from procurement.audit.services import record
from procurement.files import services as files
from procurement.files.models import StoredFile
from procurement.network.connections import Allowance
from signing.fetching import fetcher_of_installation
from signing.models import SignatureCheck
from signing.verification.facts import Content
from signing.verification.reports import FileReport, Verdict

#: NUL and lone surrogates.
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
#: Seconds that the revocation data of one deposit may take.
_FETCHING = 120.0
#: Characters of one sentence or name.
_LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Checked:
    """The report on a file, by its SHA-256 in hexadecimal."""

    file_sha256: str
    report: FileReport


def check_files(named: Sequence[tuple[str, StoredFile]], *, now: datetime) -> tuple[list[Checked], str]:
    """One report for each different file, judged together with what the installation trusts; and what that was.

    Nothing is written: what takes seconds and may be read on the network holds no transaction. Raises OSError when a
    file cannot be read today, since a check that was not made must not pass for one.
    """
    from signing.verification import checks
    from signing.verification.trust.trust import TrustStore

    store = TrustStore.of_installation(now)
    different = {file.sha256: (name, file) for name, file in named}
    readings = [_Reading(file) for _, file in different.values()]
    contents = [
        Content(name=name, size=reading.file.size, open=reading.open)
        for name, reading in zip(_distinct(name for name, _ in different.values()), readings, strict=True)
    ]
    fetcher = fetcher_of_installation(allowance=Allowance(_FETCHING))
    reports = checks.check(contents, now=now, trust=store, fetcher=fetcher)
    for reading in readings:
        if reading.failure is not None:
            raise reading.failure
    found = [Checked(digest, report) for digest, report in zip(different, reports, strict=True)]
    return found, store.describe(now)


@transaction.atomic
def record_checks(
    checked: Iterable[Checked], *, together: UUID, trust: str, actor: Actor, now: datetime
) -> list[SignatureCheck]:
    """Keep the reports; earlier ones stay. Those of signed files are entered in the journal."""
    return [_record(one, together, trust, actor, now) for one in checked]


def _record(checked: Checked, together: UUID, trust: str, actor: Actor, now: datetime) -> SignatureCheck:
    report = checked.report
    kept = SignatureCheck(
        file_sha256=checked.file_sha256,
        together=together,
        format=report.format,
        verdict=report.verdict,
        report=_storable(report.to_json()),
        trust=trust,
        checked_at=now,
    )
    kept.save(force_insert=True)
    if report.verdict is not Verdict.UNSIGNED:
        record(
            action="signing.signature.verify",
            subject=checked.file_sha256,
            actor=actor,
            at=now,
            data={
                "verdict": str(report.verdict),
                "statuses": [str(signature.status) for signature in report.signatures],
            },
        )
    return kept


class _Reading:
    """Opens a stored file, and remembers when the store did not answer: the reader turns it into a finding."""

    def __init__(self, file: StoredFile) -> None:
        self.file = file
        self.failure: OSError | None = None

    def open(self) -> BinaryIO:
        try:
            return cast(BinaryIO, files.open_stored(self.file))
        except OSError as error:
            self.failure = error
            raise


def _distinct(names: Iterable[str]) -> list[str]:
    """Two files of the same name are told apart, since signatures name what they sign: « offre.pdf (2) »."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _storable(value: Any) -> Any:
    """Without what the database's JSON has no place for; names come from certificates, which hold anything."""
    if isinstance(value, str):
        return _FORBIDDEN.sub("\ufffd", value[:_LONGEST])
    if isinstance(value, dict):
        return {key: _storable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_storable(part) for part in value]
    return value
