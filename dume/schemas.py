"""What the API answers about eDUME."""

from ninja import Schema


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
