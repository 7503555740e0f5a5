"""A criterion as a flat list of what is said in it, each with its place: what two documents are compared by.

Groups that stand side by side and ask the same are one class, repeated: yearly turnovers, references, thresholds. A
place is the classes down to a property; `rows` says which repetition a leaf stands in. 1.0.2 says in several questions
what later versions ask in one, so that its leaves are joined first: start and end are a period; address, code and
issuer are an evidence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5

from dume.criteria import question_in_french
from dume.model import Answer, Criterion, Evidence, Group, Period, Property

Classes = tuple[int, ...]
Shape = tuple[object, ...]
START, END, ONLINE = "début", "fin", "adresse en ligne"
ADDRESSES = {"EVIDENCE_URL", "URL"}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said, by one answer or by several of 1.0.2 (`sources`). `evidence` is what they name together."""

    answer: Answer
    sources: tuple[Answer, ...]
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """`block` is the place of the question « available online? » that an evidence belongs to, () elsewhere.

    `is_main`: whether the ground of exclusion applies, which has not the same words in all versions.
    `required` are the values of the buyer in its group and in those above: they tell repeated groups apart.
    """

    prop: Property
    meaning: str
    classes: Classes
    place: int
    rows: tuple[tuple[Classes, int], ...]
    conditions: tuple[str, ...]
    block: Classes
    required: frozenset[str]
    near: frozenset[str]
    said: tuple[Said, ...]
    is_main: bool

    @property
    def slot(self) -> Classes:
        return (*self.classes, self.place)


@dataclass(frozen=True, slots=True)
class Above:
    """What a group takes from those it stands in."""

    classes: Classes = ()
    rows: tuple[tuple[Classes, int], ...] = ()
    conditions: tuple[str, ...] = ()
    block: Classes = ()
    required: frozenset[str] = frozenset()
    main: Property | None = None


@lru_cache(maxsize=4096)
def meaning_of(label: str) -> str:
    return question_in_french(label).lower().strip(" ?:.;*")


def shape(group: Group) -> Shape:
    """What a group asks, whatever its ids: alike for all repetitions of it."""
    return (
        group.condition,
        tuple(dict.fromkeys((one.element, one.data_type, meaning_of(one.label)) for one in group.properties)),
        tuple(dict.fromkeys(shape(one) for one in group.groups)),
    )


def classed(groups: tuple[Group, ...]) -> list[tuple[int, int, bool]]:
    """Of each group: its class among its neighbours, which of the class it is, and whether there are several."""
    numbers: dict[Shape, int] = {}
    counts: dict[int, int] = {}
    found = []
    for group in groups:
        number = numbers.setdefault(shape(group), len(numbers))
        found.append((number, counts.get(number, 0)))
        counts[number] = counts.get(number, 0) + 1
    return [(number, index, counts[number] > 1) for number, index in found]


def leaves(criterion: Criterion) -> tuple[Leaf, ...]:
    main = criterion.main_question if criterion.is_exclusion else None
    return tuple(walk(criterion.groups, Above(main=main), criterion.uuid))


def walk(groups: tuple[Group, ...], above: Above, seed: str) -> Iterator[Leaf]:
    for group, (number, index, repeated) in zip(groups, classed(groups), strict=True):
        classes = (*above.classes, number)
        rows = (*above.rows, (classes, index)) if repeated else above.rows
        opens = any(one.data_type == "INDICATOR" for one in group.properties) and group.asks_for_evidence
        here = Above(
            classes=classes,
            rows=rows,
            conditions=(*above.conditions, group.condition) if group.condition else above.conditions,
            block=classes if opens else above.block,
            main=above.main,
            required=above.required | {one.value for prop in group.properties for one in prop.requirements},
        )
        yield from leaves_of(group, here, f"{seed}/{group.id}/{index}")
        yield from walk(group.groups, here, f"{seed}/{group.id}/{index}")


def leaves_of(group: Group, here: Above, seed: str) -> Iterator[Leaf]:
    near = frozenset(meaning_of(one.label) for one in group.properties)
    asked = list(joined(group.properties, seed))
    for (prop, said), place in zip(asked, placed([prop for prop, _ in asked]), strict=True):
        meaning = meaning_of(prop.label)
        is_evidence = prop.data_type.startswith("EVIDENCE") or here.block == here.classes
        yield Leaf(
            prop=prop,
            meaning=meaning,
            classes=here.classes,
            place=place,
            rows=here.rows,
            conditions=here.conditions,
            block=(here.block or here.classes) if is_evidence else (),
            required=here.required,
            near=near,
            said=said,
            is_main=prop is here.main,
        )


