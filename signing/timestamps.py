"""RFC 3161 time-stamping: issue, answer, read and verify tokens. Pure: no clock, no database.

Serial numbers and instants are given by the caller, who persists them (`services.stamp`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from procurement.errors import DomainError
from signing import der
from signing.authority import Authority

#: A private arc, for installations without a registered policy (RFC 3161 2.4.1).
DEFAULT_POLICY = "1.3.6.1.4.1.99999.1.1"
#: Seconds; what `accuracy` declares.
ACCURACY = 1
#: A query is some tens of bytes, a little more with extensions.
MAX_QUERY_BYTES = 16 * 1024

#: Imprints we stamp: name (asn1crypto's) -> (OID, digest length). SHA-1 is refused.
DIGESTS = {
    "sha256": ("2.16.840.1.101.3.4.2.1", 32),
    "sha384": ("2.16.840.1.101.3.4.2.2", 48),
    "sha512": ("2.16.840.1.101.3.4.2.3", 64),
}
OID_SIGNED_DATA = "1.2.840.113549.1.7.2"
OID_TST_INFO = "1.2.840.113549.1.9.16.1.4"
OID_CONTENT_TYPE = "1.2.840.113549.1.9.3"
OID_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
OID_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
OID_ECDSA_SHA256 = "1.2.840.10045.4.3.2"

#: PKIFailureInfo bits (RFC 3161 2.4.2).
BAD_ALGORITHM, BAD_REQUEST, BAD_DATA_FORMAT = 0, 2, 5
UNACCEPTED_POLICY, UNACCEPTED_EXTENSION, SYSTEM_FAILURE = 15, 16, 25


class QueryRefused(DomainError):
    """La demande d'horodatage n'est pas recevable. Aucun jeton n'a été émis."""

    code = "timestamp_query_refused"
    status = 422

    def __init__(self, message: str, failure: int) -> None:
        super().__init__(message)
        self.failure = failure


class TimestampInvalid(DomainError):
    """Le jeton d'horodatage ne correspond pas au document, ou n'a pas été émis par l'autorité attendue."""

    code = "timestamp_invalid"
    status = 422


@dataclass(frozen=True, slots=True)
class Query:
    """What a TimeStampReq asks. `nonce` is kept as its DER bytes, echoed as received."""

    algorithm: str
    digest: bytes
    nonce: bytes | None
    policy: str | None
    cert_req: bool


@dataclass(frozen=True, slots=True)
class TimestampFacts:
    """What a token says; nothing is verified by reading it."""

    gen_time: datetime
    serial: int
    algorithm: str
    digest: bytes
    policy: str


# --- Issuing --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _FixedParts:
    """DER that is the same in every token of one authority."""

    signer_identifier: bytes
    content_type: bytes
    signing_certificate: bytes
    certificates: bytes
    tsa_name: bytes


_SHA256 = der.sequence(der.oid(DIGESTS["sha256"][0]))
_ECDSA_SHA256 = der.sequence(der.oid(OID_ECDSA_SHA256))
_ACCURACY = der.sequence(der.integer(ACCURACY))


@lru_cache(maxsize=8)
def _fixed_parts(authority: Authority) -> _FixedParts:
    certificate = authority.tsa_certificate
    issuer = certificate.issuer.public_bytes()
    serial = der.integer(certificate.serial_number)
    # ESSCertIDv2 (RFC 5035): SHA-256 is the default algorithm, and DER leaves defaults out.
    certificate_id = der.sequence(
        der.octets(hashlib.sha256(authority.tsa_der).digest()),
        der.sequence(der.sequence(der.explicit(4, issuer)), serial),
    )
    return _FixedParts(
        signer_identifier=der.sequence(issuer, serial),
        content_type=_attribute(OID_CONTENT_TYPE, der.oid(OID_TST_INFO)),
        signing_certificate=_attribute(
            OID_SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(certificate_id))
        ),
        certificates=der.explicit(0, authority.tsa_der),
        tsa_name=der.explicit(0, der.explicit(4, certificate.subject.public_bytes())),
    )


