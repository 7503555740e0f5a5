from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tenders.rules.contracts import (
    CHOICES,
    LISTS,
    NUMBER,
    Facts,
    find_incoherences,
    next_number,
    procedure_of,
)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"nature": "framework"}, "nature"),
        ({"techniques": ("framework", "none")}, "techniques"),
        ({"techniques": ("framework", "framework")}, "techniques"),
        ({"social": ("clause", "none")}, "social"),
        ({"advance_granted": False, "advance_rate": Decimal("0.1")}, "advance_rate"),
        ({"advance_granted": True, "advance_rate": Decimal(5)}, "advance_rate"),
        ({"eu_share": Decimal("0.2"), "french_share": Decimal("0.3")}, "french_share"),
        ({"duration_months": 0}, "duration_months"),
        ({"offers_received": 0}, "offers_received"),
        ({"public_subsidy": Decimal(-1)}, "public_subsidy"),
        ({"subject": "x" * 1001}, "subject"),
        ({"framework_number": "un deux"}, "framework_number"),
    ],
)
def test_what_cannot_be_true_is_named(said: dict[str, Any], field: str) -> None:
    assert list(find_incoherences(Facts(**said))) == [field]


def test_silence_is_never_a_contradiction() -> None:
    assert find_incoherences(Facts()) == {}


def test_every_list_of_words_belongs_to_a_fact() -> None:
    names = {field.name for field in fields(Facts)}
    assert set(LISTS) | set(CHOICES) <= names


def test_an_advance_with_its_rate_is_coherent() -> None:
    facts = Facts(advance_granted=True, advance_rate=Decimal("0.3"), execution_starts_on=date(2026, 4, 1))
    assert find_incoherences(facts) == {}
    assert find_incoherences(replace(facts, advance_granted=None)) == {}


@pytest.mark.parametrize("number", ["2026-001", "A/2026.12", "x", "1234567890123456"])
def test_usable_numbers(number: str) -> None:
    assert NUMBER.fullmatch(number)


@pytest.mark.parametrize("number", ["", "12345678901234567", "MARCHÉ-1", "a b", "a#1", "/1", "../x", "a\n"])
def test_unusable_numbers(number: str) -> None:
    assert not NUMBER.fullmatch(number)


def test_the_next_number_follows_the_highest_of_the_year() -> None:
    assert next_number([], 2026) == "2026-001"
    assert next_number(["2026-001", "2026-009", "2025-040", "2026-LOT1"], 2026) == "2026-010"
    assert next_number(["2026-999"], 2026) == "2026-1000"


def test_the_procedures_of_a_consultation_have_an_official_name() -> None:
    assert (procedure_of("mapa"), procedure_of("open"), procedure_of("other")) == ("adapted", "open", None)
