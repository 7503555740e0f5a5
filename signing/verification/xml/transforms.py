"""The chain of transforms of a signed reference (XML Signature 4.4.3.2 and 6.6), as far as it is safe to follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lxml import etree

from procurement.xml import XmlRefused
from signing.verification.xml.algorithms import Canonicalization, canonicalization, is_canonicalization
from signing.verification.xml.canonical import CHARACTERS_A_NODE, NodeSet, canonicalize
from signing.verification.xml.names import DS, SIGNATURE, algorithm_of, children, decode_base64
from signing.verification.xml.xml_document import SignedDocument, parse
from signing.verification.xml.xpath import (
    XPATH,
    XPATH_FILTER_2,
    RefusedExpression,
    xpath_filter,
    xpath_filter_2,
)

MAX_TRANSFORMS = 10
ENVELOPED = f"{DS}enveloped-signature"
BASE64 = f"{DS}base64"
XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"

Data = NodeSet | bytes


class RefusedTransform(ValueError):
    """The message is a French sentence: which transform, and why it was not followed."""


def transforms_of(reference: etree._Element) -> list[etree._Element]:
    """Elements ds:Transform, in order. Raises RefusedTransform where there are too many."""
    groups = list(children(reference, "Transforms"))
    found = [transform for group in groups for transform in children(group, "Transform")]
    if len(groups) > 1 or len(found) > MAX_TRANSFORMS:
        raise RefusedTransform(
            "La signature demande trop de transformations du document\N{NO-BREAK SPACE}: "
            "elles n'ont pas été appliquées."
        )
    return found


def apply(
    data: Data, transforms: list[etree._Element], document: SignedDocument
) -> tuple[Data, NodeSet | None]:
    """The output of the chain, and the nodes of this document that it was made of, for who asks what is signed.

    Raises RefusedTransform, UnknownAlgorithm, Malformed, TooMuchWork and Unsupported.
    """
    covered = data if isinstance(data, NodeSet) else None
    is_first = covered is not None
    for transform in transforms:
        data = _apply(data, transform, document)
        is_first = is_first and isinstance(data, NodeSet)
        covered = data if is_first and isinstance(data, NodeSet) else covered
    return data, covered


def octets(data: Data, method: Canonicalization, document: SignedDocument) -> bytes:
    """What is digested: a set of nodes is canonicalized by `method`."""
    return data if isinstance(data, bytes) else canonicalize(data, method, document.budget)


def _apply(data: Data, transform: etree._Element, document: SignedDocument) -> Data:
    uri = algorithm_of(transform)
    if is_canonicalization(uri):
        return canonicalize(_nodes(data), canonicalization(transform), document.budget)
    step = _STEPS.get(uri)
    if step is None:
        raise RefusedTransform(
            "La signature demande une transformation du document qui n'est pas prise en charge\N{NO-BREAK SPACE}: "
            "elle n'a pas été appliquée."
        )
    return step(data, transform, document)


def _nodes(data: Data) -> NodeSet:
    """Bytes are parsed, within the same bounds as the document."""
    if isinstance(data, NodeSet):
        return data
    try:
        return NodeSet(apex=parse(data), is_document=True, comments=True)
    except XmlRefused:
        raise RefusedTransform("Le document signé devrait être un fichier XML, et n'en est pas un.") from None


def _enveloped(data: Data, transform: etree._Element, _document: SignedDocument) -> Data:
    """Takes out the signature that holds this very transform, and no other (6.6.4)."""
    signature = next(transform.iterancestors(SIGNATURE), None)
    if (
        not isinstance(data, NodeSet)
        or signature is None
        or signature.getroottree().getroot() is not data.apex.getroottree().getroot()
    ):
        raise RefusedTransform(
            "La transformation «\N{NO-BREAK SPACE}enveloped-signature\N{NO-BREAK SPACE}» ne s'applique pas "
            "à ce document."
        )
    return data.without(signature)


def _base64(data: Data, _transform: etree._Element, document: SignedDocument) -> Data:
    text = data.decode("ascii", "replace") if isinstance(data, bytes) else data.text()
    document.budget.spend(len(text) // CHARACTERS_A_NODE)
    return decode_base64(text)


def _xpath(data: Data, transform: etree._Element, document: SignedDocument) -> Data:
    nodes = _nodes(data)
    root = nodes.apex.getroottree().getroot()
    ids = document.unambiguous_ids() if root is document.root else {}
    read = xpath_filter if algorithm_of(transform) == XPATH else xpath_filter_2
    try:
        return replace(nodes, filters=(*nodes.filters, read(transform, root, ids, document.budget)))
    except RefusedExpression:
        raise RefusedTransform(
            "La signature choisit une partie du document par une expression XPath qui n'est pas prise en charge."
        ) from None


def _xslt(_data: Data, _transform: etree._Element, _document: SignedDocument) -> Data:
    raise RefusedTransform(
        "La signature demande une transformation XSLT, que la plateforme refuse d'exécuter par sécurité."
    )


_STEPS: dict[str, Callable[[Data, etree._Element, SignedDocument], Data]] = {
    ENVELOPED: _enveloped,
    BASE64: _base64,
    XPATH: _xpath,
    XPATH_FILTER_2: _xpath,
    XSLT: _xslt,
}
