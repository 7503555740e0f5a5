"""One signature against one public key: ECDSA, RSA (PKCS#1 v1.5) and RSASSA-PSS, with SHA-2."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signing.folder.elements import NULL, Element, Malformed, only, read

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
#: Roots of some authorities still sign themselves so; nothing else may.
_SHA1_RSA = "1.2.840.113549.1.1.5"
#: Half the order of P-256 (SEC 2, 2.4.2): the greatest second number of a signature that the platform writes.
_HALF_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551 // 2
_PSS, _MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
_MAX_SALT = 64
_DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
#: "" stands for the digest that the signer names beside (rsaEncryption, RFC 3370 3.2).
_SCHEMES = {
    "1.2.840.10045.4.3.2": ("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa", "sha512"),
    "1.2.840.113549.1.1.1": ("rsa", ""),
    _SHA1_RSA: ("rsa", "sha1"),
    "1.2.840.113549.1.1.11": ("rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("rsa", "sha512"),
}


def digest_named(identifier: Element) -> str:
    """hashlib's name of an AlgorithmIdentifier of SHA-2, its parameters absent or NULL."""
    name, *parameters = identifier.sequence()
    if name.oid() not in _DIGESTS or [p.encoded for p in parameters] not in ([], [b"\x05\x00"]):
        raise Malformed
    return _DIGESTS[name.oid()]


@dataclass(frozen=True, slots=True)
class _Method:
    """`salt`: bytes of salt of RSASSA-PSS."""

    scheme: str
    digest: str
    salt: int = 0


def holds(identifier: Element, *, digest: str, key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is of `message` by `key` (SubjectPublicKeyInfo). Raises Malformed."""
    method = _method(identifier, digest)
    algorithm = _HASHES[method.digest]
    try:
        public = load_der_public_key(key)
        if method.scheme == "ecdsa" and isinstance(public, EllipticCurvePublicKey):
            _check_written_once(signature)
            public.verify(signature, message, ECDSA(algorithm))
        elif method.scheme == "rsa" and isinstance(public, RSAPublicKey):
            public.verify(signature, message, PKCS1v15(), algorithm)
        elif method.scheme == "pss" and isinstance(public, RSAPublicKey):
            public.verify(signature, message, PSS(MGF1(algorithm), method.salt), algorithm)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _method(identifier: Element, digest: str) -> _Method:
    """`digest` is what the signer names beside the algorithm, "" where nothing is."""
    name, *parameters = identifier.sequence()
    if name.oid() == _PSS:
        return _pss(only(parameters))
    scheme, own_digest = _SCHEMES.get(name.oid(), ("", ""))
    if [p.tag for p in parameters] != ([NULL] if scheme == "rsa" else []) or not (own_digest or digest):
        raise Malformed
    if not scheme:
        raise Malformed
    return _Method(scheme, own_digest or digest)


def _pss(parameters: Element) -> _Method:
    """RFC 4055 3.1; its defaults are of SHA-1, hence every member is there."""
    digest, mask, salt = parameters.sequence()
    generator, of_mask = mask.explicit(1).sequence()
    name = digest_named(digest.explicit(0))
    size = salt.explicit(2).integer()
    if generator.oid() != _MGF1 or digest_named(of_mask) != name or not 0 <= size <= _MAX_SALT:
        raise Malformed
    return _Method("pss", name, size)


def is_sha1(identifier: Element) -> bool:
    return identifier.sequence()[0].oid() == _SHA1_RSA


def is_lowered(identifier: Element, signature: bytes) -> bool:
    """Of the two values that ECDSA accepts for one signature, the one that the platform writes. Raises Malformed."""
    scheme, _ = _SCHEMES.get(identifier.sequence()[0].oid(), ("", ""))
    return scheme != "ecdsa" or read(signature).sequence()[-1].integer() <= _HALF_ORDER


def _check_written_once(signature: bytes) -> None:
    if [number.integer() > 0 for number in read(signature).sequence()] != [True, True]:
        raise Malformed
