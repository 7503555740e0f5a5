"""Evidence records (RFC 4998): hash trees, chains of archive time stamps, and their renewals.

An XML record (RFC 6283) is only named, not examined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import new as new_hash

from asn1crypto import algos, cms, core

from signing.asn1 import der
from signing.verification.cms.stamps import read_stamp
from signing.verification.facts import Content, FileFacts, Format, StampFacts, StampKind, Sub

MAX_BYTES = 10 * 1024 * 1024
MAX_STAMPS = 200
MAX_HASHES = 10_000
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


# --- The types of RFC 4998 appendix A (implicit tags) ---------------------------------------------------------
class _Algorithms(core.SequenceOf):  # type: ignore[misc]
    _child_spec = algos.DigestAlgorithm


class _PartialHashtree(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.OctetString


class _ReducedHashtree(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _PartialHashtree


class _Attributes(core.SetOf):  # type: ignore[misc]
    _child_spec = core.Any


class _Infos(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.Any


class ArchiveTimeStamp(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("digest_algorithm", algos.DigestAlgorithm, {"implicit": 0, "optional": True}),
        ("attributes", _Attributes, {"implicit": 1, "optional": True}),
        ("reduced_hashtree", _ReducedHashtree, {"implicit": 2, "optional": True}),
        ("time_stamp", cms.ContentInfo),
    ]


class ArchiveTimeStampChain(core.SequenceOf):  # type: ignore[misc]
    _child_spec = ArchiveTimeStamp


class ArchiveTimeStampSequence(core.SequenceOf):  # type: ignore[misc]
    _child_spec = ArchiveTimeStampChain


class EvidenceRecord(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("version", core.Integer),
        ("digest_algorithms", _Algorithms),
        ("crypto_infos", _Infos, {"implicit": 0, "optional": True}),
        ("encryption_info", _Infos, {"implicit": 1, "optional": True}),
        ("sequence", ArchiveTimeStampSequence),
    ]


# --- Reading --------------------------------------------------------------------------------------------------
def looks_like_one(data: bytes) -> bool:
    if not data.startswith(b"\x30") or len(data) > MAX_BYTES:
        return False
    try:
        record = EvidenceRecord.load(data, strict=True)
        return record["version"].native == 1 and len(_stamps(record)) > 0
    except _UNREADABLE:
        return False


def read_evidence_record(data: bytes, contents: Sequence[Content]) -> tuple[StampFacts, ...]:
    """Every archive time stamp of a record, in order, checked against all of `contents` (a data group).

    Without contents the hash trees and the renewals inside a chain are still checked. Never raises.
    """
    try:
        record = EvidenceRecord.load(data, strict=True)
        return tuple(_in_order(_read_link(link) for link in _links(record, contents)))
    except _UNREADABLE:
        return (_unreadable(),)


def read_file(data: bytes, contents: Sequence[Content]) -> FileFacts:
    """A record alone: it proves a date, not a will, so its format is none and its file is never valid."""
    note = "Ce fichier est un enregistrement de preuve (archivage)\u00a0: il ne contient pas de signature."
    if not data.startswith(b"\x30"):
        problem = "Les enregistrements de preuve en XML (RFC 6283) ne sont pas contrôlés par la plateforme."
        return FileFacts(format=Format.NONE, problems=(note, problem), broken=Sub.GENERIC)
    stamps = read_evidence_record(data, contents)
    return FileFacts(format=Format.NONE, stamps=stamps, problems=(note,), broken=Sub.GENERIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """One archive time stamp and the hashes that it must cover; `expected` is None when they are unknown."""

    name: str
    is_renewal: bool
    algorithm: str
    token: bytes
    tree: tuple[tuple[bytes, ...], ...]
    expected: tuple[bytes, ...] | None

    @property
    def root(self) -> bytes | None:
        """RFC 4998 4.3: each list is hashed with the result of the one before, in ascending order."""
        found = b""
        for hashes in self.tree:
            members = sorted({*hashes, found} - {b""})
            found = members[0] if len(members) == 1 else _hash(self.algorithm, b"".join(members))
        if not self.tree and self.expected and len(self.expected) == 1:
            return self.expected[0]
        return found or None

    @property
    def covers(self) -> bool:
        """Whether the first list of the tree holds all that it should."""
        return self.expected is None or not self.tree or set(self.expected) <= set(self.tree[0])


def _links(record: EvidenceRecord, contents: Sequence[Content]) -> Iterator[_Link]:
    if len(_stamps(record)) > MAX_STAMPS:
        raise ValueError("too many archive time stamps")
    chains = list(record["sequence"])
    for number, chain in enumerate(chains):
        previous: bytes | None = None
        for position, stamp in enumerate(chain):
            algorithm = _algorithm(stamp)
            if previous is not None:
                expected: tuple[bytes, ...] | None = (_hash(algorithm, previous),)
            else:
                expected = _hashes_of(contents, algorithm, chains[:number])
            yield _Link(
                name=f"Enregistrement de preuve, chaîne {number + 1}, horodatage {position + 1}",
                is_renewal=number + position > 0,
                algorithm=algorithm,
                token=stamp["time_stamp"].dump(),
                tree=_tree(stamp),
                expected=expected,
            )
            previous = stamp["time_stamp"].dump()


def _hashes_of(
    contents: Sequence[Content], algorithm: str, earlier: Sequence[ArchiveTimeStampChain]
) -> tuple[bytes, ...] | None:
    """Of the documents; once the tree is renewed, each with the chains before it (RFC 4998 5.2)."""
    if not contents:
        return None
    hashes = tuple(content.digest(algorithm) for content in contents)
    if not earlier:
        return hashes
    chains = _hash(algorithm, der.sequence(*(chain.dump() for chain in earlier)))
    return tuple(_hash(algorithm, own + chains) for own in hashes)


def _stamps(record: EvidenceRecord) -> list[ArchiveTimeStamp]:
    return [stamp for chain in record["sequence"] for stamp in chain]


def _algorithm(stamp: ArchiveTimeStamp) -> str:
    """The stamp's own, or that of its token's imprint (RFC 4998 4.1), by hashlib's name."""
    if not isinstance(stamp["digest_algorithm"], core.Void):
        return str(stamp["digest_algorithm"]["algorithm"].native)
    info = stamp["time_stamp"]["content"]["encap_content_info"]["content"].parsed
    return str(info["message_imprint"]["hash_algorithm"]["algorithm"].native)


