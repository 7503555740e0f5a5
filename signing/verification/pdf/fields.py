"""The signatures that a PDF holds: its signature fields, or where its structure is broken, its bytes."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import extract_contents

from signing.verification.pdf.ranges import ByteRange, written_in

logger = logging.getLogger(__name__)
# pyHanko's warnings carry the names and addresses of signers, with a traceback: they stay out of the log.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_SUB_FILTER = re.compile(rb"/SubFilter\s*/([A-Za-z0-9.]{1,40})")
_DATE = re.compile(rb"/M\s*[(<]")
_TYPE = re.compile(rb"/Type\s*/(DocTimeStamp|Sig)\b")
#: Around a signature value, where the rest of its dictionary is looked for.
_DICTIONARY = 4096
_FOUR = 4
#: Byte ranges looked at in a broken document.
_MAX_LOOKED_AT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfSignature:
    """One signature dictionary (ISO 32000-2 12.8.1). `field` is pyHanko's; None for one that was read in the bytes."""

    name: str
    contents: bytes
    byte_range: ByteRange | None
    sub_filter: str = ""
    is_stamp: bool = False
    signed_at: datetime | None = None
    has_date: bool = False
    has_reason: bool = False
    field: Any = None


def open_pdf(data: bytes) -> PdfFileReader:
    """Raises whatever a broken structure provokes in pyHanko."""
    reader = PdfFileReader(BytesIO(data), strict=False)
    if reader.encrypted:
        reader.decrypt("")
    return reader


def signature_fields(reader: PdfFileReader, data: bytes) -> list[PdfSignature]:
    """The filled signature fields, those that share one signature once. Raises pyHanko's errors and others."""
    found: dict[object, PdfSignature] = {}
    for name, value, field in enumerate_sig_fields(reader, filled_status=True):
        key = getattr(value, "reference", None) or id(value)
        found.setdefault(key, _read_field(data, str(name), value.get_object(), field))
    return list(found.values())


def _read_field(data: bytes, name: str, value: Any, field: Any) -> PdfSignature:
    kinds = {str(value.get("/Type", "")), str(value.get("/SubFilter", ""))}
    signed_at = _date(value)
    return PdfSignature(
        name=name,
        contents=_contents(value),
        byte_range=_byte_range(data, value),
        sub_filter=str(value.get("/SubFilter", "")).removeprefix("/"),
        is_stamp=not kinds.isdisjoint({"/DocTimeStamp", "/ETSI.RFC3161"}),
        signed_at=signed_at,
        has_date="/M" in value,
        has_reason="/Reason" in value,
        field=field,
    )


def _contents(value: Any) -> bytes:
    try:
        return bytes(extract_contents(value))
    except (PdfError, ValueError, TypeError):
        return b""


def _byte_range(data: bytes, value: Any) -> ByteRange | None:
    try:
        numbers = [int(number) for number in value["/ByteRange"]]
    except (PdfError, KeyError, ValueError, TypeError):
        return None
    return ByteRange(data, *numbers) if len(numbers) == _FOUR else None


def _date(value: Any) -> datetime | None:
    try:
        moment = generic.parse_pdf_date(value["/M"], strict=False)
    except (PdfError, KeyError, ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- In the bytes ---------------------------------------------------------------------------------------------
def signatures_in_bytes(data: bytes, *, all_of_them: bool) -> Iterator[PdfSignature]:
    """What looks like a signature in a document whose structure cannot be followed.

    `all_of_them` includes those whose byte range leaves out something else than a hexadecimal string; without it,
    the signatures of another PDF attached to this one are passed over.
    """
    seen = set()
    for match in islice(_BYTE_RANGE.finditer(data), _MAX_LOOKED_AT):
        byte_range = ByteRange(data, *(int(number) for number in match.groups()))
        contents = written_in(byte_range.gap)
        if byte_range.end in seen or not (contents or all_of_them):
            continue
        seen.add(byte_range.end)
        yield _read_bytes(byte_range, contents or b"", len(seen), match.start())


def _read_bytes(byte_range: ByteRange, contents: bytes, number: int, position: int) -> PdfSignature:
    data = byte_range.document
    before = data[max(0, min(byte_range.first_length, position) - _DICTIONARY) : byte_range.first_length]
    after = data[byte_range.second : max(byte_range.second, position) + _DICTIONARY]
    around = before[before.rfind(b" obj") :] + after.partition(b"endobj")[0]
    sub_filter = _SUB_FILTER.search(around)
    kind = _TYPE.search(around)
    name = sub_filter.group(1).decode() if sub_filter else ""
    return PdfSignature(
        name=f"n\N{DEGREE SIGN}\N{NO-BREAK SPACE}{number}",
        contents=contents,
        byte_range=byte_range,
        sub_filter=name,
        is_stamp=name == "ETSI.RFC3161" or (kind is not None and kind.group(1) == b"DocTimeStamp"),
        has_date=_DATE.search(around) is not None,
        has_reason=b"/Reason" in around,
    )
