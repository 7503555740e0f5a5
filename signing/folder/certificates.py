"""ca.pem: the platform's certificates, the root first, then those of its clock and of its seals (RFC 5280)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from signing.folder import signatures
from signing.folder.elements import BITS, BOOLEAN, OCTETS, SEQUENCE, SET, Element, Malformed, read

MAX_BYTES = 256 * 1024
_MAX_CHAIN = 5
_COMMON_NAME = "2.5.4.3"
_KEY_USAGE, _BASIC_CONSTRAINTS, _EXTENDED_USAGE = "2.5.29.15", "2.5.29.19", "2.5.29.37"
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
#: Bits of KeyUsage, from the left (RFC 5280 4.2.1.3).
_SIGNING, _CERTIFICATE_SIGN = 0x80 | 0x40, 0x04
_BEGIN, _END = "-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n"
_BLOCK = re.compile(f"{_BEGIN}([A-Za-z0-9+/=\n]+){_END}")
_ANY_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
#: OID -> (critical, DER of the value)
Extensions = dict[str, tuple[bool, bytes]]
_ABSENT = (False, b"")


@dataclass(frozen=True)
class Certificate:
    """`issuer`, `subject` and `key` are DER, compared byte for byte; `serial` is the DER of the INTEGER."""

    encoded: bytes
    signed_part: bytes
    serial: bytes
    issuer: bytes
    subject: bytes
    begins: datetime
    ends: datetime
    key: bytes
    algorithm: Element
    signature: bytes
    #: The common name, "" without one.
    name: str
    #: First octet of KeyUsage.
    usages: int
    is_authority: bool
    #: RFC 3161 2.3: time-stamping is its only extended usage, and is critical.
    is_clock: bool

    @property
    def fingerprint(self) -> str:
        """SHA-256, as browsers and openssl show it: AB:CD:…"""
        return hashlib.sha256(self.encoded).digest().hex(":").upper()

    @cached_property
    def is_self_signed(self) -> bool:
        return self.issuer == self.subject and self.is_issued_by(self)

    @property
    def is_seal(self) -> bool:
        """Any certificate that may sign but neither certifies nor dates."""
        return not self.is_authority and not self.is_clock and bool(self.usages & _SIGNING)

    def is_issued_by(self, other: Certificate) -> bool:
        return (
            self.issuer == other.subject
            and other.is_authority
            and (self is other or not signatures.is_sha1(self.algorithm))
            and signatures.holds(
                self.algorithm, digest="", key=other.key, message=self.signed_part, signature=self.signature
            )
        )


@dataclass(frozen=True)
class Authority:
    """What ca.pem holds, each certificate proved to come from a self-signed root of it."""

    #: From each certificate to its root, both included.
    chains: tuple[tuple[Certificate, ...], ...]

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        return tuple(chain[0] for chain in self.chains)

    @property
    def roots(self) -> tuple[Certificate, ...]:
        return tuple(certificate for certificate in self.certificates if certificate.is_self_signed)

    def find(self, encoded: bytes) -> Certificate | None:
        return next((c for c in self.certificates if c.encoded == encoded), None)

    def root_of(self, certificate: Certificate) -> Certificate:
        return next(chain[-1] for chain in self.chains if chain[0] == certificate)

    def was_valid(self, certificate: Certificate, moment: datetime) -> bool:
        """At that moment, with all its issuers up to the root."""
        chain: Sequence[Certificate] = next((c for c in self.chains if c[0] == certificate), ())
        return bool(chain) and all(link.begins <= moment <= link.ends for link in chain)


@lru_cache(maxsize=64)  # the same few come back in each seal and time stamp
def read_certificate(encoded: bytes) -> Certificate:
    """Raises Malformed."""
    signed_part, algorithm, signature = read(encoded).sequence()
    version, serial, inner_algorithm, issuer, validity, subject, key, *rest = signed_part.sequence()
    if version.encoded != b"\xa0\x03\x02\x01\x02" or inner_algorithm.encoded != algorithm.encoded:
        raise Malformed
    begins, ends = (limit.moment() for limit in validity.sequence())
    extensions = _extensions(rest)
    usages = _usages(extensions)
    return Certificate(
        encoded=encoded,
        signed_part=signed_part.encoded,
        serial=serial.encoded,
        issuer=issuer.expect(SEQUENCE).encoded,
        subject=subject.expect(SEQUENCE).encoded,
        begins=begins,
        ends=ends,
        key=key.encoded,
        algorithm=algorithm,
        signature=signature.bits(),
        name=_common_name(subject),
        usages=usages,
        is_authority=bool(usages & _CERTIFICATE_SIGN) and _may_certify(extensions),
        is_clock=_only_dates(extensions),
    )


def _common_name(subject: Element) -> str:
    for attribute_set in subject.sequence():
        for attribute in attribute_set.expect(SET).children():
            kind, value = attribute.sequence()
            if kind.oid() == _COMMON_NAME:
                return value.content.decode("utf-8", errors="replace")
    return ""


def _usages(extensions: Extensions) -> int:
    """RFC 5280 4.2.1.3; without the extension, an authority may certify, and others may do nothing here."""
    _, usage = extensions.get(_KEY_USAGE, _ABSENT)
    if not usage:
        return _CERTIFICATE_SIGN
    return (read(usage).expect(BITS).content[1:2] or b"\x00")[0]


def _may_certify(extensions: Extensions) -> bool:
    _, constraints = extensions.get(_BASIC_CONSTRAINTS, _ABSENT)
    return bool(constraints) and [c.encoded for c in read(constraints).sequence()][:1] == [b"\x01\x01\xff"]


def _only_dates(extensions: Extensions) -> bool:
    critical, usages = extensions.get(_EXTENDED_USAGE, _ABSENT)
    return critical and [usage.oid() for usage in read(usages).sequence()] == [_TIME_STAMPING]


def _extensions(rest: Sequence[Element]) -> Extensions:
    found: Extensions = {}
    for extension in rest[-1].explicit(3).sequence() if rest else ():
        kind, *critical, value = extension.sequence()
        if [flag.tag for flag in critical] not in ([], [BOOLEAN]) or kind.oid() in found:
            raise Malformed
        found[kind.oid()] = bool(critical), value.expect(OCTETS).content
    return found


def read_pem(data: bytes) -> list[Certificate]:
    """The certificates of a PEM file written exactly as RFC 7468 section 3 says, and nothing else in it."""
    try:
        text = data.decode("ascii")
        encoded = [base64.b64decode(body.replace("\n", ""), validate=True) for body in _BLOCK.findall(text)]
    except (UnicodeDecodeError, binascii.Error) as error:
        raise Malformed from error
    if not encoded or len(data) > MAX_BYTES or "".join(map(_pem, encoded)) != text:
        raise Malformed
    return [read_strictly(certificate) for certificate in encoded]


def read_any_pem(data: bytes) -> list[Certificate]:
    """The certificates of a PEM file of somebody else, whatever surrounds them. Raises Malformed."""
    try:
        blocks = _ANY_BLOCK.findall(data[:MAX_BYTES].decode("latin-1"))
        encoded = [base64.b64decode("".join(block.split()), validate=True) for block in blocks]
    except binascii.Error as error:
        raise Malformed from error
    if not encoded:
        raise Malformed
    return [read_strictly(certificate) for certificate in encoded]


def read_strictly(encoded: bytes) -> Certificate:
    """As `read_certificate`; a structure of another shape is Malformed too."""
    try:
        return read_certificate(encoded)
    except (ValueError, IndexError) as error:
        raise Malformed from error


def _pem(encoded: bytes) -> str:
    packed = base64.b64encode(encoded).decode()
    lines = [packed[start : start + 64] for start in range(0, len(packed), 64)]
    return _BEGIN + "".join(f"{line}\n" for line in lines) + _END


def prove(certificates: Sequence[Certificate]) -> Authority | None:
    """The authority, if the first certificate is a root, none comes twice, and each leads to a root."""
    distinct = {certificate.encoded for certificate in certificates}
    if len(distinct) != len(certificates) or not certificates[0].is_self_signed:
        return None
    chains = tuple(tuple(_chain(certificate, certificates)) for certificate in certificates)
    return Authority(chains) if all(chains) else None


def _chain(certificate: Certificate, known: Iterable[Certificate]) -> list[Certificate]:
    """From `certificate` to a self-signed root, both included; empty when there is no way."""
    chain = [certificate]
    while len(chain) <= _MAX_CHAIN:
        if chain[-1].is_self_signed:
            return chain
        issuer = next((c for c in known if c not in chain and chain[-1].is_issued_by(c)), None)
        if issuer is None:
            break
        chain.append(issuer)
    return []
