"""Making lxml elements with the prefixes and the order that the schemas want; empty values are left out."""

from collections.abc import Mapping

from lxml import etree

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"


def folded(text: str) -> str:
    """One line without the characters XML 1.0 cannot hold, white space as reading folds it."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(char for char in text if is_xml_character(char)).split())


def is_xml_character(char: str) -> bool:
    return char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"


def branch(parent: etree._Element, name: str, uri: str = CAC) -> etree._Element:
    return etree.SubElement(parent, f"{{{uri}}}{name}")


def leaf(
    parent: etree._Element,
    name: str,
    value: str,
    attributes: Mapping[str, str] | None = None,
    *,
    uri: str = CBC,
) -> None:
    """Adds nothing when `value` is empty."""
    if value := folded(value):
        element = etree.SubElement(parent, f"{{{uri}}}{name}", dict(attributes or {}))
        element.text = value


def required(
    parent: etree._Element, name: str, value: str, attributes: Mapping[str, str] | None = None
) -> None:
    """Even when it is empty: the schema or the rules want the element, and files have been seen with it empty."""
    etree.SubElement(parent, f"{{{CBC}}}{name}", dict(attributes or {})).text = folded(value)


def leaves(parent: etree._Element, name: str, value: str, *, uri: str = CBC) -> None:
    """One element a line."""
    for line in value.split("\n"):
        leaf(parent, name, line, uri=uri)


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
