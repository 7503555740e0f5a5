"""Answers into a document: what was typed replaces what was there, and nothing else changes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from dume.answering.tree import Aside, Asked, Block, Question, is_evidence, targets_of
from dume.answering.values import BLANK, Control, Words, fields_of, kind_of, typed
from dume.model import Answer, Criterion, Dume, Group, Property

Answers = Mapping[str, tuple[Answer, ...]]


def with_answers(dume: Dume, answers: Answers) -> Dume:
    """The document with these answers, by property id, instead of those that these properties had."""
    if not answers:
        return dume

    def answered(prop: Property) -> Property:
        if prop.id not in answers:
            return prop
        given = tuple(replace(one, label=prop.label, property_id=prop.id) for one in answers[prop.id])
        return replace(prop, answers=given)

    return replace(dume, criteria=tuple(of_criterion(one, answered) for one in dume.criteria))


def of_criterion(criterion: Criterion, change: Callable[[Property], Property]) -> Criterion:
    return replace(
        criterion,
        groups=tuple(of_group(group, change) for group in criterion.groups),
        national=tuple(of_criterion(one, change) for one in criterion.national),
    )


def of_group(group: Group, change: Callable[[Property], Property]) -> Group:
    return replace(
        group,
        properties=tuple(change(prop) for prop in group.properties),
        groups=tuple(of_group(sub, change) for sub in group.groups),
    )


def blank(dume: Dume) -> Dume:
    """The same questions without an answer."""

    def unanswered(prop: Property) -> Property:
        return replace(prop, answers=())

    return replace(dume, criteria=tuple(of_criterion(one, unanswered) for one in dume.criteria), evidences=())


def entered(forms: Iterable[Asked], words: Words) -> dict[str, tuple[Answer, ...]]:
    """The answers that these words give to all that was asked, by property id.

    `words` are by field name (`Place.name`, then « ~start » and the like). A question whose fields were not sent keeps
    what it had: a page may show only some.
    """
    found: dict[str, list[Answer]] = {}
    for form in forms:
        for section in form.sections:
            for rows in rows_of(section.blocks):
                for question, answer in aligned(rows, words):
                    kept = found.setdefault(question.prop.id, [])
                    if answer is not None:
                        kept.append(replace(answer, lots=section.lots))
    return {key: tuple(without_last_blanks(answers)) for key, answers in found.items()}


def rows_of(blocks: Iterable[Block]) -> Iterator[list[list[Question]]]:
    """Questions of the blocks by set of rows; what does not repeat is a set of one row."""
    sets: dict[str, list[list[Question]]] = {}
    for block in blocks:
        if block.aside is Aside.EVIDENCE:
            continue
        if block.key:
            sets.setdefault(block.key, []).append(values_in(block.walk()))
        else:
            yield [values_in(block.questions)]
            yield from rows_of(block.blocks)
    yield from sets.values()


def values_in(questions: Iterable[Question]) -> list[Question]:
    return [one for one in questions if one.control is not Control.EVIDENCE]


def aligned(rows: list[list[Question]], words: Words) -> Iterator[tuple[Question, Answer | None]]:
    """Answers row by row; a row left empty goes, an empty cell of another one is marked."""
    said = [[(question, answer_of(question, words)) for question in row] for row in rows]
    kept = [row for row in said if any(answer is not None for _, answer in row)] or said[:1]
    for row in kept:
        for question, answer in row:
            is_cell = answer is None and len(kept) > 1
            yield (
                question,
                Answer("", BLANK, kind_of(question.prop.data_type).value_type) if is_cell else answer,
            )


def answer_of(question: Question, words: Words) -> Answer | None:
    name = question.place.name
    ends = [end for end, _ in fields_of(question.control)]
    sent = {end: words[field_name(name, end)] for end in ends if field_name(name, end) in words}
    if not sent:
        return question.answer
    answer = typed(question.prop.data_type, sent)
    if answer and question.answer and answer.value_type == "amount" and question.answer.unit:
        return replace(answer, unit=question.answer.unit)
    return answer


def field_name(name: str, end: str) -> str:
    return f"{name}~{end}" if end else name


def without_last_blanks(answers: list[Answer]) -> list[Answer]:
    while answers and answers[-1].value == BLANK:
        answers = answers[:-1]
    return answers


def closed(dume: Dume) -> Dume:
    """Without the answers to follow-ups that an answer closes: the reasons of a « Oui » that became a « Non »."""
    criteria = []
    for criterion in dume.criteria:
        groups = tuple(closed_group(group) for group in criterion.groups)
        criteria.append(replace(criterion, groups=groups))
    return replace(dume, criteria=tuple(criteria))


def closed_group(group: Group) -> Group:
    main = next((prop for prop in group.properties if prop.data_type == "INDICATOR"), None)
    said = main.answers if main and not is_evidence(group) else ()
    subs = []
    for sub in group.groups:
        if sub.condition and said:
            opening = [answer for answer in said if answer.value is (sub.condition == "true")]
            lots = {lot for answer in opening for lot in answer.lots}
            everywhere = any(not answer.lots for answer in opening)
            subs.append(closed_group(of_group(sub, only_for(lots, everywhere=everywhere))))
        else:
            subs.append(closed_group(sub))
    return replace(group, groups=tuple(subs))


def only_for(lots: set[str], *, everywhere: bool) -> Callable[[Property], Property]:
    """Answers for these lots only; all of them where the opening answer is for all."""

    def kept(prop: Property) -> Property:
        if everywhere:
            return prop
        return replace(prop, answers=tuple(one for one in prop.answers if lots & set(one.lots)))

    return kept


def split_by_lot(criterion: Criterion, lots: tuple[str, ...]) -> Criterion:
    """Each answer once for each of its lots, so that they may then differ."""

    def split(prop: Property) -> Property:
        return replace(
            prop,
            answers=tuple(
                replace(one, lots=(lot,))
                for lot in lots
                for one in prop.answers
                if not one.lots or lot in one.lots
            ),
        )

    return of_criterion(criterion, split)


def joined_lots(criterion: Criterion, lots: tuple[str, ...]) -> Criterion:
    """The answers for the first lot of each question, for all of its lots."""

    def joined(group: Group) -> Group:
        targets = targets_of(criterion, group, lots)

        def first(prop: Property) -> Property:
            kept = [one for one in prop.answers if not one.lots or targets[0] in one.lots]
            return replace(prop, answers=tuple(replace(one, lots=targets) for one in kept))

        return of_group(group, first) if targets else group

    return replace(criterion, groups=tuple(map(joined, criterion.groups)))
