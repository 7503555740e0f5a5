"""RFC 3161 queries: read and judged, written, and refused in words that clients show."""

from __future__ import annotations

from dataclasses import dataclass

from procurement.errors import DomainError
from signing.asn1 import der
from signing.asn1.der_reading import (
    BOOLEAN,
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    Malformed,
    Reader,
    boolean,
    dotted,
)
from signing.tsp.reading import DIGEST_NAMES, Algorithm, read_algorithm

#: A private arc, for installations without a registered policy (RFC 3161 2.4.1).
DEFAULT_POLICY = "1.3.6.1.4.1.99999.1.1"
#: A query is some tens of bytes, a little more with extensions.
MAX_QUERY_BYTES = 16 * 1024
#: Imprints we stamp: hashlib's name -> (OID, digest length). SHA-1 is refused.
DIGESTS = {
    "sha256": ("2.16.840.1.101.3.4.2.1", 32),
    "sha384": ("2.16.840.1.101.3.4.2.2", 48),
    "sha512": ("2.16.840.1.101.3.4.2.3", 64),
}
#: PKIFailureInfo bits (RFC 3161 2.4.2).
BAD_ALGORITHM, BAD_REQUEST, BAD_DATA_FORMAT, TIME_NOT_AVAILABLE = 0, 2, 5, 14
UNACCEPTED_POLICY, UNACCEPTED_EXTENSION, SYSTEM_FAILURE = 15, 16, 25
_NULL = b"\x05\x00"
_EXTENSIONS = 0xA0
_ALGORITHMS = {name: der.sequence(der.oid(oid), _NULL) for name, (oid, _) in DIGESTS.items()}
#: DER of the largest nonce that is echoed; clients send 8 bytes.
_MAX_NONCE_BYTES = 130
_TRUE = b"\x01\x01\xff"


class QueryRefused(DomainError):
    """La demande d'horodatage n'est pas recevable. Aucun jeton n'a été émis."""

    code = "timestamp_query_refused"
    status = 422

    def __init__(self, message: str, failure: int) -> None:
        super().__init__(message)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Query:
    """What a TimeStampReq asks. `imprint` and `nonce` are kept as their DER bytes, echoed as received."""

    algorithm: str
    digest: bytes
    imprint: bytes
    nonce: bytes | None
    policy: str | None
    cert_req: bool


def imprint_of(algorithm: str, digest: bytes) -> bytes:
    """MessageImprint. Raises ValueError when the digest has not the length of its algorithm."""
    length = DIGESTS[algorithm][1]
    if len(digest) != length:
        raise ValueError(f"{algorithm} digests have {length} bytes, not {len(digest)}")
    return der.sequence(_ALGORITHMS[algorithm], der.octets(digest))


def write_query(*, digest: bytes, nonce: int, policy: str = "", algorithm: str = "sha256") -> bytes:
    """A TimeStampReq that asks for the certificate with the token."""
    return der.sequence(
        der.integer(1),
        imprint_of(algorithm, digest),
        der.oid(policy) if policy else b"",
        der.integer(nonce),
        _TRUE,
    )


def read_query(query: bytes, *, policy: str = DEFAULT_POLICY) -> Query:
    """Parse and judge a TimeStampReq. Raises QueryRefused, whose message is written in the rejection."""
    if len(query) > MAX_QUERY_BYTES:
        raise QueryRefused("La demande d'horodatage est trop longue.", BAD_DATA_FORMAT)
    try:
        return _parse(Reader(query), policy)
    except Malformed as error:
        raise QueryRefused("Ce n'est pas une demande RFC 3161 lisible.", BAD_DATA_FORMAT) from error


def _parse(whole: Reader, policy: str) -> Query:
    request = whole.enter(SEQUENCE)
    whole.finish()
    if request.integer() != 1:
        raise QueryRefused("Seule la version 1 du protocole est admise.", BAD_REQUEST)
    imprint = request.encoded(SEQUENCE)
    algorithm, digest = _judged_imprint(Reader(imprint).enter(SEQUENCE))
    wanted = dotted(request.value(OID)) if request.has(OID) else None
    nonce = request.encoded(INTEGER) if request.has(INTEGER) else None
    cert_req = boolean(request.value(BOOLEAN)) if request.has(BOOLEAN) else False
    extended = request.has(_EXTENSIONS)
    if extended:
        request.value(_EXTENSIONS)
    request.finish()
    if nonce is not None:
        _judge_nonce(nonce)
    if wanted not in (None, policy):
        raise QueryRefused(f"La seule politique d'horodatage est {policy}.", UNACCEPTED_POLICY)
    if extended:
        raise QueryRefused("Aucune extension n'est admise.", UNACCEPTED_EXTENSION)
    return Query(algorithm, digest, imprint, nonce, wanted, cert_req)


def _judged_imprint(imprint: Reader) -> tuple[str, bytes]:
    found: Algorithm = read_algorithm(imprint)
    digest = imprint.value(OCTETS)
    imprint.finish()
    name = DIGEST_NAMES.get(found.identifier)
    if name is None or found.parameters not in (b"", _NULL):
        raise QueryRefused("Seules les empreintes SHA-256, SHA-384 et SHA-512 sont admises.", BAD_ALGORITHM)
    if len(digest) != DIGESTS[name][1]:
        raise QueryRefused("L'empreinte n'a pas la longueur de son algorithme.", BAD_DATA_FORMAT)
    return name, digest


def _judge_nonce(nonce: bytes) -> None:
    Reader(nonce).integer()
    if len(nonce) > _MAX_NONCE_BYTES:
        raise QueryRefused("Le nombre unique (nonce) est trop long.", BAD_REQUEST)


def rejection(refused: QueryRefused) -> bytes:
    """A TimeStampResp of status rejection: no token, a sentence and the failure bit.

    asn1crypto cannot write it: its `TimeStampResp` demands a token.
    """
    status = der.sequence(
        der.integer(2),
        der.sequence(der.utf8(str(refused))),
        der.bit(refused.failure),
    )
    return der.sequence(status)
