"""SignedData with one signer (RFC 5652), read so strictly that its unsigned parts have one possible writing.

What the signature does not cover is compared with something else: certificates with ca.pem, algorithms with those
that the signer names, versions with what the content asks for, the order of a SET with the order of DER.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from signing.folder import signatures
from signing.folder.certificates import Certificate, read_strictly
from signing.folder.elements import OCTETS, SEQUENCE, SET, Element, Malformed, only, read

SIGNED_DATA, DATA, TST_INFO = (
    "1.2.840.113549.1.7.2",
    "1.2.840.113549.1.7.1",
    "1.2.840.113549.1.9.16.1.4",
)
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
SIGNATURE_STAMP = "1.2.840.113549.1.9.16.2.14"
_CERTIFICATES, _REVOCATIONS, _SIGNED, _UNSIGNED = 0xA0, 0xA1, 0xA0, 0xA1


@dataclass(frozen=True)
class Signed:
    """`content` is None where the signature is detached; `digest` is the name of the signer's digest algorithm."""

    content: bytes | None
    certificates: tuple[bytes, ...]
    #: DER of issuer and serial number, as the signer is named.
    signer_name: tuple[bytes, bytes]
    digest: str
    digest_identifier: bytes
    attributes: dict[str, list[Element]]
    unsigned_attributes: dict[str, list[Element]]
    _signed_part: bytes
    _algorithm: Element
    signature: bytes

    def attribute(self, kind: str) -> Element:
        return only(self.attributes.get(kind, []))

    @property
    def stated_digest(self) -> bytes:
        """The digest of the content, as signed."""
        return self.attribute(MESSAGE_DIGEST).expect(OCTETS).content

    @property
    def is_lowered(self) -> bool:
        return signatures.is_lowered(self._algorithm, self.signature)

    def signer(self) -> Certificate | None:
        """The certificate that the signer's name and the signed reference (RFC 5035) both designate.

        Never simply the first that comes (GHSA-3xxc-pwj6-jgrj).
        """
        for encoded in self.certificates:
            certificate = read_strictly(encoded)
            if (certificate.issuer, certificate.serial) == self.signer_name and self._designates(encoded):
                return certificate
        return None

    def is_signed_by(self, certificate: Certificate) -> bool:
        return signatures.holds(
            self._algorithm,
            digest=self.digest,
            key=certificate.key,
            message=self._signed_part,
            signature=self.signature,
        )

    def _designates(self, certificate: bytes) -> bool:
        version_2 = SIGNING_CERTIFICATE_V2 in self.attributes
        kind = SIGNING_CERTIFICATE_V2 if version_2 else SIGNING_CERTIFICATE
        first, *rest = self.attribute(kind).sequence()[0].sequence()[0].sequence()
        algorithm = "sha256" if version_2 else "sha1"
        if version_2 and first.tag == SEQUENCE:
            algorithm, first = signatures.digest_named(first), rest[0]
        return first.expect(OCTETS).content == hashlib.new(algorithm, certificate).digest()


def read_signed(data: bytes, kind: str, *, is_ours: bool) -> Signed:
    """A ContentInfo that holds SignedData over content of that kind (DATA: detached). Raises Malformed.

    `is_ours`: certificates in the order of DER, the lower of two signatures, nothing that the platform does not write.
    """
    try:
        return _read(data, kind, is_ours=is_ours)
    except (ValueError, IndexError) as error:
        raise Malformed from error


def _read(data: bytes, kind: str, *, is_ours: bool) -> Signed:
    outer, wrapped = read(data).sequence()
    version, digests, encapsulated, *optional, signers = wrapped.explicit(0).sequence()
    signer = only(signers.expect(SET).children())
    allowed = ([_CERTIFICATES],) if is_ours else ([_CERTIFICATES], [_CERTIFICATES, _REVOCATIONS], [])
    wanted = (SIGNED_DATA, 1 if kind == DATA else 3)
    if (outer.oid(), version.integer()) != wanted or [element.tag for element in optional] not in allowed:
        raise Malformed
    certificates = [c.expect(SEQUENCE).encoded for c in optional[0].children()] if optional else []
    signed = _signer(signer, encapsulated, kind, certificates)
    # Announced before the content, so that it can be hashed while it is read; nothing signs them.
    announced = digests.expect(SET).children()
    if signed.digest not in map(signatures.digest_named, announced):
        raise Malformed
    is_written_once = (
        certificates == sorted(set(certificates))
        and [element.encoded for element in announced] == [signed.digest_identifier]
        and signed.is_lowered
    )
    if is_ours and not is_written_once:
        raise Malformed
    return signed


def _signer(signer: Element, encapsulated: Element, kind: str, certificates: list[bytes]) -> Signed:
    version, name, digest, signed, algorithm, signature, *unsigned = signer.sequence()
    issuer, serial = name.sequence()
    attributes = _attributes(signed.expect(_SIGNED))
    if version.integer() != 1:
        raise Malformed
    if [element.tag for element in unsigned] not in ([], [_UNSIGNED]):
        raise Malformed
    if only(attributes.get(CONTENT_TYPE, [])).oid() != kind:
        raise Malformed
    return Signed(
        content=_content(encapsulated, kind),
        certificates=tuple(certificates),
        signer_name=(issuer.encoded, serial.encoded),
        digest=signatures.digest_named(digest),
        digest_identifier=digest.encoded,
        attributes=attributes,
        unsigned_attributes=_attributes(unsigned[0]) if unsigned else {},
        # Signed as a SET, written as [0] IMPLICIT (RFC 5652 5.4).
        _signed_part=bytes((SET,)) + signed.encoded[1:],
        _algorithm=algorithm,
        signature=signature.expect(OCTETS).content,
    )


def _content(encapsulated: Element, kind: str) -> bytes | None:
    name, *content = encapsulated.sequence()
    if name.oid() != kind or len(content) != (0 if kind == DATA else 1):
        raise Malformed
    return content[0].explicit(0).expect(OCTETS).content if content else None


def _attributes(encoded: Element) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = {}
    for attribute in encoded.children():
        kind, values = attribute.sequence()
        if kind.oid() in found:
            raise Malformed
        found[kind.oid()] = values.expect(SET).children()
    return found
