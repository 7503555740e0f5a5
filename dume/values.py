"""Values of a DUME as a French reader writes them: facts, lines, links, amounts, periods. No English, no markup."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dume.model import Answer, Evidence, Lot, Period
from dume.nodes import MOST_DIGITS
from procurement.calendars import format_day
from procurement.money import NARROW_SPACE, NO_BREAK_SPACE

YES, NO, SILENT = "Oui", "Non", "Sans réponse"
EURO, YEAR = "EUR", "YEAR"
#: Units that ESPD writes and nobody says.
UNITS = {"INTEGER": "", "NUMBER": "", "PERCENTAGE": "%", "EUR": "€"}
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
    "le": "Mandataire d'un groupement",
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


def joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def present(*facts: Fact) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.value)


def quoted(text: str) -> str:
    return f"«{NO_BREAK_SPACE}{text}{NO_BREAK_SPACE}»"


def is_alike(one: str, other: str) -> bool:
    """Whether two people wrote the same, but for white space and capitals."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def compact(written: str) -> str:
    """An identifier without what people write between its parts."""
    return "".join(char for char in written if char.isalnum()).upper()


def counted(count: int, one: str, several: str) -> str:
    """« 2 motifs d'exclusion déclarés »; "" for none."""
    return f"{count}{NO_BREAK_SPACE}{several if count > 1 else one}" if count else ""


def lot_label(lot: Lot) -> str:
    """« lot 3 » for 4.x's LOT-0003; "" for the whole contract."""
    if lot.is_whole_contract:
        return ""
    number = lot.id.removeprefix("LOT-").lstrip("0")
    return f"lot{NO_BREAK_SPACE}{number}" if number.isdigit() else lot.id


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
    if abs(value.adjusted()) > MOST_DIGITS:
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
    access = access_to(confidential=evidence.confidential)
    return Line(
        joined(evidence.name, evidence.code) or evidence.id, access, evidence.issuer, (link_of(evidence),)
    )


def access_to(*, confidential: bool) -> str:
    return "Confidentiel" if confidential else "Public"