def _tree(stamp: ArchiveTimeStamp) -> tuple[tuple[bytes, ...], ...]:
    if isinstance(stamp["reduced_hashtree"], core.Void):
        return ()
    tree = tuple(tuple(bytes(value.native) for value in hashes) for hashes in stamp["reduced_hashtree"])
    if sum(len(hashes) for hashes in tree) > MAX_HASHES:
        raise ValueError("too many hashes")
    return tree


def _hash(algorithm: str, data: bytes) -> bytes:
    return new_hash(algorithm, data).digest()


# --- Checking -------------------------------------------------------------------------------------------------
def _read_link(link: _Link) -> StampFacts:
    root = link.root
    imprint = None if root is None else lambda name: root if name == link.algorithm else b""
    facts = read_stamp(link.token, StampKind.ARCHIVE, imprint)
    if facts.problem:
        return replace(facts, message=f"{link.name}\u00a0: {facts.message}")
    if not link.covers:
        return _refuse(facts, link, Sub.HASH_FAILURE, _uncovered(link))
    if link.expected is None:
        return _refuse(facts, link, Sub.SIGNED_DATA_NOT_FOUND, "le document conservé n'a pas été fourni.")
    return facts


def _uncovered(link: _Link) -> str:
    if link.is_renewal:
        return "le renouvellement ne couvre pas les horodatages qui le précèdent."
    return "le document n'est pas celui qui a été conservé."


def _refuse(facts: StampFacts, link: _Link, problem: Sub, why: str) -> StampFacts:
    return replace(facts, problem=problem, message=f"{link.name}\u00a0: {why}")


def _in_order(stamps: Iterator[StampFacts]) -> Iterator[StampFacts]:
    """Chains and stamps are in the order of their times (RFC 4998 5.1)."""
    latest = None
    for stamp in stamps:
        if stamp.at and latest and stamp.at < latest and not stamp.problem:
            message = "Enregistrement de preuve\u00a0: un renouvellement est daté d'avant ce qu'il prolonge."
            stamp = replace(stamp, problem=Sub.FORMAT_FAILURE, message=message)  # noqa: PLW2901
        latest = stamp.at or latest
        yield stamp


def _unreadable() -> StampFacts:
    return StampFacts(
        kind=StampKind.ARCHIVE,
        token=b"",
        problem=Sub.FORMAT_FAILURE,
        message="L'enregistrement de preuve n'est pas lisible (RFC 4998).",
    )
