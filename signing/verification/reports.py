"""What a check concludes, in the words of EN 319 102-1 and annexe 12 article 5, and its JSON."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from signing.verification.facts import Covers, Format, StampKind


class Status(StrEnum):
    """Indication of a signature: EN 319 102-1 clause 5.1."""

    PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    FAILED = "TOTAL-FAILED"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Status.PASSED: "Signature valide",
    Status.INDETERMINATE: "Validité indéterminée",
    Status.FAILED: "Signature invalide",
}


class Outcome(StrEnum):
    PASSED = "passed"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Verdict(StrEnum):
    """Of a whole file: the worst of what it holds."""

    VALID = "valid"
    INDETERMINATE = "indeterminate"
    INVALID = "invalid"
    UNSIGNED = "unsigned"

    @property
    def label(self) -> str:
        return _VERDICT_LABELS[self]


_VERDICT_LABELS = {
    Verdict.VALID: "Valide",
    Verdict.INDETERMINATE: "Validité indéterminée",
    Verdict.INVALID: "Invalide",
    Verdict.UNSIGNED: "Non signé",
}


class TimeSource(StrEnum):
    """Who says when the signature was made."""

    TRUSTED_TIMESTAMP = "trusted-timestamp"
    TIMESTAMP = "timestamp"  # intact, of an authority that is not trusted
    DECLARED = "declared"  # the signer's word
    NONE = "none"


class CheckCode(StrEnum):
    """The five checks of annexe 12 article 5, in its order."""

    IDENTITY = "identity"
    CATEGORY = "category"
    FORMAT = "format"
    VALIDITY = "not_expired_not_revoked_at_signing"
    INTEGRITY = "integrity"

    @property
    def label(self) -> str:
        return _CHECK_LABELS[self]


_CHECK_LABELS = {
    CheckCode.IDENTITY: "Identité du signataire",
    CheckCode.CATEGORY: "Catégorie du certificat",
    CheckCode.FORMAT: "Format de la signature",
    CheckCode.VALIDITY: "Validité du certificat à la date de la signature",
    CheckCode.INTEGRITY: "Intégrité du document",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One of the five checks; `message` is French, for the buyer's sheet."""

    code: CheckCode
    label: str
    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StampVerdict:
    """One time stamp. `status` is passed only for an intact token of a trusted authority."""

    kind: StampKind
    status: Status
    at: datetime | None = None
    issuer: str = ""
    problem: str = ""
    #: French; "" when there is nothing to say.
    message: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": str(self.kind),
            "at": _moment(self.at),
            "issuer": self.issuer,
            "indication": str(self.status),
            "problem": str(self.problem),
            "message": self.message,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureVerdict:
    """What was found about one signature of a document.

    `signed_at` is the time that `time_source` gives, None without any. `checks` come in the order of article 5.
    `serial` is decimal. `problems` and `notes` are French sentences: the first speak against the signature.
    """

    place: str
    signer: str
    issuer: str
    serial: str
    level: str
    signed_at: datetime | None
    time_source: TimeSource
    status: Status
    sub_indication: str
    message: str
    covers: Covers
    checks: tuple[Check, ...]
    stamps: tuple[StampVerdict, ...] = ()
    time_authority: str = ""
    countersigns: str = ""
    documents: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ()
    is_qualified: bool | None = None
    #: The provider of the time stamp is qualified by the trusted list; None: no list was consulted.
    is_time_qualified: bool | None = None
    #: DER of the signer's certificate, where one was found.
    certificate: bytes = b""
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def time_is_proved(self) -> bool:
        return self.time_source is TimeSource.TRUSTED_TIMESTAMP

    def outcome(self, code: CheckCode) -> Outcome:
        return next(check.outcome for check in self.checks if check.code == code)

    def to_json(self) -> dict[str, Any]:
        return {
            "signer": self.signer,
            "issuer": self.issuer,
            "serial": self.serial,
            "level": self.level,
            "signed_at": _moment(self.signed_at),
            "time_source": str(self.time_source),
            "indication": str(self.status),
            "sub_indication": str(self.sub_indication),
            "covers": str(self.covers),
            "checks": {str(check.code): str(check.outcome) for check in self.checks},
            "message": self.message,
            "messages": {str(check.code): check.message for check in self.checks},
            "place": self.place,
            "countersigns": self.countersigns,
            "documents": list(self.documents),
            "algorithms": list(self.algorithms),
            "qualified": self.is_qualified,
            "time_authority": self.time_authority,
            "time_qualified": self.is_time_qualified,
            "certificate": b64encode(self.certificate).decode(),
            "stamps": [stamp.to_json() for stamp in self.stamps],
            "problems": list(self.problems),
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One file. `stamps` belong to no signature; `problems` are French and include those of the signatures."""

    file: str
    format: Format
    verdict: Verdict
    signatures: tuple[SignatureVerdict, ...] = ()
    stamps: tuple[StampVerdict, ...] = ()
    problems: tuple[str, ...] = ()
    #: Names of the given files whose signatures cover this one.
    signed_by: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object of one line of `check_signature --json`."""
        return {
            "file": self.file,
            "format": str(self.format),
            "verdict": str(self.verdict),
            "signatures": [signature.to_json() for signature in self.signatures],
            "problems": list(self.problems),
            "timestamps": [stamp.to_json() for stamp in self.stamps],
            "signed_by": list(self.signed_by),
        }


def unique(sentences: Iterable[str]) -> tuple[str, ...]:
    """In their order, without repetition and without empty ones."""
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
