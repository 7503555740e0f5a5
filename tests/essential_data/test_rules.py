"""Thresholds and delays (R2196-1, R3131-1), with the rows of the first start."""

import importlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essential_data.rules import (
    Decision,
    Rule,
    applicable,
    decide,
    department_of,
    is_overdue,
    is_time_to_publish,
)

SEED = importlib.import_module("essential_data.migrations.0002_rules_and_frozen_versions").RULES
RULES = [Rule(**row, lead_days=3) for row in SEED]
LAW_ONLY = [rule for rule in RULES if rule.basis == "law"]


def decided(rules: list[Rule], amount: str, day: date, kind: str = "contract") -> str:
    decision = decide(
        rules, kind=kind, amount=Decimal(amount), notified_on=day, execution_starts_on=date(2030, 1, 1)
    )
    return decision.rule.basis if decision.rule else "out"


@pytest.mark.parametrize(
    ("day", "amount", "expected"),
    [
        (date(2018, 9, 30), "1000000", "out"),
        (date(2019, 6, 1), "24999.99", "out"),
        (date(2019, 6, 1), "25000", "law"),
        (date(2019, 12, 31), "39999.99", "law"),
        (date(2020, 1, 1), "24999.99", "out"),
        (date(2020, 1, 1), "25000", "policy"),
        (date(2020, 1, 1), "39999.99", "policy"),
        (date(2020, 1, 1), "40000", "law"),
        (date(2024, 1, 1), "25000", "policy"),
        (date(2024, 1, 1), "40000", "law"),
        (date(2026, 3, 2), "24999.99", "out"),
        (date(2026, 3, 2), "39999.99", "policy"),
        (date(2026, 3, 2), "40000", "law"),
    ],
)
def test_a_contract_is_published_from_the_threshold_of_its_day(day: date, amount: str, expected: str) -> None:
    assert decided(RULES, amount, day) == expected


@pytest.mark.parametrize(("amount", "expected"), [("25000", "out"), ("39999.99", "out"), ("40000", "law")])
def test_without_the_platforms_policy_the_law_alone_decides(amount: str, expected: str) -> None:
    assert decided(LAW_ONLY, amount, date(2026, 3, 2)) == expected


def test_between_the_thresholds_the_law_offers_a_yearly_list() -> None:
    found = applicable(LAW_ONLY, kind="contract", amount=Decimal(30000), notified_on=date(2026, 3, 2))
    assert [(rule.duty, rule.drives_publication) for rule in found] == [("list", False)]


@pytest.mark.parametrize("amount", ["0", "1", "24999.99", "4200000"])
def test_every_concession_is_published(amount: str) -> None:
    assert decided(RULES, amount, date(2026, 3, 2), "concession") == "law"


def due_on(kind: str, notified_on: date, starts_on: date | None = None) -> date | None:
    return decide(
        RULES, kind=kind, amount=Decimal(50000), notified_on=notified_on, execution_starts_on=starts_on
    ).due_on


@pytest.mark.parametrize(
    ("notified_on", "expected"),
    [
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 12, 31), date(2028, 2, 29)),
        (date(2026, 12, 30), date(2027, 2, 28)),
        (date(2026, 12, 28), date(2027, 2, 28)),
        (date(2026, 7, 31), date(2026, 9, 30)),
        (date(2026, 3, 2), date(2026, 5, 2)),
    ],
)
def test_two_months_are_calendar_months(notified_on: date, expected: date) -> None:
    assert due_on("contract", notified_on) == expected


def test_a_concession_is_due_the_day_before_it_starts() -> None:
    assert due_on("concession", date(2026, 3, 2), date(2026, 4, 1)) == date(2026, 3, 31)


def test_a_concession_without_a_first_day_has_no_due_date_yet() -> None:
    assert due_on("concession", date(2026, 3, 2)) is None


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.decimals("0", "3000000", places=2))
def test_whatever_is_due_is_due_within_62_days(notified_on: date, amount: Decimal) -> None:
    decision = decide(RULES, kind="contract", amount=amount, notified_on=notified_on)
    assert decision.in_scope == (amount >= 25000)
    if decision != Decision(None):
        assert decision.due_on is not None
        assert 59 <= (decision.due_on - notified_on).days <= 62


def test_the_job_publishes_some_days_early_and_never_forgets() -> None:
    due = date(2026, 5, 2)
    assert not is_time_to_publish(due_on=due, lead_days=3, today=date(2026, 4, 28))
    assert is_time_to_publish(due_on=due, lead_days=3, today=date(2026, 4, 29))
    assert is_time_to_publish(due_on=due, lead_days=3, today=date(2026, 6, 1))
    assert not is_time_to_publish(due_on=None, lead_days=3, today=due)


def test_the_due_day_itself_is_not_late() -> None:
    assert not is_overdue(due_on=date(2026, 5, 2), today=date(2026, 5, 2))
    assert is_overdue(due_on=date(2026, 5, 2), today=date(2026, 5, 3))


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("40192", "Code commune", "40"),
        ("2B002", "Code commune", "2B"),
        ("97411", "Code commune", "974"),
        ("20000", "Code postal", "2A"),
        ("20290", "Code postal", "2B"),
        ("40", "Code département", "40"),
        ("2a", "Code département", "2A"),
        ("75", "Code région", ""),
        ("FR", "Code pays", ""),
        ("4019", "Code commune", ""),
    ],
)
def test_the_department_is_read_from_the_place(code: str, kind: str, expected: str) -> None:
    assert department_of(code, kind) == expected
