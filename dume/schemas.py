"""What the API answers about eDUME."""

from ninja import Field, Schema

from dume.models import DumeResponse
from dume.queries.company import dume_of, progress_of


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


class PageOut(Schema):
    """A page of the form on the platform, and what it still needs."""

    title: str
    gaps: list[str]


class ResponseOut(Schema):
    """`leftovers` are answers of the file that was sent which found no place."""

    number: str
    use: str
    reference: str
    title: str
    buyer_name: str
    is_finished: bool
    missing: list[PageOut]
    leftovers: list[dict[str, str]]

    @staticmethod
    def of(row: DumeResponse) -> "ResponseOut":
        return ResponseOut(
            number=row.number,
            use=row.use,
            reference=row.reference,
            title=row.title,
            buyer_name=row.buyer_name,
            is_finished=row.finished_at is not None,
            missing=[
                PageOut(title=one.page.title, gaps=[gap.label for gap in one.gaps])
                for one in progress_of(row, dume_of(row))
                if one.gaps
            ],
            leftovers=row.leftovers,
        )
