"""The revisions of a PDF as its own tables list them (ISO 32000-1 7.5.4 to 7.5.6).

Only tables in clear are read: the platform writes no others. What was appended must be made of the listed objects
and nothing between them, so that no reader of PDF finds there what this one does not see.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from signing.folder.elements import Malformed
from signing.folder.pdf_values import Dictionary, Object, Reference, read_object, read_value

_TAIL = re.compile(rb"startxref\r?\n(\d{1,12})\r?\n%%EOF\r?\n?")
_XREF = re.compile(rb"xref\r?\n")
_SECTION = re.compile(rb"(\d{1,8}) (\d{1,6})\r?\n")
_ENTRY = re.compile(rb"(\d{10}) \d{5} ([fn])(?: \n| \r|\r\n)")
_TRAILER = re.compile(rb"trailer\s*")
_ENTRY_BYTES = 20
_LAST_BYTES = 64
_MAX_REVISIONS = 100
_MAX_ENCLOSED_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Revision:
    """`offsets`: number -> where the object begins; `start` is where the table begins, `end` the end of %%EOF."""

    offsets: Mapping[int, int]
    trailer: Dictionary
    start: int
    end: int


@dataclass(frozen=True)
class Document:
    """A file as its last revision shows it; the newest revision comes first."""

    data: bytes
    revisions: tuple[Revision, ...]

    @cached_property
    def offsets(self) -> dict[int, int]:
        merged: dict[int, int] = {}
        for revision in reversed(self.revisions):
            merged.update(revision.offsets)
        return merged

    def at(self, reference: Any) -> Object:
        """The object that a reference names. Raises Malformed."""
        offset = self.offsets.get(reference.number) if isinstance(reference, Reference) else None
        if offset is None:
            raise Malformed
        found = read_object(self.data, offset)
        if found.number != reference.number:
            raise Malformed
        return found

    def resolve(self, value: Any) -> Any:
        return self.at(value).value if isinstance(value, Reference) else value

    def dictionary(self, value: Any) -> Dictionary:
        found = self.resolve(value)
        if not isinstance(found, Dictionary):
            raise Malformed
        return found

    @property
    def catalogue(self) -> Dictionary:
        return self.dictionary(self.revisions[0].trailer.get("Root"))

    def enclosed(self) -> dict[str, bytes]:
        """The embedded files (7.11.4), by the name they are listed under."""
        names = self.dictionary(self.dictionary(self.catalogue.get("Names")).get("EmbeddedFiles"))
        listed = self.resolve(names.get("Names"))
        if not isinstance(listed, list) or "Kids" in names or len(listed) % 2:
            raise Malformed
        pairs = zip(listed[::2], listed[1::2], strict=True)
        return {_text(name): self._enclosed(self.dictionary(file)) for name, file in pairs}

    def _enclosed(self, file: Dictionary) -> bytes:
        found = self.at(self.dictionary(file.get("EF")).get("F"))
        if found.stream is None or "DecodeParms" in found.value:
            raise Malformed
        kind = found.value.get("Filter")
        if kind is None:
            return found.stream
        if getattr(kind, "text", "") != "FlateDecode":
            raise Malformed
        return _inflate(found.stream)


def read_document(data: bytes) -> Document:
    """Raises Malformed unless the last line of the file ends its last revision."""
    tails = list(_TAIL.finditer(data, max(0, len(data) - _LAST_BYTES)))
    if not tails or tails[-1].end() != len(data):
        raise Malformed
    revisions: list[Revision] = []
    start = int(tails[-1][1])
    while len(revisions) < _MAX_REVISIONS:
        revision = _revision(data, start)
        revisions.append(revision)
        previous = revision.trailer.get("Prev")
        if previous is None:
            if revisions[0].end != len(data):
                raise Malformed
            return Document(data, tuple(revisions))
        if not isinstance(previous, int) or not 0 <= previous < start:
            raise Malformed
        start = previous
    raise Malformed


def check_appended(document: Document, begins: int) -> None:
    """From `begins` on, the file is revisions made of the objects they list, end to end. Raises Malformed."""
    position = begins
    for revision in reversed([r for r in document.revisions if r.end > begins]):
        for number, offset in sorted(revision.offsets.items(), key=lambda item: item[1]):
            found = read_object(document.data, offset)
            if offset != position or found.number != number:
                raise Malformed
            position = found.end
        if position != revision.start:
            raise Malformed
        position = revision.end
    if position != len(document.data):
        raise Malformed


def _revision(data: bytes, start: int) -> Revision:
    head = _XREF.match(data, start)
    if head is None:
        raise Malformed
    offsets, position = _table(data, head.end())
    trailer = _TRAILER.match(data, position)
    if trailer is None:
        raise Malformed
    value, position = read_value(data, trailer.end())
    tail = _TAIL.search(data, position, position + _LAST_BYTES)
    if not isinstance(value, Dictionary) or "XRefStm" in value or tail is None:
        raise Malformed
    if int(tail[1]) != start or data[position : tail.start()].strip():
        raise Malformed
    return Revision(offsets, value, start, tail.end())


def _table(data: bytes, position: int) -> tuple[dict[int, int], int]:
    offsets: dict[int, int] = {}
    while section := _SECTION.match(data, position):
        position = section.end()
        for number in range(int(section[1]), int(section[1]) + int(section[2])):
            entry = _ENTRY.match(data, position)
            if entry is None or number in offsets or (entry[2] == b"f" and number != 0):
                raise Malformed
            if entry[2] == b"n":
                offsets[number] = int(entry[1])
            position += _ENTRY_BYTES
    return offsets, position


def _inflate(packed: bytes) -> bytes:
    inflating = zlib.decompressobj()
    try:
        content = inflating.decompress(packed, _MAX_ENCLOSED_BYTES)
    except zlib.error as error:
        raise Malformed from error
    if not inflating.eof or inflating.unused_data:
        raise Malformed
    return content


def _text(value: Any) -> str:
    if not isinstance(value, bytes):
        raise Malformed
    return value[2:].decode("utf-16-be", "replace") if value[:2] == b"\xfe\xff" else value.decode("latin-1")