def issue(
    *,
    digest: bytes,
    authority: Authority,
    serial: int,
    gen_time: datetime,
    algorithm: str = "sha256",
    nonce: bytes | None = None,
    policy: str | None = None,
    cert_req: bool = True,
) -> bytes:
    """A signed TimeStampToken, DER.

    `serial` must never have been used; `gen_time` must lie within the life of the certificate (ValueError).
    `nonce` is the DER INTEGER of the query.
    """
    certificate = authority.tsa_certificate
    if not certificate.not_valid_before_utc <= gen_time <= certificate.not_valid_after_utc:
        raise ValueError(f"{gen_time} is outside the life of the time-stamping certificate")
    fixed = _fixed_parts(authority)
    info = _tst_info(digest, algorithm, serial, gen_time, nonce, policy or DEFAULT_POLICY, fixed)
    attributes = (
        fixed.content_type,
        fixed.signing_certificate,
        _attribute(OID_MESSAGE_DIGEST, der.octets(hashlib.sha256(info).digest())),
    )
    signed_attributes = der.set_of(attributes)
    signature = authority.tsa_key.sign(signed_attributes, ECDSA(hashes.SHA256()))
    signer_info = der.sequence(
        der.integer(1),
        fixed.signer_identifier,
        _SHA256,
        # Signed as a SET, written as [0] IMPLICIT (RFC 5652 5.4): only the identifier octet differs.
        b"\xa0" + signed_attributes[1:],
        _ECDSA_SHA256,
        der.octets(signature),
    )
    signed_data = der.sequence(
        der.integer(3),
        der.set_of([_SHA256]),
        der.sequence(der.oid(OID_TST_INFO), der.explicit(0, der.octets(info))),
        fixed.certificates if cert_req else b"",
        der.set_of([signer_info]),
    )
    return der.sequence(der.oid(OID_SIGNED_DATA), der.explicit(0, signed_data))


def response(token: bytes) -> bytes:
    """A granted TimeStampResp: the content of a .tsr file."""
    return der.sequence(der.sequence(der.integer(0)), token)


def rejection(refused: QueryRefused) -> bytes:
    """A TimeStampResp of status rejection: no token, a sentence and the failure bit."""
    status = der.sequence(
        der.integer(2),
        der.sequence(der.utf8(str(refused))),
        der.bit(refused.failure),
    )
    return der.sequence(status)


def _tst_info(
    digest: bytes,
    algorithm: str,
    serial: int,
    gen_time: datetime,
    nonce: bytes | None,
    policy: str,
    fixed: _FixedParts,
) -> bytes:
    identifier, length = DIGESTS[algorithm]
    if len(digest) != length:
        raise ValueError(f"{algorithm} digests have {length} bytes, not {len(digest)}")
    return der.sequence(
        der.integer(1),
        der.oid(policy),
        der.sequence(der.sequence(der.oid(identifier), b"\x05\x00"), der.octets(digest)),
        der.integer(serial),
        der.generalized_time(gen_time),
        _ACCURACY,
        nonce or b"",
        fixed.tsa_name,
    )


def _attribute(identifier: str, value: bytes) -> bytes:
    return der.sequence(der.oid(identifier), der.set_of([value]))


# --- Queries --------------------------------------------------------------------------------------------------
def read_query(query: bytes, *, policy: str = DEFAULT_POLICY) -> Query:
    """Parse and judge a TimeStampReq. Raises QueryRefused, whose message is written in the rejection."""
    if len(query) > MAX_QUERY_BYTES:
        raise QueryRefused("La demande d'horodatage est trop longue.", BAD_DATA_FORMAT)
    try:
        request = tsp.TimeStampReq.load(query, strict=True)
        imprint = request["message_imprint"]
        algorithm = str(imprint["hash_algorithm"]["algorithm"].native)
        asked = Query(
            algorithm=algorithm,
            digest=bytes(imprint["hashed_message"].native),
            nonce=None if isinstance(request["nonce"], core.Void) else request["nonce"].dump(),
            policy=request["req_policy"].native,
            cert_req=bool(request["cert_req"].native),
        )
        version = request["version"].native
        extended = bool(request["extensions"].native)
    except (ValueError, TypeError, KeyError) as error:
        raise QueryRefused("Ce n'est pas une demande RFC 3161 lisible.", BAD_DATA_FORMAT) from error
    _judge(asked, version=version, extended=extended, policy=policy)
    return asked


def _judge(query: Query, *, version: object, extended: bool, policy: str) -> None:
    if version != "v1":
        raise QueryRefused("Seule la version 1 du protocole est admise.", BAD_REQUEST)
    if query.algorithm not in DIGESTS:
        raise QueryRefused("Seules les empreintes SHA-256, SHA-384 et SHA-512 sont admises.", BAD_ALGORITHM)
    if len(query.digest) != DIGESTS[query.algorithm][1]:
        raise QueryRefused("L'empreinte n'a pas la longueur de son algorithme.", BAD_DATA_FORMAT)
    if query.policy not in (None, policy):
        raise QueryRefused(f"La seule politique d'horodatage est {policy}.", UNACCEPTED_POLICY)
    if extended:
        raise QueryRefused("Aucune extension n'est admise.", UNACCEPTED_EXTENSION)


def answer(
    query: Query, *, authority: Authority, serial: int, gen_time: datetime, policy: str = DEFAULT_POLICY
) -> bytes:
    """The granted TimeStampResp for a query accepted by `read_query`."""
    token = issue(
        digest=query.digest,
        algorithm=query.algorithm,
        authority=authority,
        serial=serial,
        gen_time=gen_time,
        nonce=query.nonce,
        policy=policy,
        cert_req=query.cert_req,
    )
    return response(token)


