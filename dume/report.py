"""What a check of a DUME says: graded findings, never a locked door (a buyer may not refuse a DUME)."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def label(self) -> str:
        return {"error": "À corriger", "warning": "À vérifier", "info": "Pour information"}[self.value]


class Layer(StrEnum):
    STRUCTURE = "structure"
    BUSINESS = "business"
    CODELISTS = "codelists"


class Verdict(StrEnum):
    CLEAN = "clean"
    WARNINGS = "warnings"
    ERRORS = "errors"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        return {
            "clean": "Rien à signaler",
            "warnings": "À vérifier",
            "errors": "À corriger",
            "unreadable": "Illisible",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` is a place in the form in French (« Partie III.B »); `rule` a stable name, the official id when
    there is one; `value` what was read there."""

    severity: Severity
    where: str
    message: str
    rule: str = ""
    value: str = ""
    layer: Layer = Layer.BUSINESS


@dataclass(frozen=True, slots=True)
class Report:
    """The findings on one document, with the few facts a list needs to show it. `lots` are ids."""

    kind: str
    version: str = ""
    operator_name: str = ""
    operator_id: str = ""
    reference: str = ""
    lots: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    readable: bool = True

    @property
    def verdict(self) -> Verdict:
        if not self.readable:
            return Verdict.UNREADABLE
        severities = {finding.severity for finding in self.findings}
        if Severity.ERROR in severities:
            return Verdict.ERRORS
        return Verdict.WARNINGS if Severity.WARNING in severities else Verdict.CLEAN

    def of(self, layer: Layer) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.layer is layer)

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON: the stored report and the command print this."""
        return {
            "kind": self.kind,
            "version": self.version,
            "verdict": self.verdict.value,
            "operator": {"name": self.operator_name, "id": self.operator_id},
            "reference": self.reference,
            "lots": list(self.lots),
            "findings": [asdict(finding) for finding in self.findings],
        }
