"""Values of PDF (ISO 32000-1 7.3), as far as the platform's own documents use them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from signing.folder.elements import Malformed

_SPACE = re.compile(rb"(?:[\x00\t\n\f\r ]|%[^\r\n]*)*")
_NAME = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]*)")
_REFERENCE = re.compile(rb"(\d{1,8}) 0 R(?![A-Za-z0-9])")
_NUMBER = re.compile(rb"[+-]?\d{1,15}(?:\.\d{0,15})?(?![A-Za-z0-9.])")
_WORD = re.compile(rb"(true|false|null)(?![A-Za-z0-9])")
_HEXADECIMAL = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_OBJECT = re.compile(rb"(\d{1,8}) 0 obj\b")
_STREAM = re.compile(rb"stream\r?\n")
_AFTER_STREAM = re.compile(rb"\r?\n?endstream\s")
_AFTER_OBJECT = re.compile(rb"endobj\r?\n")
_WORDS = {b"true": True, b"false": False, b"null": None}
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|\r\n|[\s\S])")
_ESCAPES = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r\n": b"",
    b"\r": b"",
}
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Name:
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    number: int


class Dictionary(dict[str, Any]):
    """Keys without their slash; `spans` says where each value stands in the file."""

    def __init__(self) -> None:
        super().__init__()
        self.spans: dict[str, tuple[int, int]] = {}


@dataclass(frozen=True)
class Object:
    """An indirect object: from its number to the end of its `endobj` line."""

    number: int
    value: Any
    end: int
    stream: bytes | None = field(repr=False, default=None)


def read_value(data: bytes, start: int) -> tuple[Any, int]:
    """The value at `start`, and where it ends. Raises Malformed."""
    return _Reader(data).value(start, 0)


def read_object(data: bytes, start: int) -> Object:
    """Raises Malformed."""
    head = _OBJECT.match(data, start)
    if head is None:
        raise Malformed
    value, position = read_value(data, head.end())
    position = _skip(data, position)
    stream = None
    if opening := _STREAM.match(data, position):
        stream, position = _stream(data, value, opening.end())
    tail = _AFTER_OBJECT.match(data, position)
    if tail is None:
        raise Malformed
    return Object(int(head[1]), value, tail.end(), stream)


def _stream(data: bytes, value: Any, start: int) -> tuple[bytes, int]:
    length = value.get("Length") if isinstance(value, Dictionary) else None
    if not isinstance(length, int) or not 0 <= length <= len(data) - start:
        raise Malformed
    after = _AFTER_STREAM.match(data, start + length)
    if after is None:
        raise Malformed
    return data[start : start + length], after.end()


def _skip(data: bytes, start: int) -> int:
    found = _SPACE.match(data, start)
    return found.end() if found else start


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def value(self, start: int, depth: int) -> tuple[Any, int]:
        if depth > _MAX_DEPTH:
            raise Malformed
        start = _skip(self._data, start)
        if self._data.startswith(b"<<", start):
            return self._dictionary(start + 2, depth)
        if self._data.startswith(b"[", start):
            return self._array(start + 1, depth)
        if self._data.startswith(b"(", start):
            return self._text(start)
        return self._simple(start)

    def _simple(self, start: int) -> tuple[Any, int]:
        if found := _NAME.match(self._data, start):
            return Name(found[1].decode("latin-1")), found.end()
        if found := _REFERENCE.match(self._data, start):
            return Reference(int(found[1])), found.end()
        if found := _NUMBER.match(self._data, start):
            text = found[0].decode()
            return (float(text) if "." in text else int(text)), found.end()
        if found := _WORD.match(self._data, start):
            return _WORDS[found[1]], found.end()
        if found := _HEXADECIMAL.match(self._data, start):
            digits = b"".join(found[1].split())
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()), found.end()
        raise Malformed

    def _dictionary(self, position: int, depth: int) -> tuple[Dictionary, int]:
        found = Dictionary()
        while not self._data.startswith(b">>", position := _skip(self._data, position)):
            key, position = self._simple(position)
            if not isinstance(key, Name) or key.text in found:
                raise Malformed
            position = _skip(self._data, position)
            found[key.text], end = self.value(position, depth + 1)
            found.spans[key.text] = (position, end)
            position = end
        return found, position + 2

    def _array(self, position: int, depth: int) -> tuple[list[Any], int]:
        found = []
        while not self._data.startswith(b"]", position := _skip(self._data, position)):
            value, position = self.value(position, depth + 1)
            found.append(value)
        return found, position + 1

    def _text(self, start: int) -> tuple[bytes, int]:
        """A literal string; its parentheses are balanced, or escaped."""
        open_parentheses, position = 0, start
        while position < len(self._data):
            character = self._data[position : position + 1]
            open_parentheses += {b"(": 1, b")": -1}.get(character, 0)
            position += 2 if character == b"\\" else 1
            if open_parentheses == 0:
                return _ESCAPED.sub(_unescaped, self._data[start + 1 : position - 1]), position
        raise Malformed


def _unescaped(found: re.Match[bytes]) -> bytes:
    text = found[1]
    return bytes((int(text, 8) & 0xFF,)) if text[:1].isdigit() else _ESCAPES.get(text, text)
