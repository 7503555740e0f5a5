"""A DUME as a readable French page: plain rows for `dume/_document.html` and for the PDF, no XML and no English left
where our tables know better."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from dume.asked import Required, lots_of, questions_of, required_of
from dume.countries import country_name
from dume.criteria import PARTS, question_in_french
from dume.ecertis import criterion_url
from dume.model import Answer, Criterion, Dume, Kind, Lot, Operator, Party
from dume.report import Report
from dume.validate import check
from dume.values import (
    NO,
    ROLES,
    SILENT,
    SIZES,
    YES,
    Fact,
    Line,
    Link,
    counted,
    evidence_line,
    joined,
    link_of,
    lot_label,
    present,
    text_of,
)
from procurement.calendars import format_day

KINDS = {
    Kind.RESPONSE: "Réponse de l'entreprise",
    Kind.REQUEST: "Demande de l'acheteur",
    Kind.CRITERIA: "Liste de critères",
    Kind.UNKNOWN: "Document inconnu",
}
#: The site of e-Certis for people; the addresses by criterion give data.
ECERTIS = "https://ec.europa.eu/tools/ecertis/"
#: The parts of the form, in its order, and what one of their criteria is called. "" is no part: criteria that nobody
#: knows.
FORM = (
    ("I", "Procédure et acheteur", "Question"),
    ("II", "Entreprise", "Question"),
    ("III", "Motifs d'exclusion", "Motif"),
    ("IV", "Critères de sélection", "Critère"),
    ("V", "Réduction du nombre de candidats", "Critère"),
    ("VI", "Déclarations finales", ""),
    ("", "Autres critères", "Critère"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion. `declared` tells the template to set a « Oui » apart, and never by colour alone; `silent` is a
    ground that a response leaves without an answer. `required` is what the buyer requires, `questions` what a request
    asks. `ecertis` is where each country's evidence is found."""

    anchor: str
    title: str
    law: str
    lots: str
    description: str
    answer: str
    declared: bool
    silent: bool
    lines: tuple[Line, ...]
    required: tuple[Required, ...]
    questions: tuple[str, ...]
    ecertis: Link | None


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    part: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Part:
    anchor: str
    number: str
    title: str
    first: str
    sections: tuple[Section, ...]

    @property
    def is_divided(self) -> bool:
        """Part V is one section, and so are the criteria that nobody knows: their title is said once."""
        return any(section.part != self.number for section in self.sections)


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    kind: str
    is_response: bool
    version: str
    number: str
    issued_on: str
    buyer: str
    procedure: tuple[Fact, ...]
    operator: tuple[Fact, ...]
    representatives: tuple[Fact, ...]
    lots: tuple[str, ...]
    parts: tuple[Part, ...]
    evidences: tuple[Line, ...]
    unmatched: tuple[str, ...]
    declared: str
    silent: str
    answers_all_with_no: bool
    report: Report

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for part in self.parts for section in part.sections for row in section.rows)

    @property
    def declared_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.declared)

    @property
    def silent_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.silent)


def render_context(dume: Dume, report: Report | None = None) -> dict[str, object]:
    """Context of the fragment `dume/_document.html`: {"page": Page}. The caller's page has the h1 and may add
    `original_url`, where the received bytes are downloaded."""
    return {"page": page_of(dume, report or check(dume))}


def page_of(dume: Dume, report: Report) -> Page:
    asked = dume.exclusion_grounds if dume.kind is Kind.RESPONSE else ()
    return Page(
        title=title_of(dume),
        kind=KINDS[dume.kind],
        is_response=dume.kind is Kind.RESPONSE,
        version=dume.version,
        number=dume.number,
        issued_on=format_day(dume.issued_on) if dume.issued_on else "",
        buyer=dume.procedure.buyer.name,
        procedure=facts_of_procedure(dume),
        operator=facts_of_operator(dume.operator),
        representatives=tuple(
            Fact(one.name, joined(one.capacity, one.contact.telephone, one.contact.email))
            for one in dume.representatives
        ),
        lots=tuple(
            joined(lot_label(lot).capitalize() or "Marché non alloti", lot.name)
            for lot in dume.procedure.lots
        ),
        parts=tuple(parts_of(dume)),
        evidences=tuple(evidence_line(evidence) for evidence in dume.evidences),
        unmatched=dume.unmatched,
        declared=counted(
            sum(map(is_declared, asked)), "motif d'exclusion déclaré", "motifs d'exclusion déclarés"
        ),
        silent=counted(sum(map(is_silent, asked)), "motif sans réponse", "motifs sans réponse"),
        answers_all_with_no=bool(asked) and all(ground.declared is False for ground in asked),
        report=report,
    )


