"""Time stamps of a CAdES signature (EN 319 122-1 5.2.8, 5.3, 5.5; RFC 5126 6.3 to 6.5) and what each covers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import new as new_hash
from typing import Any

from asn1crypto import cms, core

from signing.asn1 import der
from signing.verification.cms import algorithms, stamps
from signing.verification.cms.algorithms import UnknownAlgorithm
from signing.verification.cms.stamps import read_stamp
from signing.verification.facts import Content, StampFacts, StampKind, Sub

SIGNATURE = "1.2.840.113549.1.9.16.2.14"
CONTENT = "1.2.840.113549.1.9.16.2.20"
CERTIFICATE_REFERENCES = "1.2.840.113549.1.9.16.2.21"
REVOCATION_REFERENCES = "1.2.840.113549.1.9.16.2.22"
_REFERENCES = (CERTIFICATE_REFERENCES, REVOCATION_REFERENCES)
COMPLETE = "1.2.840.113549.1.9.16.2.25"  # signature and references
REFERENCES = "1.2.840.113549.1.9.16.2.26"  # references alone
ARCHIVE_V1 = "1.2.840.113549.1.9.16.2.27"
ARCHIVE_V2 = "1.2.840.113549.1.9.16.2.48"
ARCHIVE_V3 = "0.4.0.1733.2.4"
ARCHIVES = (ARCHIVE_V1, ARCHIVE_V2, ARCHIVE_V3)
#: ats-hash-index: the first (TS 101 733), -v2 and -v3.
_HASH_INDEXES = ("0.4.0.1733.2.5", "0.4.0.19122.1.4", "0.4.0.19122.1.5")

_CHUNK = 1024 * 1024
#: Time stamps read of one signature.
_MAX_STAMPS = 50


@dataclass(frozen=True, slots=True)
class Signed:
    """A signer, and the document that it signed if it is at hand (encapsulated or beside)."""

    signed_data: cms.SignedData
    signer_info: cms.SignerInfo
    content: Content | None
    #: DER of certificates at hand, for tokens that do not carry their signer's.
    known: tuple[bytes, ...] = ()

    def stamp(self, token: bytes, kind: StampKind, imprint: Callable[[str], bytes] | None) -> StampFacts:
        return read_stamp(token, kind, imprint, self.known)

    @property
    def value(self) -> bytes:
        return bytes(self.signer_info["signature"].native)

    def attributes(self, *oids: str) -> Iterator[Any]:
        for field in ("signed_attrs", "unsigned_attrs"):
            for attribute in self.signer_info[field] or ():
                if attribute["type"].dotted in oids:
                    yield attribute

    def tokens(self, *oids: str) -> Iterator[bytes]:
        for attribute in self.attributes(*oids):
            for value in attribute["values"]:
                yield value.dump()


def stamps_of(signed: Signed) -> tuple[StampFacts, ...]:
    return tuple(stamp for stamp, _ in zip(_stamps(signed), range(_MAX_STAMPS), strict=False))


def _stamps(signed: Signed) -> Iterator[StampFacts]:
    content = signed.content.digest if signed.content else None
    for token in signed.tokens(CONTENT):
        yield signed.stamp(token, StampKind.CONTENT, content)
    for token in signed.tokens(SIGNATURE):
        yield signed.stamp(token, StampKind.SIGNATURE, lambda name: algorithms.digest(name, signed.value))
    for token in signed.tokens(COMPLETE):
        yield _read_references(signed, token, signed.value, (SIGNATURE, *_REFERENCES))
    for token in signed.tokens(REFERENCES):
        yield _read_references(signed, token, b"", _REFERENCES)
    for token in signed.tokens(ARCHIVE_V1, ARCHIVE_V2):
        yield _read_archive_v2(signed, token)
    for token in signed.tokens(ARCHIVE_V3):
        yield _read_archive_v3(signed, token)


# --- References (CAdES-X) -------------------------------------------------------------------------------------
def _read_references(signed: Signed, token: bytes, first: bytes, kinds: tuple[str, ...]) -> StampFacts:
    """RFC 5126 6.3.5 and 6.3.6: attributes without outer type and length, in its order or in that of the file."""
    in_file = [(attribute["type"].dotted, attribute.contents) for attribute in signed.attributes(*kinds)]
    facts = StampFacts(kind=StampKind.REFERENCES, token=token)
    for members in (sorted(in_file, key=lambda member: kinds.index(member[0])), in_file):
        covered = [first, *(contents for _, contents in members)]
        facts = signed.stamp(token, StampKind.REFERENCES, partial(_digest_parts, covered))
        if facts.problem != Sub.HASH_FAILURE:
            break
    return facts


# --- Archive, first kinds (RFC 5126 6.4.1) --------------------------------------------------------------------
def _read_archive_v2(signed: Signed, token: bytes) -> StampFacts:
    """The whole CMS as it then was; later attributes may have come between, so that no match proves nothing."""
    encapsulated = not isinstance(signed.signed_data["encap_content_info"]["content"], core.Void)
    if not encapsulated and signed.content is None:
        return signed.stamp(token, StampKind.ARCHIVE, None)
    facts = StampFacts(kind=StampKind.ARCHIVE, token=token)
    for parts in _archive_v2_candidates(signed, token, encapsulated=encapsulated):
        facts = signed.stamp(token, StampKind.ARCHIVE, partial(_digest_parts, parts))
        if facts.problem != Sub.HASH_FAILURE:
            return facts
    message = (
        "L'horodatage d'archivage est d'un ancien modèle et ne peut pas être rapproché de ce qu'il couvre"
        "\N{NO-BREAK SPACE}: il n'est pas pris en compte."
    )
    return replace(facts, problem=Sub.GENERIC, message=message)


def _archive_v2_candidates(
    signed: Signed, token: bytes, *, encapsulated: bool
) -> Iterator[list[bytes | Content]]:
    """Readings of the specification seen in use: unsigned attributes with or without their SET's header."""
    data, signer = signed.signed_data, signed.signer_info
    fields = [data["certificates"], data["crls"]]
    signer_fields = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
    first: list[bytes | Content] = [data["encap_content_info"].dump()]
    if not encapsulated and signed.content is not None:
        first.append(signed.content)
    first += [field.dump() for field in fields if not isinstance(field, core.Void)]
    first += [signer[field].dump() for field in signer_fields]
    earlier = _earlier_attributes(signer, token)
    for members in (sorted(earlier), earlier):
        yield [*first, der.tlv(0xA1, *members)]
        yield [*first, *members]


