"""Time stamps of XAdES: what each covers (EN 319 132-1 5.2.8 to 5.5.2, TS 101 903 before it), and whether it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import new as new_hash

from lxml import etree

from signing.verification.cms.algorithms import UnknownAlgorithm
from signing.verification.cms.stamps import NAMES, read_stamp
from signing.verification.facts import StampFacts, StampKind, Sub
from signing.verification.xml.algorithms import Canonicalization, canonicalization
from signing.verification.xml.canonical import NodeSet, TooMuchWork, Unsupported, canonicalize
from signing.verification.xml.names import (
    DS,
    OBJECT,
    XADES_141,
    Malformed,
    child,
    children,
    local_name,
    namespace,
    octets_of,
    only,
)
from signing.verification.xml.references import ReferenceFacts, signed_octets
from signing.verification.xml.transforms import RefusedTransform
from signing.verification.xml.xades_properties import Properties, is_signed_properties_type
from signing.verification.xml.xml_document import Ambiguous, NotDesignated, SignedDocument
from signing.verification.xml.xmldsig import CoreFacts

MAX_STAMPS = 50
_KINDS = {
    "AllDataObjectsTimeStamp": StampKind.CONTENT,
    "IndividualDataObjectsTimeStamp": StampKind.CONTENT,
    "SignatureTimeStamp": StampKind.SIGNATURE,
    "SigAndRefsTimeStamp": StampKind.REFERENCES,
    "SigAndRefsTimeStampV2": StampKind.REFERENCES,
    "RefsOnlyTimeStamp": StampKind.REFERENCES,
    "RefsOnlyTimeStampV2": StampKind.REFERENCES,
    "ArchiveTimeStamp": StampKind.ARCHIVE,
    "ArchiveTimeStampV2": StampKind.ARCHIVE,
}
#: References to proofs, in the order that TS 101 903 fixed; the second version takes them as they come.
_REFERENCES = (
    "CompleteCertificateRefs",
    "CompleteRevocationRefs",
    "AttributeCertificateRefs",
    "AttributeRevocationRefs",
)
_REFERENCES_2 = ("CompleteCertificateRefsV2", "AttributeCertificateRefsV2", *_REFERENCES)

Parts = Iterator[bytes]
_NOT_COMPUTED = (
    NotDesignated,
    Ambiguous,
    Malformed,
    RefusedTransform,
    TooMuchWork,
    Unsupported,
    UnknownAlgorithm,
)


class Uncertain(ValueError):
    """What the stamp covers is not said in a way that can be followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """A signature as its time stamps see it."""

    signature: etree._Element
    core: CoreFacts
    properties: Properties
    document: SignedDocument

    def canonical(self, element: etree._Element, method: Canonicalization) -> bytes:
        return canonicalize(NodeSet(apex=element, comments=True), method, self.document.budget)

    def before(self, stamp: etree._Element, *names: str) -> Iterator[etree._Element]:
        """Unsigned properties that precede this one, of these names or all."""
        for element in self.properties.unsigned if self.properties.unsigned is not None else ():
            if element is stamp:
                return
            if local_name(element) and (not names or local_name(element) in names):
                yield element


def stamp_elements(properties: Properties) -> list[etree._Element]:
    """Signed ones only where the signature covers them."""
    signed = children(properties.of_data, "AllDataObjectsTimeStamp", "IndividualDataObjectsTimeStamp")
    return [*signed, *children(properties.unsigned, *_KINDS)][:MAX_STAMPS]


def read_stamps(stamped: Stamped, certificates: Iterable[bytes]) -> tuple[StampFacts, ...]:
    """Never raises for what a stamp holds. `certificates` (DER) complete tokens that do not carry their signer's."""
    extra = tuple(certificates)
    return tuple(
        facts for element in stamp_elements(stamped.properties) for facts in _read(element, stamped, extra)
    )


def _read(element: etree._Element, stamped: Stamped, extra: tuple[bytes, ...]) -> Iterator[StampFacts]:
    kind = _KINDS[local_name(element)]
    tokens = list(children(element, "EncapsulatedTimeStamp"))
    if not tokens:
        message = f"{NAMES[kind]} n'est pas un jeton RFC\N{NO-BREAK SPACE}3161 et n'a pas été contrôlé."
        yield StampFacts(kind=kind, token=b"", problem=Sub.FORMAT_FAILURE, message=message)
    for token in tokens:
        facts = _read_token(element, token, kind, stamped, extra)
        if len(tokens) > 1 and not facts.problem:
            message = f"{NAMES[kind]} réunit plusieurs jetons dans un même élément, où il en faut un seul."
            facts = replace(facts, problem=Sub.FORMAT_FAILURE, message=message)
        yield facts


def _read_token(
    element: etree._Element,
    holder: etree._Element,
    kind: StampKind,
    stamped: Stamped,
    extra: tuple[bytes, ...],
) -> StampFacts:
    try:
        token = octets_of(holder)
    except Malformed:
        message = f"{NAMES[kind]} est illisible."
        return StampFacts(kind=kind, token=b"", problem=Sub.FORMAT_FAILURE, message=message)
    imprint, failures = _imprint(element, stamped)
    facts = read_stamp(token, kind, imprint, extra)
    if not failures or facts.problem != Sub.HASH_FAILURE:
        return facts
    if failures == [Sub.SIGNED_DATA_NOT_FOUND]:
        return read_stamp(token, kind, None, extra)
    message = f"L'empreinte que devrait couvrir {NAMES[kind][0].lower()}{NAMES[kind][1:]} n'a pas pu être recalculée."
    return replace(facts, problem=Sub.GENERIC, message=message)


