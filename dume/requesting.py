"""A buyer's request as a model: what candidates must show, for which lots.

A request is composed again after each change from its procedure and its demands: exclusion grounds and the questions
of part II are always all there, so that nothing can take them out. The selection criteria are those that the buyer
chose; in 4.x a criterion repeats its group of requirements for lots that ask for different things, and the ids of the
repeated properties carry the number of the repetition (ESPD-EDM 4.1, « XML Path Like ID »).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import count

from dume.compose import REQUIREMENTS, WHOLE_CONTRACT
from dume.model import (
    Criterion,
    Dume,
    Family,
    Group,
    Kind,
    Lot,
    Procedure,
    Property,
    Recognised,
    Requirement,
)
from dume.trees import criteria_of

VERSION = "4.1.0"
NATIONAL = "nati-ground"
#: Only for procedures that limit the number of candidates (part V); this platform has none yet.
NOT_ASKED = frozenset({"staff-red"})
#: Its official groups hang on the kind of requirement, which the model of groups (yes or no) cannot say.
UNWRITTEN = frozenset({"finan-requ"})
#: How a value that the buyer sets is written, by the data type of its place.
WRITTEN = REQUIREMENTS | {
    "MINIMUM_QUANTITY_INTEGER": Requirement("1", "ExpectedValueNumeric"),
    "URL": Requirement("", "ExpectedURI"),
}
CHECKED, UNCHECKED = "CHECKBOX_TRUE", "CHECKBOX_FALSE"
TURNOVER, MANPOWER = "gen-year-to", "year-manpower"
#: Turnover over the last years, in all its forms.
TURNOVERS = frozenset({TURNOVER, "aver-year-to", "spec-year-to", "spec-aver-to"})
#: The instance numbers at the end of the id of a requirement: « …/RQ3/R1/R1 ».
INSTANCES = re.compile(r"(?:/R[0-9]+)+$")

Values = tuple[tuple[Requirement, ...], ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """One criterion as it is required of some lots. `values` follow `places_of(code)`; () where nothing is set."""

    code: str
    lots: tuple[str, ...]
    values: Values = ()


@dataclass(frozen=True, slots=True)
class Request:
    """All that a request says and that is not the same in every request. `national` is the buyer's own wording of
    the grounds of national law, "" for ours."""

    procedure: Procedure
    demands: tuple[Demand, ...] = ()
    national: str = ""

    @property
    def lots(self) -> tuple[str, ...]:
        return tuple(lot.id for lot in self.procedure.lots)

    @property
    def is_simplified(self) -> bool:
        """« DUME simplifié »: besides the exclusion grounds, turnover and staff only, and no minimum."""
        return {one.code for one in self.demands} <= {TURNOVER, MANPOWER} and not any(
            required_of(one, "MINIMUM_AMOUNT") for one in self.demands
        )


@cache
def trees() -> dict[str, Criterion]:
    """Code -> its empty tree, in the order of the form, for all that we write."""
    return {one.code: one for one in criteria_of(VERSION) if one.code not in NOT_ASKED | UNWRITTEN}


@cache
def places_of(code: str) -> tuple[Property, ...]:
    """Where the buyer sets something in a selection criterion, the lots aside."""
    return tuple(prop for prop in trees()[code].walk() if is_place(prop))


def is_place(prop: Property) -> bool:
    return prop.element == "REQUIREMENT" and not prop.names_lots


def selectable() -> Iterator[Criterion]:
    return (criterion for criterion in trees().values() if criterion.is_selection)


def required_of(demand: Demand, data_type: str) -> str:
    """The first value of this type that is set, "" for none."""
    for place, values in zip(places_of(demand.code), demand.values, strict=False):
        if place.data_type == data_type and values:
            return values[0].value
    return ""


def demand_of(code: str, lots: Sequence[str], written: Iterable[str]) -> Demand:
    """From plain texts, one a place; "" sets nothing there."""
    texts = [*written]
    places = places_of(code)
    texts += [""] * (len(places) - len(texts))
    values = tuple(
        (replace(WRITTEN[place.data_type], value=text),) if text else ()
        for place, text in zip(places, texts, strict=True)
    )
    return Demand(code, tuple(lots), values)


def compose(request: Request, *, identifier: str, number: str, issued_on: date) -> Dume:
    """The whole document, ready for dume.build.write."""
    by_code: dict[str, list[Demand]] = {}
    for demand in request.demands:
        by_code.setdefault(demand.code, []).append(demand)
    return Dume(
        recognised=Recognised(Kind.REQUEST, VERSION, Family.UBL, f"ESPD-EDMv{VERSION}"),
        id=identifier,
        number=number,
        issued_on=issued_on,
        procedure=request.procedure,
        criteria=tuple(criteria(by_code, request.national)),
    )


def criteria(by_code: dict[str, list[Demand]], national: str) -> Iterator[Criterion]:
    for code, tree in trees().items():
        if tree.is_selection:
            if code in by_code:
                yield required(tree, by_code[code])
        elif code == NATIONAL and national:
            yield worded(tree, national)
        else:
            yield tree


def required(tree: Criterion, demands: Sequence[Demand]) -> Criterion:
    lots = dict.fromkeys(lot for demand in demands for lot in demand.lots)
    groups = tuple(
        filled(group, demand, iter(demand.values), rank)
        for rank, demand in enumerate(demands, start=1)
        for group in tree.groups
    )
    return replace(tree, lots=tuple(lots), groups=groups)


def filled(group: Group, demand: Demand, values: Iterator[tuple[Requirement, ...]], rank: int) -> Group:
    properties: list[Property] = []
    for prop in group.properties:
        if prop.names_lots:
            properties += named_lots(prop, demand.lots, rank)
        elif is_place(prop):
            properties.append(replace(prop, id=instance(prop.id, rank), requirements=next(values, ())))
        else:
            properties.append(replace(prop, id=instance(prop.id, rank)))
    return replace(
        group,
        properties=tuple(properties),
        groups=tuple(filled(sub, demand, values, rank) for sub in group.groups),
    )


def named_lots(prop: Property, lots: Sequence[str], rank: int) -> Iterator[Property]:
    for position, lot in enumerate(lots, start=1):
        yield replace(
            prop,
            id=instance(prop.id, rank, position),
            requirements=(Requirement(lot, "ExpectedID"),),
        )


def instance(identifier: str, *numbers: int) -> str:
    """The id of a repetition: its numbers take the place of the first ones at the end of the official id."""
    found = INSTANCES.search(identifier)
    path, tail = (identifier[: found.start()], found[0].split("/R")[1:]) if found else (identifier, [])
    if not tail and set(numbers) <= {1}:
        return identifier
    chosen = [str(number) for number in numbers]
    return path + "".join(f"/R{number}" for number in (*chosen, *tail[len(chosen) :]))


def worded(tree: Criterion, text: str) -> Criterion:
    """The grounds of national law in the buyer's words: the first caption of the subgroup."""
    turns = count()

    def caption(prop: Property) -> Property:
        return replace(prop, label=text) if prop.element == "CAPTION" and next(turns) == 0 else prop

    first, *others = tree.groups
    subgroups = tuple(
        replace(sub, properties=tuple(caption(prop) for prop in sub.properties)) for sub in first.groups
    )
    return replace(tree, groups=(replace(first, groups=subgroups), *others))


