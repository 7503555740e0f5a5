"""What a check of a DUME says: graded findings, never a locked door (a buyer may not refuse a DUME)."""

from collections.abc import Iterable
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
    """`where` is a place in the form in French (« Partie III.B »); `rule` the official id, or a stable name of ours
    in lower case where there is none; `value` what was read there.

    `flag` is the official grade as published ("" where there is none, and for our own rules), `count` how many
    places one rule found. `technical` is what only the maker of the tool that wrote the file can correct.
    """

    severity: Severity
    where: str
    message: str
    rule: str = ""
    value: str = ""
    layer: Layer = Layer.BUSINESS
    flag: str = ""
    count: int = 1
    technical: bool = False

    @property
    def is_official(self) -> bool:
        """Ours are in lower case."""
        return self.rule != self.rule.lower()


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
        return verdict_of(self.findings) if self.readable else Verdict.UNREADABLE

    @property
    def told(self) -> tuple[Finding, ...]:
        """What the people who fill in and read the form can act upon, the gravest first."""
        return by_severity(finding for finding in self.findings if not finding.technical)

    @property
    def technical(self) -> tuple[Finding, ...]:
        """What only the maker of the tool can correct: folded away on the screens."""
        return by_severity(finding for finding in self.findings if finding.technical)

    @property
    def official(self) -> tuple[Finding, ...]:
        """Those of `told` that an official rule found, for their ids."""
        return tuple(finding for finding in self.told if finding.is_official)

    @property
    def told_verdict(self) -> Verdict:
        """The verdict on `told`: a stale version number in the file's XML does not worry its depositor."""
        return verdict_of(self.told) if self.readable else Verdict.UNREADABLE

    def of(self, layer: Layer) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.layer is layer)

    def by_layer(self) -> dict[str, object]:
        """What the command and the API answer: findings under the judge that made them."""
        return {
            "kind": self.kind,
            "version": self.version,
            "verdict": self.verdict.value,
            **{layer.value: [told(finding) for finding in self.of(layer)] for layer in Layer},
            "operator": {"name": self.operator_name, "id": self.operator_id},
            "lots": list(self.lots),
        }

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


def told(finding: Finding) -> dict[str, str | int]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "where": finding.where,
        "message": finding.message,
        "value": finding.value,
        "flag": finding.flag,
        "count": finding.count,
    }


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return Verdict.ERRORS
    return Verdict.WARNINGS if Severity.WARNING in severities else Verdict.CLEAN


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    order = list(Severity)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))
