"""A DUME as a readable French page: plain rows for `dume/_document.html`, no XML and no English left where
our tables know better."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dume.countries import country_name
from dume.criteria import PARTS, question_in_french
from dume.model import Answer, Criterion, Dume, Evidence, Kind, Lot, Operator, Party, Period
from dume.report import Report
from dume.validate import check
from procurement.calendars import format_day
from procurement.money import NARROW_SPACE, NO_BREAK_SPACE

YES, NO, SILENT = "Oui", "Non", "Sans réponse"
EURO, YEAR = "EUR", "YEAR"
#: Units that ESPD writes and nobody says.
UNITS = {"INTEGER": "", "NUMBER": "", "PERCENTAGE": "%", "EUR": "€"}
KINDS = {
    Kind.RESPONSE: "Réponse de l'entreprise",
    Kind.REQUEST: "Demande de l'acheteur",
    Kind.CRITERIA: "Liste de critères",
    Kind.UNKNOWN: "Document inconnu",
}
#: Codes of 2.x (EORoleType) and of 3.x and later (eo-role-type).
ROLES = {
    "sole-tenderer": "Candidat seul",
    "group-lead": "Mandataire d'un groupement",
    "group-mem": "Membre d'un groupement",
    "oeron": "Entité dont les capacités sont invoquées",
    "subcont": "Sous-traitant",
    "scle": "Candidat seul ou mandataire d'un groupement",
    "sc": "Candidat seul",
    "gm": "Membre d'un groupement",
    "gl": "Mandataire d'un groupement",
    "oenron": "Sous-traitant dont les capacités ne sont pas invoquées",
}
SIZES = {
    "micro": "Micro-entreprise",
    "small": "Petite entreprise",
    "medium": "Entreprise moyenne",
    "sme": "Micro, petite ou moyenne entreprise",
    "large": "Grande entreprise",
}


@dataclass(frozen=True, slots=True)
class Fact:
    term: str
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """`url` is "" when what was written is no http(s) address: it is then shown, never linked."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer. A criterion's answers read well as a flat list."""

    question: str
    answer: str
    lots: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion. `declared` tells the template to set a « Oui » apart, and never by colour alone."""

    title: str
    law: str
    answer: str
    declared: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Section:
    part: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    kind: str
    version: str
    procedure: tuple[Fact, ...]
    operator: tuple[Fact, ...]
    representatives: tuple[Fact, ...]
    lots: tuple[str, ...]
    exclusion: tuple[Section, ...]
    selection: tuple[Section, ...]
    situation: tuple[Section, ...]
    evidences: tuple[Line, ...]
    declared: str
    silent: str
    answers_all_with_no: bool
    report: Report


def render_context(dume: Dume, report: Report | None = None) -> dict[str, object]:
    """Context of the fragment `dume/_document.html`: {"page": Page}. The caller's page has the h1 and may add
    `original_url`, where the received bytes are downloaded."""
    return {"page": page_of(dume, report or check(dume))}


def page_of(dume: Dume, report: Report) -> Page:
    party = dume.operator.party if dume.operator else Party()
    links = {evidence.id: link_of(evidence) for evidence in dume.evidences}
    asked = dume.exclusion_grounds if dume.kind is Kind.RESPONSE else ()
    return Page(
        title=f"DUME de {party.name}" if party.name else "DUME",
        kind=KINDS[dume.kind],
        version=dume.version,
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
        exclusion=sections(dume.exclusion_grounds, links),
        selection=sections(dume.selection_criteria, links),
        situation=sections(
            (one for one in dume.criteria if not one.is_exclusion and not one.is_selection), links
        ),
        evidences=tuple(evidence_line(evidence) for evidence in dume.evidences),
        declared=counted(
            sum(map(is_declared, asked)), "motif d'exclusion déclaré", "motifs d'exclusion déclarés"
        ),
        silent=counted(sum(map(is_silent, asked)), "motif sans réponse", "motifs sans réponse"),
        answers_all_with_no=bool(asked) and all(ground.declared is False for ground in asked),
        report=report,
    )


def joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def present(*facts: Fact) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.value)


def facts_of_procedure(dume: Dume) -> tuple[Fact, ...]:
    procedure = dume.procedure
    return present(
        Fact("Référence", procedure.reference),
        Fact("Intitulé", procedure.title),
        Fact("Description", procedure.description),
        Fact("Acheteur", joined(procedure.buyer.name, procedure.buyer.identifier)),
        Fact("Avis publié", procedure.notice),
        Fact("Date du DUME", format_day(dume.issued_on) if dume.issued_on else ""),
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


def sections(found: Iterable[Criterion], links: dict[str, Link]) -> tuple[Section, ...]:
    """Criteria by part, in the order of the form; within a part, in the order of the document."""
    by_part: dict[str, list[Row]] = {}
    for criterion in found:
        by_part.setdefault(criterion.part, []).append(row_of(criterion, links))
    return tuple(Section(part, PARTS[part], tuple(by_part[part])) for part in PARTS if part in by_part)


def is_declared(criterion: Criterion) -> bool:
    return any(one.declared for one in (criterion, *criterion.national))


def is_silent(criterion: Criterion) -> bool:
    return not is_declared(criterion) and criterion.declared is None


def counted(count: int, one: str, several: str) -> str:
    """« 2 motifs d'exclusion déclarés »; "" for none."""
    return f"{count}{NO_BREAK_SPACE}{several if count > 1 else one}" if count else ""


