"""What an ESPD document says, whatever its version: frozen values, no XML, no database.

Criterion identity is (taxonomy version, UUID, code): UUIDs and codes both changed between versions, and the
`Known` entry of our own table (dume.criteria) joins them. Answers are resolved inside their own document only:
property ids are not stable across versions (ESPD-EDM issue 385).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dume.identity import NO_PARTY, Address, Contact, Identifier, Operator, Party, Representative, Standing

__all__ = [
    "NOTICE_TYPES",
    "REQUEST_TYPE",
    "Address",
    "Answer",
    "Contact",
    "Criterion",
    "Document",
    "Dume",
    "Evidence",
    "Family",
    "Group",
    "Identifier",
    "Kind",
    "Legislation",
    "Lot",
    "Operator",
    "Party",
    "Period",
    "Procedure",
    "Property",
    "Recognised",
    "Representative",
    "Requirement",
    "Standing",
    "Value",
]


class Kind(StrEnum):
    REQUEST = "request"
    RESPONSE = "response"
    CRITERIA = "criteria"
    UNKNOWN = "unknown"


class Family(StrEnum):
    """The three incompatible XML families, told apart by the namespace of the root."""

    V1 = "1.0"
    PRE_AWARD = "2.0"
    UBL = "2.1+"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Recognised:
    """`version` is x.y.z as judged from namespace, then ProfileExecutionID, then the fallbacks; `announced`
    is the ProfileExecutionID as written ("" without). `profile` is the type of application of 2.x: BASIC, EXTENDED,
    or one of their older names; "" elsewhere."""

    kind: Kind
    version: str = ""
    family: Family = Family.NONE
    announced: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Lot:
    """`cpv` are codes of the common procurement vocabulary."""

    id: str
    name: str = ""
    description: str = ""
    cpv: tuple[str, ...] = ()

    @property
    def is_whole_contract(self) -> bool:
        """4.x writes LOT-0000 and 2.x 0 for a contract that is not divided into lots."""
        return self.id.strip("0") in {"", "LOT-"}


#: Contract notices, in the EU's journal or in a national, regional or local one (DocRefContentType).
NOTICE_TYPES = frozenset({"TED_CN", "NGOJ", "NOJCN", "LOJCN", "ROJCN"})
REQUEST_TYPE = "ESPD_REQUEST"


@dataclass(frozen=True, slots=True)
class Document:
    """Another document that this one cites: a notice, the request answered. Dates are text as written."""

    id: str = ""
    type: str = ""
    name: str = ""
    description: str = ""
    uri: str = ""
    issue_date: str = ""
    issue_time: str = ""
    summary: str = ""

    @property
    def is_notice(self) -> bool:
        return self.type in NOTICE_TYPES


@dataclass(frozen=True, slots=True)
class Procedure:
    """Part I, filled by the buyer. `code` is the type of procedure as written ("open", "restricted").

    `provider` is the platform that made the document. Title, description and notice are those of `documents` where
    the project itself says none.
    """

    reference: str = ""
    code: str = ""
    title: str = ""
    description: str = ""
    buyer: Party = NO_PARTY
    notice: str = ""
    lots: tuple[Lot, ...] = ()
    documents: tuple[Document, ...] = ()
    cpv: tuple[str, ...] = ()
    contract_type: str = ""
    buyer_profile: str = ""
    provider: Party = NO_PARTY
    weighting_type: str = ""
    weighting_note: str = ""

    @property
    def request(self) -> Document | None:
        """The request that a response says it answers."""
        return next((one for one in self.documents if one.type == REQUEST_TYPE), None)


@dataclass(frozen=True, slots=True)
class Period:
    start: date | None = None
    end: date | None = None
    text: str = ""


Value = bool | Decimal | date | str | Period | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one question. `value_type` says how to show it: indicator, text, amount, quantity, number,
    date, period, code, identifier, uri, evidence. `unit` is a currency for an amount, else a unit code; `scheme`
    the list of a code or the kind of an identifier; `confidentiality` a code as written ("PUBLIC").
    A value that cannot be read as its type stays the text that was written."""

    label: str
    value: Value
    value_type: str
    unit: str = ""
    lots: tuple[str, ...] = ()
    evidences: tuple[str, ...] = ()
    property_id: str = ""
    scheme: str = ""
    confidentiality: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A value the buyer wrote, as text. `element` is the UBL element that holds it ("MinimumAmount"), `unit` a
    currency for an amount, else a unit code, `scheme` the list of a code.

    A `period` (element ApplicablePeriod) is shown by its value as "2026-01-01/2026-12-31".
    """

    value: str
    element: str = "ExpectedDescription"
    unit: str = ""
    scheme: str = ""
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """`element` is QUESTION, REQUIREMENT or CAPTION; `name` a short title beside the label."""

    id: str
    element: str
    data_type: str
    label: str
    requirements: tuple[Requirement, ...] = ()
    answers: tuple[Answer, ...] = ()
    name: str = ""

    @property
    def requirement(self) -> str:
        """The first value the buyer wrote, "" without."""
        return self.requirements[0].value if self.requirements else ""

    @property
    def names_lots(self) -> bool:
        """Whether what the buyer wrote here are the lots that the rest of the group is for."""
        return self.element == "REQUIREMENT" and self.data_type == "LOT_IDENTIFIER"


@dataclass(frozen=True, slots=True)
class Group:
    """`condition` is "" (always), "true" or "false": the answer of the parent group that opens it. `code` is what
    is written instead of a condition: some official criteria have a word there, or nothing."""

    id: str
    condition: str = ""
    properties: tuple[Property, ...] = ()
    groups: tuple["Group", ...] = ()
    code: str | None = None

    def walk(self) -> Iterator[Property]:
        yield from self.properties
        for group in self.groups:
            yield from group.walk()

    @property
    def lots(self) -> tuple[str, ...]:
        """Those it names, () where it is for all those of its criterion."""
        return tuple(one.value for prop in self.walk() if prop.names_lots for one in prop.requirements)

    @property
    def asks_for_evidence(self) -> bool:
        """« Is this information available electronically? »: told by its neighbours, not by its wording."""
        near = [*self.properties, *(p for group in self.groups for p in group.properties)]
        return any(p.data_type.startswith("EVIDENCE") for p in near)

    def main_question(self) -> Property | None:
        """The first yes/no question that is asked whatever was answered elsewhere."""
        if self.condition:
            return None
        for prop in self.properties:
            if prop.element == "QUESTION" and prop.data_type == "INDICATOR":
                return prop
        return next((found for group in self.groups if (found := group.main_question())), None)


@dataclass(frozen=True, slots=True)
class Legislation:
    """A text that a criterion rests on, as the document cites it."""

    title: str = ""
    description: str = ""
    level: str = ""
    article: str = ""
    uri: str = ""
    id: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """`name_fr`, `part` and `law` come from our table; `part` is "" for a criterion nobody knows.

    `legislation` is as written; `evaluation`, `weight` and `weighting` say how candidates are ranked (2.x).
    """

    uuid: str
    code: str
    name: str
    description: str = ""
    name_fr: str = ""
    part: str = ""
    law: str = ""
    lots: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    national: tuple["Criterion", ...] = ()
    legislation: tuple[Legislation, ...] = ()
    evaluation: str = ""
    weight: str = ""
    weighting: str = ""

    @property
    def title(self) -> str:
        return self.name_fr or self.name or self.code or self.uuid

    @property
    def is_exclusion(self) -> bool:
        return self.part.startswith("III")

    @property
    def is_selection(self) -> bool:
        return self.part.startswith("IV")

    def walk(self) -> Iterator[Property]:
        for group in self.groups:
            yield from group.walk()
        for sub in self.national:
            yield from sub.walk()

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Every answer in the order of the document, those to national sub-criteria last."""
        return tuple(answer for prop in self.walk() for answer in prop.answers)

    @property
    def main_question(self) -> Property | None:
        """Its own yes/no question: « is this information available electronically? » is not it, unless alone."""
        groups = sorted(self.groups, key=lambda group: group.asks_for_evidence and len(self.groups) > 1)
        return next((found for group in groups if (found := group.main_question())), None)

    @property
    def declared(self) -> bool | None:
        """The answer to the main question; None when it is not asked or not answered. For an exclusion
        ground True means that it applies to the operator."""
        question = self.main_question
        said = [a.value for a in question.answers if isinstance(a.value, bool)] if question else []
        return any(said) if said else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """`confidentiality` is the code as written, of which `confidential` is what matters."""

    id: str
    name: str = ""
    uri: str = ""
    issuer: str = ""
    code: str = ""
    confidential: bool = False
    confidentiality: str = ""
    description: str = ""
    issuer_id: str = ""


@dataclass(frozen=True, slots=True)
class Dume:
    """`id` is the UUID where there is one; `number` then the other identifier, which people quote. `unmatched`
    are the property ids that answers point to and that the document does not hold, `orphans` these answers.
    `issued_time` is text as written.
    """

    recognised: Recognised
    id: str = ""
    number: str = ""
    issued_on: date | None = None
    procedure: Procedure = Procedure()
    operator: Operator | None = None
    representatives: tuple[Representative, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    evidences: tuple[Evidence, ...] = field(default=())
    unmatched: tuple[str, ...] = ()
    orphans: tuple[Answer, ...] = ()
    issued_time: str = ""
    is_copy: bool = False

    @property
    def kind(self) -> Kind:
        return self.recognised.kind

    @property
    def version(self) -> str:
        return self.recognised.version

    @property
    def exclusion_grounds(self) -> tuple[Criterion, ...]:
        return tuple(criterion for criterion in self.criteria if criterion.is_exclusion)

    @property
    def selection_criteria(self) -> tuple[Criterion, ...]:
        return tuple(criterion for criterion in self.criteria if criterion.is_selection)
