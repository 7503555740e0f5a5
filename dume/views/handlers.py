"""What each page of a response shows, and what its sending makes of the document."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.http import QueryDict

from dume.answering.identity import (
    REPRESENTATIVE_FIELDS,
    Gap,
    consultation_words,
    operator_words,
    representative_words,
    with_consultation,
    with_operator,
    with_representatives,
)
from dume.answering.pages import COMPANY, CONSULTATION, REPRESENTATIVES, Page, forms_of
from dume.answering.saving import Sent, saved
from dume.answering.start import choose_lots, renumber_lots
from dume.answering.tree import MOST_ROWS, Wishes
from dume.forms.answers import AnswersForm, ExclusionForm
from dume.forms.identity import CompanyForm, ConsultationForm, RepresentativeForm
from dume.model import Dume, Representative
from dume.models import DumeResponse
from dume.queries.company import dume_of

ROWS, BY_LOT, PEOPLE = "rows~", "by_lot", "people"
#: The name of every button of a page; its value is a verb, then its object.
ACTION = "do"
NEXT, LATER, MORE, LESS, SPLIT, JOIN = "next", "later", "more", "less", "split", "join"
Context = dict[str, Any]


def words_of(data: QueryDict) -> dict[str, str]:
    return {name: str(value) for name, value in data.items()}


@dataclass(frozen=True, slots=True)
class Posted:
    """One sending: the words of the fields, what the page showed, what its button asks."""

    data: QueryDict
    verb: str
    subject: str
    wishes: Wishes

    @classmethod
    def of(cls, data: QueryDict) -> "Posted":
        verb, _, subject = data.get(ACTION, NEXT).partition(" ")
        rows = {
            name.removeprefix(ROWS): min(int(value), MOST_ROWS)
            for name, value in words_of(data).items()
            if name.startswith(ROWS) and value.isascii() and value.isdecimal()
        }
        return cls(data, verb, subject, Wishes(rows, frozenset(data.getlist(BY_LOT))))

    @property
    def words(self) -> Mapping[str, str]:
        return words_of(self.data)

    def subject_of(self, verb: str) -> str:
        return self.subject if self.verb == verb else ""

    @property
    def wishes_next(self) -> Wishes:
        """What the page shows once it is saved, when its button asks for another look at it."""
        if self.verb == MORE:
            return Wishes({self.subject: self.wishes.rows.get(self.subject, 1) + 1}, self.wishes.by_lot)
        if self.verb == SPLIT:
            return Wishes(by_lot=self.wishes.by_lot | {self.subject})
        return Wishes(by_lot=self.wishes.by_lot - {self.subject_of(JOIN)})


@dataclass(frozen=True, slots=True)
class Step:
    """One page of one response."""

    row: DumeResponse
    dume: Dume
    page: Page
    pages: tuple[Page, ...]

    @property
    def request(self) -> Dume | None:
        return dume_of(self.row.request) if self.row.request else None

    @property
    def handler(self) -> "Handler":
        return HANDLERS.get(self.page.slug, CRITERIA)


@dataclass(frozen=True, slots=True)
class Handler:
    """`change` is what a sending makes of the document, `context` what the page shows of it."""

    template: str
    change: Callable[[Step, Posted, Dume], Dume]
    context: Callable[[Step, Sequence[Gap], Wishes], Context]


# --- The consultation -----------------------------------------------------------------------------------------
def change_consultation(step: Step, sent: Posted, dume: Dume) -> Dume:
    about = with_consultation(dume, sent.words)
    return renumber_lots(about, sent.words.get("lots", consultation_words(dume)["lots"]))


def show_consultation(step: Step, gaps: Sequence[Gap], wishes: Wishes) -> Context:
    return {"form": ConsultationForm(consultation_words(step.dume), gaps)}


# --- The company ----------------------------------------------------------------------------------------------
def change_company(step: Step, sent: Posted, dume: Dume) -> Dume:
    after = with_operator(dume, sent.words)
    chosen, request = sent.data.getlist("lots"), step.request
    return choose_lots(after, request, chosen) if request and chosen else after


def show_company(step: Step, gaps: Sequence[Gap], wishes: Wishes) -> Context:
    lots = step.request.procedure.lots if step.request else ()
    words = operator_words(step.dume) | {"lots": [lot.id for lot in step.dume.procedure.lots]}
    return {"form": CompanyForm(words, gaps, lots=lots)}


# --- Who may commit it ----------------------------------------------------------------------------------------
def change_representatives(step: Step, sent: Posted, dume: Dume) -> Dume:
    numbers = sorted({int(end) for name in sent.words if (end := name.rpartition("~")[2]).isdecimal()})
    rows = {
        number: {name: sent.words.get(f"{name}~{number}", "") for name in REPRESENTATIVE_FIELDS}
        for number in numbers[:MOST_ROWS]
        if str(number) != sent.subject_of(LESS)
    }
    return with_representatives(dume, rows)


def show_representatives(step: Step, gaps: Sequence[Gap], wishes: Wishes) -> Context:
    people = [*step.dume.representatives]
    people += [Representative()] * (max(1, wishes.rows.get(PEOPLE, 0)) - len(people))
    forms = [
        RepresentativeForm(
            {f"{name}~{row}": word for name, word in representative_words(one).items()}, gaps, row=row
        )
        for row, one in enumerate(people)
    ]
    return {"forms": forms, "people": PEOPLE, "summary": [one for form in forms for one in form.summary]}


# --- The criteria ---------------------------------------------------------------------------------------------
def change_answers(step: Step, sent: Posted, dume: Dume) -> Dume:
    return saved(
        dume,
        step.page,
        Sent(
            sent.words,
            sent.wishes,
            removed=sent.subject_of(LESS),
            split=sent.subject_of(SPLIT),
            joined=sent.subject_of(JOIN),
        ),
    )


def show_answers(step: Step, gaps: Sequence[Gap], wishes: Wishes) -> Context:
    asked = forms_of(step.dume, step.page, wishes)
    form = ExclusionForm if step.page.is_exclusion else AnswersForm
    return {"form": form(step.dume, asked, gaps, is_free=step.row.request_id is None)}


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        CONSULTATION: Handler("consultation", change_consultation, show_consultation),
        COMPANY: Handler("company", change_company, show_company),
        REPRESENTATIVES: Handler("representatives", change_representatives, show_representatives),
    }
)
CRITERIA = Handler("answers", change_answers, show_answers)
