"""Reading lxml elements by local name: the same ESPD element lives in four namespaces across versions."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from dume.model import Value

#: Nobody's turnover has more.
MOST_DIGITS = 30
#: A local name as libxml2 wants it, for any namespace.
ANY_NAMESPACE = "{{*}}{}".format


def local_name(node: etree._Element) -> str:
    """The tag without its namespace; "" for comments and processing instructions."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(node: etree._Element) -> str:
    tag = node.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(node: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Those of any of these local names, in any namespace; libxml2 compares, five times as fast as Python."""
    return node.iterchildren(*map(ANY_NAMESPACE, names)) if node is not None else iter(())


#: Tag -> its local name: ESPD has some hundred tags, asked for some ten thousand times a document.
LOCAL_NAMES: dict[str, str] = {}
MOST_NAMES = 2000
Parts = dict[str, list[etree._Element]]  # noqa: SLF001  lxml's own name for the type


def parts(node: etree._Element) -> Parts:
    """All children by local name, in one pass: several times as fast as looking for each."""
    found: Parts = {}
    for part in node:
        tag = part.tag
        name = LOCAL_NAMES.get(tag) or remembered(part)
        if name in found:
            found[name].append(part)
        else:
            found[name] = [part]
    return found


def remembered(node: etree._Element) -> str:
    """Bounded: the tags come from other people's files."""
    name = local_name(node)
    if name and len(LOCAL_NAMES) < MOST_NAMES:
        LOCAL_NAMES[node.tag] = name
    return name


def first(found: Parts, name: str) -> str:
    """The text of the first part called `name`."""
    return text_of(found[name][0]) if name in found else ""


def lines(found: Parts, name: str) -> str:
    """All texts of the parts called `name`, one a line."""
    return "\n".join([line for part in found.get(name, ()) if (line := text_of(part))])


def child(node: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant along `path`, or None at the first missing step."""
    for name in path:
        if node is None:
            return None
        node = next(node.iterchildren("{*}" + name), None)
    return node


def text_of(node: etree._Element | None) -> str:
    """Its own text with runs of white space folded: official samples wrap their texts. A comment does not end it."""
    if node is None:
        return ""
    written = own_text(node) if len(node) else node.text
    return " ".join(written.split()) if written else ""


def own_text(node: etree._Element) -> str:
    """Without what stands after a child."""
    aside = [part.tail or "" for part in node if not isinstance(part.tag, str)]
    return "".join([node.text or "", *aside])


def text(node: etree._Element | None, *path: str) -> str:
    return text_of(child(node, *path))


def texts(node: etree._Element | None, name: str) -> str:
    """All texts of the children called `name`, one a line (Description may be repeated)."""
    return "\n".join([found for part in children(node, name) if (found := text_of(part))])


def read_date(written: str) -> date | None:
    """An xs:date, its time zone left out."""
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


def read_decimal(written: str) -> Value:
    """A decimal, or the text as it was written: « 1E+999999 » spelled out takes a megabyte."""
    try:
        number = Decimal(written)
    except InvalidOperation:
        return written
    return number if number.is_finite() and abs(number.adjusted()) <= MOST_DIGITS else written


def read_indicator(written: str) -> Value:
    return {"true": True, "1": True, "false": False, "0": False}.get(written.lower(), written)
