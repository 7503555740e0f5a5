"""A value as another data type holds it: the same meaning, or nothing."""

from datetime import date
from decimal import Decimal

import pytest

from dume.carrying import fitting_requirement
from dume.coercion import fitting, in_element, may_become
from dume.model import Answer, Period, Property, Requirement

YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("value", "value_type", "data_type", "expected"),
    [
        (Decimal(2024), "quantity", "PERIOD", YEAR),
        (YEAR, "period", "QUANTITY_YEAR", Decimal(2024)),
        (date(2024, 5, 2), "date", "PERIOD", Period(date(2024, 5, 2), date(2024, 5, 2))),
        ("cinq ans", "text", "PERIOD", Period(text="cinq ans")),
        (YEAR, "period", "DESCRIPTION", "du 2024-01-01 au 2024-12-31"),
        (Decimal("12.5"), "number", "PERCENTAGE", Decimal("12.5")),
        ("RCS-1", "text", "IDENTIFIER", "RCS-1"),
        ("https://example.invalid", "text", "URL", "https://example.invalid"),
        (Decimal(300), "amount", "DESCRIPTION", "300 EUR"),
        (True, "indicator", "INDICATOR", True),
    ],
)
def test_a_value_keeps_its_meaning_in_another_data_type(value, value_type, data_type, expected):
    unit = "EUR" if value_type == "amount" else ""
    assert fitting(Answer("", value, value_type, unit), data_type).value == expected


@pytest.mark.parametrize(
    ("value", "value_type", "data_type"),
    [
        (Decimal(300), "quantity", "AMOUNT"),
        ("deux mots", "text", "IDENTIFIER"),
        ("www.example.invalid", "text", "URL"),
        (Period(date(2024, 1, 1), date(2024, 6, 30)), "period", "QUANTITY_YEAR"),
        (Decimal(12), "quantity", "PERIOD"),
        ("peut-être", "text", "INDICATOR"),
        ("mandataire", "text", "CODE"),
        (True, "indicator", "DESCRIPTION"),
        ("1.000 ?", "amount", "AMOUNT"),
        ("peut-être", "indicator", "INDICATOR"),
        ("l'an dernier", "date", "DATE"),
    ],
)
def test_nothing_is_guessed(value, value_type, data_type):
    assert fitting(Answer("", value, value_type), data_type) is None


def test_data_types_of_all_versions_are_compared_by_what_they_hold():
    assert may_become("EVIDENCE_URL", "EVIDENCE_IDENTIFIER")
    assert may_become("AMOUNT", "MINIMUM_AMOUNT")
    assert not may_become("INDICATOR", "DESCRIPTION")


def test_what_a_buyer_requires_keeps_what_its_new_element_has_room_for():
    years = Requirement("1", "MinimumQuantity", "YEAR")
    assert in_element(years, "MinimumValueNumeric") == Requirement("1", "MinimumValueNumeric")
    assert in_element(years, "MaximumQuantity").unit == "YEAR"
    code = Requirement("x", "ExpectedCode", scheme="liste")
    assert in_element(code, "ExpectedDescription") == Requirement("x", "ExpectedDescription")


@pytest.mark.parametrize(("value", "fits"), [("50000.00", True), ("beaucoup", False), ("1E+999999", False)])
def test_a_minimum_that_is_no_number_has_no_place_in_another_version(value, fits):
    asked = Property("q", "REQUIREMENT", "MINIMUM_AMOUNT", "Minimum")
    given = fitting_requirement(Requirement(value, "MinimumAmount", "EUR"), asked, asked)
    assert (given is not None) is fits
