"""What one criterion says, carried into another: nothing is lost without being told."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from dume.coercion import fitting, in_element, sort_of
from dume.criteria import question_in_french
from dume.filling import Filling, Place
from dume.leaves import Leaf, Said, leaves
from dume.matching import Pairs, keys, paired
from dume.model import Answer, Criterion, Evidence, Group, Property, Requirement
from dume.nodes import read_decimal
from dume.values import text_of

SAID, REQUIRED = "réponse", "exigence"
IDLE = "Ce «\u00a0Non\u00a0» répond à une question que la réponse précédente ferme."
#: Data type of a requirement -> the element that holds its value, where it is not that of its sort.
ELEMENTS = {"MINIMUM_AMOUNT": "MinimumAmount", "MAXIMUM_AMOUNT": "MaximumAmount"}
NUMERIC = ("Amount", "Quantity", "Numeric")
ELEMENTS_OF_SORT = {
    "text": "ExpectedDescription",
    "amount": "ExpectedAmount",
    "quantity": "ExpectedValueNumeric",
    "code": "ExpectedCode",
    "identifier": "ExpectedID",
    "uri": "ExpectedURI",
    "indicator": "ExpectedIndicator",
}
TYPES_IN_FRENCH = {
    "indicator": "oui ou non",
    "amount": "un montant avec sa devise",
    "quantity": "un nombre",
    "date": "une date",
    "period": "une période",
    "code": "un code",
    "identifier": "un identifiant",
    "uri": "une adresse en ligne",
    "evidence": "un justificatif",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """`where` is the id of the question that now holds the answer, `sources` the old answers it was made of."""

    criterion: str
    question: str
    value: str
    where: str
    sources: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Unmoved:
    """`what` is SAID, REQUIRED or another thing of the document; `sources` the old answers."""

    what: str
    criterion: str
    question: str
    value: str
    reason: str
    sources: tuple[Answer, ...] = ()

    @property
    def place(self) -> str:
        return ", ".join(part for part in (self.criterion, self.question) if part)


@dataclass(frozen=True, slots=True)
class Carried:
    criterion: Criterion
    moved: tuple[Moved, ...]
    unmoved: tuple[Unmoved, ...]
    evidences: tuple[Evidence, ...]


def carry(
    source: Criterion, target: Criterion, *, absent: str, requirements: bool = False, copy: int = 1
) -> Carried:
    """The answers of `source`, and the buyer's requirements where asked, in the questions of `target`.

    `absent` is the reason told for a question that the target does not ask; `copy` is which one of its kind the
    criterion is in the document.
    """
    said, asked = leaves(source), leaves(target)
    pairs = paired(said, asked)
    filling = Filling(target, copy)
    moved: list[Moved] = []
    unmoved: list[Unmoved] = []
    evidences: list[Evidence] = []
    if requirements:
        for leaf in said:
            unmoved += require(filling, source.title, leaf, pairs, absent)
    for leaf in said:
        for one in leaf.said:
            result = answer(filling, source.title, leaf, one, pairs, absent)
            if isinstance(result, Moved):
                moved.append(result)
                evidences += [one.evidence] if one.evidence else []
            else:
                unmoved.append(result)
    groups, idle = without_idle(filling.filled().groups, said=None)
    unmoved += [
        Unmoved(SAID, one.criterion, one.question, one.value, IDLE, one.sources)
        for one in moved
        if one.where in idle
    ]
    return Carried(
        replace(target, groups=groups),
        tuple(one for one in moved if one.where not in idle),
        tuple(unmoved),
        tuple(evidences),
    )


def without_idle(groups: tuple[Group, ...], *, said: bool | None) -> tuple[tuple[Group, ...], set[str]]:
    """Without each « Non » that the answer before it makes idle, and the ids of its question.

    1.0.2 answers all its questions, those that are not asked with « Non »; the rules of later versions refuse that.
    """
    found, idle = [], set[str]()
    for group in groups:
        is_closed = said is not None and group.condition not in {"", str(said).lower()}
        properties = []
        for prop in group.properties:
            if is_closed and prop.answers and all(one.value is False for one in prop.answers):
                idle.add(prop.id)
                properties.append(replace(prop, answers=()))
            else:
                properties.append(prop)
        below, more = without_idle(group.groups, said=yes_or_no(group))
        idle |= more
        found.append(replace(group, properties=tuple(properties), groups=below))
    return tuple(found), idle


def yes_or_no(group: Group) -> bool | None:
    given = (one.value for prop in group.properties for one in prop.answers)
    return next((value for value in given if isinstance(value, bool)), None)


def answer(
    filling: Filling, title: str, leaf: Leaf, said: Said, pairs: Pairs, absent: str
) -> Moved | Unmoved:
    value = text_of(said.answer)
    target = pairs.slots.get(leaf.slot)
    if target is None:
        return Unmoved(SAID, title, question_in_french(leaf.prop.label), value, absent, said.sources)
    given = fitting(said.answer, target.prop.data_type)
    if given is None:
        wanted = TYPES_IN_FRENCH.get(sort_of(target.prop.data_type), "un texte")
        reason = f"La question attend {wanted}."
        return Unmoved(SAID, title, question_in_french(leaf.prop.label), value, reason, said.sources)
    where = filling.put(place_of(leaf, target, pairs), given)
    return Moved(title, question_in_french(leaf.prop.label), value, where, said.sources)


def require(filling: Filling, title: str, leaf: Leaf, pairs: Pairs, absent: str) -> Iterator[Unmoved]:
    target = pairs.slots.get(leaf.slot)
    for one in leaf.prop.requirements:
        if target is None:
            yield Unmoved(REQUIRED, title, question_in_french(leaf.prop.label), one.value, absent)
        elif (fit := fitting_requirement(one, leaf.prop, target.prop)) is None:
            wanted = TYPES_IN_FRENCH.get(sort_of(target.prop.data_type), "un texte")
            yield Unmoved(
                REQUIRED,
                title,
                question_in_french(leaf.prop.label),
                one.value,
                f"L'exigence attend {wanted}.",
            )
        else:
            filling.require(place_of(leaf, target, pairs), fit)


def fitting_requirement(one: Requirement, source: Property, target: Property) -> Requirement | None:
    said, wanted = sort_of(source.data_type), sort_of(target.data_type)
    if one.element.endswith(NUMERIC) and not isinstance(read_decimal(one.value), Decimal):
        return None
    if source.data_type == target.data_type:
        return one
    if wanted not in ELEMENTS_OF_SORT or wanted not in {said, "text"}:
        return None
    element = ELEMENTS.get(target.data_type, ELEMENTS_OF_SORT[wanted])
    return in_element(one, element)


def place_of(leaf: Leaf, target: Leaf, pairs: Pairs) -> Place:
    return Place(target.classes, target.place, keys(leaf, target, pairs), leaf.required)


def lost(criterion: Criterion, reason: str) -> Iterator[Unmoved]:
    """All that a criterion says, where nothing holds it."""
    for prop in criterion.walk():
        for one in prop.requirements:
            yield Unmoved(REQUIRED, criterion.title, question_in_french(prop.label), one.value, reason)
        for given in prop.answers:
            yield Unmoved(
                SAID, criterion.title, question_in_french(prop.label), text_of(given), reason, (given,)
            )


def unanswered(criterion: Criterion) -> Iterator[Property]:
    """The questions that are asked of the operator, given what it answered, and have no answer."""
    yield from open_questions(criterion.groups, said=None)
    for national in criterion.national:
        yield from unanswered(national)


def open_questions(groups: tuple[Group, ...], *, said: bool | None) -> Iterator[Property]:
    """`said` is the yes or no of the group around: a group that it does not open asks nothing."""
    for group in groups:
        if group.condition and said is not (group.condition == "true"):
            continue
        for prop in group.properties:
            if prop.element == "QUESTION" and not prop.answers:
                yield prop
        yield from open_questions(group.groups, said=yes_or_no(group))
