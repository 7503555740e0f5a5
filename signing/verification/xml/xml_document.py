"""A signed XML document: its identifiers, what a same-document reference designates, and what it may cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lxml import etree

from procurement.xml import parse_xml
from signing.verification.facts import Content
from signing.verification.xml.canonical import Budget, NodeSet

#: A document that holds what it signs, in base64, may be large; its elements are few.
MAX_BYTES = 64 * 1024 * 1024
MAX_NODES = 200_000
#: Canonicalized nodes for one file, all references, signatures and time stamps together: some seconds.
MAX_WORK = 500_000

#: No DTD says which attributes are identifiers: those of XML Signature, XAdES, SAML and HTML are taken.
_ID_ATTRIBUTES = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_XPOINTER_ID = re.compile(r"""xpointer\(id\((?:'([^']+)'|"([^"]+)")\)\)""")


class NotDesignated(ValueError):
    """A reference designates nothing in the document."""


class Ambiguous(ValueError):
    """A reference designates several elements: what was signed is not what another reader would show."""


def parse(data: bytes) -> etree._Element:
    """Raises XmlRefused."""
    return parse_xml(data, max_bytes=MAX_BYTES, max_nodes=MAX_NODES, long_texts=True)


@dataclass(frozen=True, kw_only=True)
class SignedDocument:
    """`contents` and `resolve` find what is signed outside the document, see `read_xml`."""

    root: etree._Element
    name: str
    contents: Sequence[Content] = ()
    resolve: Callable[[str], Content | None] | None = None
    budget: Budget = field(default_factory=lambda: Budget(MAX_WORK))
    ids: dict[str, etree._Element] = field(default_factory=dict)
    ambiguous_ids: set[str] = field(default_factory=set)

    @classmethod
    def read(
        cls,
        data: bytes,
        name: str,
        contents: Sequence[Content] = (),
        resolve: Callable[[str], Content | None] | None = None,
    ) -> SignedDocument:
        """Raises XmlRefused."""
        document = cls(root=parse(data), name=name, contents=contents, resolve=resolve)
        for element in document.root.iter(etree.Element):
            for attribute in _ID_ATTRIBUTES:
                document._learn(element, element.get(attribute))
        return document

    def _learn(self, element: etree._Element, value: str | None) -> None:
        if value and self.ids.setdefault(value, element) is not element:
            self.ambiguous_ids.add(value)

    def designated(self, uri: str) -> NodeSet:
        """What a same-document reference ("", "#id", "#xpointer(…)") designates (XML Signature 4.4.3.3).

        Raises NotDesignated and Ambiguous.
        """
        if uri in {"", "#xpointer(/)"}:
            return NodeSet(apex=self.root, is_document=True, comments=bool(uri))
        pointer = _XPOINTER_ID.fullmatch(uri[1:])
        name = (pointer[1] or pointer[2]) if pointer else uri[1:]
        return NodeSet(apex=self.element(name), comments=pointer is not None)

    def element(self, name: str) -> etree._Element:
        """Raises NotDesignated and Ambiguous."""
        if name in self.ambiguous_ids:
            raise Ambiguous(name)
        if name not in self.ids:
            raise NotDesignated(name)
        return self.ids[name]

    def unambiguous_ids(self) -> dict[str, etree._Element]:
        return {name: element for name, element in self.ids.items() if name not in self.ambiguous_ids}


def is_same_document(uri: str | None) -> bool:
    return uri is not None and (uri == "" or uri.startswith("#"))
