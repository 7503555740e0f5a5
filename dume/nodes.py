"""Reading lxml elements by local name: the same ESPD element lives in four namespaces across versions."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from dume.model import Value


def local_name(node: etree._Element) -> str:
    """The tag without its namespace; "" for comments and processing instructions."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(node: etree._Element) -> str:
    tag = node.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(node: etree._Element | None, name: str) -> Iterator[etree._Element]:
    if node is not None:
        yield from (child for child in node if local_name(child) == name)


def child(node: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant along `path`, or None at the first missing step."""
    for name in path:
        node = next(children(node, name), None)
    return node


def text_of(node: etree._Element | None) -> str:
    """Its own text with runs of white space folded: official samples wrap their texts."""
    return " ".join((node.text or "").split()) if node is not None else ""


def text(node: etree._Element | None, *path: str) -> str:
    return text_of(child(node, *path))


def texts(node: etree._Element | None, name: str) -> str:
    """All texts of the children called `name`, one a line (Description may be repeated)."""
    return "\n".join(found for part in children(node, name) if (found := text_of(part)))


def read_date(written: str) -> date | None:
    """An xs:date, its time zone left out."""
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


def read_decimal(written: str) -> Value:
    """A finite decimal, or the text as it was written."""
    try:
        number = Decimal(written)
    except InvalidOperation:
        return written
    return number if number.is_finite() else written


def read_indicator(written: str) -> Value:
    return {"true": True, "1": True, "false": False, "0": False}.get(written.lower(), written)