def read_request(dume: Dume) -> Request:
    """What a request of 4.1.0 says; criteria that `unknown_in` tells are left out."""
    found = [criterion for criterion in dume.criteria if criterion.code in trees()]
    lots = tuple(lot.id for lot in dume.procedure.lots) or (WHOLE_CONTRACT,)
    return Request(
        procedure=dume.procedure,
        demands=tuple(
            demand for criterion in found if criterion.is_selection for demand in demands_in(criterion, lots)
        ),
        national=next((national_of(criterion) for criterion in found if criterion.code == NATIONAL), ""),
    )


def unknown_in(dume: Dume) -> list[Criterion]:
    """Selection criteria of a file that we do not write: unknown to the taxonomy, or UNWRITTEN."""
    return [one for one in dume.criteria if one.is_selection and one.code not in trees()]


def thresholds_in(dume: Dume) -> list[tuple[Criterion, Property]]:
    """What a file requires in exclusion grounds, which are the same in every request of ours."""
    return [
        (criterion, prop)
        for criterion in dume.criteria
        if criterion.is_exclusion
        for prop in criterion.walk()
        if prop.requirement and prop.requirement != WRITTEN.get(prop.data_type, Requirement("")).value
    ]


def demands_in(criterion: Criterion, lots: tuple[str, ...]) -> Iterator[Demand]:
    places = len(places_of(criterion.code))
    for group in criterion.groups:
        values = [prop.requirements for prop in group.walk() if is_place(prop)][:places]
        values += [()] * (places - len(values))
        of_all = criterion.lots if len(criterion.groups) == 1 else group.lots
        yield Demand(criterion.code, of_all or group.lots or criterion.lots or lots, tuple(values))


