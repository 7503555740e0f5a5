"""The questions of a criterion as they are asked: by lot where answers differ, row by row where they repeat.

Only what is asked is here: follow-ups of a question that is not answered yet are not (R2143-4: nothing is asked twice).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from dume.answering.values import Control, kind_of
from dume.criteria import question_in_french
from dume.model import Answer, Criterion, Group, Property

#: What makes a group worth repeating: a year after another, a reference after another.
REPEATED = {"PERIOD", "QUANTITY_YEAR"}
LOT_IDENTIFIER = "LOT_IDENTIFIER"
HIDDEN_REQUIREMENTS = {LOT_IDENTIFIER, "CODE_BOOLEAN"}
MOST_ROWS = 30
#: What a small company employs and earns is asked elsewhere when a buyer wants to know it.
SELF_EVIDENT = {"sme"}
#: Asked, not required: a « Non » calls for an answer to a caption (BR-TCR-07-01).
NOT_KEPT = {"registered"}


@dataclass(frozen=True, slots=True)
class Place:
    """Which answer: of a question, for a lot ("" when one answer is for all), in a row."""

    property_id: str
    lot: str = ""
    row: int = 0

    @property
    def name(self) -> str:
        """What its field is called in a form."""
        return f"{self.property_id.replace('/', '.')}~{self.lot}~{self.row}"


@dataclass(frozen=True, slots=True)
class Question:
    """`answer` is what was said already; `is_needed` whether the form is incomplete without one."""

    place: Place
    prop: Property
    answer: Answer | None
    is_needed: bool

    @property
    def label(self) -> str:
        return question_in_french(self.prop.label)

    @property
    def control(self) -> Control:
        return kind_of(self.prop.data_type).control


class Aside(StrEnum):
    """What few have to look at: folded, under words of its own."""

    NONE = ""
    EVIDENCE = "evidence"
    BY_ITSELF = "by_itself"
    BEGINNING = "beginning"


@dataclass(frozen=True, slots=True)
class Block:
    """Questions that are shown together. `key` names the rows it is one of, "" when it does not repeat."""

    captions: tuple[str, ...] = ()
    wanted: tuple[Property, ...] = ()
    questions: tuple[Question, ...] = ()
    blocks: tuple["Block", ...] = ()
    key: str = ""
    row: int = 0
    rows: int = 1
    aside: Aside = Aside.NONE

    @property
    def is_last_row(self) -> bool:
        return self.row == self.rows - 1

    def walk(self) -> Iterator[Question]:
        yield from self.questions
        for block in self.blocks:
            yield from block.walk()


@dataclass(frozen=True, slots=True)
class Section:
    """Answers for these lots; `lot` is the only one where answers differ by lot, else ""."""

    lot: str
    lots: tuple[str, ...]
    blocks: tuple[Block, ...]

    def walk(self) -> Iterator[Question]:
        for block in self.blocks:
            yield from block.walk()


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion with all it asks now. `lots` are those that it concerns among the chosen ones."""

    criterion: Criterion
    lots: tuple[str, ...]
    by_lot: bool
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.walk()

    @property
    def main(self) -> Question | None:
        """The yes or no of the criterion itself."""
        main = self.criterion.main_question
        return next((one for one in self.walk() if main and one.prop.id == main.id), None)

    @property
    def rest(self) -> tuple[Block, ...]:
        """All but the main question."""
        main = self.main
        blocks = (block for section in self.sections for block in section.blocks)
        return tuple(found for block in blocks if not is_empty(found := without(block, main)))


def without(block: Block, question: Question | None) -> Block:
    kept = tuple(one for one in block.questions if one is not question)
    blocks = tuple(found for sub in block.blocks if not is_empty(found := without(sub, question)))
    return replace(block, questions=kept, blocks=blocks)


