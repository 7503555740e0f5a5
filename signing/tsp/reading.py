"""What a time-stamp token says (RFC 3161 2.4.2, RFC 5652), read strictly; nothing is verified by reading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from procurement.errors import DomainError
from signing.asn1.der_reading import (
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    NULL,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    Malformed,
    Reader,
    boolean,
    dotted,
    generalized_time,
)

OID_SIGNED_DATA = "1.2.840.113549.1.7.2"
OID_TST_INFO = "1.2.840.113549.1.9.16.1.4"
OID_CONTENT_TYPE = "1.2.840.113549.1.9.3"
OID_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
OID_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
OID_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

#: Digests by object identifier, as hashlib names them. SHA-1 only identifies certificates (ESSCertID, RFC 2634).
DIGEST_NAMES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
#: PKIStatus (RFC 3161 2.4.2): granted, granted with modifications.
GRANTED = (0, 1)
#: Bytes; a token with a chain of certificates has ten thousand.
MAX_RESPONSE_BYTES = 256 * 1024
#: RFC 3161 2.4.2: users must be ready for 160 bits of serial number; a longer one is no honest one.
_MAX_SERIAL_BITS = 1024
_CERTIFICATES, _CRLS, _ATTRIBUTES, _UNSIGNED = 0xA0, 0xA1, 0xA0, 0xA1
_TSA, _EXTENSIONS = 0xA0, 0xA1


class TimestampInvalid(DomainError):
    """Le jeton d'horodatage ne correspond pas au document, ou n'a pas été émis par l'autorité attendue."""

    code = "timestamp_invalid"
    status = 422


@dataclass(frozen=True, slots=True)
class TimestampFacts:
    """What a token says; nothing is verified by reading it. `algorithm` is hashlib's name of the digest."""

    gen_time: datetime
    serial: int
    algorithm: str
    digest: bytes
    policy: str
    #: DER INTEGER, as the query gave it.
    nonce: bytes | None = None


@dataclass(frozen=True, slots=True)
class Algorithm:
    """AlgorithmIdentifier: `parameters` are DER, empty when absent."""

    identifier: str
    parameters: bytes


@dataclass(frozen=True, slots=True)
class Token:
    """A TimeStampToken taken apart. Names, attributes and certificates are the exact bytes."""

    info: bytes
    facts: TimestampFacts
    certificates: tuple[bytes, ...]
    #: Of the signer's certificate: DER Name and DER INTEGER.
    issuer: bytes
    serial: bytes
    #: hashlib's name.
    digest_algorithm: str
    signature_algorithm: Algorithm
    #: As they were signed: a SET OF (RFC 5652 5.4).
    attributes: bytes
    message_digest: bytes
    #: hashlib's name and digest of the signer's certificate (ESSCertID, ESSCertIDv2).
    certificate_digest: tuple[str, bytes]
    signature: bytes


def read_response(tsr: bytes) -> Token:
    """The token of a granted TimeStampResp: the content of a .tsr file. Raises TimestampInvalid."""
    return read_token(split(tsr))


def split(tsr: bytes) -> bytes:
    """The TimeStampToken inside a granted TimeStampResp, as its exact bytes. Raises TimestampInvalid."""
    if len(tsr) > MAX_RESPONSE_BYTES:
        raise TimestampInvalid("Ce fichier est trop grand pour une réponse d'horodatage.")
    try:
        whole = Reader(tsr)
        response = whole.enter(SEQUENCE)
        whole.finish()
        status = response.enter(SEQUENCE).integer()
        token = response.encoded(SEQUENCE) if status in GRANTED else b""
        response.finish()
    except Malformed as error:
        raise TimestampInvalid("Ce fichier n'est pas une réponse d'horodatage accordée.") from error
    if not token:
        raise TimestampInvalid("Ce fichier n'est pas une réponse d'horodatage accordée.")
    return token


def read_token(token: bytes) -> Token:
    """A TimeStampToken (CMS ContentInfo) taken apart. Raises TimestampInvalid."""
    if len(token) > MAX_RESPONSE_BYTES:
        raise TimestampInvalid("Ce fichier est trop grand pour un jeton d'horodatage.")
    try:
        return _signed_data(_content(Reader(token), OID_SIGNED_DATA))
    except Malformed as error:
        raise TimestampInvalid("Ce fichier n'est pas un jeton d'horodatage lisible.") from error


def _content(outer: Reader, identifier: str) -> Reader:
    """Inside a ContentInfo of that type."""
    content_info = outer.enter(SEQUENCE)
    outer.finish()
    if dotted(content_info.value(OID)) != identifier:
        raise Malformed("the content is of another type")
    content = content_info.enter(0xA0)
    content_info.finish()
    return content


def _signed_data(outer: Reader) -> Token:
    signed_data = outer.enter(SEQUENCE)
    outer.finish()
    signed_data.integer()
    signed_data.value(SET)
    info = _encapsulated(signed_data)
    certificates: tuple[bytes, ...] = ()
    if signed_data.has(_CERTIFICATES):
        certificates = tuple(_plain_certificates(signed_data.enter(_CERTIFICATES)))
    if signed_data.has(_CRLS):
        signed_data.value(_CRLS)
    signer_infos = signed_data.enter(SET)
    signed_data.finish()
    signer_info = signer_infos.enter(SEQUENCE)
    signer_infos.finish()  # RFC 3161 2.4.2: the signature of the authority, and no other
    return _with_signer(signer_info, info, certificates)