def placed(properties: Sequence[Property]) -> list[int]:
    """The place of each in its group; the lots that 4.x requires one by one have one place."""
    numbers: dict[tuple[object, ...], int] = {}
    seen: dict[tuple[object, ...], int] = {}
    found = []
    for one in properties:
        asked = (one.element, one.data_type, meaning_of(one.label))
        turn = 0 if one.data_type == "LOT_IDENTIFIER" else seen.get(asked, 0)
        seen[asked] = turn + 1
        found.append(numbers.setdefault((*asked, turn), len(numbers)))
    return found


def joined(properties: tuple[Property, ...], seed: str) -> Iterator[tuple[Property, tuple[Said, ...]]]:
    """Properties with what is said in them, those of 1.0.2 that later versions ask as one joined."""
    start = next((one for one in properties if is_date(one, START)), None)
    end = next((one for one in properties if is_date(one, END)), None)
    address = address_of_evidence(properties)
    for prop in properties:
        if start and end and prop is start and may_join(start, end):
            yield period_of(start, end)
        elif start and end and prop is end and may_join(start, end):
            continue
        elif address is not None and prop is address:
            yield evidence_of(address, properties, seed)
        elif address is not None and prop.data_type in {"CODE", "TEXT", "DESCRIPTION"}:
            continue
        else:
            yield prop, tuple(Said(answer, (answer,)) for answer in prop.answers)


def is_date(prop: Property, meaning: str) -> bool:
    return prop.data_type == "DATE" and meaning_of(prop.label) == meaning


def may_join(*dates: Property) -> bool:
    return all(len(one.answers) <= 1 and all(isinstance(a.value, date) for a in one.answers) for one in dates)


def period_of(start: Property, end: Property) -> tuple[Property, tuple[Said, ...]]:
    sources = (*start.answers, *end.answers)
    prop = replace(start, data_type="PERIOD", label="Période", answers=())
    if not sources:
        return prop, ()
    first, last = (next((a.value for a in one.answers), None) for one in (start, end))
    period = Period(first if isinstance(first, date) else None, last if isinstance(last, date) else None)
    return prop, (Said(replace(sources[0], value=period, value_type="period"), sources),)


def address_of_evidence(properties: tuple[Property, ...]) -> Property | None:
    """The address of an evidence in 1.0.2: its own data type, or an address beside a text."""
    types = {one.data_type for one in properties}
    if "EVIDENCE_URL" not in types and not {"URL", "TEXT"} <= types:
        return None
    return next(one for one in properties if one.data_type in ADDRESSES)


def evidence_of(
    address: Property, properties: tuple[Property, ...], seed: str
) -> tuple[Property, tuple[Said, ...]]:
    """One evidence made of address, code and issuer; several addresses are as many evidences."""
    prop = replace(address, data_type="EVIDENCE_IDENTIFIER", answers=())
    beside = [
        (one.data_type, answer)
        for one in properties
        if one.data_type in {"CODE", "TEXT", "DESCRIPTION"}
        for answer in one.answers
    ]
    said = [named_by(answer, seed, index) for index, answer in enumerate(address.answers)]
    if not said and beside:
        identifier = str(uuid5(NAMESPACE_URL, seed))
        first = replace(beside[0][1], value=identifier, value_type="evidence", evidences=(identifier,))
        said = [Said(first, (), Evidence(identifier))]
    if said and beside:
        issuer = " ".join(str(answer.value) for kind, answer in beside if kind == "DESCRIPTION")
        code = " ".join(str(answer.value) for kind, answer in beside if kind != "DESCRIPTION")
        named = said[0].evidence or Evidence("")
        said[0] = replace(
            said[0],
            sources=(*said[0].sources, *(answer for _, answer in beside)),
            evidence=replace(named, code=code, issuer=issuer),
        )
    return prop, tuple(said)


def named_by(answer: Answer, seed: str, index: int) -> Said:
    """An evidence of its own keeps its id; an address written as a text becomes one."""
    if answer.value_type == "evidence" and answer.evidences:
        return Said(answer, (answer,), Evidence(answer.evidences[0]))
    identifier = str(uuid5(NAMESPACE_URL, f"{seed}/{index}"))
    evidence = Evidence(identifier, uri=str(answer.value))
    return Said(
        replace(answer, value=identifier, value_type="evidence", evidences=(identifier,)), (answer,), evidence
    )
