"""Write DER (X.690), just what RFC 3161 needs.

asn1crypto is used for reading. For writing it is slow (a hundred times the cost of the signature
itself) and cannot express a refused timestamp at all: its `TimeStampResp` demands a token.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

#: The longest value whose length fits the identifier's next octet (X.690 8.1.3.4).
_SHORT = 0x7F


def tlv(tag: int, *parts: bytes) -> bytes:
    """One tag, length, value element; `tag` is the whole identifier octet."""
    value = b"".join(parts)
    length = len(value)
    if length <= _SHORT:
        return bytes((tag, length)) + value
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + value


def sequence(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def set_of(parts: Iterable[bytes]) -> bytes:
    """DER sorts the members of a SET OF by their encoding (X.690 11.6)."""
    return tlv(0x31, *sorted(parts))


def explicit(number: int, *parts: bytes) -> bytes:
    """A constructed context-specific element, `[number]`."""
    return tlv(0xA0 | number, *parts)


def integer(value: int) -> bytes:
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return tlv(0x02, value.to_bytes(size, "big", signed=True))


def octets(value: bytes) -> bytes:
    return tlv(0x04, value)


def utf8(value: str) -> bytes:
    return tlv(0x0C, value.encode())


def bit(number: int) -> bytes:
    """A named BIT STRING with the one bit `number` set, without trailing zero bits (X.690 11.2.2)."""
    value = bytearray(number // 8 + 1)
    value[-1] = 0x80 >> (number % 8)
    return tlv(0x03, bytes((7 - number % 8,)), bytes(value))


def oid(dotted: str) -> bytes:
    first, second, *others = (int(arc) for arc in dotted.split("."))
    return tlv(0x06, *(_base128(arc) for arc in (first * 40 + second, *others)))


def generalized_time(moment: datetime) -> bytes:
    """UTC, with a fraction of a second only where there is one (RFC 3161 2.4.2: no trailing zeros)."""
    utc = moment.astimezone(UTC)
    fraction = f".{utc.microsecond:06d}".rstrip("0").rstrip(".")
    return tlv(0x18, f"{utc:%Y%m%d%H%M%S}{fraction}Z".encode())


def _base128(arc: int) -> bytes:
    digits = [arc & 0x7F]
    while arc := arc >> 7:
        digits.append(0x80 | arc & 0x7F)
    return bytes(reversed(digits))
