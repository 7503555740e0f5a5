"""Making lxml elements with the prefixes and the order that the schemas want; empty values are left out."""

from collections.abc import Mapping

from lxml import etree

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"


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
    if value:
        element = etree.SubElement(parent, f"{{{uri}}}{name}", dict(attributes or {}))
        element.text = value


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
