"""The words of a signature check: statuses of EN 319 102-1, the five checks of annexe 12 article 5."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """EN 319 102-1 clause 5.1."""

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


@dataclass(frozen=True, slots=True)
class Check:
    """One of the five checks; `message` is French, for the buyer's sheet."""

    code: str
    label: str
    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """What was found about one signature of a document.

    `signed_at` is the proved time when `time_is_proved`, else the time the signer declares, or None.
    `checks` come in the order of article 5: identity, category, format, validity, integrity.
    """

    field: str
    signer: str
    issuer: str
    level: str
    signed_at: datetime | None
    time_is_proved: bool
    status: Status
    sub_indication: str
    message: str
    checks: tuple[Check, ...]

    def details(self) -> dict[str, Any]:
        """JSON values: what a SignatureReport keeps beside its columns."""
        return {
            "field": self.field,
            "issuer": self.issuer,
            "signed_at": self.signed_at.isoformat() if self.signed_at else None,
            "time_is_proved": self.time_is_proved,
            "message": self.message,
            "checks": [asdict(check) for check in self.checks],
        }
