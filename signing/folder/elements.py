"""Strict DER (X.690): one way of writing each value, so that no byte of an unsigned part changes unseen.

The libraries that read CMS elsewhere accept longer lengths, indefinite lengths and trailing bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
SEQUENCE, SET = 0x30, 0x31
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
#: A high tag number takes more than one octet; nothing here uses any.
_HIGH_TAG = 0x1F
_MAX_LENGTH_OCTETS = 4
_HEAD_OCTETS = 2
#: Set in a length written over several octets, and in each octet of a number but the last.
_CONTINUED = 0x80
_MAX_CHILDREN = 1000
_TIME = re.compile(rb"(\d{14})(?:\.(\d{0,5}[1-9]))?Z")


class Malformed(ValueError):
    """These bytes are not what they should be, or are not written the one way that DER allows."""


@dataclass(frozen=True, slots=True)
class Element:
    """`encoded` is the whole tag, length, value."""

    tag: int
    encoded: bytes
    content: bytes

    def expect(self, tag: int) -> Element:
        if self.tag != tag:
            raise Malformed
        return self

    def children(self) -> list[Element]:
        found, rest = [], self.content
        while rest:
            element = _first(rest)
            found.append(element)
            rest = rest[len(element.encoded) :]
            if len(found) > _MAX_CHILDREN:
                raise Malformed
        return found

    def sequence(self) -> list[Element]:
        return self.expect(SEQUENCE).children()

    def explicit(self, number: int) -> Element:
        """The one element inside `[number]`."""
        return only(self.expect(0xA0 | number).children())

    def oid(self) -> str:
        arcs, value, octets = [], 0, self.expect(OID).content
        if not octets or octets[-1] & _CONTINUED:
            raise Malformed
        for octet in octets:
            if value == 0 and octet == _CONTINUED:
                raise Malformed  # a leading zero
            value = value << 7 | octet & 0x7F
            if not octet & _CONTINUED:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))

    def integer(self) -> int:
        content = self.expect(INTEGER).content
        padded = len(content) > 1 and (content[0], content[1] & 0x80) in ((0, 0), (0xFF, 0x80))
        if not content or padded:
            raise Malformed
        return int.from_bytes(content, "big", signed=True)

    def bits(self) -> bytes:
        """A BIT STRING of whole octets."""
        content = self.expect(BITS).content
        if content[:1] != b"\x00":
            raise Malformed
        return content[1:]

    def moment(self) -> datetime:
        """UTCTime or GeneralizedTime, in UTC."""
        content = self.content
        if self.tag == UTC_TIME:
            content = (b"19" if content[:1] >= b"5" else b"20") + content
        elif self.tag != GENERALIZED_TIME:
            raise Malformed
        found = _TIME.fullmatch(content)
        if found is None:
            raise Malformed
        try:
            moment = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError as error:
            raise Malformed from error
        return moment.replace(microsecond=int((found[2] or b"").ljust(6, b"0")))


def read(data: bytes) -> Element:
    """The one element that `data` is. Raises Malformed."""
    element = _first(data)
    if len(element.encoded) != len(data):
        raise Malformed
    return element


def read_padded(data: bytes) -> Element:
    """The element that zeros alone follow. Raises Malformed."""
    element = _first(data)
    if data[len(element.encoded) :].strip(b"\x00"):
        raise Malformed
    return element


def only(elements: list[Element]) -> Element:
    if len(elements) != 1:
        raise Malformed
    return elements[0]


def _first(data: bytes) -> Element:
    if len(data) < _HEAD_OCTETS or data[0] & _HIGH_TAG == _HIGH_TAG:
        raise Malformed
    length, start = data[1], _HEAD_OCTETS
    if length & _CONTINUED:
        start = _HEAD_OCTETS + (length & 0x7F)
        octets = data[_HEAD_OCTETS:start]
        length = int.from_bytes(octets, "big")
        # The shortest form: no long form below 128, no leading zero; 0x80 (indefinite) has no octets.
        if not 0 < len(octets) <= _MAX_LENGTH_OCTETS or octets[0] == 0 or length < _CONTINUED:
            raise Malformed
    end = start + length
    if end > len(data):
        raise Malformed
    return Element(data[0], data[:end], data[start:end])