def lot_label(lot: Lot) -> str:
    """« lot 3 » for 4.x's LOT-0003; "" for the whole contract."""
    if lot.is_whole_contract:
        return ""
    number = lot.id.removeprefix("LOT-").lstrip("0")
    return f"lot{NO_BREAK_SPACE}{number}" if number.isdigit() else lot.id


def row_of(criterion: Criterion, links: dict[str, Link]) -> Row:
    main = criterion.main_question if not criterion.is_selection or criterion.part == "IV.α" else None
    declared = True if is_declared(criterion) else criterion.declared
    detail = (
        one
        for one in criterion.answers
        if main is None or one.property_id != main.id or one not in main.answers
    )
    return Row(
        title=criterion.title,
        law=criterion.law,
        answer=said(declared=declared, answered=bool(criterion.answers)) if main else "",
        declared=criterion.is_exclusion and bool(declared),
        lines=tuple(lines(detail, links)),
    )


def said(*, declared: bool | None, answered: bool) -> str:
    if declared is None:
        return "Voir le détail" if answered else SILENT
    return YES if declared else NO


def lines(answers: Iterable[Answer], links: dict[str, Link]) -> Iterator[Line]:
    for answer in answers:
        found = tuple(links.get(one, Link(one)) for one in answer.evidences)
        shown = "" if answer.evidences else text_of(answer)
        if shown or found:
            yield Line(
                question_in_french(answer.label) or "Réponse",
                shown,
                joined(*(lot_label(Lot(one)) for one in answer.lots)),
                found,
            )


def text_of(answer: Answer) -> str:
    """The value as a French reader writes it; a code or an identifier as it stands."""
    match answer.value:
        case None:
            return ""
        case bool():
            return YES if answer.value else NO
        case Decimal():
            return number(answer.value, answer.unit, is_amount=answer.value_type == "amount")
        case date():
            return format_day(answer.value)
        case Period():
            return period(answer.value)
        case _:
            return answer.value


def number(value: Decimal, unit: str, *, is_amount: bool) -> str:
    """« 1 250 000,50 € »; other currencies and units keep their code. Huge exponents are not spelled out."""
    if abs(value.adjusted()) > 30:  # noqa: PLR2004  nobody's turnover; 1E+999999 would fill the page
        return f"{value} {unit}".strip()
    if unit == YEAR:
        return f"{value:f}"
    grouped = f"{value:,f}".replace(",", NARROW_SPACE).replace(".", ",")
    shown_unit = "€" if is_amount and unit in {EURO, ""} else UNITS.get(unit, unit)
    return f"{grouped}{NO_BREAK_SPACE}{shown_unit}" if shown_unit else grouped


def period(value: Period) -> str:
    if value.start and value.end:
        return f"du {format_day(value.start)} au {format_day(value.end)}"
    if value.start:
        return f"depuis le {format_day(value.start)}"
    return f"jusqu'au {format_day(value.end)}" if value.end else value.text


def link_of(evidence: Evidence) -> Link:
    label = joined(evidence.name, evidence.issuer) or evidence.uri or evidence.code or evidence.id
    return Link(label, safe_url(evidence.uri))


def safe_url(written: str) -> str:
    """Only http and https are linked: `javascript:` and file names from a bidder's file are shown as text."""
    url = f"https://{written}" if written.lower().startswith("www.") else written
    return url if url.lower().startswith(("https://", "http://")) else ""


def evidence_line(evidence: Evidence) -> Line:
    access = "Confidentiel" if evidence.confidential else "Public"
    return Line(
        joined(evidence.name, evidence.code) or evidence.id, access, evidence.issuer, (link_of(evidence),)
    )