# --- Reading and verifying ------------------------------------------------------------------------------------
def read(tsr: bytes) -> TimestampFacts:
    """The facts of a .tsr (TimeStampResp). Raises TimestampInvalid when it cannot be read or was not granted."""
    return _facts(_tst_info_of(_signed_data(tsr)))


def verify(tsr: bytes, digest: bytes, authority_certificate: x509.Certificate) -> TimestampFacts:
    """The facts of a .tsr, once proved: right document, right signer, signer issued by the authority.

    `digest` is the SHA-256 of the document. The signing certificate is the one that the signer identifier
    designates, never the first that comes (GHSA-3xxc-pwj6-jgrj). Raises TimestampInvalid.
    """
    signed_data = _signed_data(tsr)
    info = _tst_info_of(signed_data)
    facts = _facts(info)
    if facts.digest != digest:
        raise TimestampInvalid("Ce jeton d'horodatage porte sur un autre document.")
    try:
        signer_info = signed_data["signer_infos"][0]
        certificate = _signer_certificate(signed_data, signer_info)
        _check_signature(signed_data, signer_info, certificate)
        certificate.verify_directly_issued_by(authority_certificate)
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except TimestampInvalid:
        raise
    except Exception as error:  # cryptography has a dozen errors of its own for a damaged certificate
        raise TimestampInvalid from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise TimestampInvalid("Le certificat du jeton n'est pas un certificat d'horodatage.")
    if not certificate.not_valid_before_utc <= facts.gen_time <= certificate.not_valid_after_utc:
        raise TimestampInvalid("Le certificat d'horodatage n'était pas valide à la date du jeton.")
    return facts


def token_of(tsr: bytes) -> bytes:
    """The TimeStampToken inside a granted TimeStampResp, as its exact bytes."""
    _, token = _split(tsr)
    return token


def _split(tsr: bytes) -> tuple[int, bytes]:
    try:
        members = core.SequenceOf.load(tsr, spec=core.Any, strict=True)
        status = core.SequenceOf.load(members[0].dump(), spec=core.Any)
        granted = core.Integer.load(status[0].dump()).native
        return granted, members[1].dump()
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise TimestampInvalid("Ce fichier n'est pas une réponse d'horodatage accordée.") from error


def _signed_data(tsr: bytes) -> cms.SignedData:
    granted, token = _split(tsr)
    try:
        content = cms.ContentInfo.load(token, strict=True)
        if granted > 1 or content["content_type"].native != "signed_data":
            raise TimestampInvalid("Ce fichier n'est pas une réponse d'horodatage accordée.")
        return content["content"]
    except (ValueError, TypeError, KeyError) as error:
        raise TimestampInvalid("Ce fichier n'est pas une réponse d'horodatage lisible.") from error


def _tst_info_of(signed_data: cms.SignedData) -> tsp.TSTInfo:
    try:
        return tsp.TSTInfo.load(bytes(signed_data["encap_content_info"]["content"]), strict=True)
    except (ValueError, TypeError, KeyError) as error:
        raise TimestampInvalid("Ce fichier n'est pas une réponse d'horodatage lisible.") from error


def _facts(info: tsp.TSTInfo) -> TimestampFacts:
    try:
        imprint = info["message_imprint"]
        return TimestampFacts(
            gen_time=info["gen_time"].native,
            serial=info["serial_number"].native,
            algorithm=imprint["hash_algorithm"]["algorithm"].native,
            digest=imprint["hashed_message"].native,
            policy=info["policy"].native,
        )
    except (ValueError, TypeError, KeyError) as error:
        raise TimestampInvalid("Ce fichier n'est pas une réponse d'horodatage lisible.") from error


def _signer_certificate(signed_data: cms.SignedData, signer_info: cms.SignerInfo) -> x509.Certificate:
    wanted = signer_info["sid"].chosen
    for choice in signed_data["certificates"]:
        candidate = choice.chosen
        if candidate.serial_number == wanted["serial_number"].native and candidate.issuer == wanted["issuer"]:
            return x509.load_der_x509_certificate(candidate.dump())
    raise TimestampInvalid("Le jeton ne contient pas le certificat de son signataire.")


def _check_signature(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, certificate: x509.Certificate
) -> None:
    """The three links: content -> messageDigest, certificate -> ESSCertIDv2, signature -> public key."""
    attributes = {
        attribute["type"].native: attribute["values"][0] for attribute in signer_info["signed_attrs"]
    }
    content = bytes(signed_data["encap_content_info"]["content"])
    if attributes["message_digest"].native != hashlib.sha256(content).digest():
        raise TimestampInvalid
    certificate_hash = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    if certificate_hash != hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest():
        raise TimestampInvalid
    key = certificate.public_key()
    if not isinstance(key, EllipticCurvePublicKey):
        raise TimestampInvalid
    key.verify(
        signer_info["signature"].native,
        signer_info["signed_attrs"].untag().dump(),
        ECDSA(hashes.SHA256()),
    )