def _earlier_attributes(signer_info: cms.SignerInfo, token: bytes) -> list[bytes]:
    """Unsigned attributes but for this archive time stamp and the later ones."""
    moment = _instant(token)
    return [
        attribute.dump()
        for attribute in signer_info["unsigned_attrs"]
        if attribute["type"].dotted not in ARCHIVES
        or all(_instant(value.dump()) < moment for value in attribute["values"])
    ]


def _instant(token: bytes) -> float:
    try:
        return stamps.instant(stamps.tst_info(stamps.signed_data_of(token))).timestamp()
    except (ValueError, TypeError, KeyError):
        return float("inf")


def _digest_parts(parts: Sequence[bytes | Content], name: str) -> bytes:
    state = new_hash(name)
    for part in parts:
        if isinstance(part, bytes):
            state.update(part)
            continue
        with part.open() as file:
            while chunk := file.read(_CHUNK):
                state.update(chunk)
    return state.digest()


# --- Archive, third kind (EN 319 122-1 5.5.3) -----------------------------------------------------------------
def _read_archive_v3(signed: Signed, token: bytes) -> StampFacts:
    try:
        index = _hash_index(token)
        missing = _missing_from(signed, index)
    except (ValueError, TypeError, KeyError, UnknownAlgorithm):
        facts = signed.stamp(token, StampKind.ARCHIVE, None)
        message = "L'horodatage d'archivage n'a pas d'index lisible de ce qu'il couvre (ats-hash-index)."
        return replace(facts, problem=Sub.FORMAT_FAILURE, message=message)
    imprint = None if signed.content is None else _archive_v3_imprint(signed, signed.content, index)
    facts = signed.stamp(token, StampKind.ARCHIVE, imprint)
    if missing and not facts.problem:
        message = f"L'horodatage d'archivage couvre {missing} qui ne figure pas, ou plus, dans la signature."
        return replace(facts, problem=Sub.HASH_FAILURE, message=message)
    return facts


def _archive_v3_imprint(signed: Signed, content: Content, index: bytes) -> Callable[[str], bytes]:
    signer = signed.signer_info
    fields = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
    content_type = signed.signed_data["encap_content_info"]["content_type"].dump()
    rest = [signer[field].dump() for field in fields]
    return lambda name: algorithms.digest(name, content_type, content.digest(name), *rest, index)


def _hash_index(token: bytes) -> bytes:
    """DER of the index that the token carries unsigned. Raises KeyError without one."""
    signer_info = stamps.signed_data_of(token)["signer_infos"][0]
    for attribute in signer_info["unsigned_attrs"] or ():
        if attribute["type"].dotted in _HASH_INDEXES:
            return bytes(attribute["values"][0].dump())
    raise KeyError(_HASH_INDEXES[-1])


def _missing_from(signed: Signed, index: bytes) -> str:
    """French name of the first kind of which a digest of the index matches nothing that the CMS holds."""
    fields = list(core.SequenceOf.load(index, spec=core.Any))
    name = "sha256"
    if len(fields) > 3:  # noqa: PLR2004  the algorithm is written only where it is not SHA-256
        algorithm = core.SequenceOf.load(fields.pop(0).dump(), spec=core.Any)[0]
        name = algorithms.hash_name(core.ObjectIdentifier.load(algorithm.dump()).dotted)
    held = (
        ("un certificat", [choice.dump() for choice in signed.signed_data["certificates"] or ()]),
        ("une liste de révocation", [choice.dump() for choice in signed.signed_data["crls"] or ()]),
        ("un attribut", list(_unsigned_parts(signed.signer_info))),
    )
    for field, (kind, members) in zip(fields, held, strict=True):
        covered = {digest.native for digest in core.SequenceOf.load(field.dump(), spec=core.OctetString)}
        if covered - {algorithms.digest(name, member) for member in members}:
            return kind
    return ""


def _unsigned_parts(signer_info: cms.SignerInfo) -> Iterator[bytes]:
    """Version 3 of the index digests each value with its type, the earlier ones each attribute whole."""
    for attribute in signer_info["unsigned_attrs"] or ():
        yield attribute.dump()
        for value in attribute["values"]:
            yield attribute["type"].dump() + value.dump()
