"""Who signed a time-stamp token: the certificate it designates, its purpose, and the signature itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.asn1 import der
from signing.asn1.der_reading import INTEGER, SEQUENCE, Malformed, Reader, integer
from signing.tsp.reading import TimestampInvalid, Token, digest_name, read_algorithm

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_ECDSA = {
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
#: rsaEncryption leaves the digest to the signer info (RFC 3370 3.2).
_RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
_RSA = {
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
_RSA_PSS = "1.2.840.113549.1.1.10"
_MGF1 = "1.2.840.113549.1.1.8"
_MIN_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Unit:
    """A certificate as far as tokens need it. `fault` is French, "" for a good time-stamping certificate."""

    certificate: x509.Certificate
    issuer: bytes
    serial: bytes
    fault: str

    def lives_at(self, moment: datetime) -> bool:
        return self.certificate.not_valid_before_utc <= moment <= self.certificate.not_valid_after_utc


@lru_cache(maxsize=256)
def unit_of(certificate: bytes) -> Unit | None:
    """The certificate (DER), looked at once however many tokens it signed; None for one that cannot be read."""
    try:
        loaded = x509.load_der_x509_certificate(certificate)
        issuer, serial = loaded.issuer.public_bytes(), der.integer(loaded.serial_number)
        return Unit(loaded, issuer, serial, _fault(loaded))
    except Exception:  # noqa: BLE001  cryptography has a dozen errors of its own for a damaged certificate
        return None


def _fault(certificate: x509.Certificate) -> str:
    """RFC 3161 2.3: the extended usage is time stamping alone, and critical."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return "Le certificat du jeton n'est pas un certificat d'horodatage."
    if list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        return "Le certificat du jeton n'est pas un certificat d'horodatage."
    if not usage.critical:
        return "Le certificat du jeton ne réserve pas sa clé à l'horodatage (usage non critique)."
    return ""


def signer_of(token: Token, others: tuple[bytes, ...] = ()) -> Unit:
    """The certificate that issuer and serial number designate, never the first that comes (GHSA-3xxc-pwj6-jgrj).

    `others` are certificates that the token need not carry. Checks ESSCertID, purpose, and validity at the time of
    the token. Raises TimestampInvalid.
    """
    algorithm, digest = token.certificate_digest
    for candidate in (*token.certificates, *others):
        unit = unit_of(candidate)
        if unit is None or (unit.issuer, unit.serial) != (token.issuer, token.serial):
            continue
        if hashlib.new(algorithm, candidate, usedforsecurity=algorithm != "sha1").digest() != digest:
            raise TimestampInvalid("Le jeton a été signé avec un autre certificat que celui qu'il contient.")
        if unit.fault:
            raise TimestampInvalid(unit.fault)
        if not unit.lives_at(token.facts.gen_time):
            raise TimestampInvalid("Le certificat d'horodatage n'était pas valide à la date du jeton.")
        return unit
    raise TimestampInvalid("Le jeton ne contient pas le certificat de son signataire.")


def check_signature(token: Token, unit: Unit) -> None:
    """Content -> messageDigest, attributes -> public key. Raises TimestampInvalid."""
    if hashlib.new(token.digest_algorithm, token.info).digest() != token.message_digest:
        raise TimestampInvalid("Le contenu du jeton d'horodatage a été modifié.")
    try:
        _verify(token, unit.certificate.public_key())
    except InvalidSignature as error:
        raise TimestampInvalid("La signature du jeton d'horodatage n'est pas celle de l'autorité.") from error
    except Malformed as error:
        raise TimestampInvalid(
            "Le jeton d'horodatage est signé par un procédé qui n'est pas admis."
        ) from error


def _verify(token: Token, key: object) -> None:
    algorithm = token.signature_algorithm
    if isinstance(key, EllipticCurvePublicKey) and algorithm.identifier in _ECDSA:
        chosen = _HASHES[_ECDSA[algorithm.identifier]]
        return key.verify(token.signature, token.attributes, ECDSA(chosen))
    if not isinstance(key, RSAPublicKey) or key.key_size < _MIN_RSA_BITS:
        raise Malformed("the key is of no kind that is admitted")
    if algorithm.identifier == _RSA_PSS:
        scheme, chosen = _pss(algorithm.parameters)
        return key.verify(token.signature, token.attributes, scheme, chosen)
    name = (
        token.digest_algorithm if algorithm.identifier == _RSA_ENCRYPTION else _RSA.get(algorithm.identifier)
    )
    if name is None:
        raise Malformed(f"{algorithm.identifier} is not a signature admitted here")
    return key.verify(token.signature, token.attributes, padding.PKCS1v15(), _HASHES[name])


def _pss(parameters: bytes) -> tuple[padding.PSS, hashes.HashAlgorithm]:
    """RSASSA-PSS-params (RFC 4055 3.1); their defaults mean SHA-1, which is refused."""
    fields = Reader(parameters).enter(SEQUENCE)
    chosen = _HASHES[digest_name(read_algorithm(fields.enter(0xA0)))]
    mask = fields.enter(0xA1).enter(SEQUENCE)
    if mask.encoded(0x06) != der.oid(_MGF1):
        raise Malformed("the mask is of another kind")
    mask_hash = _HASHES[digest_name(read_algorithm(mask))]
    salt = fields.enter(0xA2).integer() if fields.has(0xA2) else 20
    if salt < 0:
        raise Malformed("a negative length of salt")
    return padding.PSS(padding.MGF1(mask_hash), salt), chosen


@lru_cache(maxsize=256)
def is_issued_by(unit: x509.Certificate, authority: x509.Certificate) -> bool:
    """The authority signed the certificate, by name and by key."""
    try:
        unit.verify_directly_issued_by(authority)
    except Exception:  # noqa: BLE001  as above: whatever is wrong, it is not proved
        return False
    return True


#: The order of P-256's group (SEC 2, 2.4.2): with r and s, (r, n - s) is a signature of the same bytes.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def lowered(signature: bytes) -> bytes:
    """The one of both values of a P-256 signature whose s is the smaller, so that it has a single form."""
    r, s = _values(signature)
    return der.sequence(der.integer(r), der.integer(min(s, _ORDER - s)))


def is_lowered(signature: bytes) -> bool:
    try:
        _, s = _values(signature)
    except Malformed:
        return False
    return 0 < s <= _ORDER // 2


def _values(signature: bytes) -> tuple[int, int]:
    whole = Reader(signature)
    fields = whole.enter(SEQUENCE)
    whole.finish()
    r, s = integer(fields.value(INTEGER)), fields.integer()
    fields.finish()
    return r, s
