"""RFC 3161 time-stamping: issue, answer, read and verify tokens. Pure: no clock, no database.

Serial numbers and instants are given by the caller, who persists them (`services.stamping`). DER is written and read
by templates of our own: asn1crypto's objects cost a hundred times the signature.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA

from signing.asn1 import der
from signing.pki.authority import Authority
from signing.tsp.queries import DEFAULT_POLICY, DIGESTS, Query, imprint_of
from signing.tsp.reading import (
    OID_CONTENT_TYPE,
    OID_MESSAGE_DIGEST,
    OID_SIGNED_DATA,
    OID_SIGNING_CERTIFICATE_V2,
    OID_TST_INFO,
    TimestampFacts,
    TimestampInvalid,
    Token,
    read_response,
    split,
)
from signing.tsp.signatures import check_signature, is_issued_by, is_lowered, lowered, signer_of, unit_of

__all__ = [
    "TimestampFacts",
    "TimestampInvalid",
    "answer",
    "is_canonical",
    "is_in_service",
    "issue",
    "read",
    "response",
    "token_of",
    "verify",
]

#: Seconds; what `accuracy` declares. A clock that is farther off does not stamp (signing.clocks.clock).
ACCURACY = 1
OID_ECDSA_SHA256 = "1.2.840.10045.4.3.2"

_SHA256 = der.sequence(der.oid(DIGESTS["sha256"][0]))
_ECDSA_SHA256 = der.sequence(der.oid(OID_ECDSA_SHA256))
_ACCURACY = der.sequence(der.integer(ACCURACY))
_VERSION_1, _VERSION_3 = der.integer(1), der.integer(3)
_SIGNED_DATA, _TST_INFO = der.oid(OID_SIGNED_DATA), der.oid(OID_TST_INFO)
_DIGEST_ALGORITHMS = der.set_of([_SHA256])
_MESSAGE_DIGEST = der.oid(OID_MESSAGE_DIGEST)
_GRANTED = der.sequence(der.integer(0))


# --- Issuing --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _FixedParts:
    """DER that is the same in every token of one certificate."""

    signer_identifier: bytes
    content_type: bytes
    signing_certificate: bytes
    certificates: bytes
    tsa_name: bytes


@lru_cache(maxsize=8)
def _fixed_parts(certificate_der: bytes) -> _FixedParts:
    certificate = x509.load_der_x509_certificate(certificate_der)
    issuer = certificate.issuer.public_bytes()
    serial = der.integer(certificate.serial_number)
    # ESSCertIDv2 (RFC 5035): SHA-256 is the default algorithm, and DER leaves defaults out.
    certificate_id = der.sequence(
        der.octets(hashlib.sha256(certificate_der).digest()),
        der.sequence(der.sequence(der.explicit(4, issuer)), serial),
    )
    return _FixedParts(
        signer_identifier=der.sequence(issuer, serial),
        content_type=_attribute(der.oid(OID_CONTENT_TYPE), _TST_INFO),
        signing_certificate=_attribute(
            der.oid(OID_SIGNING_CERTIFICATE_V2), der.sequence(der.sequence(certificate_id))
        ),
        certificates=der.explicit(0, certificate_der),
        tsa_name=der.explicit(0, der.explicit(4, certificate.subject.public_bytes())),
    )


@lru_cache(maxsize=8)
def _policy(dotted: str) -> bytes:
    return der.oid(dotted)


@lru_cache(maxsize=8)
def _life(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def is_in_service(authority: Authority, moment: datetime) -> bool:
    """Whether a token of that moment lies within the life of the time-stamping certificate."""
    begins, ends = _life(authority.tsa_certificate)
    return begins <= moment <= ends


def issue(
    *,
    digest: bytes,
    authority: Authority,
    serial: int,
    gen_time: datetime,
    algorithm: str = "sha256",
    imprint: bytes | None = None,
    nonce: bytes | None = None,
    policy: str | None = None,
    cert_req: bool = True,
) -> bytes:
    """A signed TimeStampToken, DER.

    `serial` must never have been used; `gen_time` must lie within the life of the certificate (ValueError).
    `nonce` and `imprint` are the DER of the query, given back as they came; without `imprint`, it is made of `digest`.
    """
    if not is_in_service(authority, gen_time):
        raise ValueError(f"{gen_time} is outside the life of the time-stamping certificate")
    fixed = _fixed_parts(authority.tsa_der)
    info = der.sequence(
        _VERSION_1,
        _policy(policy or DEFAULT_POLICY),
        imprint or imprint_of(algorithm, digest),
        der.integer(serial),
        der.generalized_time(gen_time),
        _ACCURACY,
        nonce or b"",
        fixed.tsa_name,
    )
    message_digest = _attribute(_MESSAGE_DIGEST, der.octets(hashlib.sha256(info).digest()))
    attributes = der.set_of((fixed.content_type, fixed.signing_certificate, message_digest))
    signature = lowered(authority.tsa_key.sign(attributes, ECDSA(hashes.SHA256())))
    return _assemble(info, attributes, signature, fixed, cert_req=cert_req)


def _assemble(
    info: bytes, attributes: bytes, signature: bytes, fixed: _FixedParts, *, cert_req: bool
) -> bytes:
    signer_info = der.sequence(
        _VERSION_1,
        fixed.signer_identifier,
        _SHA256,
        # Signed as a SET, written as [0] IMPLICIT (RFC 5652 5.4): only the identifier octet differs.
        b"\xa0" + attributes[1:],
        _ECDSA_SHA256,
        der.octets(signature),
    )
    signed_data = der.sequence(
        _VERSION_3,
        _DIGEST_ALGORITHMS,
        der.sequence(_TST_INFO, der.explicit(0, der.octets(info))),
        fixed.certificates if cert_req else b"",
        der.tlv(0x31, signer_info),
    )
    return der.sequence(_SIGNED_DATA, der.explicit(0, signed_data))


def response(token: bytes) -> bytes:
    """A granted TimeStampResp: the content of a .tsr file."""
    return der.sequence(_GRANTED, token)


def answer(
    query: Query, *, authority: Authority, serial: int, gen_time: datetime, policy: str = DEFAULT_POLICY
) -> bytes:
    """The granted TimeStampResp for a query accepted by `timestamp_queries.read_query`."""
    token = issue(
        digest=query.digest,
        algorithm=query.algorithm,
        imprint=query.imprint,
        authority=authority,
        serial=serial,
        gen_time=gen_time,
        nonce=query.nonce,
        policy=policy,
        cert_req=query.cert_req,
    )
    return response(token)


def _attribute(identifier: bytes, value: bytes) -> bytes:
    return der.sequence(identifier, der.set_of([value]))


# --- Reading and verifying ------------------------------------------------------------------------------------
def read(tsr: bytes) -> TimestampFacts:
    """The facts of a .tsr (TimeStampResp). Raises TimestampInvalid when it cannot be read or was not granted."""
    return read_response(tsr).facts


def verify(
    tsr: bytes,
    digest: bytes,
    authority_certificate: x509.Certificate,
    *,
    algorithm: str = "sha256",
    certificates: tuple[bytes, ...] = (),
) -> TimestampFacts:
    """The facts of a .tsr, once proved: right document, right signer, signer issued by the authority.

    `digest` is the document's; `certificates` (DER) serve a token that does not carry its signer's. Another
    authority's token, with a chain between signer and anchor, is checked by `timestamp_replies`. Raises
    TimestampInvalid, and nothing else, for any bytes.
    """
    token = read_response(tsr)
    if token.facts.digest != digest or token.facts.algorithm != algorithm:
        raise TimestampInvalid("Ce jeton d'horodatage porte sur un autre document.")
    unit = signer_of(token, certificates)
    if not is_issued_by(unit.certificate, authority_certificate):
        raise TimestampInvalid("Le certificat du jeton n'a pas été émis par l'autorité attendue.")
    check_signature(token, unit)
    return token.facts


def token_of(tsr: bytes) -> bytes:
    """The TimeStampToken inside a granted TimeStampResp, as its exact bytes."""
    return split(tsr)


def is_canonical(tsr: bytes) -> bool:
    """Whether a token of ours is written as we write it: any other bytes that verify alike have been altered.

    What the signature does not cover (status, lengths, algorithms, certificates, the form of the signature) is
    written again from what was read, and must be the same. False for tokens of other authorities.
    """
    try:
        token = read_response(tsr)
    except TimestampInvalid:
        return False
    if len(token.certificates) != 1 or unit_of(token.certificates[0]) is None:
        return False
    return is_lowered(token.signature) and _written_again(token) == tsr


def _written_again(token: Token) -> bytes:
    fixed = _fixed_parts(token.certificates[0])
    return response(_assemble(token.info, token.attributes, token.signature, fixed, cert_req=True))
