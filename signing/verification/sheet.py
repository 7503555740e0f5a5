"""The plain French sheet of a check: for each signature the five checks of annexe 12 article 5, and why.

Made of the JSON of a report (signing.verification.reports), which is what is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signing.verification.facts import StampKind
from signing.verification.reports import CheckCode, Outcome, Status, TimeSource, Verdict

_OUTCOMES = {
    Outcome.PASSED: "Vérifié",
    Outcome.FAILED: "Non conforme",
    Outcome.UNKNOWN: "À vérifier",
}
_SOURCES = {
    TimeSource.TRUSTED_TIMESTAMP: "date prouvée par un horodatage reconnu",
    TimeSource.TIMESTAMP: "date d'un horodatage dont l'autorité n'est pas reconnue",
    TimeSource.DECLARED: "date déclarée par le signataire, non prouvée",
    TimeSource.NONE: "date inconnue",
}
_STAMPS = {
    StampKind.CONTENT: "Horodatage du contenu",
    StampKind.SIGNATURE: "Horodatage de la signature",
    StampKind.REFERENCES: "Horodatage des références de preuve",
    StampKind.ARCHIVE: "Horodatage d'archivage",
    StampKind.DOCUMENT: "Horodatage du document",
    StampKind.CONTAINER: "Horodatage du conteneur",
    StampKind.TOKEN: "Jeton d'horodatage",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of the five checks."""

    code: CheckCode
    outcome: Outcome
    message: str

    @property
    def label(self) -> str:
        return self.code.label

    @property
    def outcome_label(self) -> str:
        return _OUTCOMES[self.outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class StampLine:
    label: str
    at: datetime | None
    issuer: str
    is_trusted: bool
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One signature; `lines` in the order of article 5."""

    signer: str
    issuer: str
    serial: str
    level: str
    signed_at: datetime | None
    time_source: TimeSource
    #: By the trusted list; None: none was consulted.
    is_time_qualified: bool | None
    status: Status
    message: str
    covers_all: bool
    lines: tuple[Line, ...]
    stamps: tuple[StampLine, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.status.label

    @property
    def time_words(self) -> str:
        words = _SOURCES[self.time_source]
        if self.is_time_qualified is None:
            return words
        return f"{words}, {'qualifié' if self.is_time_qualified else 'non qualifié'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    verdict: Verdict
    format: str
    signatures: tuple[SignatureLine, ...]
    stamps: tuple[StampLine, ...]
    #: French sentences about the file itself, without those that a signature repeats.
    problems: tuple[str, ...]
    #: Names of the files whose signatures cover this one.
    signed_by: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.verdict.label

    @property
    def summary(self) -> str:
        """« Signature valide (Camille Exemple) ; Validité indéterminée (…) », or what the file is without any."""
        if not self.signatures:
            return self.label
        return " ; ".join(f"{signature.label} ({signature.signer})" for signature in self.signatures)


def sheet_of(report: Mapping[str, Any]) -> Sheet:
    signatures = tuple(_signature(found) for found in report.get("signatures", ()))
    said = {problem for signature in signatures for problem in signature.problems}
    return Sheet(
        verdict=Verdict(report["verdict"]),
        format=report["format"],
        signatures=signatures,
        stamps=tuple(_stamp(found) for found in report.get("timestamps", ())),
        problems=tuple(problem for problem in report.get("problems", ()) if problem not in said),
        signed_by=tuple(report.get("signed_by", ())),
    )


def _signature(found: Mapping[str, Any]) -> SignatureLine:
    messages = found.get("messages", {})
    return SignatureLine(
        signer=found["signer"],
        issuer=found["issuer"],
        serial=found.get("serial", ""),
        level=found["level"],
        signed_at=_moment(found["signed_at"]),
        time_source=TimeSource(found["time_source"]),
        is_time_qualified=found.get("time_qualified"),
        status=Status(found["indication"]),
        message=found.get("message", ""),
        covers_all=found["covers"] == "whole",
        lines=tuple(
            Line(code=code, outcome=Outcome(found["checks"][code]), message=messages.get(code, ""))
            for code in CheckCode
            if code in found["checks"]
        ),
        stamps=tuple(_stamp(stamp) for stamp in found.get("stamps", ())),
        problems=tuple(found.get("problems", ())),
        notes=tuple(found.get("notes", ())),
    )


def _stamp(found: Mapping[str, Any]) -> StampLine:
    return StampLine(
        label=_STAMPS[StampKind(found["kind"])],
        at=_moment(found["at"]),
        issuer=found.get("issuer", ""),
        is_trusted=found["indication"] == Status.PASSED,
        message=found.get("message", ""),
    )


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
