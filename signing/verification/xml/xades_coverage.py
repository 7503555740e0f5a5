"""What a signature really speaks of: the whole of what the file shows, or a part; and under which names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from signing.verification.facts import Covers
from signing.verification.xml.names import MANIFEST, OBJECT, SIGNATURE, children, local_name
from signing.verification.xml.references import MANIFEST_TYPE, ReferenceFacts
from signing.verification.xml.xades_properties import (
    Properties,
    is_countersignature_type,
    is_signed_properties_type,
)
from signing.verification.xml.xml_document import SignedDocument

#: Elements of a signature that are no document: signing them protects the signature itself.
_MACHINERY = frozenset({"KeyInfo", "SignatureProperties", "SignatureProperty", "SignatureValue"})
#: Roots that only hold signatures (ASiC, EN 319 162-1).
_HOLDERS = frozenset({"XAdESSignatures", "Signatures"})


def data_references(references: Iterable[ReferenceFacts], properties: Properties) -> list[ReferenceFacts]:
    """Those to something that a person signs: not to the properties, the key, or another signature's value."""
    return [reference for reference in references if not _is_machinery(reference, properties)]


def _is_machinery(reference: ReferenceFacts, properties: Properties) -> bool:
    if reference.is_outside:
        return False
    if is_signed_properties_type(reference) or is_countersignature_type(reference):
        return True
    if reference.nodes is None:
        return False
    target = reference.nodes.apex
    is_own = any(ancestor.tag == SIGNATURE for ancestor in target.iterancestors())
    return (
        target is properties.element
        or target is properties.signed
        or (is_own and local_name(target) in _MACHINERY)
    )


def covered(signature: etree._Element, references: list[ReferenceFacts], document: SignedDocument) -> Covers:
    """`references` are those to data, and those of manifests.

    Whole: the root of the file but for its signatures; or, where the file is nothing but signatures, every object
    that it holds; or a document beside it.
    """
    inside = [reference for reference in references if reference.nodes is not None]
    if not inside:
        return Covers.WHOLE if references else Covers.PARTIAL
    shown = list(_shown(signature, document.root))
    whole = bool(shown) and all(_is_held(element, inside) for element in shown)
    return Covers.WHOLE if whole else Covers.PARTIAL


def _shown(signature: etree._Element, root: etree._Element) -> Iterator[etree._Element]:
    """The elements that hold what a reader of the file sees, apart from its signatures."""
    if root.tag == SIGNATURE or local_name(root) in _HOLDERS:
        for holder in signature.iterchildren(OBJECT):
            if next(children(holder, "QualifyingProperties"), None) is None:
                yield holder
        return
    yield root


def _is_held(element: etree._Element, references: list[ReferenceFacts]) -> bool:
    """By one reference whole, signatures aside; or each of its parts by one, where it has no text of its own."""
    if element.tag == SIGNATURE or any(_holds_but_signatures(reference, element) for reference in references):
        return True
    parts = [part for part in element.iterchildren(etree.Element) if part.tag != SIGNATURE]
    texts = [element.text or "", *(part.tail or "" for part in element)]
    if not parts or any(text.strip() for text in texts):
        return False
    return all(any(_holds_but_signatures(reference, part) for reference in references) for part in parts)


def _holds_but_signatures(reference: ReferenceFacts, element: etree._Element) -> bool:
    nodes = reference.nodes
    if nodes is None:
        return False
    if nodes.apex.tag == MANIFEST and reference.type == MANIFEST_TYPE:
        return nodes.apex is element
    return all(_is_inside_signature(out, element) for out in nodes.left_out(element))


def _is_inside_signature(out: etree._Element, element: etree._Element) -> bool:
    """Whether what is left out of `element` is a signature within it, or a part of one."""
    for node in (out, *out.iterancestors()):
        if node is element:
            return False
        if node.tag == SIGNATURE:
            return True
    return False


def names_of(references: list[ReferenceFacts], document: SignedDocument) -> tuple[str, ...]:
    """For the report: documents beside the signature by their names, this file by its own, a part by its Id."""
    return tuple(dict.fromkeys(_name(reference, document) for reference in references))


def _name(reference: ReferenceFacts, document: SignedDocument) -> str:
    if reference.content is not None:
        return reference.content.name
    if reference.is_outside:
        return reference.uri or "?"
    is_all = reference.nodes is not None and reference.nodes.apex is document.root
    return document.name if is_all or not reference.uri else reference.uri
