"""What one sending of a page makes of the document."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dume.answering.answers import (
    closed,
    entered,
    field_name,
    joined_lots,
    split_by_lot,
    with_answers,
)
from dume.answering.evidences import with_evidences
from dume.answering.pages import Page, criteria_of, forms_of
from dume.answering.start import answer_none
from dume.answering.tree import Asked, Block, Wishes
from dume.answering.values import fields_of
from dume.model import Criterion, Dume

NONE_APPLIES = "aucun"


@dataclass(frozen=True, slots=True)
class Sent:
    """The words of a page by field name, what it showed, and what its button asks besides saving.

    `removed` is a row (« key~number »), `split` and `joined` the UUID of a criterion.
    """

    words: Mapping[str, str]
    wishes: Wishes = field(default_factory=Wishes)
    removed: str = ""
    split: str = ""
    joined: str = ""

    @property
    def none_applies(self) -> bool:
        """« Aucun de ces motifs », or no other than those that are declared."""
        return bool(self.words.get(NONE_APPLIES))


def saved(dume: Dume, page: Page, sent: Sent) -> Dume:
    forms = forms_of(dume, page, sent.wishes)
    words = without_row(forms, sent)
    after = closed(with_answers(dume, entered(forms, words)))
    if page.is_exclusion and sent.none_applies:
        after = answer_none(after, [one for one in criteria_of(after, page) if not one.declared])
    after = with_evidences(after, forms, words)
    lots = {form.criterion.uuid: form.lots for form in forms}
    if sent.split in lots:
        after = with_criterion(after, sent.split, lambda one: split_by_lot(one, lots[sent.split]))
    if sent.joined in lots:
        after = with_criterion(after, sent.joined, lambda one: joined_lots(one, lots[sent.joined]))
    return after


def with_criterion(dume: Dume, uuid: str, change: Callable[[Criterion], Criterion]) -> Dume:
    return replace(dume, criteria=tuple(change(one) if one.uuid == uuid else one for one in dume.criteria))


def without_row(forms: Sequence[Asked], sent: Sent) -> Mapping[str, str]:
    """The words, with those of the removed row left empty: a row without words goes."""
    if not sent.removed:
        return sent.words
    emptied = {
        field_name(question.place.name, end): ""
        for form in forms
        for section in form.sections
        for block in section.blocks
        for row in rows_called(block, sent.removed)
        for question in row.walk()
        for end, _ in fields_of(question.control)
    }
    return {**sent.words, **emptied}


def rows_called(block: Block, name: str) -> list[Block]:
    found = [row for sub in block.blocks for row in rows_called(sub, name)]
    return [block] if block.key and f"{block.key}~{block.row}" == name else found
