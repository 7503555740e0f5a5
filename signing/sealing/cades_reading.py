"""Our own detached seals, read strictly and proved link by link; whatever is written otherwise is refused.

Signatures of others are judged by `signing.verification`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID

from procurement.errors import DomainError
from signing.asn1.der_reading import (
    GENERALIZED_TIME,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    Malformed,
    Reader,
    dotted,
    generalized_time,
)
from signing.sealing import cades
from signing.sealing.keys.seal_key import MAX_CHAIN, Algorithm, algorithm_of, is_signed
from signing.tsp import timestamps
from signing.tsp.reading import read_token
from signing.tsp.signatures import check_signature, is_issued_by, is_lowered, signer_of

#: Bytes; ours have four thousand, and a chain of certificates adds some.
MAX_BYTES = 256 * 1024
UTC_TIME = 0x17
#: How far the declared time may lie after the stamp that follows it.
TOLERANCE = timedelta(seconds=1)


class SealInvalid(DomainError):
    """Le cachet ne correspond pas au document, ou n'a pas été apposé par la plateforme."""

    code = "seal_invalid"
    status = 422


@dataclass(frozen=True, slots=True)
class SealFacts:
    """What a proved seal says. `certificate` is to be compared with those that the platform publishes."""

    certificate: x509.Certificate
    #: The platform's word, whole seconds.
    signed_at: datetime
    #: The time of the token over the signature, and the certificate of who stamped.
    stamped_at: datetime
    tsa_certificate: x509.Certificate
    serial: int


@dataclass(frozen=True, slots=True)
class _Seal:
    """A .p7s taken apart; everything is DER but digests, time and signature value."""

    parts: cades.Parts
    digest: bytes
    signed_at: datetime
    certificate_digest: bytes
    token: bytes


def is_canonical(p7s: bytes) -> bool:
    """Whether this .p7s is written as we write it: any other bytes that verify alike have been altered.

    What no signature covers (lengths, algorithms, the form of signatures and of the token) is written again from what
    was read and must be the same. Certificates are compared by `verify`.
    """
    try:
        seal = _read(p7s)
    except SealInvalid:
        return False
    if seal.parts.algorithm == cades.ALGORITHMS[Algorithm.ECDSA] and not is_lowered(seal.parts.signature):
        return False
    return cades.signed_data(seal.parts) == p7s and timestamps.is_canonical(timestamps.response(seal.token))


def verify(p7s: bytes, sha256: bytes, root: x509.Certificate, *older: x509.Certificate) -> SealFacts:
    """The facts of a detached seal of the document with this SHA-256, once every link is proved.

    Seal and stamp must both come from `root` or one of the `older` ones. Raises SealInvalid, whose message says which
    link fails, and nothing else for any bytes.
    """
    seal = _read(p7s)
    roots = (root, *older)
    if seal.digest != sha256:
        raise SealInvalid("Ce cachet porte sur un autre document, ou le document a été modifié.")
    certificate = _signer(seal)
    if seal.parts.algorithm != cades.ALGORITHMS[algorithm_of(certificate)]:
        raise SealInvalid("Le cachet est signé par un procédé qui n'est pas admis.")
    if not is_signed(seal.parts.signed_attributes, seal.parts.signature, certificate):
        raise SealInvalid("La signature du cachet n'a pas été faite avec la clé de son certificat.")
    facts = _stamp(seal, certificate, roots)
    _check_path(certificate, seal, roots, facts.stamped_at)
    return facts


# --- Links ----------------------------------------------------------------------------------------------------
def _signer(seal: _Seal) -> x509.Certificate:
    """The certificate whose digest is signed (ESSCertIDv2), never the first that comes."""
    for encoded in seal.parts.certificates:
        if hashlib.sha256(encoded).digest() == seal.certificate_digest:
            certificate = _load(encoded)
            if cades.identifier(certificate) != seal.parts.signer:
                raise SealInvalid("Le cachet désigne un autre certificat que celui qu'il contient.")
            return certificate
    raise SealInvalid("Le cachet ne contient pas le certificat qui a été signé avec lui.")


def _stamp(seal: _Seal, certificate: x509.Certificate, roots: Sequence[x509.Certificate]) -> SealFacts:
    try:
        token = read_token(seal.token)
        unit = signer_of(token)
        check_signature(token, unit)
    except timestamps.TimestampInvalid as error:
        raise SealInvalid(f"L'horodatage du cachet est refusé. {error}") from error
    imprint = token.facts.algorithm, token.facts.digest
    if imprint != ("sha256", hashlib.sha256(seal.parts.signature).digest()):
        raise SealInvalid("L'horodatage du cachet porte sur une autre signature.")
    if not any(is_issued_by(unit.certificate, root) for root in roots):
        raise SealInvalid("L'horodatage du cachet ne vient pas de l'autorité attendue.")
    if seal.signed_at > token.facts.gen_time + TOLERANCE:
        raise SealInvalid("Le cachet se dit plus récent que son horodatage.")
    return SealFacts(certificate, seal.signed_at, token.facts.gen_time, unit.certificate, token.facts.serial)


def _check_path(
    certificate: x509.Certificate, seal: _Seal, roots: Sequence[x509.Certificate], at: datetime
) -> None:
    """From the seal to a root, through all that the seal carries and nothing else."""
    carried = [_load(each) for each in seal.parts.certificates]
    path = [certificate]
    while not any(is_issued_by(path[-1], root) for root in roots):
        issuer = next((each for each in carried if each not in path and _may_issue(each, path[-1])), None)
        if issuer is None or len(path) > MAX_CHAIN:
            raise SealInvalid("Le certificat du cachet ne vient pas de l'autorité attendue.")
        path.append(issuer)
    if any(each not in path and each not in roots for each in carried):
        raise SealInvalid("Le cachet contient un certificat qui ne sert pas à le prouver.")
    if not all(each.not_valid_before_utc <= at <= each.not_valid_after_utc for each in path):
        raise SealInvalid("Le certificat du cachet n'était pas valide à la date de son horodatage.")
    if not _may_seal(certificate):
        raise SealInvalid("Le certificat du cachet n'est pas fait pour signer.")


