"""A value said in one version, as another version's question wants it: the same meaning or nothing.

Nothing is guessed: a number does not become an amount without a currency, a text does not become a code.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from dume.model import Answer, Period, Requirement, Value
from dume.reading.ubl import SCHEMED, WITH_UNIT

#: Data types of all versions that hold the same sort of value.
SORTS = {
    "INDICATOR": "indicator",
    "DESCRIPTION": "text",
    "TEXT": "text",
    "AMOUNT": "amount",
    "MINIMUM_AMOUNT": "amount",
    "MAXIMUM_AMOUNT": "amount",
    "QUANTITY": "quantity",
    "QUANTITY_INTEGER": "quantity",
    "QUANTITY_YEAR": "quantity",
    "MINIMUM_QUANTITY": "quantity",
    "MINIMUM_QUANTITY_INTEGER": "quantity",
    "MINIMUM_QUANTITY_YEAR": "quantity",
    "MINIMUM_VALUE_NUMERIC": "quantity",
    "NUMBER": "quantity",
    "PERCENTAGE": "quantity",
    "DATE": "date",
    "PERIOD": "period",
    "CODE": "code",
    "CODE_BOOLEAN": "code",
    "CODE_COUNTRY": "code",
    "WEIGHT_INDICATOR": "indicator",
    "EVIDENCE_IDENTIFIER": "evidence",
    "EVIDENCE_URL": "evidence",
    "URL": "uri",
    "IDENTIFIER": "identifier",
    "LOT_IDENTIFIER": "identifier",
    "QUAL_IDENTIFIER": "identifier",
    "ECONOMIC_OPERATOR_IDENTIFIER": "identifier",
}
#: What a sort of value may become, apart from itself. A text takes all that can be written out.
BECOMES = {
    "quantity": {"period", "text"},
    "date": {"period", "text"},
    "period": {"quantity", "text"},
    "text": {"period", "identifier", "uri"},
    "amount": {"text"},
    "code": {"text"},
    "identifier": {"text"},
    "uri": {"text"},
    "indicator": set[str](),
    "evidence": set[str](),
}
NUMBERS = {"quantity", "number"}
YEAR = "YEAR"
#: Reading keeps as text what it cannot read: that is no yes, no amount and no date in any version.
WELL_FORMED = {"indicator": bool, "amount": Decimal, "date": date}
NEVER_EMPTY = {"identifier", "uri"}


def sort_of(data_type: str) -> str:
    return SORTS.get(data_type, "text")


def may_become(source: str, target: str) -> bool:
    """Whether some value of one data type has its place in another."""
    said, wanted = sort_of(source), sort_of(target)
    return said == wanted or wanted in BECOMES[said]


def fitting(answer: Answer, data_type: str) -> Answer | None:
    """The answer as this data type holds it; None when the value has no place there."""
    wanted = sort_of(data_type)
    if wanted == "quantity":
        return quantity(answer, data_type)
    if answer.value_type == wanted:
        return answer if isinstance(answer.value, WELL_FORMED.get(wanted, object)) else None
    match wanted:
        case "text":
            text = in_words(answer)
            return replace(answer, value=text, value_type="text", unit="") if text else None
        case "period":
            period = as_period(answer.value)
            return replace(answer, value=period, value_type="period", unit="") if period else None
        case "identifier" | "uri" if answer.value_type in {"text", *NEVER_EMPTY}:
            return named(answer, wanted)
        case _:
            return None


def in_element(one: Requirement, element: str) -> Requirement:
    """A bare number has no unit, and only codes and identifiers a list."""
    unit = one.unit if element.endswith(WITH_UNIT) else ""
    return replace(one, element=element, unit=unit, scheme=one.scheme if element in SCHEMED else "")


def named(answer: Answer, wanted: str) -> Answer | None:
    """A text of one word names something; an address needs its scheme."""
    value = str(answer.value)
    if " " in value or (wanted == "uri" and "://" not in value):
        return None
    return replace(answer, value=value, value_type=wanted)


def quantity(answer: Answer, data_type: str) -> Answer | None:
    value = answer.value
    if isinstance(value, Period):
        value = year_of(value)
        return replace(answer, value=value, value_type="quantity", unit=YEAR) if value else None
    if not isinstance(value, Decimal) or answer.value_type not in NUMBERS:
        return None
    unit = YEAR if data_type == "QUANTITY_YEAR" else "" if answer.unit == YEAR else answer.unit
    return replace(answer, value_type="quantity", unit=unit)


def year_of(period: Period) -> Decimal | None:
    """A whole calendar year is that year; any other period is not one."""
    start, end = period.start, period.end
    if start is None or end is None or period.text:
        return None
    is_year = start.year == end.year and (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    return Decimal(start.year) if is_year else None


def as_period(value: Value) -> Period | None:
    match value:
        case Period():
            return value
        case Decimal() if value == value.to_integral_value() and 1000 <= value <= 9999:  # noqa: PLR2004
            return Period(date(int(value), 1, 1), date(int(value), 12, 31))
        case date():
            return Period(value, value)
        case str() if value:
            return Period(text=value)
        case _:
            return None


def in_words(answer: Answer) -> str:
    match answer.value:
        case bool() | None:
            return ""
        case Period():
            return period_in_words(answer.value)
        case Decimal():
            return f"{answer.value:f} {answer.unit}".strip()
        case date():
            return answer.value.isoformat()
        case str():
            return answer.value


def period_in_words(period: Period) -> str:
    parts = []
    if period.start:
        parts.append(f"du {period.start.isoformat()}")
    if period.end:
        parts.append(f"au {period.end.isoformat()}")
    return " ".join([*parts, *([period.text] if period.text else [])])
