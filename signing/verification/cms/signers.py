"""One SignerInfo of a CMS (RFC 5652): its certificate, the digest that it signs, its signature value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from asn1crypto import (
    cms,
    core,
    tsp,  # noqa: F401  teaches asn1crypto the signing-certificate attributes
    x509,
)

from signing.asn1 import der
from signing.verification.cms import algorithms
from signing.verification.cms.algorithms import Scheme, UnknownAlgorithm
from signing.verification.facts import Sub

_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

#: Certificates looked at, of each source: more is an attack on the time of the check.
MAX_CERTIFICATES = 500

NO_CERTIFICATE = "Le certificat du signataire ne figure pas dans la signature."
WRONG_REFERENCE = "La signature désigne, par son empreinte, un autre certificat que celui qui l'accompagne."
NO_DOCUMENT = (
    "Le document signé n'a pas été fourni\N{NO-BREAK SPACE}: la signature ne peut pas lui être comparée."
)
CHANGED = "Le document n'est pas celui qui a été signé\N{NO-BREAK SPACE}: son empreinte diffère."
WRONG_TYPE = "La nature du contenu signé n'est pas celle que la signature annonce."
FORGED = "La valeur de la signature n'a pas été produite avec la clé du certificat du signataire."
UNKNOWN_ALGORITHM = "L'algorithme de la signature n'est pas pris en charge."
NO_DIGEST = "La signature ne contient pas l'empreinte du document signé."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerFacts:
    """`problem` is "" when the content is that which was signed, with the key of `certificate`."""

    intact: bool | None = None
    authentic: bool | None = None
    #: DER of the signer's certificate.
    certificate: bytes | None = None
    #: ESS attribute that protects the certificate: "signing-certificate-v2", "signing-certificate" or "".
    reference: str = ""
    #: The signed digest of the certificate is that of `certificate`; None: no such attribute, or no certificate.
    is_reference_right: bool | None = None
    #: hashlib's name of the digest algorithm; name of the signature scheme.
    digest_algorithm: str = ""
    signature_algorithm: str = ""
    problem: Sub | str = ""
    message: str = ""

    @property
    def algorithms(self) -> tuple[str, ...]:
        return tuple(name for name in (self.digest_algorithm, self.signature_algorithm) if name)


def examine_signer(
    signed_data: cms.SignedData,
    signer_info: cms.SignerInfo,
    *,
    content_digest: Callable[[str], bytes] | None,
    extra_certificates: Iterable[bytes] = (),
) -> SignerFacts:
    """What one signer signed, and whether the key of its certificate did it.

    `content_digest` gives the digest of the signed document by hashlib's name of the algorithm; None reads the
    encapsulated content. `extra_certificates` are DER. Raises ValueError, TypeError or KeyError for what is not
    the ASN.1 that it should be; nothing for what is only false.
    """
    attributes = signed_attributes(signer_info)
    facts = _choose_certificate(signed_data, signer_info, attributes, extra_certificates)
    digest = content_digest or encapsulated_digest(signed_data)
    try:
        name = algorithms.hash_name(signer_info["digest_algorithm"]["algorithm"].dotted)
        facts = replace(facts, digest_algorithm=name)
        if attributes:
            facts = _compare_digest(facts, signed_data, attributes, digest)
        scheme = algorithms.scheme(signer_info["signature_algorithm"], name)
    except UnknownAlgorithm:
        return _blame(facts, Sub.CRYPTO_CONSTRAINTS_FAILURE, UNKNOWN_ALGORITHM)
    facts = replace(facts, signature_algorithm=scheme.name)
    if attributes:
        return _check_value(facts, lambda key: _is_signed(key, scheme, signer_info))
    return _check_content_directly(facts, signer_info, scheme, digest)


def signed_attributes(signer_info: cms.SignerInfo) -> dict[str, list[Any]]:
    """Values of the signed attributes by OID, in their order; a repeated attribute adds its values."""
    found: dict[str, list[Any]] = {}
    if signer_info["signed_attrs"]:
        for attribute in signer_info["signed_attrs"]:
            found.setdefault(attribute["type"].dotted, []).extend(attribute["values"])
    return found


def encapsulated_content(signed_data: cms.SignedData) -> bytes | None:
    """The content that the CMS carries; None for a detached signature."""
    content = signed_data["encap_content_info"]["content"]
    return None if isinstance(content, core.Void) else bytes(content)


def encapsulated_digest(signed_data: cms.SignedData) -> Callable[[str], bytes] | None:
    content = encapsulated_content(signed_data)
    return None if content is None else lambda name: algorithms.digest(name, content)


# --- The certificate ------------------------------------------------------------------------------------------
def certificates_of(signed_data: cms.SignedData, extra: Iterable[bytes] = ()) -> Iterator[x509.Certificate]:
    """The certificates of a CMS, then the others; what is not a readable X.509 certificate is passed over."""
    for choice in islice(signed_data["certificates"] or (), MAX_CERTIFICATES):
        if choice.name == "certificate" and _is_readable(choice.chosen):
            yield choice.chosen
    for der_bytes in islice(extra, MAX_CERTIFICATES):
        try:
            certificate = x509.Certificate.load(der_bytes)
        except (ValueError, TypeError):
            continue
        if _is_readable(certificate):
            yield certificate


def _is_readable(certificate: x509.Certificate) -> bool:
    try:
        return certificate.serial_number is not None and certificate.issuer is not None
    except (ValueError, TypeError, KeyError):
        return False


def _choose_certificate(
    signed_data: cms.SignedData,
    signer_info: cms.SignerInfo,
    attributes: dict[str, list[Any]],
    extra: Iterable[bytes],
) -> SignerFacts:
    """By the signed digest first (RFC 5035), among those that the signer identifier designates if any does."""
    known = list(certificates_of(signed_data, extra))
    designated = [certificate for certificate in known if is_designated(certificate, signer_info["sid"])]
    name, references = _certificate_references(attributes)
    if not references:
        return SignerFacts(certificate=designated[0].dump() if designated else None)
    for certificate in designated or known:
        if _is_referenced(certificate.dump(), references[0]):
            return SignerFacts(certificate=certificate.dump(), reference=name, is_reference_right=True)
    if designated:
        return SignerFacts(certificate=designated[0].dump(), reference=name, is_reference_right=False)
    return SignerFacts(reference=name)


def is_designated(certificate: x509.Certificate, identifier: cms.SignerIdentifier) -> bool:
    if identifier.name == "subject_key_identifier":
        return bool(certificate.key_identifier == identifier.chosen.native)
    wanted = identifier.chosen
    return bool(
        certificate.serial_number == wanted["serial_number"].native and certificate.issuer == wanted["issuer"]
    )


def _certificate_references(attributes: dict[str, list[Any]]) -> tuple[str, list[Any]]:
    """The first reference is the signer's (RFC 5035 5.4.1.1)."""
    for oid, name in (
        (_SIGNING_CERTIFICATE_V2, "signing-certificate-v2"),
        (_SIGNING_CERTIFICATE, "signing-certificate"),
    ):
        if attributes.get(oid):
            return name, list(attributes[oid][0]["certs"])
    return "", []


