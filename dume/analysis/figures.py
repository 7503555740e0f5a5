"""Figures of one selection criterion for one lot: what the buyer asks for, what is declared, what follows.

Read by the place in the tree and by data types, since property ids mean nothing from one version to the next:
an answer belongs to the minimum of its own group, or of the nearest group above that holds one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeGuard

from dume.analysis.model import Check, Figure, Outcome, What
from dume.criteria import lookup
from dume.model import Answer, Criterion, Group, Period, Property, Value
from dume.nodes import read_decimal
from dume.values import counted, quoted, text_of

#: Data type of a requirement -> what it is a minimum of.
MINIMUMS = {
    "MINIMUM_AMOUNT": What.AMOUNT,
    "AMOUNT": What.AMOUNT,
    "QUANTITY_YEAR": What.YEARS,
    "MINIMUM_QUANTITY_YEAR": What.YEARS,
    "MINIMUM_QUANTITY_INTEGER": What.QUANTITY,
    "QUANTITY_INTEGER": What.QUANTITY,
    "MINIMUM_QUANTITY": What.QUANTITY,
    "QUANTITY": What.QUANTITY,
    "MINIMUM_PERCENTAGE": What.QUANTITY,
    "PERCENTAGE": What.QUANTITY,
}
AMOUNTS = frozenset({"AMOUNT"})
QUANTITIES = frozenset({"QUANTITY", "QUANTITY_INTEGER", "PERCENTAGE"})
FIGURES = AMOUNTS | QUANTITIES
MOST_DIGITS = 20
#: Answers that say of when the figure beside them is.
WHENS = frozenset({"PERIOD", "QUANTITY_YEAR", "DATE"})
#: « Threshold per year », ticked.
TICKED = frozenset({"CHECKBOX_TRUE", "RADIO_BUTTON_TRUE"})
#: Codes of 3.3.0 and 4.1.0.
YEARLY = frozenset({"gen-year-to", "spec-year-to"})
AVERAGE = frozenset({"aver-year-to", "spec-aver-to"})
STAFF = frozenset({"manage-staff", "year-manpower"})
REFERENCES = frozenset({"work-perform", "supply-perform", "service-perform"})


@dataclass(frozen=True, slots=True)
class Measure:
    """A minimum with what is declared against it. `per_year`: each year must reach it. `shared`: several minimums
    stand beside the same answers, and nothing says which is whose."""

    what: What
    required: Figure | None
    declared: tuple[Figure, ...]
    per_year: bool = False
    shared: bool = False


def kind_of(criterion: Criterion) -> str:
    """The code of 4.1.0 for a criterion of any version, "" for one nobody knows."""
    known = lookup(uuid=criterion.uuid, code=criterion.code)
    return (known.codes.get("4.1.0") or known.codes.get("3.3.0") or "") if known else ""


def measures(kind: str, groups: Sequence[Group], lot: str) -> tuple[Measure, ...]:
    """The buyer's minimums, then what is declared of a kind for which there is none."""
    bounded = tuple(measure for group in groups for measure in measures_in(kind, group, lot))
    kinds = {measure.what for measure in bounded}
    free = ((what, declared_in(kind, what, groups, lot)) for what in told_without_minimum(kind))
    return (*bounded, *(Measure(what, None, found) for what, found in free if found and what not in kinds))


def measures_in(kind: str, block: Group, lot: str) -> Iterator[Measure]:
    held = [(chain, prop) for chain, prop in requirements(block) if is_counted(kind, prop)]
    scopes = [scope_of(kind, chain, prop, lot) for chain, prop in held]
    for (chain, prop), (group, declared) in zip(held, scopes, strict=True):
        what = what_of(kind, prop)
        rivals = [
            other
            for (_, other), (place, _) in zip(held, scopes, strict=True)
            if place is group and what_of(kind, other) is what
        ]
        yield Measure(
            what or What.QUANTITY, minimum(prop), declared, is_per_year(chain[-1]), shared=len(rivals) > 1
        )


