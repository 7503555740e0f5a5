"""Identifiers, amounts, dates: the pure ground floor."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement import calendars, identifiers, money

NARROW, NO_BREAK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("73282932000074", True),
        ("73282932000075", False),
        ("7328293200007", False),
        ("35600000000048", True),  # the seat of La Poste: passes Luhn too
        ("35600000049837", True),  # one of its establishments: sum of digits divisible by 5
        ("35600000049838", False),
        ("７3282932000074", False),  # full-width digit
    ],
)
def test_a_siret_is_fourteen_digits_with_its_key(value: str, expected: bool) -> None:
    assert identifiers.is_siret(value) is expected


def test_a_siret_is_read_with_the_spaces_people_write() -> None:
    assert identifiers.clean_siret("732 829 320 00074") == "73282932000074"
    with pytest.raises(identifiers.InvalidIdentifier, match="14 chiffres"):
        identifiers.clean_siret("732 829 320 00075")


@pytest.mark.parametrize("code", ["45000000", "45000000-7", "71 00 00 00"])
def test_cpv_codes_are_eight_digits(code: str) -> None:
    assert identifiers.clean_cpv(code).startswith(code[:2])


@pytest.mark.parametrize("code", ["4500000", "4500000A", "00000000", "45000000-77", ""])
def test_other_texts_are_no_cpv(code: str) -> None:
    with pytest.raises(identifiers.InvalidIdentifier):
        identifiers.clean_cpv(code)


def test_nuts_insee_and_vat() -> None:
    assert identifiers.clean_nuts("fri13") == "FRI13"
    assert identifiers.clean_insee("2a004") == "2A004"
    assert identifiers.clean_vat("FR 40 303 265 045") == "FR40303265045"
    for clean, bad in (
        (identifiers.clean_nuts, "1FR"),
        (identifiers.clean_insee, "4019"),
        (identifiers.clean_vat, "FR1"),
    ):
        with pytest.raises(identifiers.InvalidIdentifier):
            clean(bad)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("85 000,50 €", "85000.50"),
        ("85000.5", "85000.50"),
        (f"1{NARROW}250{NO_BREAK}€ HT", "1250.00"),
        ("0", "0.00"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    assert money.parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "abc", "-5", "1,234", "NaN", "Infinity", "1e3000"])
def test_unreadable_amounts_are_refused(text: str) -> None:
    with pytest.raises(money.InvalidAmount):
        money.parse_amount(text)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_shown_can_be_read_back(amount: Decimal) -> None:
    assert money.parse_amount(money.format_euros(amount)) == amount


def test_amounts_are_shown_with_no_break_spaces() -> None:
    assert money.format_euros(Decimal("85000.50")) == f"85{NARROW}000,50{NO_BREAK}€{NO_BREAK}HT"
    assert money.format_euros(Decimal(1250)) == f"1{NARROW}250{NO_BREAK}€{NO_BREAK}HT"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 1, 15), 2, date(2026, 3, 15)),
        (date(2026, 10, 31), 4, date(2027, 2, 28)),
    ],
)
def test_months_are_calendar_months(start: date, months: int, end: date) -> None:
    assert calendars.add_months(start, months) == end


def test_moments_are_said_in_paris_time_and_in_words() -> None:
    noon = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
    said = calendars.format_moment(noon).replace(NO_BREAK, " ")
    assert said == "lundi 30 novembre 2026 à 12 h 00 (heure de Paris)"
    there = calendars.format_moment(noon, ZoneInfo("Indian/Reunion"), seconds=True).replace(NO_BREAK, " ")
    assert there == "lundi 30 novembre 2026 à 15 h 00 min 00 s (heure de La Réunion)"


def test_the_repeated_hour_of_autumn_is_told_apart() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert "+0200" in calendars.format_moment(first)
    assert "+0100" in calendars.format_moment(second)


def test_a_day_ends_where_it_is_counted() -> None:
    assert calendars.end_of_day(date(2026, 3, 28)) == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert calendars.end_of_day(date(2026, 3, 29)) == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)
    assert calendars.paris_date(datetime(2026, 3, 1, 23, 30, tzinfo=UTC)) == date(2026, 3, 2)
