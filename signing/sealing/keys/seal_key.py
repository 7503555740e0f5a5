"""The one thing a seal needs: a certificate, its chain, and something that signs with its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from procurement.errors import DomainError

#: Bits; the least that SOG-IS still admits for RSA.
MIN_RSA_BITS = 2048
#: Certificates of a chain, the seal's own not counted.
MAX_CHAIN = 8


class SealUnavailable(DomainError):
    """La clé du cachet configuré ne répond pas. Le cachet de secours de la plateforme la remplace."""

    code = "seal_unavailable"
    status = 503


class Origin(StrEnum):
    OWN = "own"
    PKCS12 = "pkcs12"
    PKCS11 = "pkcs11"
    CSC = "csc"


class Algorithm(StrEnum):
    """Always over SHA-256."""

    ECDSA = "1.2.840.10045.4.3.2"
    RSA = "1.2.840.113549.1.1.11"


@dataclass(frozen=True, eq=False)
class SealKey:
    """`chain` goes from the issuer of `certificate` to its root. Compared and hashed by identity.

    `sign` gives the signature of a message as CMS writes it (ECDSA: DER of r and s; RSA: PKCS#1 v1.5), digest by
    SHA-256. Raises SealUnavailable when the key does not answer; the message has then not been signed.
    """

    origin: Origin
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    sign: Callable[[bytes], bytes]

    @cached_property
    def algorithm(self) -> Algorithm:
        return algorithm_of(self.certificate)

    @cached_property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def algorithm_of(certificate: x509.Certificate) -> Algorithm:
    return Algorithm.RSA if isinstance(certificate.public_key(), RSAPublicKey) else Algorithm.ECDSA


class Source(Protocol):
    """Where a key is found, as settings say; hashable, so that one key is opened once."""

    def __hash__(self) -> int: ...

    def open(self, issuers: Sequence[x509.Certificate] = ()) -> SealKey:
        """`issuers` complete the chain. Raises SealUnavailable."""


def sign_with(key: EllipticCurvePrivateKey | RSAPrivateKey, message: bytes) -> bytes:
    if isinstance(key, RSAPrivateKey):
        return key.sign(message, PKCS1v15(), hashes.SHA256())
    return key.sign(message, ECDSA(hashes.SHA256()))


def is_signed(message: bytes, signature: bytes, certificate: x509.Certificate) -> bool:
    """Whether the key of `certificate` made `signature`, by one of the two algorithms of seals."""
    key = certificate.public_key()
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, message, PKCS1v15(), hashes.SHA256())
        elif isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, message, ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def checked(key: SealKey) -> SealKey:
    """The same key, whose every signature is verified before it is handed out; for keys that we do not hold."""
    check_kind(key.certificate)

    def sign(message: bytes) -> bytes:
        signature = key.sign(message)
        if not is_signed(message, signature, key.certificate):
            raise SealUnavailable("La clé du cachet ne correspond pas à son certificat.")
        return signature

    return SealKey(key.origin, key.certificate, key.chain, sign)


def check_kind(certificate: x509.Certificate) -> None:
    """Raises SealUnavailable for a key that is neither RSA (2,048 bits at least) nor P-256."""
    key = certificate.public_key()
    if isinstance(key, RSAPublicKey) and key.key_size >= MIN_RSA_BITS:
        return
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        return
    raise SealUnavailable("La clé du cachet doit être RSA (2 048 bits au moins) ou P-256.")


def chain_of(
    certificate: x509.Certificate, candidates: list[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """From the issuer of `certificate` up to the last one found among `candidates`, by name and signature."""
    chain: list[x509.Certificate] = []
    last = certificate
    while last.issuer != last.subject and len(chain) < MAX_CHAIN:
        issuer = next((each for each in candidates if _issued(each, last)), None)
        if issuer is None:
            break
        chain.append(issuer)
        last = issuer
    return tuple(chain)


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