def _imprint(element: etree._Element, stamped: Stamped) -> tuple[Callable[[str], bytes], list[Sub]]:
    """The digest of what the stamp should cover; when asked, why it could not be computed goes to the list."""
    failures: list[Sub] = []

    def imprint(algorithm: str) -> bytes:
        state = new_hash(algorithm)
        try:
            method = canonicalization(child(element, "CanonicalizationMethod"))
            for part in _COVERED[local_name(element)](element, stamped, method):
                state.update(part)
        except (NotDesignated, Ambiguous):
            failures.append(Sub.SIGNED_DATA_NOT_FOUND)
        except (Uncertain, *_NOT_COMPUTED):
            failures.append(Sub.GENERIC)
        return b"" if failures else state.digest()

    return imprint, failures


def _signature(stamp: etree._Element, stamped: Stamped, method: Canonicalization) -> Parts:
    """The signature value (5.3). XAdES 1.1.1 named it by HashDataInfo, and could name anything else."""
    value = only(stamped.signature, "SignatureValue")
    for named in children(stamp, "HashDataInfo", "Include"):
        designated = stamped.document.designated(named.get("uri") or named.get("URI") or "")
        if designated.apex is not value:
            raise Uncertain
    yield stamped.canonical(value, method)


def _all_data(_stamp: etree._Element, stamped: Stamped, method: Canonicalization) -> Parts:
    """Every reference but that to the signed properties (5.2.8.1)."""
    for reference in stamped.core.references:
        if not is_signed_properties_type(reference):
            yield from signed_octets(reference, method, stamped.document)


def _individual_data(stamp: etree._Element, stamped: Stamped, method: Canonicalization) -> Parts:
    """The references that it includes, by their identifiers (5.2.8.2)."""
    includes = list(children(stamp, "Include"))
    if not includes:
        raise Uncertain
    for include in includes:
        yield from _included(include, stamped, method)


def _included(include: etree._Element, stamped: Stamped, method: Canonicalization) -> Parts:
    target = stamped.document.designated(include.get("URI", "")).apex
    reference = next((each for each in stamped.core.references if each.element is target), None)
    if reference is not None and include.get("referencedData", "false") in {"true", "1"}:
        yield from signed_octets(reference, method, stamped.document)
    else:
        yield stamped.canonical(target, method)


def _signature_and_references(stamp: etree._Element, stamped: Stamped, method: Canonicalization) -> Parts:
    """A.1.5.1 of EN 319 132-2 for the second version, as they come; 7.5.1 of TS 101 903 for the first."""
    yield stamped.canonical(only(stamped.signature, "SignatureValue"), method)
    if namespace(stamp) == XADES_141:
        names: tuple[str, ...] = ("SignatureTimeStamp", *_REFERENCES_2)
        found = stamped.before(stamp, *names)
    else:
        found = _in_fixed_order(stamp, stamped, "SignatureTimeStamp", *_REFERENCES)
    for element in found:
        yield stamped.canonical(element, method)


def _references_only(stamp: etree._Element, stamped: Stamped, method: Canonicalization) -> Parts:
    is_second = namespace(stamp) == XADES_141
    found = (
        stamped.before(stamp, *_REFERENCES_2) if is_second else _in_fixed_order(stamp, stamped, *_REFERENCES)
    )
    for element in found:
        yield stamped.canonical(element, method)


def _in_fixed_order(stamp: etree._Element, stamped: Stamped, *names: str) -> Iterator[etree._Element]:
    if next(children(stamp, "Include"), None) is not None:
        raise Uncertain  # properties that stand elsewhere
    for name in names:
        yield from stamped.before(stamp, name)


def _archive(stamp: etree._Element, stamped: Stamped, method: Canonicalization) -> Parts:
    """All that is signed, the signature, the properties before it, and objects that nothing refers to (5.5.2.2)."""
    if next(children(stamp, "Include"), None) is not None:
        raise Uncertain  # distributed: properties that stand elsewhere
    for reference in stamped.core.references:
        yield from signed_octets(reference, method, stamped.document)
    for name in ("SignedInfo", "SignatureValue", "KeyInfo"):
        for element in children(stamped.signature, name, of=frozenset({DS})):
            yield stamped.canonical(element, method)
    for element in stamped.before(stamp):
        yield stamped.canonical(element, method)
    for holder in _unreferenced_objects(stamped):
        yield stamped.canonical(holder, method)


def _unreferenced_objects(stamped: Stamped) -> Iterator[etree._Element]:
    targets: list[ReferenceFacts] = [each for each in stamped.core.references if each.nodes is not None]
    for holder in stamped.signature.iterchildren(OBJECT):
        is_properties = (
            stamped.properties.element is not None and stamped.properties.element.getparent() is holder
        )
        is_referenced = any(each.nodes is not None and each.nodes.apex is holder for each in targets)
        if not is_properties and not is_referenced:
            yield holder


_COVERED: dict[str, Callable[[etree._Element, Stamped, Canonicalization], Parts]] = {
    "AllDataObjectsTimeStamp": _all_data,
    "IndividualDataObjectsTimeStamp": _individual_data,
    "SignatureTimeStamp": _signature,
    "SigAndRefsTimeStamp": _signature_and_references,
    "SigAndRefsTimeStampV2": _signature_and_references,
    "RefsOnlyTimeStamp": _references_only,
    "RefsOnlyTimeStampV2": _references_only,
    "ArchiveTimeStamp": _archive,
    "ArchiveTimeStampV2": _archive,
}
