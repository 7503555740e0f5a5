"""The bytes that a PDF signature covers (ISO 32000-2 12.8.1): all of a revision but the signature value itself."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from hashlib import new as new_hash
from io import BytesIO

from signing.verification.facts import Content

_HEX = re.compile(rb"<[0-9A-Fa-f\s\x00]*>")
_BLANK = re.compile(rb"[\s\x00]+")
#: The end of a revision, and the line end that may follow it.
_END_OF_REVISION = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")
_TAIL = 64
#: Bytes between the two stretches: a signature weighs some kilobytes, with its revocation lists some megabytes.
_MAX_GAP = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Two stretches of a document: [start, start + length[, twice."""

    document: bytes = field(repr=False)
    first: int
    first_length: int
    second: int
    second_length: int

    @property
    def end(self) -> int:
        return self.second + self.second_length

    @property
    def is_inside(self) -> bool:
        """Both lie in the document, one after the other."""
        numbers = (self.first, self.first_length, self.second, self.second_length)
        return (
            min(numbers) >= 0
            and self.first + self.first_length <= self.second
            and self.end <= len(self.document)
        )

    @property
    def gap(self) -> bytes:
        return self.document[self.first + self.first_length : self.second]

    @property
    def rest(self) -> bytes:
        """What was appended after the covered bytes."""
        return self.document[self.end :]

    def digest(self, algorithm: str) -> bytes:
        view = memoryview(self.document)
        state = new_hash(algorithm, view[self.first : self.first + self.first_length])
        state.update(view[self.second : self.end])
        return state.digest()

    def content(self) -> Content:
        return Content(name="", size=self.first_length + self.second_length, open=self._open)

    def _open(self) -> BytesIO:
        begin = self.document[self.first : self.first + self.first_length]
        return BytesIO(begin + self.document[self.second : self.end])

    def spares_only(self, contents: bytes) -> bool:
        """It starts at the first byte, and leaves out the hexadecimal string of `contents` and nothing else."""
        if not self.is_inside or self.first != 0:
            return False
        left_out = written_in(self.gap)
        return left_out is not None and left_out.rstrip(b"\x00") == contents.rstrip(b"\x00")

    @property
    def ends_a_revision(self) -> bool:
        return _END_OF_REVISION.search(self.document[max(0, self.end - _TAIL) : self.end]) is not None

    @property
    def rest_ends_a_revision(self) -> bool:
        """What was appended ends as a PDF does: nothing comes after what a reader of its structure sees."""
        return _END_OF_REVISION.search(self.rest.rstrip(b"\x00 \t\r\n\f")[-_TAIL:]) is not None

    @property
    def reaches_the_end(self) -> bool:
        """Nothing was appended, but for blank bytes."""
        return not _BLANK.sub(b"", self.rest[:_TAIL]) and not self.rest[_TAIL:].strip(b"\x00 \t\r\n\f")


def written_in(gap: bytes) -> bytes | None:
    """The bytes of a hexadecimal string of PDF, delimiters included; None for anything else."""
    if len(gap) > _MAX_GAP or not _HEX.fullmatch(gap):
        return None
    digits = _BLANK.sub(b"", gap[1:-1])
    try:
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except binascii.Error:
        return None