def _may_issue(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False


def _may_seal(certificate: x509.Certificate) -> bool:
    """Neither an authority nor a time-stamping unit: a certificate whose key usage is to sign."""
    try:
        extensions = certificate.extensions
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    for extension in extensions:
        if isinstance(extension.value, x509.BasicConstraints) and extension.value.ca:
            return False
        if (
            isinstance(extension.value, x509.ExtendedKeyUsage)
            and ExtendedKeyUsageOID.TIME_STAMPING in extension.value
        ):
            return False
    return usage.digital_signature or usage.content_commitment


# --- Reading --------------------------------------------------------------------------------------------------
def _load(encoded: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_der_x509_certificate(encoded)
        certificate.public_key()
    except Exception as error:  # cryptography has a dozen errors of its own for a damaged certificate
        raise SealInvalid("Un certificat du cachet est illisible.") from error
    return certificate


def _read(p7s: bytes) -> _Seal:
    if len(p7s) > MAX_BYTES:
        raise SealInvalid("Ce fichier est trop grand pour un cachet.")
    try:
        return _content_info(Reader(p7s))
    except Malformed as error:
        raise SealInvalid("Ce fichier n'est pas un cachet lisible de la plateforme.") from error


def _content_info(outer: Reader) -> _Seal:
    content_info = outer.enter(SEQUENCE)
    outer.finish()
    _expect(content_info, cades.OID_SIGNED_DATA)
    wrapped = content_info.enter(0xA0)
    content_info.finish()
    signed_data = wrapped.enter(SEQUENCE)
    wrapped.finish()
    signed_data.integer()
    signed_data.value(SET)
    enclosed = signed_data.enter(SEQUENCE)
    _expect(enclosed, cades.OID_DATA)
    enclosed.finish()  # detached
    certificates = tuple(_elements(signed_data.enter(0xA0)))
    signers = signed_data.enter(SET)
    signed_data.finish()
    signer = signers.enter(SEQUENCE)
    signers.finish()
    return _signer_info(signer, certificates)


def _signer_info(reader: Reader, certificates: tuple[bytes, ...]) -> _Seal:
    reader.integer()
    signer = reader.encoded(SEQUENCE)
    reader.encoded(SEQUENCE)
    attributes = b"\x31" + reader.encoded(0xA0)[1:]
    algorithm = reader.encoded(SEQUENCE)
    signature = reader.value(OCTETS)
    unsigned = b"\x31" + reader.encoded(0xA1)[1:]
    reader.finish()
    signed = _attributes(attributes)
    (token,) = _only(_attributes(unsigned), cades.OID_SIGNATURE_STAMP)
    _only(signed, cades.OID_CONTENT_TYPE, cades.OID_MESSAGE_DIGEST, cades.OID_SIGNING_TIME,
          cades.OID_SIGNING_CERTIFICATE_V2)  # fmt: skip
    return _Seal(
        parts=cades.Parts(
            certificates=certificates,
            signer=signer,
            signed_attributes=attributes,
            algorithm=algorithm,
            signature=signature,
            unsigned_attributes=unsigned,
        ),
        digest=Reader(signed[cades.OID_MESSAGE_DIGEST]).value(OCTETS),
        signed_at=_time(Reader(signed[cades.OID_SIGNING_TIME])),
        certificate_digest=_certificate_digest(Reader(signed[cades.OID_SIGNING_CERTIFICATE_V2])),
        token=token,
    )


def _expect(reader: Reader, identifier: str) -> None:
    if dotted(reader.value(OID)) != identifier:
        raise Malformed("the content is of another type")


def _elements(reader: Reader) -> list[bytes]:
    found = []
    while reader.next_tag != -1:
        found.append(reader.encoded(SEQUENCE))
    return found


def _attributes(encoded: bytes) -> dict[str, bytes]:
    """Object identifier -> its one value, DER."""
    found: dict[str, bytes] = {}
    reader = Reader(encoded).enter(SET)
    while reader.next_tag != -1:
        attribute = reader.enter(SEQUENCE)
        identifier = dotted(attribute.value(OID))
        values = attribute.enter(SET)
        attribute.finish()
        if identifier in found:
            raise Malformed("an attribute comes twice")
        found[identifier] = values.encoded(values.next_tag)
        values.finish()
    return found


def _only(attributes: dict[str, bytes], *identifiers: str) -> list[bytes]:
    if set(attributes) != set(identifiers):
        raise Malformed("the attributes are not those of a seal")
    return [attributes[identifier] for identifier in identifiers]


def _time(reader: Reader) -> datetime:
    if reader.has(GENERALIZED_TIME):
        return generalized_time(reader.value(GENERALIZED_TIME))
    text = reader.value(UTC_TIME)
    if len(text) != len("YYMMDDHHMMSSZ") or not text[:-1].isdigit() or text[-1:] != b"Z":
        raise Malformed("a time is not in the form of RFC 5652")
    century = b"19" if text >= b"5" else b"20"
    return generalized_time(century + text)


def _certificate_digest(reader: Reader) -> bytes:
    """Of the first ESSCertIDv2, by SHA-256 (the default, left out)."""
    return reader.enter(SEQUENCE).enter(SEQUENCE).enter(SEQUENCE).value(OCTETS)