def told_without_minimum(kind: str) -> tuple[What, ...]:
    if kind in REFERENCES:
        return (What.REFERENCES,)
    if kind in STAFF:
        return (What.STAFF,)
    return (What.AMOUNT,) if kind in YEARLY | AVERAGE else (What.AMOUNT, What.QUANTITY)


def requirements(block: Group, above: tuple[Group, ...] = ()) -> Iterator[tuple[tuple[Group, ...], Property]]:
    """Each value the buyer wrote, with the groups from the block down to it."""
    chain = (*above, block)
    for prop in block.properties:
        if prop.element == "REQUIREMENT" and prop.requirements:
            yield chain, prop
    for group in block.groups:
        yield from requirements(group, chain)


def what_of(kind: str, prop: Property) -> What | None:
    what = MINIMUMS.get(prop.data_type)
    if what is not What.QUANTITY:
        return what
    if kind in REFERENCES:
        return What.REFERENCES
    if kind in STAFF and prop.data_type.startswith("MINIMUM"):
        return What.STAFF
    # A number of years is a mere integer before 4.0.
    return What.YEARS if kind in YEARLY | AVERAGE | STAFF else What.QUANTITY


def is_counted(kind: str, prop: Property) -> bool:
    """Not the years of an average: it is one figure, whatever it is the average of."""
    what = what_of(kind, prop)
    return what is not None and not (what is What.YEARS and kind in AVERAGE)


def minimum(prop: Property) -> Figure:
    first = prop.requirements[0]
    value = read_decimal(first.value)
    if is_figure(value):
        return Figure(value, first.unit if prop.data_type.endswith("AMOUNT") else "")
    return Figure(None, written=first.value)


def is_figure(value: Value) -> TypeGuard[Decimal]:
    """Nothing is counted with 9E+999999, which is a number to XML."""
    return isinstance(value, Decimal) and abs(value.adjusted()) <= MOST_DIGITS


def is_per_year(group: Group) -> bool:
    return any(prop.data_type == "CODE_BOOLEAN" and prop.requirement in TICKED for prop in group.properties)


def scope_of(
    kind: str, chain: tuple[Group, ...], prop: Property, lot: str
) -> tuple[Group, tuple[Figure, ...]]:
    """The nearest group that answers, and its figures; the whole block when none does."""
    what = what_of(kind, prop) or What.QUANTITY
    for group in reversed(chain):
        if found := declared_in(kind, what, (group,), lot):
            return group, found
    return chain[0], ()


def declared_in(kind: str, what: What, groups: Sequence[Group], lot: str) -> tuple[Figure, ...]:
    match what:
        case What.AMOUNT:
            return tuple(figures(groups, AMOUNTS, lot))
        case What.QUANTITY | What.STAFF:
            return tuple(figures(groups, QUANTITIES, lot))
        case What.REFERENCES:
            return whole(sum(references(one, lot) for one in every(groups)))
        case _:
            return whole(years(kind, groups, lot))


def whole(number: int) -> tuple[Figure, ...]:
    return (Figure(Decimal(number)),) if number else ()


def every(groups: Iterable[Group]) -> Iterator[Group]:
    for group in groups:
        yield group
        yield from every(group.groups)


def references(group: Group, lot: str) -> int:
    """A reference has an amount beside its description; repeated, it is another group or another answer."""
    asked = group.questions
    if not any(prop.data_type in AMOUNTS for prop in asked):
        return 0
    return max(len(list(given(prop, lot))) for prop in asked)


def years(kind: str, groups: Sequence[Group], lot: str) -> int:
    """Years for which a figure is given: two amounts of one period are one year."""
    found = list(figures(groups, AMOUNTS if kind in YEARLY else QUANTITIES, lot))
    whens = {figure.when for figure in found}
    return len(whens) if all(whens) else len(found)


def figures(groups: Sequence[Group], data_types: frozenset[str], lot: str) -> Iterator[Figure]:
    for group in every(groups):
        asked = [prop for prop in group.questions if prop.data_type in data_types]
        whens = [answer for p in group.properties if p.data_type in WHENS for answer in given(p, lot)]
        for prop in asked:
            answers = list(given(prop, lot))
            for rank, answer in enumerate(answers):
                yield figure_of(answer, when_of(whens, rank, alone=len(answers) == 1))


