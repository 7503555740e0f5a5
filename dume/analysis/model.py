"""What the analysis takes and gives: frozen values. Figures stay Decimal and keep their currency."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dume.model import Answer, Dume, Lot
from dume.values import Line, Link, joined, lot_label, text_of


class Outcome(StrEnum):
    """In the order of gravity: the first of a criterion's checks is its own."""

    BELOW = "below"
    NOT_DECLARED = "not_declared"
    NOT_COMPARABLE = "not_comparable"
    REACHED = "reached"
    OPEN = "open"

    @property
    def label(self) -> str:
        return {
            "below": "En dessous",
            "not_declared": "Non déclaré",
            "not_comparable": "À apprécier",
            "reached": "Atteint",
            "open": "Sans minimum",
        }[self.value]


class What(StrEnum):
    """In the order of their cells."""

    AMOUNT = "Montant"
    STAFF = "Effectif"
    QUANTITY = "Valeur"
    REFERENCES = "Nombre de références"
    YEARS = "Nombre d'années"


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is None for what was written where a number was expected; `when` the year or the period it is of."""

    value: Decimal | None
    unit: str = ""
    when: str = ""
    written: str = ""

    def text(self, what: What) -> str:
        if self.value is None:
            return self.written
        is_amount = what is What.AMOUNT and bool(self.unit)
        shown = text_of(Answer("", self.value, "amount" if is_amount else "quantity", self.unit))
        if what is What.AMOUNT and not self.unit:
            shown = f"{shown} (sans devise)"
        return f"{shown} ({self.when})" if self.when else shown


@dataclass(frozen=True, slots=True)
class Check:
    """One figure the buyer asks for, and those declared. `why` says what makes the outcome, where it is not plain."""

    what: What
    required: Figure | None
    declared: tuple[Figure, ...]
    outcome: Outcome
    why: str = ""

    @property
    def required_text(self) -> str:
        return self.required.text(self.what) if self.required else ""

    @property
    def declared_texts(self) -> tuple[str, ...]:
        return tuple(figure.text(self.what) for figure in self.declared)

    @property
    def average(self) -> str:
        """Of several amounts in one currency."""
        values = [figure.value for figure in self.declared if figure.value is not None]
        units = {figure.unit for figure in self.declared}
        if self.what is not What.AMOUNT or len(values) < 2 or len(values) < len(self.declared):  # noqa: PLR2004
            return ""
        if len(units) > 1:
            return ""
        mean = (sum(values, Decimal()) / len(values)).quantize(Decimal("0.01"))
        return Figure(mean.to_integral() if mean == mean.to_integral() else mean, units.pop()).text(self.what)


@dataclass(frozen=True, slots=True)
class Capacity:
    """One selection criterion for the lots that are told alike. `kind` is its code of 4.1.0, `required` and `declared`
    what is no figure."""

    kind: str
    part: str
    title: str
    law: str
    lots: tuple[str, ...]
    checks: tuple[Check, ...] = ()
    required: tuple[Line, ...] = ()
    declared: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome | None:
        """None where nothing is counted: the buyer reads the answers."""
        found = {check.outcome for check in self.checks}
        return next((outcome for outcome in Outcome if outcome in found), None)

    @property
    def is_silent(self) -> bool:
        return not self.declared and not any(check.declared for check in self.checks)

    @property
    def lots_text(self) -> str:
        return joined(*(lot_label(Lot(lot)) for lot in self.lots))


@dataclass(frozen=True, slots=True)
class Ground:
    """An exclusion ground answered « Oui », or not answered."""

    part: str
    title: str
    law: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """An evidence the operator cites, and for which criteria."""

    link: Link
    name: str
    issuer: str
    code: str
    confidential: bool
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """A fact to look at. `about` is a French word: « Identité », « Groupement », « Référence »…"""

    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A DUME file of a deposit: `dume` is None when it cannot be read, `problem` then says so in French.
    `key` is what the caller knows it by, `signature` what was found of its signatures, `remark` what else is to be
    told of the file."""

    file: str
    dume: Dume | None = None
    key: str = ""
    problem: str = ""
    signature: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """`lots` are the numbers of the deposit; `is_divided` whether the consultation has several."""

    number: int
    company: str
    siret: str = ""
    lots: tuple[int, ...] = ()
    papers: tuple[Paper, ...] = ()
    is_divided: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    """What one DUME of a candidate says, without the document."""

    file: str
    key: str
    signature: str
    problem: str = ""
    name: str = ""
    identifier: str = ""
    role: str = ""
    is_of_group: bool = False
    version: str = ""
    issued_on: date | None = None
    declared: tuple[Ground, ...] = ()
    silent: tuple[Ground, ...] = ()
    asked: int = 0
    capacities: tuple[Capacity, ...] = ()
    proofs: tuple[Proof, ...] = ()

    @property
    def measured(self) -> tuple[Capacity, ...]:
        return tuple(one for one in self.capacities if one.checks)

    @property
    def worded(self) -> tuple[Capacity, ...]:
        return tuple(one for one in self.capacities if not one.checks)

    @property
    def says_no_to_all(self) -> bool:
        return bool(self.asked) and not self.declared and not self.silent


@dataclass(frozen=True, slots=True)
class Total:
    """What the members of a group declare together: `members` of them, of `among`."""

    title: str
    what: What
    figure: Figure
    members: int
    among: int

    @property
    def text(self) -> str:
        return self.figure.text(self.what)


@dataclass(frozen=True, slots=True)
class Analysis:
    number: int
    company: str
    siret: str
    lots: tuple[int, ...]
    members: tuple[Member, ...]
    remarks: tuple[Remark, ...]
    totals: tuple[Total, ...] = ()

    @property
    def read(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if not member.problem)

    @property
    def declared(self) -> int:
        return sum(len(member.declared) for member in self.members)

    @property
    def silent(self) -> int:
        return sum(len(member.silent) for member in self.members)

    @property
    def outcomes(self) -> tuple[tuple[Outcome, int], ...]:
        """How many criteria of each outcome, in the order of gravity; those without minimum are not counted."""
        found = Counter(self.each_outcome())
        told = (outcome for outcome in Outcome if outcome is not Outcome.OPEN)
        return tuple((outcome, found[outcome]) for outcome in told if found[outcome])

    def each_outcome(self) -> Iterator[Outcome]:
        for member in self.members:
            yield from (one.outcome for one in member.capacities if one.outcome is not None)
