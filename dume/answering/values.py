"""A typed answer as the words of a form, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from dume.elements import folded
from dume.model import Answer, Period, Value
from dume.nodes import read_date, read_decimal
from procurement.money import InvalidAmount, parse_amount

YES, NO = "oui", "non"
#: Stands for an empty cell between two rows that have one: answers are told apart by their order only.
BLANK = "—"
#: Between the two days of a period of which one cannot be read.
UNTIL = "→"
CENTURY = 100
MOST_DIGITS = 25
YEARS = range(1800, 2200)


class Control(StrEnum):
    YES_NO = "yes_no"
    SHORT = "short"
    LONG = "long"
    AMOUNT = "amount"
    NUMBER = "number"
    YEAR = "year"
    PERCENTAGE = "percentage"
    DAY = "day"
    PERIOD = "period"
    COUNTRY = "country"
    LINK = "link"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a data type is asked for and written: the control, the type of value, its unit."""

    control: Control
    value_type: str
    unit: str = ""


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "INDICATOR": Kind(Control.YES_NO, "indicator"),
        "DESCRIPTION": Kind(Control.LONG, "text"),
        "AMOUNT": Kind(Control.AMOUNT, "amount", "EUR"),
        "QUANTITY": Kind(Control.NUMBER, "quantity", "NUMBER"),
        "QUANTITY_INTEGER": Kind(Control.NUMBER, "quantity", "INTEGER"),
        "QUANTITY_YEAR": Kind(Control.YEAR, "quantity", "YEAR"),
        "PERCENTAGE": Kind(Control.PERCENTAGE, "quantity", "PERCENTAGE"),
        "DATE": Kind(Control.DAY, "date"),
        "PERIOD": Kind(Control.PERIOD, "period"),
        "CODE": Kind(Control.SHORT, "code"),
        "CODE_COUNTRY": Kind(Control.COUNTRY, "code"),
        "URL": Kind(Control.LINK, "uri"),
        "EVIDENCE_IDENTIFIER": Kind(Control.EVIDENCE, "evidence"),
    }
)
OTHER = Kind(Control.SHORT, "identifier")
#: The parts of an answer that has several: the end of the name of each field, and its label.
FIELDS: Mapping[Control, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        Control.PERIOD: (("start", "Début"), ("end", "Fin")),
        Control.EVIDENCE: (
            ("uri", "Adresse internet"),
            ("name", "Nom du justificatif"),
            ("issuer", "Délivré par"),
        ),
    }
)
ONE_FIELD = (("", ""),)
COMPLAINTS: Mapping[Control, str] = MappingProxyType(
    {
        Control.YES_NO: "Répondez par oui ou par non.",
        Control.AMOUNT: "Écrivez un montant en euros, par exemple 85 000,50.",
        Control.NUMBER: "Écrivez un nombre, par exemple 12.",
        Control.YEAR: "Écrivez une année en quatre chiffres, par exemple 2025.",
        Control.PERCENTAGE: "Écrivez un pourcentage entre 0 et 100, par exemple 12,5.",
        Control.DAY: "Indiquez une date qui existe, par exemple 30/11/2025.",
        Control.PERIOD: "Indiquez deux dates qui existent, la fin après le début.",
        Control.LINK: "Écrivez une adresse internet complète, qui commence par https://.",
    }
)
Words = Mapping[str, str]


def kind_of(data_type: str) -> Kind:
    return KINDS.get(data_type, OTHER)


def fields_of(control: Control) -> tuple[tuple[str, str], ...]:
    return FIELDS.get(control, ONE_FIELD)


def typed(data_type: str, words: Words) -> Answer | None:
    """What these words say; None when all are empty. An evidence is no value: see `dume.answering.evidences`."""
    kind = kind_of(data_type)
    said = {name: folded(words.get(name, "")) for name, _ in fields_of(kind.control)}
    if not any(said.values()):
        return None
    value = period_of(said) if kind.control is Control.PERIOD else value_of(kind.control, said[""])
    return Answer("", value, kind.value_type, kind.unit) if value is not None else None


def value_of(control: Control, said: str) -> Value:
    """The value, or the words when they cannot be read as one."""
    match control:
        case Control.YES_NO:
            return {YES: True, NO: False}.get(said)
        case Control.AMOUNT:
            return amount_of(said)
        case Control.NUMBER | Control.YEAR | Control.PERCENTAGE:
            return number_of(control, said)
        case Control.DAY:
            return day_of(said) or unread(said, read_date(said))
        case _:
            return said


def unread(said: str, value: Value) -> str:
    """The words, marked where a reader of the document would take them for this value."""
    return said if value is None or value == said else f"? {said}"


def amount_of(said: str) -> Value:
    try:
        return parse_amount(said)
    except InvalidAmount:
        return unread(said, read_decimal(said))


def number_of(control: Control, said: str) -> Value:
    compact = "".join(said.replace("%", "").split()).replace(",", ".")
    number = read_decimal(compact)
    if isinstance(number, Decimal) and is_in_range(control, number):
        return number
    return unread(said, read_decimal(said))


def is_in_range(control: Control, number: Decimal) -> bool:
    if number < 0 or abs(number.adjusted()) > MOST_DIGITS:
        return False
    if control is Control.YEAR:
        return number in YEARS
    return control is not Control.PERCENTAGE or number <= CENTURY


def day_of(said: str) -> date | None:
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(said, pattern).date()  # noqa: DTZ007  a day, in no zone
        except ValueError:
            continue
    return None


def period_of(said: Words) -> Period:
    start, end = day_of(said["start"]), day_of(said["end"])
    readable = (start or not said["start"]) and (end or not said["end"])
    return Period(start, end) if readable else Period(text=f"{said['start']}{UNTIL}{said['end']}")


def shown(data_type: str, answer: Answer | None) -> dict[str, str]:
    """The words of each field of an answer; empty without one."""
    control = kind_of(data_type).control
    if answer is None or answer.value == BLANK:
        return {name: "" for name, _ in fields_of(control)}
    value = answer.value
    if isinstance(value, Period):
        start, until, end = value.text.partition(UNTIL)
        return {
            "start": value.start.isoformat() if value.start else start,
            "end": value.end.isoformat() if value.end else (end if until else ""),
        }
    return {"": words_of(value, control)}


def words_of(value: Value, control: Control) -> str:
    match value:
        case bool():
            return YES if value else NO
        case Decimal():
            plain = f"{value:.2f}" if control is Control.AMOUNT else f"{value.normalize():f}"
            return plain.replace(".", ",")
        case date():
            return value.isoformat()
        case _:
            return str(value or "")


def complaint(data_type: str, answer: Answer | None) -> str:
    """Why an answer cannot be read as what was asked; "" when it can, or when there is none."""
    control = kind_of(data_type).control
    if answer is None or answer.value == BLANK or is_readable(control, answer.value):
        return ""
    return COMPLAINTS.get(control, "")


def is_readable(control: Control, value: Value) -> bool:
    match control:
        case Control.YES_NO:
            return isinstance(value, bool)
        case Control.AMOUNT | Control.NUMBER | Control.YEAR | Control.PERCENTAGE:
            return isinstance(value, Decimal)
        case Control.DAY:
            return isinstance(value, date)
        case Control.PERIOD:
            return isinstance(value, Period) and is_in_order(value)
        case Control.LINK:
            return str(value).lower().startswith(("https://", "http://"))
        case _:
            return True


def is_in_order(period: Period) -> bool:
    return bool(period.start and period.end and period.start <= period.end)
