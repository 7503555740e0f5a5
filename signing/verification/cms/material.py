"""Certificates and proofs of non-revocation that a CMS carries: its own fields, and the attributes for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, core, parser

from signing.asn1 import der

_BASIC_OCSP = "1.3.6.1.5.5.7.48.1.1"
_OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2"
_CERTIFICATE_VALUES = "1.2.840.113549.1.9.16.2.23"
_REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24"
_ADOBE_REVOCATION = "1.2.840.113583.1.1.8"
#: Members kept of each kind: more is an attack on the time of the check.
_MAX_MEMBERS = 500


@dataclass(frozen=True, slots=True)
class Material:
    """DER, in the order of the file, each once."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def __add__(self, other: Material) -> Material:
        return Material(
            certificates=_once([*self.certificates, *other.certificates]),
            crls=_once([*self.crls, *other.crls]),
            ocsps=_once([*self.ocsps, *other.ocsps]),
        )

    @property
    def has_revocation(self) -> bool:
        return bool(self.crls or self.ocsps)


def _once(members: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(members))[:_MAX_MEMBERS]


def of_signed_data(signed_data: cms.SignedData) -> Material:
    """The fields `certificates` and `crls` (RFC 5652 5.1; OCSP answers by RFC 5940)."""
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    for choice in signed_data["crls"] or ():
        if choice.name == "crl":
            crls.append(choice.chosen.dump())
        else:
            ocsps.extend(_other_revocation(choice.chosen))
    certificates = [
        choice.chosen.dump() for choice in signed_data["certificates"] or () if choice.name == "certificate"
    ]
    return Material(_once(certificates), _once(crls), _once(ocsps))


def of_signer(signer_info: cms.SignerInfo) -> Material:
    """Attributes of RFC 5126 6.3 (certificate-values, revocation-values) and of Adobe (ISO 32000-2 12.8.3.3.2)."""
    found = Material()
    for field in ("signed_attrs", "unsigned_attrs"):
        for attribute in signer_info[field] or ():
            for value in attribute["values"]:
                found += _of_attribute(attribute["type"].dotted, value.dump())
    return found


def of_token(token: bytes) -> Material:
    """What a time-stamp token carries; nothing for one that cannot be read."""
    try:
        signed_data = cms.ContentInfo.load(token)["content"]
        found = of_signed_data(signed_data)
        for signer_info in signed_data["signer_infos"]:
            found += of_signer(signer_info)
    except (ValueError, TypeError, KeyError):
        return Material()
    return found


def _of_attribute(oid: str, value: bytes) -> Material:
    try:
        if oid == _CERTIFICATE_VALUES:
            return Material(certificates=_once(member.dump() for member in _members(value)))
        if oid == _REVOCATION_VALUES:
            parts = _tagged(value)
            return Material(crls=_once(parts.get(0, ())), ocsps=_once(map(_response, parts.get(1, ()))))
        if oid == _ADOBE_REVOCATION:
            parts = _tagged(value)
            return Material(crls=_once(parts.get(0, ())), ocsps=_once(parts.get(1, ())))
    except (ValueError, TypeError, KeyError):
        pass
    return Material()


def _members(sequence: bytes) -> Iterator[Any]:
    yield from core.SequenceOf.load(sequence, spec=core.Any)


def _tagged(sequence: bytes) -> dict[int, list[bytes]]:
    """Members of each `[n] EXPLICIT SEQUENCE OF` of a SEQUENCE."""
    found = {}
    contents = core.Sequence.load(sequence).contents
    position = 0
    while position < len(contents):
        _, _, tag, header, inner, trailer = parser.parse(contents[position:])
        position += len(header) + len(inner) + len(trailer)
        found[tag] = [member.dump() for member in _members(inner)]
    return found


def _other_revocation(other: Any) -> Iterator[bytes]:
    oid = other["other_rev_info_format"].dotted
    if oid == _OCSP_RESPONSE:
        yield other["other_rev_info"].dump()
    elif oid == _BASIC_OCSP:
        yield _response(other["other_rev_info"].dump())


def _response(basic: bytes) -> bytes:
    """A BasicOCSPResponse as the OCSPResponse that carried it (RFC 6960 4.2.1)."""
    bytes_ = der.sequence(der.oid(_BASIC_OCSP), der.octets(basic))
    return der.sequence(der.tlv(0x0A, b"\x00"), der.explicit(0, bytes_))
