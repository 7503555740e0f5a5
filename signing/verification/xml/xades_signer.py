"""Who signed: the certificate that the signed properties designate (EN 319 132-1 5.2.2, EN 319 102-1 5.2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from asn1crypto import tsp, x509
from lxml import etree

from signing.verification.cms.algorithms import UnknownAlgorithm, digest
from signing.verification.facts import Sub
from signing.verification.xml.algorithms import digest_name
from signing.verification.xml.keys import UNREADABLE, key_of, key_value
from signing.verification.xml.names import Malformed, algorithm_of, child, children, octets_of, path, text_of
from signing.verification.xml.xades_properties import Properties
from signing.verification.xml.xmldsig import CoreFacts, is_signed_with

NO_CERTIFICATE = "Le certificat du signataire ne figure pas dans la signature."
WRONG_REFERENCE = "La signature désigne, par son empreinte, un autre certificat que celui qui l'accompagne."
WRONG_SERIAL = (
    "Le numéro de série ou l'émetteur que la signature annonce ne sont pas ceux du certificat du signataire."
)
FORGED = "La valeur de la signature n'a pas été produite avec la clé du certificat du signataire."
UNKNOWN_KEY = "La clé du certificat du signataire n'est pas d'un genre pris en charge."


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """`authentic` as in SignatureFacts; `problem` ends the check, `format_problem` only leaves the baseline."""

    certificate: bytes | None = None
    authentic: bool | None = None
    problem: Sub | str = ""
    message: str = ""
    format_problem: str = ""


def certificate_references(properties: Properties) -> list[etree._Element]:
    """Elements Cert of SigningCertificateV2 or SigningCertificate."""
    holders = children(properties.of_signature, "SigningCertificateV2", "SigningCertificate")
    return [reference for holder in holders for reference in children(holder, "Cert")]


def find_signer(
    core: CoreFacts, properties: Properties, key_info: etree._Element | None, candidates: Iterable[bytes]
) -> Signer:
    """`candidates` are DER, those of ds:KeyInfo first. The first that comes is only taken where nothing is signed."""
    references = certificate_references(properties)
    certificates = list(candidates)
    if not references:
        return _first_that_signed(core, key_info, certificates)
    designated = [(der, ref) for der in certificates for ref in references if _is_designated(der, ref)]
    if not designated:
        message = WRONG_REFERENCE if certificates else NO_CERTIFICATE
        return Signer(problem=Sub.NO_SIGNING_CERTIFICATE_FOUND, message=message)
    # Before EN 319 132-1 the list could hold the chain, in any order: the key tells.
    der, reference = next((found for found in designated if _has_signed(core, found[0])), designated[0])
    signer = _judge(core, der)
    if not _is_named_right(der, reference):
        return Signer(
            certificate=der,
            authentic=signer.authentic,
            problem=signer.problem,
            message=signer.message,
            format_problem=WRONG_SERIAL,
        )
    return signer


def _first_that_signed(core: CoreFacts, key_info: etree._Element | None, certificates: list[bytes]) -> Signer:
    for der in certificates:
        if _has_signed(core, der):
            return _judge(core, der)
    if certificates:
        return _judge(core, certificates[0])
    return Signer(
        authentic=_is_made_with_bare_key(core, key_info),
        problem=Sub.NO_SIGNING_CERTIFICATE_FOUND,
        message=NO_CERTIFICATE,
    )


def _is_made_with_bare_key(core: CoreFacts, key_info: etree._Element | None) -> bool | None:
    """Nobody is identified by it, but a value that it did not make is wrong."""
    try:
        key = key_value(key_info)
        return None if key is None else is_signed_with(core, key)
    except UnknownAlgorithm:
        return None


def _has_signed(core: CoreFacts, der: bytes) -> bool:
    return _judge(core, der).authentic is True


def _judge(core: CoreFacts, der: bytes) -> Signer:
    if core.problem:
        return Signer(certificate=der)
    try:
        if is_signed_with(core, key_of(der)):
            return Signer(certificate=der, authentic=True)
    except UnknownAlgorithm:
        return Signer(certificate=der, problem=Sub.CRYPTO_CONSTRAINTS_FAILURE, message=UNKNOWN_KEY)
    return Signer(certificate=der, authentic=False, problem=Sub.SIG_CRYPTO_FAILURE, message=FORGED)


def _is_designated(der: bytes, reference: etree._Element) -> bool:
    holder = child(reference, "CertDigest")
    try:
        algorithm = digest_name(algorithm_of(child(holder, "DigestMethod")))
        return digest(algorithm, der) == octets_of(child(holder, "DigestValue"))
    except (UnknownAlgorithm, Malformed):
        return False


def _is_named_right(der: bytes, reference: etree._Element) -> bool:
    """The issuer and serial that accompany the digest, where they are readable, are those of the certificate."""
    try:
        certificate = x509.Certificate.load(der)
        return all(_names(reference, certificate))
    except UNREADABLE:
        return False


def _names(reference: etree._Element, certificate: x509.Certificate) -> Iterator[bool]:
    serial = text_of(path(reference, "IssuerSerial", "X509SerialNumber"))
    if serial:
        yield serial.isdecimal() and int(serial) == certificate.serial_number
    encoded = child(reference, "IssuerSerialV2")
    if encoded is not None:
        yield _is_issuer_serial(octets_of(encoded), certificate)


def _is_issuer_serial(der: bytes, certificate: x509.Certificate) -> bool:
    issuer_serial: Any = tsp.IssuerSerial.load(der, strict=True)
    names = [name.chosen for name in issuer_serial["issuer"] if name.name == "directory_name"]
    return issuer_serial["serial_number"].native == certificate.serial_number and certificate.issuer in names
