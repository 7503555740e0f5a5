"""The DER of a CMS out of what carries it: PEM (RFC 7468), base64, S/MIME (RFC 8551)."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

_PEM = re.compile(rb"-----BEGIN [A-Z0-9 #]{1,40}-----([A-Za-z0-9+/=\s]+)-----END ")
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]+=*\s*")
#: Beginning of a message in which its headers must stand.
_HEADERS = 16 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    der: bytes
    #: What an S/MIME message carries beside its signature: as it was signed if it is text, as it stands if not.
    beside: tuple[bytes, ...] = ()


def open_armour(data: bytes) -> Opened | None:
    """None for what is none of them."""
    if data[:1] == b"\x30":
        return Opened(data)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if match := _PEM.search(start):
        return _decoded(match.group(1))
    if _BASE64.fullmatch(start):
        return _decoded(start)
    if b"ontent-type:" in start[:_HEADERS].lower():
        return _open_message(start)
    return None


def certificates_in_pem(data: bytes) -> tuple[bytes, ...]:
    """DER of each certificate of a PEM file; none for what is not one."""
    blocks = _CERTIFICATE.findall(data)
    opened = (_decoded(block) for block in blocks)
    return tuple(block.der for block in opened if block is not None)


def _decoded(text: bytes) -> Opened | None:
    try:
        decoded = binascii.a2b_base64(text)
    except binascii.Error:
        return None
    return Opened(decoded) if decoded[:1] == b"\x30" else None


def _open_message(data: bytes) -> Opened | None:
    message = message_from_bytes(data, policy=policy.default)
    if message.get_content_type() in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        return _opened_part(message, ())
    if message.get_content_type() != "multipart/signed":
        return None
    parts = list(message.iter_parts()) if isinstance(message, EmailMessage) else []
    boundary = message.get_boundary()
    if len(parts) != 2 or boundary is None:  # noqa: PLR2004  the document and its signature (RFC 1847 2.1)
        return None
    return _opened_part(parts[1], _first_part(data, boundary.encode()))


def _opened_part(part: MIMEPart, beside: tuple[bytes, ...]) -> Opened | None:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or payload[:1] != b"\x30":
        return None
    return Opened(payload, beside)


def _first_part(data: bytes, boundary: bytes) -> tuple[bytes, ...]:
    """The octets between the first two boundaries, with the line ends of the canonical form (RFC 8551 3.1.1)."""
    line = re.compile(rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"[ \t]*\r?\n")
    pieces = line.split(data, maxsplit=2)
    if len(pieces) < 3:  # noqa: PLR2004
        return ()
    return re.sub(rb"\r?\n", b"\r\n", pieces[1]), pieces[1]
