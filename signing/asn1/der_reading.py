"""Read DER (X.690) strictly and within bounds: what is not the one encoding of its value is refused.

Only what RFC 3161 and CMS need: one-octet tags, definite minimal lengths. Five times quicker than asn1crypto, which
also accepts other encodings of the same value; a proof must have one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

INTEGER, OCTETS, NULL, OID, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31
BOOLEAN, GENERALIZED_TIME = 0x01, 0x18
#: The longest length field: three octets, 16 MiB; nothing read here comes near it.
_LENGTH_OCTETS = 3
_LONG_FORM = 0x80
_HIGH_TAG = 0x1F
_SIGN = 0x80
#: YYYYMMDDHHMMSSZ, and up to six digits of a second.
_WHOLE_SECONDS = 14
_FRACTION_DIGITS = 6
#: In decimal notation four characters for each at most; those of policies and algorithms have ten octets or so.
_MAX_OID_OCTETS = 40


class Malformed(ValueError):
    """These octets are not the DER of what was expected."""


class Reader:
    """Takes one element after another from a stretch of octets. Raises Malformed, and nothing else."""

    __slots__ = ("_data", "_end", "_place")

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        self._data, self._place = data, start
        self._end = len(data) if end is None else end

    @property
    def next_tag(self) -> int:
        """The identifier octet of what comes; -1 at the end."""
        return self._data[self._place] if self._place < self._end else -1

    def value(self, tag: int) -> bytes:
        start, end = self._advance(tag)
        return self._data[start:end]

    def enter(self, tag: int) -> Reader:
        start, end = self._advance(tag)
        return Reader(self._data, start, end)

    def encoded(self, tag: int) -> bytes:
        """The element with its tag and length."""
        begins = self._place
        _, end = self._advance(tag)
        return self._data[begins:end]

    def integer(self) -> int:
        return integer(self.value(INTEGER))

    def has(self, tag: int) -> bool:
        return self.next_tag == tag

    def finish(self) -> None:
        if self._place != self._end:
            raise Malformed("something follows the last element")

    def _advance(self, tag: int) -> tuple[int, int]:
        """Where the value of the next element begins and ends."""
        data, place, limit = self._data, self._place, self._end
        if limit - place < 2:  # noqa: PLR2004  a tag and a length
            raise Malformed("an element is missing")
        if data[place] != tag or tag & _HIGH_TAG == _HIGH_TAG:
            raise Malformed(f"tag {data[place]:#04x} where {tag:#04x} was expected")
        length, start = data[place + 1], place + 2
        if length >= _LONG_FORM:
            octets = length - _LONG_FORM
            if not 1 <= octets <= _LENGTH_OCTETS or start + octets > limit:
                raise Malformed("a length is indefinite, too long or cut")
            length = int.from_bytes(data[start : start + octets], "big")
            if length < _LONG_FORM or length >> 8 * (octets - 1) == 0:
                raise Malformed("a length is not in its shortest form")
            start += octets
        end = start + length
        if end > limit:
            raise Malformed("an element ends after what holds it")
        self._place = end
        return start, end


def integer(value: bytes) -> int:
    """X.690 8.3: at least one octet, and the first nine bits are not all alike."""
    if not value or (len(value) > 1 and value[0] in (0, 0xFF) and (value[0] ^ value[1]) & _SIGN == 0):
        raise Malformed("an integer is not in its shortest form")
    return int.from_bytes(value, "big", signed=True)


def boolean(value: bytes) -> bool:
    if value not in (b"\x00", b"\xff"):
        raise Malformed("a boolean is neither 00 nor FF")
    return value == b"\xff"


@lru_cache(maxsize=512)
def dotted(value: bytes) -> str:
    """The object identifier in decimal notation."""
    if not value or len(value) > _MAX_OID_OCTETS or value[-1] & _LONG_FORM:
        raise Malformed("an object identifier is empty, too long or cut")
    arcs, arc, begins = [], 0, True
    for octet in value:
        if begins and octet == _LONG_FORM:
            raise Malformed("an arc is not in its shortest form")
        arc = arc << 7 | octet & 0x7F
        begins = not octet & _LONG_FORM
        if begins:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def generalized_time(value: bytes) -> datetime:
    """RFC 3161 2.4.2: UTC, seconds, a fraction without trailing zero. Digits after the sixth are refused."""
    whole, point, fraction = value[:-1].partition(b".")
    digits = len(fraction) if point else 1
    if value[-1:] != b"Z" or len(whole) != _WHOLE_SECONDS or not 1 <= digits <= _FRACTION_DIGITS:
        raise Malformed("a time is not in the form of RFC 3161")
    if not (whole + fraction).isdigit() or fraction.endswith(b"0"):
        raise Malformed("a time is not in the form of RFC 3161")
    microsecond = int(fraction.ljust(_FRACTION_DIGITS, b"0")) if point else 0
    try:
        return datetime(
            int(whole[:4]), int(whole[4:6]), int(whole[6:8]), int(whole[8:10]), int(whole[10:12]),
            int(whole[12:]), microsecond, UTC,
        )  # fmt: skip
    except ValueError as error:
        raise Malformed("a time does not exist") from error
