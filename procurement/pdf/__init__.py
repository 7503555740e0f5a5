"""Documents as PDF/A-3a and PDF/UA-1, made by typst from a template and JSON data.

Data never becomes markup: templates read it with `data.name`, and typst shows strings as they are.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

#: Name, content, media type of a file carried inside the PDF.
Attachment = tuple[str, bytes, str]

LAYOUT = Path(__file__).parent / "layout.typ"
STANDARDS = ["a-3a", "ua-1"]
#: First and last code points that the fonts bundled with typst surely draw: Latin, Greek, Cyrillic, punctuation
#: (without the marks that turn the direction of a text round), currencies.
_DRAWN = (
    (0x20, 0x7E),
    (0xA0, 0x2FF),
    (0x384, 0x38A),
    (0x38E, 0x3A1),
    (0x3A3, 0x4FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x202F, 0x2040),
    (0x20A0, 0x20BF),
)


def render(
    template: Path, data: Mapping[str, Any], attachments: Sequence[Attachment] = (), *, now: datetime
) -> bytes:
    """Compile `template`, which imports "layout.typ", with `data` (JSON values); the same input gives the same bytes.

    Only the template, the layout and the attachments exist for the compiler: no other file, no network, no font
    but its own. Raises typst.TypstError for a fault of the template.
    """
    sources = {"main.typ": template.read_bytes(), "layout.typ": LAYOUT.read_bytes()}
    # The compiler takes text only; a list of numbers is the one way in for bytes that needs no file on disk.
    enclosed = json.dumps(
        [{"name": name, "bytes": list(content), "media_type": media} for name, content, media in attachments]
    )
    try:
        return _compile(sources, dict(data), enclosed, now)
    except (typst.TypstError, UnicodeEncodeError):
        # PDF/A forbids characters that the fonts cannot draw, and file names may hold any: the receipt of a
        # deposit must not fail for them. The exact names are in the enclosed JSON.
        drawable = _drawable(dict(data))
        if drawable == data:
            raise
        return _compile(sources, drawable, enclosed, now)


def _compile(sources: dict[str, bytes], data: Any, enclosed: str, now: datetime) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False), "attachments": enclosed}
    pdf: bytes = typst.compile(  # type: ignore[call-overload]  # its stub does not know a dictionary of sources
        sources,
        format="pdf",
        pdf_standards=STANDARDS,
        sys_inputs=inputs,
        timestamp=int(now.timestamp()),
        ignore_system_fonts=True,
    )
    return pdf


def _drawable(value: Any) -> Any:
    """The same JSON value, its strings with « [U+4E2D] » in place of what may have no glyph."""
    if isinstance(value, str):
        return "".join(_drawable_character(c) for c in unicodedata.normalize("NFC", value))
    if isinstance(value, Mapping):
        return {key: _drawable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(item) for item in value]
    return value


def _drawable_character(character: str) -> str:
    code = ord(character)
    if any(first <= code <= last for first, last in _DRAWN) or character == "\n":
        return character
    return f"[U+{code:04X}]"
