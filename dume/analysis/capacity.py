"""Each selection criterion, lot by lot: what is required and what is declared.

A response repeats what the buyer requires; where the buyer's own request is at hand, it decides, and what the response
repeats otherwise is told.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

from dume.analysis.figures import (
    FIGURES,
    WHENS,
    Measure,
    check,
    demanded,
    given,
    is_counted,
    kind_of,
    measures,
)
from dume.analysis.lots import is_same, numbers
from dume.analysis.model import Capacity, Check, Figure, Outcome, Remark, What
from dume.analysis.questions import ENTITY, lines, questions, telling
from dume.checking.own import quoted
from dume.compose import REQUIREMENTS
from dume.criteria import question_in_french
from dume.model import Criterion, Dume, Group, Lot, Property
from dume.values import Line, joined, lot_label

OVERALL = "IV.α"
#: Lots times questions of one criterion: a thousand times what is usual, and a tenth of a second.
MOST_STEPS = 100_000
TOO_MANY_LOTS = "Trop de lots et de questions pour être rapprochés ici : lisez le DUME."
#: What a simple request or response writes where nothing is required in words.
NONE = REQUIREMENTS["DESCRIPTION"].value
#: Requirements that are no text to show: the lot is a column of its own, a box speaks of the figure beside it.
NO_TEXT = frozenset({"LOT_IDENTIFIER", "CODE_BOOLEAN"})


@dataclass(frozen=True, slots=True)
class Entity:
    """Another operator that the response names. `is_relied_upon` is False for a mere subcontractor."""

    name: str
    identifier: str = ""
    is_relied_upon: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """One criterion for one lot, before it is judged."""

    criterion: Criterion
    lot: str
    measures: tuple[Measure, ...]
    required: tuple[Line, ...] = ()
    declared: tuple[Line, ...] = ()
    entities: tuple[Entity, ...] = ()
    note: str = ""


def capacities(dume: Dume, request: Dume | None = None, lots: Sequence[int] = ()) -> tuple[Capacity, ...]:
    """`lots`: those of the deposit; what the buyer asks for others is not missing."""
    told = [one for criterion in selection(dume) for one in told_by(criterion)]
    if request is not None:
        asked = [one for criterion in selection(request) for one in told_by(criterion)]
        told = against(told, [one for one in asked if concerns(one.lot, lots)])
    return tuple(together(capacity_of(one) for one in told))


def selection(dume: Dume) -> Iterator[Criterion]:
    return (one for one in dume.selection_criteria if one.part != OVERALL or one.answers)


def concerns(lot: str, lots: Sequence[int]) -> bool:
    return not lots or not numbers([lot]) or not numbers([lot]).isdisjoint(lots)


def told_by(criterion: Criterion) -> Iterator[Told]:
    kind, lots = kind_of(criterion), lots_named(criterion)
    if len(lots) * sum(1 for _ in criterion.walk()) > MOST_STEPS:
        yield Told(criterion, "", (), note=TOO_MANY_LOTS)
        return
    for lot, groups in blocks(criterion, lots):
        yield Told(
            criterion,
            lot,
            measures(kind, groups, lot),
            required=tuple(required_texts(kind, groups)),
            declared=tuple(declared_lines(groups, lot)),
            entities=tuple(one for group in groups for one in entities(group, lot)),
        )


def lots_named(criterion: Criterion) -> tuple[str, ...]:
    answered = (lot for answer in criterion.answers for lot in answer.lots)
    asked = (lot for group in criterion.groups for lot in group.lots)
    return tuple(dict.fromkeys([*criterion.lots, *answered, *asked])) or ("",)


def blocks(criterion: Criterion, lots: Sequence[str]) -> Iterator[tuple[str, tuple[Group, ...]]]:
    """(lot, its groups): a group that names its lots is theirs alone, unless it is the only one to name any."""
    own = [(group, group.lots) for group in criterion.groups]
    is_split = sum(1 for _, named in own if named) > 1
    for lot in lots:
        yield lot, tuple(group for group, named in own if not is_split or not named or lot in named)


def required_texts(kind: str, groups: Iterable[Group]) -> Iterator[Line]:
    """What the buyer requires in words, or in figures that are not counted."""
    for group in groups:
        for prop in group.walk():
            if prop.element == "REQUIREMENT" and prop.data_type not in NO_TEXT and not is_counted(kind, prop):
                for one in prop.requirements:
                    if one.value != NONE:
                        yield Line(question_in_french(prop.label), one.value)


def declared_lines(groups: Iterable[Group], lot: str) -> Iterator[Line]:
    """What is declared in words: figures have their own cells, evidence its own table."""
    return lines(
        answer
        for group in telling(groups)
        for prop in questions(group)
        if not is_shown_as_figure(prop, group)
        for answer in given(prop, lot)
    )


def is_shown_as_figure(prop: Property, group: Group) -> bool:
    """Or beside one: a date alone (« date of creation ») is an answer of its own."""
    if prop.data_type in FIGURES:
        return True
    return prop.data_type in WHENS and any(one.data_type in FIGURES for one in questions(group))


def entities(group: Group, lot: str = "", *, is_relied_upon: bool = True) -> Iterator[Entity]:
    """The operators named anywhere under a group: a name and an identifier side by side."""
    if any(prop.data_type == ENTITY for prop in group.properties):
        texts = [
            str(a.value) for p in group.properties if p.data_type == "DESCRIPTION" for a in given(p, lot)
        ]
        ids = [str(a.value) for p in group.properties if p.data_type == ENTITY for a in given(p, lot)]
        for name, identifier in zip_longest(texts, ids, fillvalue=""):
            yield Entity(name or identifier, identifier, is_relied_upon)
    for sub in group.groups:
        yield from entities(sub, lot, is_relied_upon=is_relied_upon)


def against(told: list[Told], asked: list[Told]) -> list[Told]:
    """The response's answers under the buyer's own minimums, in the response's order; what it left out comes last."""
    found: list[Told] = []
    met: set[int] = set()
    for one in told:
        same = [rank for rank, other in enumerate(asked) if is_about(one, other)]
        met.update(same)
        found += [under(one, asked[rank]) for rank in same] or [one]
    missing = [other for rank, other in enumerate(asked) if rank not in met]
    return [*found, *missing]


