"""Detached CAdES-B-T seals (EN 319 122-1) written as DER, a hundred times as fast as with ASN.1 objects. Pure.

The same structure serves in PDF (EN 319 142-1), where the signing time stands in the dictionary instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.asn1 import der
from signing.sealing.keys.seal_key import Algorithm, SealKey
from signing.tsp.signatures import lowered

OID_DATA = "1.2.840.113549.1.7.1"
OID_SIGNED_DATA = "1.2.840.113549.1.7.2"
OID_CONTENT_TYPE = "1.2.840.113549.1.9.3"
OID_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
OID_SIGNING_TIME = "1.2.840.113549.1.9.5"
OID_SIGNATURE_STAMP = "1.2.840.113549.1.9.16.2.14"
OID_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

#: The first year that signing times write with four digits.
GENERALIZED_FROM = 2050

SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
ALGORITHMS = {
    Algorithm.ECDSA: der.sequence(der.oid(Algorithm.ECDSA)),
    Algorithm.RSA: der.sequence(der.oid(Algorithm.RSA), b"\x05\x00"),
}

#: SHA-256 of a signature value -> TimeStampToken, DER.
Stamp = Callable[[bytes], bytes]


def sign(digest: bytes, *, key: SealKey, stamp: Stamp | None, signing_time: datetime | None = None) -> bytes:
    """A ContentInfo over content of this SHA-256, DER; B-B without `stamp`.

    Raises SealUnavailable when the key does not answer; nothing has been stamped then.
    """
    fixed = _fixed_parts(key)
    attributes = [
        fixed.content_type,
        fixed.signing_certificate,
        attribute(OID_MESSAGE_DIGEST, der.octets(digest)),
    ]
    if signing_time is not None:
        attributes.append(attribute(OID_SIGNING_TIME, _time(signing_time)))
    signed = der.set_of(attributes)
    signature = _one_form(key, key.sign(signed))
    token = None if stamp is None else stamp(hashlib.sha256(signature).digest())
    return signed_data(
        Parts(
            certificates=fixed.certificates,
            signer=fixed.signer,
            signed_attributes=signed,
            algorithm=ALGORITHMS[key.algorithm],
            signature=signature,
            unsigned_attributes=b"" if token is None else stamped(token),
        )
    )


def certificates(key: SealKey) -> tuple[bytes, ...]:
    """What a seal by this key carries, DER."""
    return _fixed_parts(key).certificates


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What varies in a SignedData of one signer. Everything is DER; both sets of attributes are SET OF."""

    certificates: tuple[bytes, ...]
    #: IssuerAndSerialNumber.
    signer: bytes
    signed_attributes: bytes
    #: AlgorithmIdentifier of the signature.
    algorithm: bytes
    signature: bytes
    unsigned_attributes: bytes = b""
    content_type: str = OID_DATA
    #: The enclosed content, None when it is detached.
    content: bytes | None = None


def signed_data(parts: Parts) -> bytes:
    """RFC 5652 5.1: version 3 when the content is not plain data."""
    enclosed = b"" if parts.content is None else der.explicit(0, der.octets(parts.content))
    return der.sequence(
        der.oid(OID_SIGNED_DATA),
        der.explicit(
            0,
            der.sequence(
                der.integer(1 if parts.content_type == OID_DATA else 3),
                der.set_of([SHA256]),
                der.sequence(der.oid(parts.content_type), enclosed),
                _implicit(0, der.set_of(parts.certificates)),
                der.set_of([_signer_info(parts)]),
            ),
        ),
    )


def attribute(identifier: str, value: bytes) -> bytes:
    return der.sequence(der.oid(identifier), der.set_of([value]))


def stamped(token: bytes) -> bytes:
    return der.set_of([attribute(OID_SIGNATURE_STAMP, token)])


def _signer_info(parts: Parts) -> bytes:
    return der.sequence(
        der.integer(1),
        parts.signer,
        SHA256,
        # Signed as a SET, written as [0] IMPLICIT (RFC 5652 5.4): only the identifier octet differs.
        _implicit(0, parts.signed_attributes),
        parts.algorithm,
        der.octets(parts.signature),
        _implicit(1, parts.unsigned_attributes) if parts.unsigned_attributes else b"",
    )


def _implicit(number: int, element: bytes) -> bytes:
    return bytes((0xA0 | number,)) + element[1:]


@dataclass(frozen=True, slots=True)
class _FixedParts:
    """DER that is the same in every seal of one key."""

    certificates: tuple[bytes, ...]
    signer: bytes
    content_type: bytes
    signing_certificate: bytes


def identifier(certificate: x509.Certificate) -> bytes:
    """IssuerAndSerialNumber, DER."""
    return der.sequence(certificate.issuer.public_bytes(), der.integer(certificate.serial_number))


@lru_cache(maxsize=8)
def _fixed_parts(key: SealKey) -> _FixedParts:
    issuer = key.certificate.issuer.public_bytes()
    serial = der.integer(key.certificate.serial_number)
    # ESSCertIDv2 (RFC 5035): SHA-256 is the default algorithm, and DER leaves defaults out.
    certificate_id = der.sequence(
        der.octets(hashlib.sha256(key.der).digest()),
        der.sequence(der.sequence(der.explicit(4, issuer)), serial),
    )
    return _FixedParts(
        certificates=(key.der, *(issuer.public_bytes(Encoding.DER) for issuer in key.chain)),
        signer=identifier(key.certificate),
        content_type=attribute(OID_CONTENT_TYPE, der.oid(OID_DATA)),
        signing_certificate=attribute(OID_SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(certificate_id))),
    )


def _one_form(key: SealKey, signature: bytes) -> bytes:
    return lowered(signature) if key.algorithm is Algorithm.ECDSA else signature


def _time(moment: datetime) -> bytes:
    """RFC 5652 11.3: two digits of the year until 2049, whole seconds."""
    utc = moment.astimezone(UTC)
    if utc.year < GENERALIZED_FROM:
        return der.tlv(0x17, f"{utc:%y%m%d%H%M%SZ}".encode())
    return der.generalized_time(utc.replace(microsecond=0))
