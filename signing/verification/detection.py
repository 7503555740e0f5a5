"""What a file is, by its content: names and extensions are the sender's word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from asn1crypto import cms

from signing.verification.cms import evidence_records
from signing.verification.cms.armour import open_armour
from signing.verification.facts import Content

#: A signed file above this size is left to another tool.
MAX_BYTES = 100 * 1024 * 1024
#: Above this size, text is not a signature in base64.
_MAX_TEXT = 20 * 1024 * 1024
_CHUNK = 1024 * 1024
_HEAD = 1024
#: PDF readers look for the header in the first kilobyte (ISO 32000-1 annex H.3).
_PDF = b"%PDF-"
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
#: How a signature begins in text: PEM, base64 of DER, S/MIME.
_TEXT = (b"-----BEGIN", b"MI", b"Content-Type:", b"To:", b"From:", b"Subject:")
_XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
_XMLERS = "urn:ietf:params:xml:ns:ers"


class Kind(StrEnum):
    PDF = "pdf"
    CMS = "cms"
    XML = "xml"
    ZIP = "zip"
    TOKEN = "token"  # time-stamp token or response  # noqa: S105
    EVIDENCE = "evidence"  # evidence record, RFC 4998 or 6283
    PLAIN = "plain"  # holds no signature that we know
    TOO_LARGE = "too large"  # looks signed, and cannot be held in memory


@dataclass(frozen=True, slots=True)
class Detected:
    """`data` is what a reader takes; empty for what no reader takes."""

    kind: Kind
    data: bytes = b""


def detect(content: Content) -> Detected:
    """Read no more of `content` than its kind asks for; raises what opening it raises."""
    with content.open() as file:
        head = file.read(_HEAD)
    kind = _guess(head)
    if kind is Kind.PLAIN:
        return Detected(Kind.PLAIN)
    if content.size > MAX_BYTES:
        return Detected(Kind.TOO_LARGE if _looks_signed(content, kind) else Kind.PLAIN)
    with content.open() as file:
        return _confirm(kind, file.read(MAX_BYTES + 1))


def is_signature_alone(content: Content) -> bool:
    """Whether a file is there for another: a CMS, a time stamp, an evidence record. Raises what opening it raises."""
    with content.open() as file:
        guess = _guess(file.read(_HEAD))
    return guess in {Kind.CMS, Kind.XML} and detect(content).kind in {Kind.CMS, Kind.TOKEN, Kind.EVIDENCE}


def _guess(head: bytes) -> Kind:
    """A signature may carry a PDF or a ZIP: what comes first decides."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    guesses = (
        (head.startswith((b"PK\x03\x04", b"PK\x05\x06")), Kind.ZIP),
        (head.startswith(b"\x30"), Kind.CMS),
        (text.startswith(b"<") or head.startswith((b"\xff\xfe", b"\xfe\xff")), Kind.XML),
        (_PDF in head, Kind.PDF),
        (text.startswith(_TEXT), Kind.CMS),
    )
    return next((kind for found, kind in guesses if found), Kind.PLAIN)


def _confirm(kind: Kind, data: bytes) -> Detected:
    if kind is Kind.XML:
        return _confirm_xml(data)
    if kind is Kind.CMS:
        return _confirm_cms(data)
    return Detected(kind, data)


def _confirm_xml(data: bytes) -> Detected:
    for kind, namespace in ((Kind.XML, _XMLDSIG), (Kind.EVIDENCE, _XMLERS)):
        if any(namespace.encode(encoding) in data for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
            return Detected(kind, data)
    return Detected(Kind.PLAIN)


def _confirm_cms(data: bytes) -> Detected:
    if data.startswith(b"\x30"):
        return _confirm_asn1(data)
    opened = open_armour(data) if len(data) <= _MAX_TEXT else None
    if opened is None:
        return Detected(Kind.PLAIN)
    # The reader opens the armour itself: S/MIME carries the document beside its signature.
    return Detected(_confirm_asn1(opened.der).kind, data)


def _confirm_asn1(data: bytes) -> Detected:
    if _SIGNED_DATA in data[:20]:
        return Detected(Kind.TOKEN if _is_token(data) else Kind.CMS, data)
    if data.startswith(b"\x30") and _SIGNED_DATA in data[:512] and _is_response(data):
        return Detected(Kind.TOKEN, data)
    if evidence_records.looks_like_one(data):
        return Detected(Kind.EVIDENCE, data)
    return Detected(Kind.PLAIN)


def _is_token(data: bytes) -> bool:
    try:
        signed = cms.ContentInfo.load(data)["content"]
        return bool(signed["encap_content_info"]["content_type"].native == "tst_info")
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        return False


def _is_response(data: bytes) -> bool:
    """TimeStampResp (RFC 3161 2.4.2): a PKIStatusInfo, that begins with an INTEGER, then the token."""
    header = 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)
    status = data[header : header + 3]
    return len(status) == 3 and status[0] == 0x30 and data[header + 2] == 0x02  # noqa: PLR2004


def _looks_signed(content: Content, kind: Kind) -> bool:
    """Whether a file that is too large to be checked seems to hold a signature; read once, by chunks."""
    marks = {
        Kind.PDF: b"/ByteRange",
        Kind.ZIP: b"META-INF/",
        Kind.XML: _XMLDSIG.encode(),
        Kind.CMS: _SIGNED_DATA,
    }
    mark, tail = marks[kind], b""
    with content.open() as file:
        while chunk := file.read(_CHUNK):
            if mark in tail + chunk:
                return True
            tail = chunk[-len(mark) :]
    return False
