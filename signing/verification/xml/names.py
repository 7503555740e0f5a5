"""Names of XML Signature and XAdES, and the few steps in a tree that their readers share."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
DS_11 = "http://www.w3.org/2009/xmldsig11#"
#: XAdES 1.3.2 is that of EN 319 132-1; 1.4.1 adds properties to it.
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XADES_141 = "http://uri.etsi.org/01903/v1.4.1#"
#: Those that ETSI replaced; still read.
OLD_XADES = frozenset({"http://uri.etsi.org/01903/v1.1.1#", "http://uri.etsi.org/01903/v1.2.2#"})
#: Estonia's DIGIDOC-XML before 1.3 wrote the properties in the namespace of XML Signature itself.
PROPERTIES = frozenset({XADES, XADES_141, DS}) | OLD_XADES

SIGNATURE = f"{{{DS}}}Signature"
OBJECT = f"{{{DS}}}Object"
MANIFEST = f"{{{DS}}}Manifest"

_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")


class Malformed(ValueError):
    """What is asked for is missing, doubled or unreadable; the message is a French sentence."""


def is_element(node: etree._Element) -> bool:
    """Comments and processing instructions are nodes of lxml too."""
    return isinstance(node.tag, str)


def is_comment(node: etree._Element) -> bool:
    tag: object = node.tag
    return tag is etree.Comment


def local_name(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2] if is_element(node) else ""


def namespace(node: etree._Element) -> str:
    return node.tag[1:].partition("}")[0] if is_element(node) and node.tag[0] == "{" else ""


def children(
    parent: etree._Element | None, *names: str, of: frozenset[str] | None = None
) -> Iterator[etree._Element]:
    """Child elements with one of these local names, of XML Signature or of any version of XAdES."""
    allowed = of or PROPERTIES
    for child in parent if parent is not None else ():
        if local_name(child) in names and namespace(child) in allowed:
            yield child


def child(parent: etree._Element | None, name: str) -> etree._Element | None:
    return next(children(parent, name), None)


def path(parent: etree._Element | None, *names: str) -> etree._Element | None:
    for name in names:
        parent = child(parent, name)
    return parent


def only(parent: etree._Element, name: str) -> etree._Element:
    """The one child of XML Signature with that name. Raises Malformed: a second would be read by another reader."""
    found = list(children(parent, name, of=frozenset({DS})))
    if len(found) != 1:
        raise Malformed(f"La signature devrait contenir un élément {name} et un seul.")
    return found[0]


def text_of(node: etree._Element | None) -> str:
    """All of the text directly inside, whatever comments interrupt it."""
    if node is None:
        return ""
    return ((node.text or "") + "".join(part.tail or "" for part in node)).strip()


def decode_base64(text: str) -> bytes:
    """Lenient on white space, as XML Schema is. Raises Malformed."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("Une valeur en base64 est illisible.") from None


def octets_of(node: etree._Element | None) -> bytes:
    return decode_base64(text_of(node))


def algorithm_of(node: etree._Element | None) -> str:
    return "" if node is None else node.get("Algorithm", "")
