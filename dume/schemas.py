"""What the API answers about eDUME."""

from ninja import Field, Schema


class FindingOut(Schema):
    rule: str
    severity: str
    where: str
    message: str
    value: str
    flag: str
    count: int


class OperatorOut(Schema):
    name: str
    id: str


class ReportOut(Schema):
    """`verdict`: clean, warnings, errors or unreadable; findings by the judge that made them."""

    kind: str
    version: str
    verdict: str
    structure: list[FindingOut]
    business: list[FindingOut]
    codelists: list[FindingOut]
    operator: OperatorOut
    lots: list[str]


class LossOut(Schema):
    what: str
    where: str
    value: str
    reason: str


class ConversionOut(Schema):
    """`xml` is the converted document; `verdict` that of its check."""

    version_read: str = Field(serialization_alias="from")
    to: str
    kind: str
    xml: str
    losses: list[LossOut]
    verdict: str


class MatchedOut(Schema):
    criterion: str
    question: str
    value: str
    property: str


class UnmatchedOut(Schema):
    criterion: str
    question: str
    value: str
    reason: str


class MissingOut(Schema):
    criterion: str
    question: str
    property: str


class MergeOut(Schema):
    """`xml` is the new response; `property` the id of a question in it."""

    version: str
    xml: str
    matched: list[MatchedOut]
    unmatched: list[UnmatchedOut]
    missing: list[MissingOut]
