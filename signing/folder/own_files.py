"""The depositor's own files, compared with those that the document names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signing.folder.facts import Document, documents_of
from signing.folder.opening import BROKEN
from signing.folder.pieces import Pieces
from signing.folder.report import Check


def compare_files(pieces: Pieces, facts: dict[str, Any] | None) -> Check:
    """By digest; a name only tells a file that was changed from one that the document does not speak of."""
    if facts is None:
        return Check.of("files", "no_document")
    named = documents_of(facts)
    if not named and not pieces.own_files:
        return Check.of("files", "nothing_named", document=pieces.document)
    found: dict[str, str] = {}
    for file in pieces.own_files:
        try:
            found[file.name] = file.digest("sha256").hex()
        except BROKEN:
            return Check.of("files", "damaged", name=file.name)
    return _judge(named, found, pieces.document)


def _judge(named: Sequence[Document], found: dict[str, str], document: str) -> Check:
    known = frozenset[str]().union(*(entry.digests for entry in named))
    others = [name for name, digest in found.items() if digest not in known]
    altered = [name for name in others if any(entry.name == name for entry in named)]
    if altered or others:
        code = "altered" if altered else "strangers"
        return Check.of("files", code, names=", ".join(altered or others), document=document)
    present = sum(1 for entry in named if entry.digests & set(found.values()))
    code = "none" if not present else "ok" if present == len(named) else "some"
    return Check.of("files", code, present=present, count=len(named), document=document)