def _encapsulated(signed_data: Reader) -> bytes:
    content = signed_data.enter(SEQUENCE)
    if dotted(content.value(OID)) != OID_TST_INFO:
        raise Malformed("the content is not a time stamp")
    explicit = content.enter(0xA0)
    info = explicit.value(OCTETS)
    explicit.finish()
    content.finish()
    return info


def _plain_certificates(choices: Reader) -> list[bytes]:
    """X.509 certificates; CMS also knows attribute certificates, which are skipped."""
    found = []
    while (tag := choices.next_tag) != -1:
        encoded = choices.encoded(tag)
        if tag == SEQUENCE:
            found.append(encoded)
    return found


def _with_signer(signer_info: Reader, info: bytes, certificates: tuple[bytes, ...]) -> Token:
    signer_info.integer()
    identifier = signer_info.enter(SEQUENCE)  # issuer and serial; a key identifier ([0]) is refused
    issuer, serial = identifier.encoded(SEQUENCE), identifier.encoded(INTEGER)
    identifier.finish()
    digest_algorithm = digest_name(read_algorithm(signer_info))
    attributes = b"\x31" + signer_info.encoded(_ATTRIBUTES)[1:]
    values = _attribute_values(Reader(attributes).enter(SET))
    signature_algorithm = read_algorithm(signer_info)
    signature = signer_info.value(OCTETS)
    if signer_info.has(_UNSIGNED):
        signer_info.value(_UNSIGNED)
    signer_info.finish()
    if dotted(_only(values, OID_CONTENT_TYPE).value(OID)) != OID_TST_INFO:
        raise Malformed("the signed content type is another one")
    return Token(
        info=info,
        facts=read_info(info),
        certificates=certificates,
        issuer=issuer,
        serial=serial,
        digest_algorithm=digest_algorithm,
        signature_algorithm=signature_algorithm,
        attributes=attributes,
        message_digest=_only(values, OID_MESSAGE_DIGEST).value(OCTETS),
        certificate_digest=_certificate_digest(values),
        signature=signature,
    )


def read_algorithm(reader: Reader) -> Algorithm:
    inside = reader.enter(SEQUENCE)
    identifier = dotted(inside.value(OID))
    parameters = b"" if (tag := inside.next_tag) == -1 else inside.encoded(tag)
    inside.finish()
    return Algorithm(identifier, parameters)


def digest_name(algorithm: Algorithm) -> str:
    """hashlib's name of a SHA-2 digest; raises Malformed for another one."""
    name = DIGEST_NAMES.get(algorithm.identifier)
    if name is None or algorithm.parameters not in (b"", bytes((NULL, 0))):
        raise Malformed(f"{algorithm.identifier} is not a digest admitted here")
    return name


def _attribute_values(attributes: Reader) -> Mapping[str, Reader]:
    """Type of attribute -> its one value. RFC 5652 5.3, 11: none of those read here comes twice."""
    found: dict[str, Reader] = {}
    while attributes.has(SEQUENCE):
        attribute = attributes.enter(SEQUENCE)
        identifier = dotted(attribute.value(OID))
        if identifier in found:
            raise Malformed(f"attribute {identifier} comes twice")
        found[identifier] = attribute.enter(SET)
        attribute.finish()
    attributes.finish()
    return found


def _only(values: Mapping[str, Reader], identifier: str) -> Reader:
    if identifier not in values:
        raise Malformed(f"attribute {identifier} is missing")
    return values[identifier]


def _certificate_digest(values: Mapping[str, Reader]) -> tuple[str, bytes]:
    """ESSCertIDv2 (RFC 5816) before ESSCertID, whose SHA-1 is bound by the signature all the same."""
    if OID_SIGNING_CERTIFICATE_V2 in values:
        first = _first_certificate(values[OID_SIGNING_CERTIFICATE_V2])
        name = digest_name(read_algorithm(first)) if first.has(SEQUENCE) else "sha256"
        return name, first.value(OCTETS)
    return "sha1", _first_certificate(_only(values, OID_SIGNING_CERTIFICATE)).value(OCTETS)


def _first_certificate(value: Reader) -> Reader:
    """RFC 5035 3: the first identifier of the list is that of the signer."""
    return value.enter(SEQUENCE).enter(SEQUENCE).enter(SEQUENCE)


def read_info(info: bytes) -> TimestampFacts:
    """TSTInfo. Raises Malformed."""
    whole = Reader(info)
    fields = whole.enter(SEQUENCE)
    whole.finish()
    if fields.integer() != 1:
        raise Malformed("the version is not 1")
    policy = dotted(fields.value(OID))
    algorithm, digest = read_imprint(fields)
    serial = fields.integer()
    if serial.bit_length() > _MAX_SERIAL_BITS:
        raise Malformed("the serial number is too long")
    gen_time = generalized_time(fields.value(GENERALIZED_TIME))
    if fields.has(SEQUENCE):  # accuracy
        fields.value(SEQUENCE)
    if fields.has(BOOLEAN) and not boolean(fields.value(BOOLEAN)):
        raise Malformed("a default value is written")
    nonce = fields.encoded(INTEGER) if fields.has(INTEGER) else None
    for optional in (_TSA, _EXTENSIONS):
        if fields.has(optional):
            fields.value(optional)
    fields.finish()
    return TimestampFacts(gen_time, serial, algorithm, digest, policy, nonce)


def read_imprint(fields: Reader) -> tuple[str, bytes]:
    imprint = fields.enter(SEQUENCE)
    algorithm = digest_name(read_algorithm(imprint))
    digest = imprint.value(OCTETS)
    imprint.finish()
    return algorithm, digest
