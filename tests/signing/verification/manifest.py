"""The rows of the signature corpus: files, what they are known to be, and the documents beside them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from signing.verification.facts import Content

GOOD = {"integrity-ok", "valid-container"}


@dataclass(frozen=True)
class Row:
    path: str
    expected: str
    beside: tuple[str, ...]

    @property
    def key(self) -> str:
        """As docs/signature-corpus.md names it: one file may have been tried with several documents."""
        documents = ", ".join(name.rsplit("/", 1)[1] for name in self.beside)
        beside = f" with {documents}" if documents else ""
        return f"{self.path.rsplit('/', 1)[1]}{beside} ({self.expected})"


def rows(shared_data: Path) -> list[Row]:
    with (shared_data / "signing" / "manifest.csv").open(newline="") as file:
        return [
            Row(
                path=row["path"],
                expected=row["expected"],
                beside=tuple(filter(None, row["detached"].split(";"))),
            )
            for row in csv.DictReader(file)
        ]


def good_files(shared_data: Path) -> list[Path]:
    found = {shared_data / "signing" / row.path for row in rows(shared_data) if row.expected in GOOD}
    return sorted(found)


def content(shared_data: Path, path: str) -> Content:
    file = shared_data / "signing" / path
    return Content(name=file.name, size=file.stat().st_size, open=lambda: file.open("rb"))