def is_about(one: Told, other: Told) -> bool:
    return one.criterion.title == other.criterion.title and is_same(one.lot, other.lot)


def under(one: Told, asked: Told) -> Told:
    """A response that speaks of all lots is told for each lot that the buyer names."""
    paired = tuple(
        demanded(measure, nth_of(asked, measure, rank_of(one, measure))) for measure in one.measures
    )
    kinds = {measure.what for measure in paired}
    missing = tuple(
        measure
        for measure in asked.measures
        if measure.what not in kinds and measure.required is not None and measure.required.value
    )
    lot = asked.lot if Lot(one.lot or "0").is_whole_contract else one.lot
    return replace(one, lot=lot, measures=(*paired, *missing), required=asked.required or one.required)


def rank_of(told: Told, measure: Measure) -> int:
    return [one for one in told.measures if one.what is measure.what].index(measure)


def nth_of(told: Told, measure: Measure, rank: int) -> Measure | None:
    same = [one for one in told.measures if one.what is measure.what]
    return same[rank] if rank < len(same) else None


def capacity_of(told: Told) -> Capacity:
    criterion = told.criterion
    notes = tuple(
        f"S'appuie sur les capacités de {named}." for named in dict.fromkeys(map(entity_name, told.entities))
    )
    in_order = sorted(told.measures, key=lambda one: list(What).index(one.what))
    checks = tuple(leaning(check(one), leans=bool(notes)) for one in in_order)
    return Capacity(
        kind=kind_of(criterion),
        part=criterion.part,
        title=criterion.title,
        law=criterion.law,
        lots=(told.lot,) if told.lot else (),
        checks=checks,
        required=told.required,
        declared=told.declared,
        notes=(*notes, told.note) if told.note else notes,
    )


def entity_name(entity: Entity) -> str:
    return joined(entity.name, entity.identifier if entity.identifier != entity.name else "")


def leaning(found: Check, *, leans: bool) -> Check:
    """Nothing declared, or too little, by one who relies on another's capacities: that is in the other's DUME."""
    if leans and found.outcome in {Outcome.NOT_DECLARED, Outcome.BELOW}:
        why = "À rapprocher du DUME de l'entité dont les capacités sont invoquées."
        return replace(found, outcome=Outcome.NOT_COMPARABLE, why=joined(found.why, why))
    return found


def together(found: Iterable[Capacity]) -> Iterator[Capacity]:
    """Lots told alike are one line: « lot 1, lot 2 »."""
    for _, group in groupby(found, key=lambda one: (one.part, one.title)):
        alike: dict[Capacity, list[str]] = {}
        for one in group:
            alike.setdefault(replace(one, lots=()), []).extend(one.lots)
        for one, lots in alike.items():
            yield replace(one, lots=tuple(dict.fromkeys(lots)))


def changed(dume: Dume, request: Dume, lots: Sequence[int]) -> Iterator[Remark]:
    """Minimums that the response repeats otherwise than the buyer's request states them, and criteria left out."""
    asked = [one for criterion in selection(request) for one in told_by(criterion)]
    told = [one for criterion in selection(dume) for one in told_by(criterion)]
    for other in (one for one in asked if concerns(one.lot, lots)):
        same = [one for one in told if is_about(one, other)]
        place = joined(quoted(other.criterion.title), lot_label(Lot(other.lot or "0")))
        if not same:
            yield Remark("Exigence", f"{place} : demandé par l'acheteur, absent de ce DUME.")
        for one in same:
            for measure in one.measures:
                yield from differing(place, measure, nth_of(other, measure, rank_of(one, measure)))


def differing(place: str, measure: Measure, by_buyer: Measure | None) -> Iterator[Remark]:
    if by_buyer is None or by_buyer.required is None or measure.required in {None, by_buyer.required}:
        return
    repeated, wanted = (shown(one.required, one) for one in (measure, by_buyer))
    yield Remark("Exigence", f"{place} : ce DUME reprend {repeated} là où l'acheteur demande {wanted}.")


def shown(figure: Figure | None, measure: Measure) -> str:
    return quoted(figure.text(measure.what)) if figure else "rien"