def title_of(dume: Dume) -> str:
    party = dume.operator.party if dume.operator else Party()
    if party.name:
        return f"DUME de {party.name}"
    reference = dume.procedure.reference if dume.kind is Kind.REQUEST else ""
    return f"DUME de la consultation {reference}" if reference else "DUME"


def facts_of_procedure(dume: Dume) -> tuple[Fact, ...]:
    procedure, contact = dume.procedure, dume.procedure.buyer.contact
    return present(
        Fact("Référence", procedure.reference),
        Fact("Intitulé", procedure.title),
        Fact("Description", procedure.description),
        Fact("Acheteur", joined(procedure.buyer.name, procedure.buyer.identifier)),
        Fact("Contact", joined(contact.name, contact.telephone, contact.email)),
        Fact("Avis publié", procedure.notice),
    )


def facts_of_operator(operator: Operator | None) -> tuple[Fact, ...]:
    if operator is None:
        return ()
    party, address = operator.party, operator.party.address
    town = f"{address.postcode} {address.city}".strip()
    return present(
        Fact("Nom", party.name),
        Fact("Identifiant", joined(*(one.value for one in party.identifiers))),
        Fact("Rôle", ROLES.get(operator.role, operator.role)),
        Fact("Taille", SIZES.get(operator.size, operator.size)),
        Fact("Adresse", joined(address.street, town, country_name(address.country))),
        Fact("Contact", joined(party.contact.name, party.contact.telephone, party.contact.email)),
        Fact("Site internet", party.website),
    )


def parts_of(dume: Dume) -> Iterator[Part]:
    """Criteria by part and section, in the order of the form; within a section, in the order of the document."""
    links = {evidence.id: link_of(evidence) for evidence in dume.evidences}
    numbers = count(1)
    by_section: dict[str, list[Row]] = {}
    for criterion in dume.criteria:
        row = row_of(
            criterion, links, anchor=f"critere-{next(numbers)}", is_response=dume.kind is Kind.RESPONSE
        )
        by_section.setdefault(criterion.part, []).append(row)
    for number, title, first in FORM:
        inside = tuple(
            Section(f"section-{code}", code, PARTS[code], tuple(by_section[code]))
            for code in PARTS
            if code in by_section and code.partition(".")[0] == number
        )
        if inside or number not in {"V", ""}:
            yield Part(f"partie-{number or 'autres'}", number, title, first, inside)


def is_declared(criterion: Criterion) -> bool:
    return any(one.declared for one in (criterion, *criterion.national))


def is_silent(criterion: Criterion) -> bool:
    return not is_declared(criterion) and criterion.declared is None


def row_of(criterion: Criterion, links: dict[str, Link], *, anchor: str, is_response: bool) -> Row:
    main = criterion.main_question if not criterion.is_selection or criterion.part == "IV.α" else None
    declared = True if is_declared(criterion) else criterion.declared
    answered = bool(criterion.answers)
    known = [one for one in main.answers if isinstance(one.value, bool)] if main else []
    return Row(
        anchor=anchor,
        title=criterion.title,
        law=criterion.law,
        lots=lots_of(criterion),
        description="" if criterion.name_fr else criterion.description,
        answer=said(declared=declared, answered=answered) if main and (is_response or answered) else "",
        declared=criterion.is_exclusion and bool(declared),
        silent=is_response and criterion.is_exclusion and is_silent(criterion),
        lines=tuple(lines(criterion, known, links)),
        required=required_of(criterion),
        questions=() if is_response else questions_of(criterion),
        ecertis=ecertis_link(criterion),
    )


def said(*, declared: bool | None, answered: bool) -> str:
    if declared is None:
        return "Voir le détail" if answered else SILENT
    return YES if declared else NO


def lines(criterion: Criterion, known: Iterable[Answer], links: dict[str, Link]) -> Iterator[Line]:
    """Every answer but those already `known`; an answer to a national criterion names it."""
    shown = {id(answer) for answer in known}
    for one in (criterion, *criterion.national):
        own = (prop for group in one.groups for prop in group.walk()) if one is criterion else one.walk()
        for answer in (answer for prop in own for answer in prop.answers if id(answer) not in shown):
            if line := line_of(answer, links, of="" if one is criterion else one.title):
                yield line


def line_of(answer: Answer, links: dict[str, Link], *, of: str) -> Line | None:
    found = tuple(links.get(one, Link(one)) for one in answer.evidences)
    shown = "" if answer.evidences else text_of(answer)
    if not shown and not found:
        return None
    question = question_in_french(answer.label) or "Réponse"
    lots = joined(*(lot_label(Lot(one)) for one in answer.lots))
    return Line(f"{of}\u00a0: {question}" if of else question, shown, lots, found)


def ecertis_link(criterion: Criterion) -> Link | None:
    """By the UUID of the criterion; 4.x has a few criteria without one."""
    try:
        return Link(criterion.uuid, criterion_url(criterion.uuid))
    except ValueError:
        return None