def is_empty(block: Block) -> bool:
    return not (block.questions or block.blocks or block.wanted)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a page shows beyond what was answered: at least so many rows, these criteria lot by lot (UUIDs)."""

    rows: Mapping[str, int] = field(default_factory=dict)
    by_lot: frozenset[str] = frozenset()


NONE = Wishes()


def asked(criterion: Criterion, lots: Sequence[str] = (), wishes: Wishes = NONE) -> Asked:
    """`lots` are the ids of the chosen lots; one lot, or none, is no choice."""
    concerned = tuple(lot for lot in lots if lot in criterion.lots)
    by_lot = len(concerned) > 1 and (criterion.uuid in wishes.by_lot or differs(criterion, concerned))
    reader = Reader(criterion, wishes)
    sections = [
        Section(lot if by_lot else "", targets, reader.blocks(groups, lot if by_lot else ""))
        for lot in (concerned if by_lot else ("",))
        for targets, groups in groups_by_lots(criterion, concerned, lot)
    ]
    return Asked(criterion, concerned, by_lot, tuple(sections))


def groups_by_lots(
    criterion: Criterion, concerned: tuple[str, ...], lot: str
) -> list[tuple[tuple[str, ...], list[Group]]]:
    """A buyer who asks different things of different lots repeats the groups, each with the lots it is for.

    With `lot`, those of this lot only, as answers for it alone.
    """
    found: dict[tuple[str, ...], list[Group]] = {}
    for group in criterion.groups:
        targets = targets_of(criterion, group, concerned)
        if not lot:
            found.setdefault(targets, []).append(group)
        elif lot in targets:
            found.setdefault((lot,), []).append(group)
    return list(found.items())


def targets_of(criterion: Criterion, group: Group, concerned: Sequence[str]) -> tuple[str, ...]:
    """The lots that a group at the root of a criterion is for: those it names, when others name others."""
    named = lots_named(group)
    others = any(lots_named(one) for one in criterion.groups if one is not group)
    return tuple(lot for lot in concerned if not (named and others) or lot in named)


def lots_named(group: Group) -> set[str]:
    return {
        one.value for prop in group.walk() if prop.data_type == LOT_IDENTIFIER for one in prop.requirements
    }


def differs(criterion: Criterion, concerned: Sequence[str]) -> bool:
    """Whether an answer is for some of the lots of its question only."""
    return any(
        answer.lots and not set(targets_of(criterion, group, concerned)) <= set(answer.lots)
        for group in criterion.groups
        for prop in group.walk()
        for answer in prop.answers
    )


def answer_at(prop: Property, lot: str, row: int) -> Answer | None:
    found = answers_for(prop, lot)
    return found[row] if row < len(found) else None


def answers_for(prop: Property, lot: str) -> list[Answer]:
    return [one for one in prop.answers if not lot or not one.lots or lot in one.lots]


@dataclass(frozen=True, slots=True)
class Reader:
    criterion: Criterion
    wishes: Wishes

    def blocks(self, groups: Iterable[Group], lot: str) -> tuple[Block, ...]:
        return self.of_groups(groups, lot, 0, is_needed=True)

    def of_groups(self, groups: Iterable[Group], lot: str, row: int, *, is_needed: bool) -> tuple[Block, ...]:
        """What is asked of everybody first, « fulfilled by itself » and evidence last."""
        ordered = sorted(
            groups, key=lambda group: (is_evidence(group), is_by_itself(group), is_beginning(group))
        )
        return tuple(
            block for group in ordered for block in self.of_group(group, lot, row, is_needed=is_needed)
        )

    def of_group(self, group: Group, lot: str, row: int, *, is_needed: bool) -> Iterator[Block]:
        if is_evidence(group):
            yield Block(questions=tuple(self.evidence(group, lot, row)), aside=Aside.EVIDENCE)
        elif is_repeated(group):
            key = Place(next(repeating(group)).id, lot).name
            rows = self.rows(group, lot, key)
            for number in range(rows):
                yield self.block(group, lot, number, is_needed=is_needed and number == 0, rows=rows, key=key)
        else:
            yield self.block(group, lot, row, is_needed=is_needed)

    def rows(self, group: Group, lot: str, key: str) -> int:
        answered = max((len(answers_for(prop, lot)) for prop in repeating(group)), default=0)
        return min(max(answered, 1, self.wishes.rows.get(key, 0)), MOST_ROWS)

    def block(
        self, group: Group, lot: str, row: int, *, is_needed: bool, rows: int = 1, key: str = ""
    ) -> Block:
        mine = [prop for prop in group.properties if prop.element == "QUESTION"]
        if key:  # the figure before its year, which is known
            mine.sort(key=lambda prop: prop.data_type in REPEATED)
        is_begun = bool(key) and any(answer_at(prop, lot, row) for prop in mine)
        needed = (is_needed or is_begun) and not self.is_alternative(group, lot)
        needed = needed and self.criterion.code not in NOT_KEPT
        needed = needed and not (group.condition and self.criterion.code in SELF_EVIDENT)
        open_groups = [sub for sub in group.groups if self.opens(group, sub, lot, row)]
        if key or is_beginning(group):
            open_groups = [sub for sub in open_groups if not is_evidence(sub)]
        return Block(
            captions=tuple(
                p.label for p in group.properties if p.element == "CAPTION" and p.label and not row
            ),
            wanted=tuple(p for p in group.properties if is_wanted(p) and not row),
            questions=tuple(
                Question(
                    Place(prop.id, lot, row),
                    prop,
                    answer_at(prop, lot, row),
                    needed and not is_optional(group, prop),
                )
                for prop in mine
            ),
            blocks=self.of_groups(open_groups, lot, row, is_needed=needed and not key),
            key=key,
            row=row,
            rows=rows,
            aside=aside_of(group),
        )

    def opens(self, group: Group, sub: Group, lot: str, row: int) -> bool:
        if not sub.condition:
            return True
        main = next((prop for prop in group.properties if prop.data_type == "INDICATOR"), None)
        said = answer_at(main, lot, row) if main else None
        return said is not None and said.value is (sub.condition == "true")

    def evidence(self, group: Group, lot: str, row: int) -> Iterator[Question]:
        for prop in evidence_properties(group):
            yield Question(Place(prop.id, lot, row), prop, answer_at(prop, lot, row), is_needed=False)

    def is_alternative(self, group: Group, lot: str) -> bool:
        """The day the activity began is asked of those who have no turnover yet, and of them instead of it."""
        if is_beginning(group):
            return True
        beginnings = [one for one in every_group(self.criterion.groups) if is_beginning(one)]
        has_turnover = any(prop.data_type == "AMOUNT" for prop in group.properties)
        return has_turnover and any(answer_at(one.properties[0], lot, 0) for one in beginnings)


def every_group(groups: Iterable[Group]) -> Iterator[Group]:
    for group in groups:
        yield group
        yield from every_group(group.groups)


def repeating(group: Group) -> Iterator[Property]:
    """The questions of one row: those of the group and of what it always asks, evidence aside."""
    yield from (prop for prop in group.properties if prop.element == "QUESTION")
    for sub in group.groups:
        if not sub.condition and not is_evidence(sub):
            yield from repeating(sub)


def is_repeated(group: Group) -> bool:
    asked_for = [prop.data_type for prop in group.properties if prop.element == "QUESTION"]
    return not group.condition and len(asked_for) > 1 and not REPEATED.isdisjoint(asked_for)


def is_evidence(group: Group) -> bool:
    return not group.condition and group.asks_for_evidence


def evidence_properties(group: Group) -> Iterator[Property]:
    return (prop for prop in group.walk() if kind_of(prop.data_type).control is Control.EVIDENCE)


def is_by_itself(group: Group) -> bool:
    """« Fulfilled by the operator itself »; if not, who is relied on."""
    closed = [sub for sub in group.groups if sub.condition == "false"]
    return any(
        prop.data_type == "ECONOMIC_OPERATOR_IDENTIFIER"
        for sub in closed
        for prop in sub.walk()
        if not is_evidence(sub)
    )


def is_beginning(group: Group) -> bool:
    questions = [prop.data_type for prop in group.properties if prop.element == "QUESTION"]
    return questions == ["DATE"] and not group.condition


def aside_of(group: Group) -> Aside:
    if is_by_itself(group):
        return Aside.BY_ITSELF
    return Aside.BEGINNING if is_beginning(group) else Aside.NONE


def is_wanted(prop: Property) -> bool:
    return (
        prop.element == "REQUIREMENT" and prop.data_type not in HIDDEN_REQUIREMENTS and bool(prop.requirement)
    )


def is_optional(group: Group, prop: Property) -> bool:
    """A yes or no beside figures is an option of theirs; how long an exclusion lasts is not always said."""
    questions = [one.data_type for one in group.properties if one.element == "QUESTION"]
    if prop.data_type == "INDICATOR":
        return any(one != "INDICATOR" for one in questions)
    return prop.data_type == "PERIOD" and bool(group.condition)
