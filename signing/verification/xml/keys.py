"""Public keys and certificates of a ds:KeyInfo (XML Signature 4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from lxml import etree

from signing.verification.cms.algorithms import UnknownAlgorithm, load_key
from signing.verification.xml.names import (
    DS,
    DS_11,
    Malformed,
    child,
    children,
    decode_base64,
    octets_of,
    text_of,
)

#: What a hostile encoding makes asn1crypto raise.
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
_PEM = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
_CURVES: dict[str, type[ec.EllipticCurve]] = {
    "urn:oid:1.2.840.10045.3.1.7": ec.SECP256R1,
    "urn:oid:1.3.132.0.34": ec.SECP384R1,
    "urn:oid:1.3.132.0.35": ec.SECP521R1,
}


def certificates_in(key_info: etree._Element | None) -> Iterator[bytes]:
    """DER of ds:X509Certificate, in order; those that cannot be read are passed over."""
    for data in children(key_info, "X509Data", of=frozenset({DS})):
        for element in children(data, "X509Certificate", of=frozenset({DS})):
            yield from readable_certificates([element])


def readable_certificates(elements: Iterator[etree._Element] | list[etree._Element]) -> Iterator[bytes]:
    """DER of elements in base64; some wrap it in the lines of PEM."""
    for element in elements:
        text = text_of(element)
        for line in _PEM:
            text = text.replace(line, "")
        try:
            der = decode_base64(text)
            _ = x509.Certificate.load(der, strict=True)["tbs_certificate"]["serial_number"].native
        except (Malformed, *UNREADABLE):
            continue
        yield der


def key_of(certificate: bytes) -> Any:
    """Raises UnknownAlgorithm."""
    try:
        info = x509.Certificate.load(certificate).public_key
        der = info.dump()
    except UNREADABLE:
        raise UnknownAlgorithm("certificate") from None
    try:
        return load_key(der)
    except UnknownAlgorithm:
        return _misencoded_rsa_key(info)


def _misencoded_rsa_key(info: Any) -> Any:
    """Some authorities wrote the modulus without its leading zero, or with too many: other libraries read them."""
    try:
        if info.algorithm != "rsa":
            raise UnknownAlgorithm("public key")
        numbers = info["public_key"].parsed
        modulus = int.from_bytes(numbers["modulus"].contents, "big")
        exponent = int.from_bytes(numbers["public_exponent"].contents, "big")
        return RSAPublicNumbers(exponent, modulus).public_key()
    except UNREADABLE as error:
        raise UnknownAlgorithm("public key") from error


def key_value(key_info: etree._Element | None) -> Any:
    """The bare key of a ds:KeyValue, RSA or elliptic curve; None without one. Raises UnknownAlgorithm."""
    value = child(key_info, "KeyValue")
    if value is None:
        return None
    try:
        rsa = child(value, "RSAKeyValue")
        if rsa is not None:
            exponent, modulus = octets_of(child(rsa, "Exponent")), octets_of(child(rsa, "Modulus"))
            return RSAPublicNumbers(
                int.from_bytes(exponent, "big"), int.from_bytes(modulus, "big")
            ).public_key()
        return _elliptic_key(next(value.iterchildren(f"{{{DS_11}}}ECKeyValue"), None))
    except ValueError as error:
        raise UnknownAlgorithm("key value") from error


def _elliptic_key(element: etree._Element | None) -> Any:
    if element is None:
        return None
    named = next(element.iterchildren(f"{{{DS_11}}}NamedCurve"), None)
    point = next(element.iterchildren(f"{{{DS_11}}}PublicKey"), None)
    curve = _CURVES.get("" if named is None else named.get("URI", ""))
    if curve is None:
        raise UnknownAlgorithm("curve")
    return ec.EllipticCurvePublicKey.from_encoded_point(curve(), octets_of(point))