def _is_referenced(certificate: bytes, reference: Any) -> bool:
    if "hash_algorithm" in reference.native:
        try:
            name = algorithms.hash_name(reference["hash_algorithm"]["algorithm"].dotted)
        except UnknownAlgorithm:
            return False
    else:
        name = "sha1"
    return bool(algorithms.digest(name, certificate) == reference["cert_hash"].native)


# --- The digest and the value ---------------------------------------------------------------------------------
def _compare_digest(
    facts: SignerFacts,
    signed_data: cms.SignedData,
    attributes: dict[str, list[Any]],
    digest: Callable[[str], bytes] | None,
) -> SignerFacts:
    signed = attributes.get(_MESSAGE_DIGEST)
    types = attributes.get(_CONTENT_TYPE)
    if not signed:
        return replace(facts, intact=False, problem=Sub.SIG_CONSTRAINTS_FAILURE, message=NO_DIGEST)
    if digest is None:
        return replace(facts, problem=Sub.SIGNED_DATA_NOT_FOUND, message=NO_DOCUMENT)
    if any(value.native != digest(facts.digest_algorithm) for value in signed):
        return replace(facts, intact=False, problem=Sub.HASH_FAILURE, message=CHANGED)
    facts = replace(facts, intact=True)
    content_type = signed_data["encap_content_info"]["content_type"].dotted
    if types and any(value.dotted != content_type for value in types):
        return replace(facts, problem=Sub.SIG_CONSTRAINTS_FAILURE, message=WRONG_TYPE)
    return facts


def _is_signed(key: Any, scheme: Scheme, signer_info: cms.SignerInfo) -> bool:
    """The attributes are signed as a SET: in the order of the file, as OpenSSL takes it, or of DER (RFC 5652 5.4)."""
    signature = signer_info["signature"].native
    attributes = signer_info["signed_attrs"]
    members = [attribute.dump() for attribute in attributes]
    return algorithms.verify(key, scheme, signature, der.tlv(0x31, *members)) or algorithms.verify(
        key, scheme, signature, der.set_of(members)
    )


def _check_value(facts: SignerFacts, is_signed: Callable[[Any], bool]) -> SignerFacts:
    """`authentic`, and the first problem found: that of the document stays before that of the value."""
    if facts.certificate is None:
        return _blame(facts, Sub.NO_SIGNING_CERTIFICATE_FOUND, NO_CERTIFICATE)
    try:
        key = algorithms.load_key(x509.Certificate.load(facts.certificate).public_key.dump())
        authentic = is_signed(key)
    except UnknownAlgorithm:
        return _blame(facts, Sub.CRYPTO_CONSTRAINTS_FAILURE, UNKNOWN_ALGORITHM)
    facts = replace(facts, authentic=authentic)
    if not authentic:
        return _blame(facts, Sub.SIG_CRYPTO_FAILURE, FORGED)
    if facts.is_reference_right is False:
        return _blame(facts, Sub.NO_SIGNING_CERTIFICATE_FOUND, WRONG_REFERENCE)
    return facts


def _blame(facts: SignerFacts, problem: Sub, message: str) -> SignerFacts:
    return facts if facts.problem else replace(facts, problem=problem, message=message)


def _check_content_directly(
    facts: SignerFacts,
    signer_info: cms.SignerInfo,
    scheme: Scheme,
    digest: Callable[[str], bytes] | None,
) -> SignerFacts:
    """Without signed attributes the value is that of the content: both hold or neither can be told good."""
    if digest is None:
        return replace(facts, problem=Sub.SIGNED_DATA_NOT_FOUND, message=NO_DOCUMENT)
    hashed = digest(scheme.hash)
    signature = signer_info["signature"].native
    facts = _check_value(facts, lambda key: algorithms.verify_digest(key, scheme, signature, hashed))
    return replace(facts, intact=facts.authentic)
