"""Core validation of XML Signature (W3C, 3.2): references, manifests and the signature value, certificate aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

from signing.verification.cms import algorithms
from signing.verification.cms.algorithms import Scheme, UnknownAlgorithm
from signing.verification.facts import Sub
from signing.verification.xml.algorithms import canonicalization, signature_scheme
from signing.verification.xml.canonical import NodeSet, TooMuchWork, Unsupported, canonicalize
from signing.verification.xml.names import MANIFEST, Malformed, octets_of, only
from signing.verification.xml.references import MANIFEST_TYPE, TOO_MUCH, ReferenceFacts, check_references
from signing.verification.xml.xml_document import SignedDocument

UNKNOWN_ALGORITHM = "L'algorithme de la signature n'est pas pris en charge."
UNKNOWN_C14N = "La forme canonique que la signature emploie n'est pas prise en charge."


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreFacts:
    """`problem` ends the check before the key is tried; `octets` are then not to be used."""

    references: tuple[ReferenceFacts, ...] = ()
    #: Those of signed manifests.
    listed: tuple[ReferenceFacts, ...] = ()
    #: Canonical form of ds:SignedInfo, which the signature value signs.
    octets: bytes = b""
    scheme: Scheme | None = None
    value: bytes = b""
    problem: Sub | str = ""
    message: str = ""

    @property
    def all_references(self) -> tuple[ReferenceFacts, ...]:
        return self.references + self.listed

    @property
    def intact(self) -> bool | None:
        """False when one signed part differs, None when one could not be compared."""
        states = {reference.intact for reference in self.all_references}
        if False in states:
            return False
        return None if None in states or not states else True

    @property
    def blamed(self) -> ReferenceFacts | None:
        """The reference to speak of: one that fails before one that is not known."""
        wrong = [reference for reference in self.all_references if reference.problem]
        return min(wrong, key=lambda reference: reference.intact is None, default=None)


def validate(signature: etree._Element, document: SignedDocument) -> CoreFacts:
    """Never raises for what the signature holds."""
    try:
        return _validate(signature, document)
    except Malformed as error:
        return CoreFacts(problem=Sub.FORMAT_FAILURE, message=str(error))


def _validate(signature: etree._Element, document: SignedDocument) -> CoreFacts:
    signed_info = only(signature, "SignedInfo")
    value = octets_of(only(signature, "SignatureValue"))
    references = check_references(signed_info, document)
    listed = tuple(_listed(references, document))
    problem, message, octets, scheme = Sub.CRYPTO_CONSTRAINTS_FAILURE, "", b"", None
    try:
        octets = signed_info_octets(signed_info, document)
        message = UNKNOWN_ALGORITHM
        scheme = signature_scheme(only(signed_info, "SignatureMethod"))
        return CoreFacts(references=references, listed=listed, octets=octets, scheme=scheme, value=value)
    except UnknownAlgorithm:
        message = message or UNKNOWN_C14N
    except (TooMuchWork, Unsupported) as error:
        problem, message = Sub.GENERIC, str(error) or TOO_MUCH
    return CoreFacts(references=references, listed=listed, value=value, problem=problem, message=message)


def signed_info_octets(signed_info: etree._Element, document: SignedDocument) -> bytes:
    """Raises UnknownAlgorithm, Malformed, TooMuchWork and Unsupported."""
    method = canonicalization(only(signed_info, "CanonicalizationMethod"))
    return canonicalize(NodeSet(apex=signed_info, comments=True), method, document.budget)


def _listed(references: Iterable[ReferenceFacts], document: SignedDocument) -> Iterator[ReferenceFacts]:
    """References of the manifests that are signed whole: a list of documents is signed for the documents' sake."""
    for reference in references:
        nodes = reference.nodes
        if reference.type == MANIFEST_TYPE and nodes is not None and nodes.apex.tag == MANIFEST:
            yield from check_references(nodes.apex, document)


def is_signed_with(core: CoreFacts, key: Any) -> bool:
    """Whether the signature value was made with the private half of that key. Raises UnknownAlgorithm."""
    if core.scheme is None:
        raise UnknownAlgorithm("scheme")
    return verify_value(key, core.scheme, core.value, core.octets)


def verify_value(key: Any, scheme: Scheme, value: bytes, octets: bytes) -> bool:
    """Raises UnknownAlgorithm. XML Signature writes r and s of DSA side by side too."""
    if scheme.family == "dsa-plain":
        middle = len(value) // 2
        value = encode_dss_signature(
            int.from_bytes(value[:middle], "big"), int.from_bytes(value[middle:], "big")
        )
        scheme = Scheme("dsa", scheme.hash)
    return algorithms.verify(key, scheme, value, octets)
