"""Digest and signature algorithms as CMS names them (RFC 5754, 8702, 4056, 8419, BSI TR-03111), and their use."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import new as new_hash
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signing.asn1 import der

#: OID -> name for hashlib.
HASHES = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.6": "sha512_256",
    "2.16.840.1.101.3.4.2.7": "sha3_224",
    "2.16.840.1.101.3.4.2.8": "sha3_256",
    "2.16.840.1.101.3.4.2.9": "sha3_384",
    "2.16.840.1.101.3.4.2.10": "sha3_512",
}
_HASH_OBJECTS: dict[str, type[hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha512_256": hashes.SHA512_256,
    "sha3_224": hashes.SHA3_224,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}
#: Signature OID -> family, digest; None: the digest of the SignerInfo.
_SCHEMES: dict[str, tuple[str, str | None]] = {
    "1.2.840.113549.1.1.1": ("rsa", None),
    "1.2.840.113549.1.1.4": ("rsa", "md5"),
    "1.2.840.113549.1.1.5": ("rsa", "sha1"),
    "1.3.14.3.2.29": ("rsa", "sha1"),
    "1.2.840.113549.1.1.14": ("rsa", "sha224"),
    "1.2.840.113549.1.1.11": ("rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("rsa", "sha512"),
    "1.2.840.113549.1.1.16": ("rsa", "sha512_256"),
    "2.16.840.1.101.3.4.3.13": ("rsa", "sha3_224"),
    "2.16.840.1.101.3.4.3.14": ("rsa", "sha3_256"),
    "2.16.840.1.101.3.4.3.15": ("rsa", "sha3_384"),
    "2.16.840.1.101.3.4.3.16": ("rsa", "sha3_512"),
    "1.2.840.10045.2.1": ("ecdsa", None),
    "1.2.840.10045.4.1": ("ecdsa", "sha1"),
    "1.2.840.10045.4.3.1": ("ecdsa", "sha224"),
    "1.2.840.10045.4.3.2": ("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa", "sha512"),
    "2.16.840.1.101.3.4.3.9": ("ecdsa", "sha3_224"),
    "2.16.840.1.101.3.4.3.10": ("ecdsa", "sha3_256"),
    "2.16.840.1.101.3.4.3.11": ("ecdsa", "sha3_384"),
    "2.16.840.1.101.3.4.3.12": ("ecdsa", "sha3_512"),
    "0.4.0.127.0.7.1.1.4.1.1": ("ecdsa-plain", "sha1"),
    "0.4.0.127.0.7.1.1.4.1.2": ("ecdsa-plain", "sha224"),
    "0.4.0.127.0.7.1.1.4.1.3": ("ecdsa-plain", "sha256"),
    "0.4.0.127.0.7.1.1.4.1.4": ("ecdsa-plain", "sha384"),
    "0.4.0.127.0.7.1.1.4.1.5": ("ecdsa-plain", "sha512"),
    "1.2.840.10040.4.1": ("dsa", None),
    "1.2.840.10040.4.3": ("dsa", "sha1"),
    "2.16.840.1.101.3.4.3.1": ("dsa", "sha224"),
    "2.16.840.1.101.3.4.3.2": ("dsa", "sha256"),
    "1.3.101.112": ("eddsa", "sha512"),
    "1.3.101.113": ("eddsa", None),
}
_PSS = "1.2.840.113549.1.1.10"


class UnknownAlgorithm(ValueError):
    """The algorithm, its parameters or the key are of a kind that nothing here can compute."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a signature value is computed; `hash` is hashlib's name."""

    family: str  # rsa (PKCS #1 v1.5), pss, ecdsa (DER r and s), ecdsa-plain (r, s side by side), dsa, eddsa
    hash: str
    mask_hash: str = ""  # pss only
    salt_length: int = 0  # pss only, bytes

    @property
    def name(self) -> str:
        return self.family if self.family == "eddsa" else f"{self.family}-{self.hash}"


def hash_name(oid: str) -> str:
    """hashlib's name of a digest OID. Raises UnknownAlgorithm."""
    try:
        return HASHES[oid]
    except KeyError:
        raise UnknownAlgorithm(oid) from None


def hash_of_signature(oid: str) -> str | None:
    """Digest that a signature OID commits to; None for one that leaves it open, and for RSASSA-PSS."""
    return _SCHEMES.get(oid, ("", None))[1]