def when_of(whens: list[Answer], rank: int, *, alone: bool) -> str:
    """Two dates beside one figure are the ends of a period (1.0.2)."""
    values = [answer.value for answer in whens]
    if alone and len(values) == 2:  # noqa: PLR2004  a start and an end
        start, end = values
        if isinstance(start, date) and isinstance(end, date):
            return period_in_words(Period(start, end))
    if rank >= len(whens):
        return ""
    value = whens[rank].value
    if isinstance(value, Decimal):
        return text_of(replace(whens[rank], unit="YEAR"))  # some write no unit, and a year is no « 2 025 »
    return period_in_words(value) if isinstance(value, Period) else text_of(whens[rank])


def period_in_words(period: Period) -> str:
    """« 2025 » for a whole year."""
    start, end = period.start, period.end
    if start and end and (start, end) == (date(start.year, 1, 1), date(start.year, 12, 31)):
        return str(start.year)
    return text_of(Answer("", period, "period"))


def given(prop: Property, lot: str) -> Iterator[Answer]:
    """The answers that are for this lot, or for all."""
    return (answer for answer in prop.answers if not lot or not answer.lots or lot in answer.lots)


def figure_of(answer: Answer, when: str) -> Figure:
    if is_figure(answer.value):
        unit = answer.unit if answer.value_type == "amount" else ""
        return Figure(answer.value, unit, when)
    return Figure(None, when=when, written=text_of(answer))


def check(measure: Measure) -> Check:
    outcome, why = judge(measure)
    return Check(measure.what, measure.required, measure.declared, outcome, why)


def judge(measure: Measure) -> tuple[Outcome, str]:
    required, declared = measure.required, measure.declared
    if required is None or required.value == 0:
        return Outcome.OPEN, ""
    if not declared:
        return Outcome.NOT_DECLARED, ""
    if reason := obstacle(measure, required):
        return Outcome.NOT_COMPARABLE, reason
    minimum_value = required.value or Decimal()
    values = [figure.value or Decimal() for figure in declared]
    low = [figure for figure in declared if (figure.value or Decimal()) < minimum_value]
    if not low:
        return Outcome.REACHED, ""
    if measure.per_year or (len(low) == len(values) and sum(values, Decimal()) < minimum_value):
        whens = [figure.when for figure in low if figure.when]
        return Outcome.BELOW, f"En dessous : {', '.join(whens)}." if whens and len(values) > 1 else ""
    return Outcome.NOT_COMPARABLE, (
        f"{reaching(len(values) - len(low), len(values))} : "
        "voyez si la consultation le demande par an, en moyenne ou au total."
    )


def reaching(count: int, among: int) -> str:
    if not count:
        return f"Aucun des {among} montants n'atteint seul le minimum"
    return f"{counted(count, 'montant', 'montants')} sur {among} {'atteignent' if count > 1 else 'atteint'} le minimum"


def obstacle(measure: Measure, required: Figure) -> str:
    """Why these figures cannot be compared, "" when they can."""
    unread = [figure.written for figure in (required, *measure.declared) if figure.value is None]
    if unread:
        return f"{quoted(unread[0])} n'est pas un nombre."
    if measure.shared:
        return "Plusieurs minimums sont demandés au même endroit : rapprochez-les vous-même des réponses."
    units = sorted({figure.unit for figure in measure.declared} - {required.unit})
    if measure.what is What.AMOUNT and units:
        if not units[0]:
            return "Un montant est déclaré sans devise."
        return f"Montant déclaré en {', '.join(units)}, minimum en {required.unit or 'devise non précisée'}."
    return ""


def demanded(measure: Measure, by_buyer: Measure | None) -> Measure:
    """The same answers against the buyer's own minimum."""
    if by_buyer is None:
        return measure
    return replace(measure, required=by_buyer.required, per_year=by_buyer.per_year)