def national_of(criterion: Criterion) -> str:
    """The buyer's own words, "" where they are those of the empty tree."""
    captions = [captions_of(one) for one in (criterion, trees()[NATIONAL])]
    written, ours = (found[0] if found else "" for found in captions)
    return "" if written == ours else written


def captions_of(criterion: Criterion) -> list[str]:
    return [
        prop.label
        for group in criterion.groups[:1]
        for sub in group.groups
        for prop in sub.properties
        if prop.element == "CAPTION"
    ]


def refit(request: Request, procedure: Procedure) -> tuple[Request, tuple[Demand, ...]]:
    """The same demands for another statement of the procedure and its lots, and those that found no lot there.

    What was required of every lot is required of every lot still; of some lots, of those that remain.
    """
    before, after = set(request.lots), tuple(lot.id for lot in procedure.lots)
    become = successors(request.procedure.lots, procedure.lots)
    kept, lost = [], []
    for demand in request.demands:
        of_all = before <= set(demand.lots)
        remaining = {become[lot] for lot in demand.lots if lot in become}
        lots = after if of_all else tuple(lot for lot in after if lot in remaining)
        if lots:
            kept.append(replace(demand, lots=lots))
        else:
            lost.append(demand)
    return replace(request, procedure=procedure, demands=tuple(kept)), tuple(lost)


def successors(before: Sequence[Lot], after: Sequence[Lot]) -> dict[str, str]:
    """Id of a lot -> its id now: the lot of its name, since numbers shift when a lot before it goes; else the one of
    its id, renamed, unless that name was another lot's."""
    named = {lot.name: lot.id for lot in after if lot.name}
    taken = {lot.name for lot in before if lot.name}
    names = {lot.id: lot.name for lot in after}
    unique = len(named) == len(after) and len(taken) == len(before)
    found: dict[str, str] = {}
    for lot in before:
        if unique and lot.name in named:
            found[lot.id] = named[lot.name]
        elif lot.id in names and not (unique and names[lot.id] in taken):
            found[lot.id] = lot.id
    return found


def with_demand(request: Request, demand: Demand, position: int | None = None) -> Request:
    """With one more, or with the one of this position replaced."""
    demands = list(request.demands)
    if position is None:
        demands.append(demand)
    else:
        demands[position] = demand
    order = list(trees())
    return replace(request, demands=tuple(sorted(demands, key=lambda one: order.index(one.code))))


def without_demand(request: Request, position: int) -> Request:
    demands = request.demands
    return replace(request, demands=(*demands[:position], *demands[position + 1 :]))
