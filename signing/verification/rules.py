"""From facts to verdicts: the rules of a signature check, whatever the format.

Codes are those of EN 319 102-1; the five checks are those of annexe 12 article 5 of the code's arrêtés
(`article_5`). What a file concludes is the worst of what its signatures and time stamps do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from signing.verification.article_5 import five_checks
from signing.verification.certificates import CertificateFacts, describe
from signing.verification.facts import Changes, Covers, FileFacts, SignatureFacts, StampFacts, Sub, TrustFacts
from signing.verification.reports import (
    FileReport,
    SignatureVerdict,
    StampVerdict,
    Status,
    TimeSource,
    Verdict,
    unique,
)
from signing.verification.sentences import explain, stamp_problem
from signing.verification.validity import is_within_life, known_times

UNKNOWN_SIGNER = "Signataire inconnu"
#: Findings that prove a fault; any other leaves the question open (EN 319 102-1 tables 5 and 6).
PROVEN = frozenset({Sub.FORMAT_FAILURE, Sub.HASH_FAILURE, Sub.SIG_CRYPTO_FAILURE})
#: What trust may conclude that proves a fault.
_REFUSED = frozenset({"REVOKED", "NOT_YET_VALID"})
_OUT_OF_BOUNDS = "OUT_OF_BOUNDS_NO_POE"
_CHANGED = "DOCUMENT_CHANGED"
_BAD_STAMP = "BAD_STAMP"
#: Our own codes have a sentence of their own, but are told in the words of EN 319 102-1.
_STANDARD = {_CHANGED: "FORMAT_FAILURE", _BAD_STAMP: "SIG_CONSTRAINTS_FAILURE"}


def judge(facts: SignatureFacts, trust: TrustFacts, *, now: datetime) -> SignatureVerdict:
    """The verdict on one signature; without a trusted authority it is never better than INDETERMINATE."""
    certificate = describe(facts.certificate)
    status, code = _conclude(facts, trust, certificate, now)
    source, signed_at = known_times(facts, trust).best
    return SignatureVerdict(
        place=facts.place,
        signer=certificate.subject or UNKNOWN_SIGNER,
        issuer=certificate.issuer,
        serial=certificate.serial,
        level=f"{facts.format}-{facts.level}" if facts.level else str(facts.format),
        signed_at=signed_at,
        time_source=source,
        time_authority=trust.proved_by if source is TimeSource.TRUSTED_TIMESTAMP else "",
        status=status,
        sub_indication=_STANDARD.get(code, str(code)),
        message=_message(facts, code),
        covers=facts.covers,
        checks=five_checks(facts, trust, certificate, now=now),
        stamps=tuple(judge_stamp(stamp, is_trusted=_is_trusted(stamp, trust)) for stamp in facts.stamps),
        countersigns=facts.countersigns,
        documents=facts.documents,
        algorithms=facts.algorithms,
        is_qualified=trust.is_qualified,
        is_time_qualified=trust.is_time_qualified if source is TimeSource.TRUSTED_TIMESTAMP else None,
        certificate=facts.certificate or b"",
        problems=_problems(facts),
        notes=trust.stamp_notes,
    )


def judge_stamp(stamp: StampFacts, *, is_trusted: bool, note: str = "") -> StampVerdict:
    """`note` is what trust says of the authority, for a stamp that is not trusted."""
    if stamp.problem:
        status = Status.FAILED if stamp.problem in PROVEN else Status.INDETERMINATE
    else:
        status = Status.PASSED if is_trusted else Status.INDETERMINATE
    return StampVerdict(
        kind=stamp.kind,
        status=status,
        at=stamp.at,
        issuer=stamp.issuer,
        problem=stamp.problem,
        message=stamp_problem(stamp) if stamp.problem else note,
    )


def judge_file(
    name: str, facts: FileFacts, signatures: Sequence[SignatureVerdict], stamps: Sequence[StampVerdict]
) -> FileReport:
    """The report on one file; `stamps` are the verdicts of those that belong to no signature."""
    problems = [
        *facts.problems,
        *(problem for signature in signatures for problem in signature.problems),
        *(stamp.message for stamp in stamps if stamp.problem),
    ]
    return FileReport(
        file=name,
        format=facts.format,
        verdict=_worst(facts, signatures, stamps),
        signatures=tuple(signatures),
        stamps=tuple(stamps),
        problems=unique(problems),
    )


def _conclude(
    facts: SignatureFacts, trust: TrustFacts, certificate: CertificateFacts, now: datetime
) -> tuple[Status, str]:
    """The first of these findings decides."""
    failed, open_ = Status.FAILED, Status.INDETERMINATE
    findings = (
        (facts.broken in PROVEN, failed, facts.broken),
        (facts.intact is False, failed, Sub.HASH_FAILURE),
        (facts.authentic is False, failed, Sub.SIG_CRYPTO_FAILURE),
        (facts.changes is Changes.FORBIDDEN, failed, _CHANGED),
        (bool(facts.broken), open_, facts.broken),
        (facts.certificate is None, open_, Sub.NO_SIGNING_CERTIFICATE_FOUND),
        (facts.intact is None, open_, Sub.SIGNED_DATA_NOT_FOUND),
        (facts.authentic is None or facts.changes is Changes.UNKNOWN, open_, Sub.GENERIC),
        (not facts.is_baseline, open_, Sub.SIG_CONSTRAINTS_FAILURE),
        (trust.why_not in _REFUSED, failed, trust.why_not),
        (bool(trust.why_not), open_, trust.why_not),
        (not is_within_life(facts, trust, certificate, now), open_, _OUT_OF_BOUNDS),
        (any(stamp.problem for stamp in facts.stamps), open_, _BAD_STAMP),
    )
    return next(((status, code) for found, status, code in findings if found), (Status.PASSED, ""))


def _message(facts: SignatureFacts, code: str) -> str:
    if facts.why and code == facts.broken:
        return facts.why
    if code == Sub.SIG_CONSTRAINTS_FAILURE and facts.format_problem:
        return facts.format_problem
    return explain(code)


def _problems(facts: SignatureFacts) -> tuple[str, ...]:
    return unique([facts.why, facts.format_problem, *(stamp_problem(stamp) for stamp in facts.stamps)])


def _is_trusted(stamp: StampFacts, trust: TrustFacts) -> bool:
    """Each intact stamp that is not trusted has a note; the one that proves the time is known by its date and name."""
    is_proof = trust.proved_at is not None and (stamp.at, stamp.issuer) == (trust.proved_at, trust.proved_by)
    return is_proof or (not trust.why_not and not trust.stamp_notes)


def _worst(
    facts: FileFacts, signatures: Sequence[SignatureVerdict], stamps: Sequence[StampVerdict]
) -> Verdict:
    """Intact time stamps of an unknown authority take nothing from signatures, and alone prove nothing."""
    if not signatures:
        return _worst_of_stamps(facts, stamps)
    found = {signature.status for signature in signatures}
    if facts.broken in PROVEN or Status.FAILED in found:
        return Verdict.INVALID
    is_whole = not facts.broken and not any(stamp.problem for stamp in stamps) and _covers_all(signatures)
    return Verdict.VALID if found == {Status.PASSED} and is_whole else Verdict.INDETERMINATE


def _worst_of_stamps(facts: FileFacts, stamps: Sequence[StampVerdict]) -> Verdict:
    found = {stamp.status for stamp in stamps}
    if facts.broken:
        return Verdict.INVALID if facts.broken in PROVEN else Verdict.INDETERMINATE
    if not found:
        return Verdict.UNSIGNED
    if Status.FAILED in found:
        return Verdict.INVALID
    return Verdict.VALID if found == {Status.PASSED} else Verdict.INDETERMINATE


def _covers_all(signatures: Sequence[SignatureVerdict]) -> bool:
    """A file is valid only where some signature covers all of it; countersignatures cover signatures."""
    own = [signature for signature in signatures if not signature.countersigns]
    return not own or any(signature.covers is Covers.WHOLE for signature in own)