def scheme(algorithm: Any, default_hash: str) -> Scheme:
    """The scheme of an asn1crypto `SignedDigestAlgorithm`. Raises UnknownAlgorithm.

    `default_hash` completes what names a key type alone (rsaEncryption, as RFC 3370 3.2 has it).
    """
    oid = algorithm["algorithm"].dotted
    if oid == _PSS:
        return _pss(algorithm["parameters"])
    try:
        family, digest = _SCHEMES[oid]
    except KeyError:
        # Some name the digest alone where the signature algorithm stands.
        if oid in HASHES:
            return Scheme("rsa", HASHES[oid])
        raise UnknownAlgorithm(oid) from None
    return Scheme(family, digest or default_hash)


def _pss(parameters: Any) -> Scheme:
    """RFC 4055 3.1; absent parameters are the defaults: SHA-1, 20 bytes of salt."""
    if not parameters.native:
        return Scheme("pss", "sha1", mask_hash="sha1", salt_length=20)
    return Scheme(
        "pss",
        hash_name(parameters["hash_algorithm"]["algorithm"].dotted),
        mask_hash=hash_name(parameters["mask_gen_algorithm"]["parameters"]["algorithm"].dotted),
        salt_length=int(parameters["salt_length"].native),
    )


def digest(algorithm: str, *parts: bytes) -> bytes:
    state = new_hash(algorithm)
    for part in parts:
        state.update(part)
    return state.digest()


def load_key(public_key_info: bytes) -> Any:
    """The public key of a SubjectPublicKeyInfo, DER. Raises UnknownAlgorithm: explicit curves, tiny keys, GOST…"""
    try:
        return load_der_public_key(public_key_info)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnknownAlgorithm("public key") from error


def verify(key: Any, scheme: Scheme, signature: bytes, message: bytes) -> bool:
    """Whether `signature` of `message` was made with the private half of `key`. Raises UnknownAlgorithm."""
    if scheme.family == "eddsa":
        return _verify_eddsa(key, signature, message)
    return verify_digest(key, scheme, signature, digest(scheme.hash, message))


def verify_digest(key: Any, scheme: Scheme, signature: bytes, digest: bytes) -> bool:
    """As `verify`, with the digest of the message by `scheme.hash`. Raises UnknownAlgorithm."""
    try:
        _verify_prehashed(key, scheme, signature, Prehashed(_hash(scheme.hash)), digest)
    except InvalidSignature:
        return scheme.family == "rsa" and _is_without_null(key, scheme.hash, signature, digest)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnknownAlgorithm(scheme.name) from error
    return True


def _hash(name: str) -> hashes.HashAlgorithm:
    try:
        return _HASH_OBJECTS[name]()
    except KeyError:
        raise UnknownAlgorithm(name) from None


def _verify_prehashed(key: Any, scheme: Scheme, signature: bytes, hashed: Prehashed, digest: bytes) -> None:
    if scheme.family == "rsa" and isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, digest, padding.PKCS1v15(), hashed)
    elif scheme.family == "pss" and isinstance(key, rsa.RSAPublicKey):
        mask = padding.MGF1(_hash(scheme.mask_hash))
        key.verify(signature, digest, padding.PSS(mask, scheme.salt_length), hashed)
    elif scheme.family == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, digest, ec.ECDSA(hashed))
    elif scheme.family == "ecdsa-plain" and isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(_der_of_plain(signature), digest, ec.ECDSA(hashed))
    elif scheme.family == "dsa" and isinstance(key, dsa.DSAPublicKey):
        key.verify(signature, digest, hashed)
    else:
        raise InvalidSignature


def _is_without_null(key: Any, hash_: str, signature: bytes, digest: bytes) -> bool:
    """A DigestInfo whose algorithm has no parameters instead of NULL: equivalent (RFC 4055 2.1), OpenSSL refuses."""
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        recovered = key.recover_data_from_signature(signature, padding.PKCS1v15(), None)
    except (InvalidSignature, ValueError):
        return False
    oid = next(oid for oid, name in HASHES.items() if name == hash_)
    return recovered == der.sequence(der.sequence(der.oid(oid)), der.octets(digest))


def _der_of_plain(signature: bytes) -> bytes:
    middle = len(signature) // 2
    return encode_dss_signature(
        int.from_bytes(signature[:middle], "big"), int.from_bytes(signature[middle:], "big")
    )


def _verify_eddsa(key: Any, signature: bytes, message: bytes) -> bool:
    if not isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return False
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
