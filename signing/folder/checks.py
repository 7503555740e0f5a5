"""The door: all the checks of a folder of evidence, each with its own sentence. Never an exception."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from procurement.calendars import format_moment
from signing.folder import certificates, facts, pdf, proved, register
from signing.folder.certificates import Authority
from signing.folder.elements import Malformed
from signing.folder.own_files import compare_files
from signing.folder.pieces import AUTHORITY, CHECKPOINT, EXPLANATION, KEY, Pieces, sort_pieces
from signing.folder.proved import Digest, Flaw
from signing.folder.report import WORDS, Check, Report
from signing.register.notes import NoteKey
from signing.verification.facts import Content


@dataclass(frozen=True)
class Latest:
    """A state of the register that somebody kept: a consistency text or a note, and a mirror if it lies in one."""

    name: str
    text: bytes
    mirror: register.Mirror | None = None


def check_contents(
    contents: Mapping[str, Content], *, latest: Latest | None = None, trust: bytes | None = None
) -> Report:
    """`trust`: PEM of the root that the reader expects."""
    try:
        pieces = sort_pieces(contents)
    except Flaw as flaw:
        return unreadable(flaw)
    examination = _Examination(pieces, latest, trust)
    checks = tuple(examination.checks())
    return Report(
        checks,
        kind=examination.kind,
        received_at=examination.received_at,
        position=examination.place.position if examination.place else None,
        checkpoint=examination.consistent_with,
    )


def unreadable(flaw: Flaw) -> Report:
    return Report((Check.of("complete", flaw.code, **flaw.values),))


@dataclass
class _Examination:
    """Each method makes one check, in order; what it proves, the next ones use."""

    pieces: Pieces
    latest: Latest | None
    trust: bytes | None
    authority: Authority | None = None
    facts: dict[str, Any] | None = None
    kind: str | None = None
    place: register.Place | None = None
    key: NoteKey | None = None
    consistent_with: int | None = None
    #: Whether the seal and the time stamp, where they hold, are of this document.
    _agreements: list[bool] = field(default_factory=list)
    _used: set[certificates.Certificate] = field(default_factory=set)

    @property
    def received_at(self) -> str | None:
        stated = (self.facts or {}).get("received_at")
        return stated if isinstance(stated, str) else None

    def checks(self) -> Iterator[Check]:
        yield self._complete()
        yield self._authority()
        seal, time, view = self._seal(), self._time(), self._pdf()
        # These two are judged with what the seals and the time stamps say.
        if self.trust is not None:
            yield self._trust(self.trust)
        yield self._document()
        yield from (seal, time, self._external_time(), view)
        yield self._guide()
        yield compare_files(self.pieces, self.facts)
        yield from (self._register(), self._register_key())
        yield self._consistency()
        if self.latest:
            yield self._checkpoint(self.latest)

    def _say(self, check: str, code: str, **values: object) -> Check:
        names = {"document": self.pieces.document, "file": self._file_of(check)}
        return Check.of(check, code, **{**names, **values})

    def _file_of(self, check: str) -> str:
        names = {"seal": self.pieces.seal, "time": self.pieces.time, "pdf": self.pieces.pdf}
        return {**names, "external_time": self.pieces.external_time, "consistency": CHECKPOINT}.get(check, "")

    def _flawed(self, check: str, flaw: Flaw) -> Check:
        return self._say(check, flaw.code, **flaw.values)

    # --- The pieces ---------------------------------------------------------------------------------------------
    def _complete(self) -> Check:
        missing = self.pieces.missing()
        code = "ok" if not missing else "without_pdf" if missing == [self.pieces.pdf] else "missing"
        return self._say("complete", code, names=", ".join(missing))

    def _authority(self) -> Check:
        data = self.pieces.contents.get(AUTHORITY)
        if data is None:
            return self._say("authority", "missing")
        try:
            found = certificates.read_pem(data)
            self.authority = certificates.prove(found)
        except Malformed:
            return self._say("authority", "malformed")
        if self.authority is None:
            return self._say("authority", "chain")
        fingerprints = ", ".join(root.fingerprint for root in self.authority.roots)
        return self._say("authority", "ok", count=len(found), fingerprints=fingerprints)

    def _trust(self, trust: bytes) -> Check:
        try:
            expected = certificates.read_any_pem(trust)
        except Malformed:
            return self._say("trust", "unreadable")
        if self.authority is None:
            return self._say("trust", "no_authority")
        # Of several roots, those that this folder rests on: the others came before or after.
        used = self._used or {self.authority.roots[0]}
        return self._say("trust", "ok" if used <= set(expected) else "other")

    def _document(self) -> Check:
        data = self.pieces.contents.get(self.pieces.document)
        if data is None:
            return self._say("document", "missing")
        try:
            self.facts = facts.read_facts(data)
            self.kind = facts.kind_of(self.facts)
        except Flaw as flaw:
            return self._flawed("document", flaw)
        if self._agreements and not any(self._agreements):
            return self._say("document", "altered")
        return self._say("document", "ok", kind=WORDS["kinds"][self.kind])

    def _seal(self) -> Check:
        data, authority = self.pieces.contents.get(self.pieces.seal), self.authority
        if data is None or authority is None:
            return self._say("seal", "missing" if data is None else "no_authority")
        try:
            seal = proved.prove_seal(data, authority)
        except Flaw as flaw:
            return self._flawed("seal", flaw)
        return self._compared(
            "seal", seal, signer=seal.signer, moment=format_moment(seal.moment, seconds=True)
        )

    def _time(self) -> Check:
        data, authority = self.pieces.contents.get(self.pieces.time), self.authority
        if data is None or authority is None:
            return self._say("time", "missing" if data is None else "no_authority")
        try:
            stamp = proved.prove_answer(data, authority)
        except Flaw as flaw:
            return self._flawed("time", flaw)
        return self._compared(
            "time", stamp, issuer=stamp.issuer, moment=format_moment(stamp.moment, seconds=True)
        )

    def _compared(self, check: str, piece: proved.Seal | proved.Stamp, **values: str) -> Check:
        document = self.pieces.contents.get(self.pieces.document)
        if document is None:
            return self._say(check, "no_document")
        self._used |= piece.roots
        agrees = piece.is_of(Digest(document))
        self._agreements.append(agrees)
        return self._say(check, "ok" if agrees else "other_document", **values)

    def _external_time(self) -> Check:
        data = self.pieces.contents.get(self.pieces.external_time)
        document = self.pieces.contents.get(self.pieces.document)
        if data is None:
            return self._say("external_time", "requested" if facts.asks_external_time(self.facts) else "none")
        try:
            stamp = proved.prove_outside_answer(data)
        except Flaw as flaw:
            return self._flawed("external_time", flaw)
        if document is None:
            return self._say("external_time", "no_document")
        code = "ok" if stamp.is_of(Digest(document)) else "other_document"
        moment = format_moment(stamp.moment, seconds=True)
        return self._say("external_time", code, issuer=stamp.issuer, moment=moment)

    def _pdf(self) -> Check:
        data, authority = self.pieces.contents.get(self.pieces.pdf), self.authority
        if data is None or authority is None:
            return self._say("pdf", "missing" if data is None else "no_authority")
        try:
            seal = pdf.prove_pdf(data, authority, self.pieces.enclosed())
        except Flaw as flaw:
            return self._flawed("pdf", flaw)
        self._used |= seal.roots
        code = "ok" if self.pieces.is_comparable else "nothing_beside"
        return self._say("pdf", code, signer=seal.signer, moment=format_moment(seal.moment, seconds=True))

    def _guide(self) -> Check:
        """Nothing is proved by it; a wrong command in it would mislead whoever follows it."""
        data, stated = self.pieces.contents.get(EXPLANATION), facts.digest_of_guide(self.facts)
        if data is None or stated is None:
            return self._say("guide", "missing" if data is None else "unstated")
        return self._say("guide", "ok" if sha256(data).hexdigest() == stated else "altered")

    # --- The register -------------------------------------------------------------------------------------------
    def _register(self) -> Check:
        if self.facts is None:
            return self._say("register", "no_document")
        try:
            self.place = register.prove_inclusion(self.facts)
        except Flaw as flaw:
            return self._flawed("register", flaw)
        place = self.place
        return self._say("register", "ok", position=place.position, size=place.size, log=place.log)

    def _register_key(self) -> Check:
        data = self.pieces.contents.get(KEY)
        if data is None:
            return self._say("register_key", "missing")
        try:
            key = register.read_key(data)
        except Flaw as flaw:
            return self._flawed("register_key", flaw)
        if self.place and key.name != self.place.log:
            return self._say("register_key", "other_register")
        if self.place and key.vkey() != self.place.key:
            return self._say("register_key", "other_key")
        self.key = key
        return self._say("register_key", "ok", key=key.vkey())

    def _consistency(self) -> Check:
        data = self.pieces.contents.get(CHECKPOINT)
        if data is None:
            return self._say("consistency", "missing", old=self.place.size if self.place else "…")
        return self._consistent("consistency", Latest(CHECKPOINT, data))

    def _checkpoint(self, latest: Latest) -> Check:
        return self._consistent("checkpoint", latest)

    def _consistent(self, check: str, latest: Latest) -> Check:
        if self.key is None or self.place is None:
            code = "no_key" if self.key is None else "no_place"
            return Check.of(check, code, "consistency", file=latest.name)
        try:
            proved_state = register.prove_consistency(latest.text, self.place, self.key, latest.mirror)
        except Flaw as flaw:
            return Check.of(check, flaw.code, "consistency", **{"file": latest.name, **flaw.values})
        self.consistent_with = max(proved_state.size, self.consistent_with or 0)
        return Check.of(check, "ok", "consistency", size=proved_state.size)
