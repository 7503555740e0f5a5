"""The door: what the signatures of some files are worth. Never an exception, whatever the files hold.

`check` gives one report for each file. A detached signature is paired with the other files by digest, never by
name. A file without a signature of its own that another given file signs is reported with the verdict of that
signature, since whoever opens it asks whether *it* is signed; `signed_by` names the signature. A file that is only
time-stamped stays unsigned, and the time stamp is listed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from procurement.network.fetching import Fetcher
from signing.verification.asic import asic
from signing.verification.cms import cms, evidence_records, tokens
from signing.verification.detection import Detected, Kind, detect, is_signature_alone
from signing.verification.facts import Content, FileFacts, Format, SignatureFacts, StampFacts, Sub
from signing.verification.pdf import pdf
from signing.verification.reports import FileReport, SignatureVerdict, StampVerdict, Status, Verdict, unique
from signing.verification.rules import judge, judge_file, judge_stamp
from signing.verification.trust.trust import TrustStore, assess, assess_stamp
from signing.verification.xml import xades

logger = logging.getLogger(__name__)

_FORMATS = {
    Kind.PDF: Format.PADES,
    Kind.CMS: Format.CADES,
    Kind.XML: Format.XADES,
    Kind.ZIP: Format.ASIC_E,
    Kind.TOKEN: Format.TIMESTAMP,
}
#: Kinds that may stand in a file of their own, apart from what they sign.
_APART = frozenset({Kind.CMS, Kind.XML, Kind.TOKEN})
#: Kinds of what may be given as the signature of another file; the last two sign only what is inside.
_BESIDE = frozenset({Kind.CMS, Kind.XML, Kind.PDF, Kind.ZIP})
_OTHER_FILE = "Cette signature ne porte pas sur ce fichier."
_TOO_LARGE = "Ce fichier est trop volumineux pour que sa signature soit vérifiée ici."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    now: datetime
    trust: TrustStore
    fetcher: Fetcher | None

    def signature(self, facts: SignatureFacts) -> SignatureVerdict:
        found = assess(facts, store=self.trust, now=self.now, fetcher=self.fetcher)
        return judge(facts, found, now=self.now)

    def stamp(self, facts: StampFacts, known: Container[bytes]) -> StampVerdict:
        """`known` are tokens already trusted with what their signature brings (a PDF's document time stamps)."""
        if facts.token in known and not facts.problem:
            return judge_stamp(facts, is_trusted=True)
        note = assess_stamp(facts, store=self.trust, now=self.now, fetcher=self.fetcher)
        return judge_stamp(facts, is_trusted=not note, note=note)

    def file(self, name: str, facts: FileFacts) -> FileReport:
        signatures = [self.signature(signature) for signature in facts.signatures]
        known = set(_trusted_tokens(facts.signatures, signatures))
        stamps = [self.stamp(stamp, known) for stamp in facts.stamps]
        return judge_file(name, facts, signatures, stamps)


def _trusted_tokens(
    signatures: Sequence[SignatureFacts], verdicts: Sequence[SignatureVerdict]
) -> Iterator[bytes]:
    for facts, verdict in zip(signatures, verdicts, strict=True):
        for stamp, judged in zip(facts.stamps, verdict.stamps, strict=True):
            if judged.status is Status.PASSED:
                yield stamp.token


def check(
    contents: Sequence[Content], *, now: datetime, trust: TrustStore, fetcher: Fetcher | None = None
) -> list[FileReport]:
    """One report for each file, in their order. Nothing is fetched without a `fetcher`."""
    judge_of = _Judge(now=now, trust=trust, fetcher=fetcher)
    documents = [content for content in contents if not _is_signature_alone(content)]
    readings = [_pair(content, documents, contents, now) for content in contents]
    reports = [_report(judge_of, reading) for reading in readings]
    return [
        _shared(reading, report, readings, reports) for reading, report in zip(readings, reports, strict=True)
    ]


def check_detached(
    signature: Content,
    documents: Sequence[Content],
    *,
    now: datetime,
    trust: TrustStore,
    fetcher: Fetcher | None = None,
) -> list[FileReport]:
    """What `signature` is worth for each of the documents, with what that document holds by itself besides.

    A document that it does not sign is said not to be the signed one, even when another is.
    """
    judge_of = _Judge(now=now, trust=trust, fetcher=fetcher)
    together = _examine(signature, documents, now)
    return [_report_on(document, together, judge_of) for document in documents]


def _report_on(document: Content, together: _Reading, judge_of: _Judge) -> FileReport:
    reading, signature = together, together.content
    if together.kind in _BESIDE and not _signs(together, document.name):
        alone = _examine(signature, [document], judge_of.now)
        reading = replace(alone, facts=_not_about(alone, document.name))
    own = _report(judge_of, _examine(document, (), judge_of.now))
    return _joined(own, _report(judge_of, reading), signature.name)


def _not_about(reading: _Reading, name: str) -> FileFacts:
    """The facts of a signature that covers something else than this file, as those of a file that was changed."""
    signatures = tuple(
        replace(facts, intact=False, broken=facts.broken or Sub.HASH_FAILURE, why=facts.why or _OTHER_FILE)
        if facts.intact and not facts.countersigns and name not in facts.documents
        else facts
        for facts in reading.facts.signatures
    )
    return replace(reading.facts, signatures=signatures)


# --- Reading --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Reading:
    content: Content
    kind: Kind
    facts: FileFacts


def _is_signature_alone(content: Content) -> bool:
    try:
        return is_signature_alone(content)
    except Exception:  # noqa: BLE001  said when it is examined
        return False


def _pair(
    content: Content, documents: Sequence[Content], contents: Sequence[Content], now: datetime
) -> _Reading:
    """Read with the documents; with the other signatures too when it signs none, since one may sign another."""
    others, everything = _others(documents, content), _others(contents, content)
    reading = _examine(content, others, now)
    if reading.kind not in _APART or _holds(reading) or len(everything) == len(others):
        return reading
    again = _examine(content, everything, now)
    return again if _holds(again) else reading


def _others(contents: Sequence[Content], content: Content) -> list[Content]:
    return [other for other in contents if other is not content]


def _holds(reading: _Reading) -> bool:
    signatures, stamps = reading.facts.signatures, reading.facts.stamps
    return any(signature.intact for signature in signatures) or any(not stamp.problem for stamp in stamps)


def _examine(content: Content, others: Sequence[Content], now: datetime) -> _Reading:
    kind = Kind.PLAIN
    try:
        detected = detect(content)
        kind = detected.kind
        return _Reading(content, kind, _read(detected, content.name, others, now))
    except Exception as error:  # noqa: BLE001  what breaks a library is a finding like another
        logger.info("Signature check not finished: %s", type(error).__name__)
        return _Reading(content, kind, _unfinished(_FORMATS.get(kind, Format.NONE), error))


def _read(detected: Detected, name: str, others: Sequence[Content], now: datetime) -> FileFacts:
    data = detected.data
    readers: dict[Kind, Callable[[], FileFacts]] = {
        Kind.PDF: lambda: pdf.read_pdf(data, now=now),
        Kind.CMS: lambda: cms.read_cms(data, others, name),
        Kind.XML: lambda: xades.read_xml(data, others, name),
        Kind.ZIP: lambda: asic.read_container(data),
        Kind.TOKEN: lambda: tokens.read_token(data, others),
        Kind.EVIDENCE: lambda: evidence_records.read_file(data, others),
        Kind.PLAIN: lambda: FileFacts(format=Format.NONE),
        Kind.TOO_LARGE: lambda: FileFacts(format=Format.NONE, problems=(_TOO_LARGE,), broken=Sub.GENERIC),
    }
    return readers[detected.kind]()


def _unfinished(kind: Format, error: Exception) -> FileFacts:
    reason = f"La vérification n'a pas pu être menée à son terme ({type(error).__name__})\u00a0: "
    return FileFacts(
        format=kind, broken=Sub.GENERIC, problems=(f"{reason}vérifiez ce fichier avec un autre outil.",)
    )


# --- Reporting ------------------------------------------------------------------------------------------------
def _report(judge_of: _Judge, reading: _Reading) -> FileReport:
    try:
        return judge_of.file(reading.content.name, reading.facts)
    except Exception as error:  # noqa: BLE001  certificates break libraries too
        logger.info("Signature not judged: %s", type(error).__name__)
        return judge_file(reading.content.name, _unfinished(reading.facts.format, error), (), ())


def _shared(
    reading: _Reading, report: FileReport, readings: Sequence[_Reading], reports: Sequence[FileReport]
) -> FileReport:
    """The report of a file that others sign, when it has no signature of its own."""
    if report.verdict is not Verdict.UNSIGNED:
        return report
    for other, signed in zip(readings, reports, strict=True):
        if other is not reading and _signs(other, reading.content.name):
            report = _joined(report, signed, other.content.name)
        elif other.kind is Kind.TOKEN and _stamps(other, reading.content):
            report = replace(report, stamps=(*report.stamps, *signed.stamps))
    return report


def _signs(reading: _Reading, name: str) -> bool:
    """Documents of a container or of a PDF are inside: a file beside it is only their namesake."""
    return reading.kind in {Kind.CMS, Kind.XML} and any(
        signature.intact and name in signature.documents for signature in reading.facts.signatures
    )


def _stamps(token: _Reading, content: Content) -> bool:
    facts = tokens.read_token(detect(token.content).data, [content])
    return any(not stamp.problem for stamp in facts.stamps)


def _joined(report: FileReport, signed: FileReport, signature_name: str) -> FileReport:
    """`report` and what the signature beside it says of the same file."""
    is_first = report.verdict is Verdict.UNSIGNED
    return replace(
        report,
        format=signed.format if is_first else report.format,
        verdict=signed.verdict if is_first else _worse(report.verdict, signed.verdict),
        signatures=(*report.signatures, *signed.signatures),
        stamps=(*report.stamps, *signed.stamps),
        problems=unique([*report.problems, *signed.problems]),
        signed_by=(*report.signed_by, signature_name) if signed.signatures else report.signed_by,
    )


def _worse(one: Verdict, other: Verdict) -> Verdict:
    order = [Verdict.VALID, Verdict.UNSIGNED, Verdict.INDETERMINATE, Verdict.INVALID]
    return max(one, other, key=order.index)
