"""Qualifying properties of XAdES (ETSI EN 319 132-1, and TS 101 903 before it), as far as the signature covers them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import ocsp
from lxml import etree

from signing.asn1 import der
from signing.verification.xml.keys import UNREADABLE, readable_certificates
from signing.verification.xml.names import (
    OBJECT,
    Malformed,
    child,
    children,
    local_name,
    namespace,
    octets_of,
    path,
    text_of,
)
from signing.verification.xml.references import ReferenceFacts

#: Values of Type, without the version that the old specifications had in the address.
_TYPES = "http://uri.etsi.org/01903"
#: Unsigned properties that hold certificates and proofs of non-revocation, whatever they are for.
_STORES = ("CertificateValues", "AttrAuthoritiesCertValues", "TimeStampValidationData", "AnyValidationData")
_PROOFS = ("RevocationValues", "AttributeRevocationValues")


class Stranger(ValueError):
    """Qualifying properties that belong to another signature, or to several; the message is French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """`signed` is None unless the signature covers it: nothing there is to be believed otherwise."""

    element: etree._Element | None = None
    signed: etree._Element | None = None
    #: A reference says to be to the signed properties, by its Type, and is.
    is_declared: bool = False

    @property
    def namespace(self) -> str:
        return "" if self.element is None else namespace(self.element)

    @property
    def of_signature(self) -> etree._Element | None:
        return child(self.signed, "SignedSignatureProperties")

    @property
    def of_data(self) -> etree._Element | None:
        return child(self.signed, "SignedDataObjectProperties")

    @property
    def unsigned(self) -> etree._Element | None:
        return path(self.element, "UnsignedProperties", "UnsignedSignatureProperties")


def is_signed_properties_type(reference: ReferenceFacts) -> bool:
    return reference.type.startswith(_TYPES) and reference.type.endswith("#SignedProperties")


def is_countersignature_type(reference: ReferenceFacts) -> bool:
    return reference.type.startswith(_TYPES) and reference.type.endswith("#CountersignedSignature")


def properties_of(signature: etree._Element, references: tuple[ReferenceFacts, ...]) -> Properties:
    """Raises Stranger: properties of another signature (Target), doubled ones, or a reference to others (wrapping)."""
    found = [
        element
        for holder in signature.iterchildren(OBJECT)
        for element in children(holder, "QualifyingProperties")
    ]
    declared = [reference for reference in references if is_signed_properties_type(reference)]
    if not found:
        if declared and any(reference.intact for reference in declared):
            raise Stranger("Les propriétés signées ne se trouvent pas dans la signature qui les désigne.")
        return Properties()
    if len(found) > 1 or len(list(children(found[0], "SignedProperties"))) > 1:
        raise Stranger(
            "La signature porte plusieurs jeux de propriétés\N{NO-BREAK SPACE}: on ne sait lesquelles croire."
        )
    _check_target(signature, found[0])
    signed = child(found[0], "SignedProperties")
    covering = [reference for reference in references if signed is not None and covers(reference, signed)]
    if any(reference.intact and reference not in covering for reference in declared):
        raise Stranger("Les propriétés que la signature couvre ne sont pas celles qu'elle présente.")
    return Properties(
        element=found[0],
        signed=signed if covering else None,
        is_declared=any(reference in declared for reference in covering),
    )


def _check_target(signature: etree._Element, properties: etree._Element) -> None:
    """EN 319 132-1 4.3.1. Some old tools wrote the identifier without its number sign, or no Target."""
    target = properties.get("Target")
    if target is not None and target.removeprefix("#") != signature.get("Id", ""):
        raise Stranger("Les propriétés jointes à la signature sont celles d'une autre signature.")


def covers(reference: ReferenceFacts, element: etree._Element) -> bool:
    """Whether the digested nodes hold all of that element: it is referenced itself, or what is around it is."""
    return reference.nodes is not None and reference.nodes.holds(element)


def signing_time(properties: Properties) -> datetime | None:
    """The signer's word, UTC; None without a readable one."""
    text = text_of(child(properties.of_signature, "SigningTime"))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """DER of what the unsigned properties hold."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


def proofs_of(properties: Properties) -> Proofs:
    stores = list(children(properties.unsigned, *_STORES, *_PROOFS))
    return Proofs(
        certificates=tuple(
            readable_certificates(
                [node for store in stores for node in _named(store, "EncapsulatedX509Certificate")]
            )
        ),
        crls=tuple(_octets(stores, "EncapsulatedCRLValue")),
        ocsps=tuple(_full_ocsp(value) for value in _octets(stores, "EncapsulatedOCSPValue")),
    )


def _named(store: etree._Element, name: str) -> Iterator[etree._Element]:
    return (node for node in store.iter(etree.Element) if local_name(node) == name)


def _octets(stores: list[etree._Element], name: str) -> Iterator[bytes]:
    for store in stores:
        for node in _named(store, name):
            try:
                yield octets_of(node)
            except Malformed:
                continue


def _full_ocsp(value: bytes) -> bytes:
    """Old tools kept the BasicOCSPResponse alone; the facts hold OCSPResponse (RFC 6960 4.2.1)."""
    try:
        if ocsp.OCSPResponse.load(value)["response_status"].native:
            return value
    except UNREADABLE:
        pass
    try:
        if ocsp.BasicOCSPResponse.load(value, strict=True)["tbs_response_data"].native:
            basic = der.sequence(der.oid("1.3.6.1.5.5.7.48.1.1"), der.octets(value))
            return der.sequence(der.tlv(0x0A, b"\0"), der.explicit(0, basic))
    except UNREADABLE:
        pass
    return value
