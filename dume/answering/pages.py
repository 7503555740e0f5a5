"""The pages of a response, in the order of the form, and what is left to do on each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from dume.answering.identity import Gap, consultation_gaps, operator_gaps, representative_gaps
from dume.answering.tree import NONE, Asked, Question, Wishes, asked
from dume.answering.values import BLANK, complaint
from dume.model import Criterion, Dume

CONSULTATION, COMPANY, REPRESENTATIVES = "consultation", "entreprise", "representants"


class State(StrEnum):
    TO_DO = "to_do"
    STARTED = "started"
    DONE = "done"

    @property
    def label(self) -> str:
        return {"to_do": "À faire", "started": "À compléter", "done": "Fait"}[self.value]


@dataclass(frozen=True, slots=True)
class Page:
    """`parts` are the parts of the form whose criteria it asks; `letter` its place in the regulation's form."""

    slug: str
    title: str
    letter: str
    parts: tuple[str, ...] = ()

    @property
    def is_exclusion(self) -> bool:
        return self.letter.startswith("III")


IDENTITY = (
    Page(COMPANY, "Votre entreprise", "II.A"),
    Page(REPRESENTATIVES, "Qui engage l'entreprise", "II.B"),
)
#: Asked only when no request says it.
ABOUT = Page(CONSULTATION, "La consultation", "I")
SITUATION = Page("situation", "Situation de l'entreprise", "II", ("II.A", "II.C", "II.D"))
SIMPLIFIED = (
    *IDENTITY,
    SITUATION,
    Page("exclusion", "Motifs d'exclusion", "III", ("III.A", "III.B", "III.C", "III.D")),
    Page("capacites", "Vos moyens", "IV", ("IV.α", "IV.A", "IV.B", "IV.C", "IV.D", "V", "")),
)
STANDARD = (
    *IDENTITY,
    SITUATION,
    Page("condamnations", "Condamnations pénales", "III.A", ("III.A",)),
    Page("impots-et-cotisations", "Impôts, taxes et cotisations sociales", "III.B", ("III.B",)),
    Page("situation-et-fautes", "Insolvabilité, conflits d'intérêts et fautes", "III.C", ("III.C",)),
    Page("motifs-nationaux", "Motifs d'exclusion nationaux", "III.D", ("III.D",)),
    Page("indication-globale", "Indication globale", "IV.α", ("IV.α",)),
    Page("aptitude", "Aptitude à exercer l'activité", "IV.A", ("IV.A",)),
    Page("capacite-economique", "Capacité économique et financière", "IV.B", ("IV.B",)),
    Page("capacite-technique", "Capacités techniques et professionnelles", "IV.C", ("IV.C",)),
    Page("qualite-et-environnement", "Qualité et environnement", "IV.D", ("IV.D",)),
    Page("reduction", "Réduction du nombre de candidats", "V", ("V",)),
    Page("autres-criteres", "Autres critères", "", ("",)),
)


@dataclass(frozen=True, slots=True)
class Progress:
    page: Page
    state: State
    gaps: tuple[Gap, ...]


def pages_of(dume: Dume, *, is_simplified: bool, is_free: bool = False) -> tuple[Page, ...]:
    """Those that ask something. A free response answers no request of the platform."""
    present = {criterion.part for criterion in dume.criteria}
    pages = SIMPLIFIED if is_simplified else STANDARD
    asking = tuple(page for page in pages if not page.parts or present.intersection(page.parts))
    return (ABOUT, *asking) if is_free else asking


def criteria_of(dume: Dume, page: Page) -> tuple[Criterion, ...]:
    """In the order of the parts, then of the document; those of lots that were not chosen are not asked."""
    chosen = {lot.id for lot in dume.procedure.lots}
    return tuple(
        criterion
        for part in page.parts
        for criterion in dume.criteria
        if criterion.part == part and (not criterion.lots or chosen.intersection(criterion.lots))
    )


def forms_of(dume: Dume, page: Page, wishes: Wishes = NONE) -> tuple[Asked, ...]:
    lots = [lot.id for lot in dume.procedure.lots]
    return tuple(asked(criterion, lots, wishes) for criterion in criteria_of(dume, page))


def gaps_of(dume: Dume, page: Page) -> tuple[Gap, ...]:
    if page.slug == CONSULTATION:
        return tuple(consultation_gaps(dume))
    if page.slug == COMPANY:
        return tuple(operator_gaps(dume))
    if page.slug == REPRESENTATIVES:
        return tuple(representative_gaps(dume))
    return tuple(gap for form in forms_of(dume, page) for gap in gaps_in(form))


def gaps_in(form: Asked) -> Iterator[Gap]:
    for question in form.walk():
        message = what_is_wrong(question)
        if message:
            yield Gap(question.place.name, label_of(form, question), message)


def what_is_wrong(question: Question) -> str:
    wrong = complaint(question.prop.data_type, question.answer)
    if wrong or not question.is_needed:
        return wrong
    if question.answer is not None and question.answer.value != BLANK:
        return ""
    if question.prop.data_type == "INDICATOR":
        return "Répondez par oui ou par non."
    return "Répondez à cette question."


def label_of(form: Asked, question: Question) -> str:
    main = form.criterion.main_question
    is_main = form.criterion.is_exclusion and main is not None and question.prop.id == main.id
    return form.criterion.title if is_main else f"{form.criterion.title}, {question.label.lower()}"


def progress(dume: Dume, pages: Sequence[Page]) -> tuple[Progress, ...]:
    return tuple(progress_on(dume, page) for page in pages)


def progress_on(dume: Dume, page: Page) -> Progress:
    gaps = gaps_of(dume, page)
    if not gaps:
        return Progress(page, State.DONE, ())
    return Progress(page, State.STARTED if is_begun(dume, page) else State.TO_DO, gaps)


def is_begun(dume: Dume, page: Page) -> bool:
    if page.slug == CONSULTATION:
        return bool(dume.procedure.reference or dume.procedure.title)
    if page.slug == COMPANY:
        return dume.operator is not None
    if page.slug == REPRESENTATIVES:
        return bool(dume.representatives)
    return any(criterion.answers for criterion in criteria_of(dume, page))


def page_after(pages: Sequence[Page], page: Page) -> Page | None:
    """None after the last one: what is left is to check."""
    slugs = [one.slug for one in pages]
    following = slugs.index(page.slug) + 1
    return pages[following] if following < len(pages) else None


def page_of_part(pages: Sequence[Page], part: str) -> Page | None:
    """Where a remark on « Partie III.B » is corrected."""
    exact: Mapping[str, Page] = MappingProxyType(
        {p: page for page in pages for p in (*page.parts, page.letter)}
    )
    near = (page for page in pages if f"{page.letter}.".startswith(f"{part}."))
    return exact.get(part) or next(near, None)
