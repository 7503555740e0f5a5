"""Seals (CAdES-B-T) and time stamps (RFC 3161) proved against the platform's certificates.

Each fault is a `Flaw` whose code says what is wrong, never more than one: the first that explains the others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from signing.folder import cms, signatures
from signing.folder.certificates import Authority, Certificate
from signing.folder.elements import GENERALIZED_TIME, OCTETS, Malformed, read

#: `PKIStatusInfo` of a granted answer without a word more, as the platform writes it.
_GRANTED = b"\x30\x03\x02\x01\x00"
_SIGNED_DATA_VERSION = 1


class Flaw(Exception):
    """`code` is the second half of a key of messages.json."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Stamp:
    """A time stamp whose signature holds; `issuer` is the common name of the clock."""

    moment: datetime
    issuer: str
    digest_name: str
    digest: bytes
    #: Whom it rests on; none for an outside authority.
    roots: frozenset[Certificate] = frozenset()

    def is_of(self, digest_of: Digest) -> bool:
        return self.digest == digest_of(self.digest_name)


class Digest:
    """The digest of one content by any SHA-2: `Digest(data)("sha256")`."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __call__(self, name: str) -> bytes:
        return hashlib.new(name, self._data).digest()


@dataclass(frozen=True)
class Seal:
    """A seal whose signature, signer and time stamp hold; whether it is of a document is `is_of`."""

    signer: str
    moment: datetime
    _digest_name: str
    _digest: bytes
    #: Whom the seal and its time stamp rest on.
    roots: frozenset[Certificate]

    def is_of(self, digest_of: Digest) -> bool:
        return self._digest == digest_of(self._digest_name)


def prove_seal(data: bytes, authority: Authority) -> Seal:
    """Raises Flaw: malformed, signature, signer, stamp, expired."""
    signed = _read(data, cms.DATA, is_ours=True)
    certificate = _own_signer(signed, authority)
    if not certificate.is_seal:
        raise Flaw("signer")
    stamp = _stamp_of_signature(signed, authority)
    if not authority.was_valid(certificate, stamp.moment):
        raise Flaw("expired")
    roots = stamp.roots | {authority.root_of(certificate)}
    return Seal(certificate.name, stamp.moment, signed.digest, signed.stated_digest, roots)


def _stamp_of_signature(signed: cms.Signed, authority: Authority) -> Stamp:
    if list(signed.unsigned_attributes) != [cms.SIGNATURE_STAMP]:
        raise Flaw("malformed")
    try:
        (token,) = signed.unsigned_attributes[cms.SIGNATURE_STAMP]
        stamp = prove_stamp(token.encoded, authority)
    except (ValueError, Flaw) as error:
        raise Flaw("stamp") from error
    if not stamp.is_of(Digest(signed.signature)):
        raise Flaw("stamp")
    return stamp


def prove_stamp(token: bytes, authority: Authority) -> Stamp:
    """A token of our own clock. Raises Flaw: malformed, signature, signer, expired."""
    signed = _read(token, cms.TST_INFO, is_ours=True)
    if signed.unsigned_attributes:
        raise Flaw("malformed")
    certificate = _own_signer(signed, authority)
    stamp = _stamp(signed, certificate)
    if not authority.was_valid(certificate, stamp.moment):
        raise Flaw("expired")
    return replace(stamp, roots=frozenset({authority.root_of(certificate)}))


def prove_answer(tsr: bytes, authority: Authority) -> Stamp:
    """A TimeStampResp of our own clock: the content of a .tsr. Raises Flaw as `prove_stamp`."""
    return prove_stamp(_granted_token(tsr, is_ours=True), authority)


def prove_outside_answer(data: bytes) -> Stamp:
    """An answer, or a token alone, of another authority: signed by the certificate that it carries, which was valid
    then. Whether that authority is qualified is not in the file. Raises Flaw: malformed, signature, signer, expired.
    """
    signed = _read(_granted_token(data, is_ours=False), cms.TST_INFO, is_ours=False)
    certificate = _signer(signed)
    stamp = _stamp(signed, certificate)
    if not certificate.begins <= stamp.moment <= certificate.ends:
        raise Flaw("expired")
    return stamp


def _granted_token(data: bytes, *, is_ours: bool) -> bytes:
    try:
        status, token = read(data).sequence()
        if not is_ours and status.tag != _GRANTED[0]:
            return data  # a token begins with an OID
        granted = status.encoded == _GRANTED if is_ours else status.sequence()[0].integer() in (0, 1)
    except (ValueError, IndexError) as error:
        raise Flaw("malformed") from error
    if not granted:
        raise Flaw("malformed")
    return token.encoded


def _read(data: bytes, kind: str, *, is_ours: bool) -> cms.Signed:
    try:
        return cms.read_signed(data, kind, is_ours=is_ours)
    except Malformed as error:
        raise Flaw("malformed") from error


def _own_signer(signed: cms.Signed, authority: Authority) -> Certificate:
    if not all(authority.find(encoded) for encoded in signed.certificates):
        raise Flaw("signer")
    return _signer(signed)


def _signer(signed: cms.Signed) -> Certificate:
    """The signer's certificate, once the signature is proved to be of its key."""
    try:
        certificate = signed.signer()
        if certificate is None:
            raise Flaw("signer")
        if not signed.is_signed_by(certificate):
            raise Flaw("signature")
    except (ValueError, IndexError) as error:
        raise Flaw("malformed") from error
    return certificate


def _stamp(signed: cms.Signed, certificate: Certificate) -> Stamp:
    """What the token says, once its text is proved to be the one that was signed (RFC 3161 2.4.2)."""
    content = signed.content or b""
    try:
        if hashlib.new(signed.digest, content).digest() != signed.stated_digest:
            raise Flaw("signature")
        version, _policy, imprint, _serial, moment, *_rest = read(content).sequence()
        algorithm, digest = imprint.sequence()
        if version.integer() != _SIGNED_DATA_VERSION or not certificate.is_clock:
            raise Flaw("signer")
        return Stamp(
            moment=moment.expect(GENERALIZED_TIME).moment(),
            issuer=certificate.name,
            digest_name=signatures.digest_named(algorithm),
            digest=digest.expect(OCTETS).content,
        )
    except (ValueError, IndexError) as error:
        raise Flaw("malformed") from error
