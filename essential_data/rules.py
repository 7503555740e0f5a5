"""Which contracts must be published, and by which day. Pure: the dated rules are data given by the caller."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from procurement.calendars import add_months

#: INSEE numbers communes of these two departments with a letter.
CORSICA = ("2A", "2B")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One dated rule. `minimum_amount` is included (« à partir de »), in euros excluding tax.

    `counted_from` is "notification" (due `months` later, the same day or the month's last) or "before_execution"
    (due the day before the concession starts). `duty` is "full" (one record a contract) or "list" (a yearly list).
    """

    label: str
    kind: str
    starts_on: date
    ends_on: date | None
    minimum_amount: Decimal
    months: int
    counted_from: str
    duty: str
    basis: str
    drives_publication: bool
    lead_days: int
    source: str

    def covers(self, *, kind: str, amount: Decimal, notified_on: date) -> bool:
        in_force = self.starts_on <= notified_on and (self.ends_on is None or notified_on <= self.ends_on)
        return kind == self.kind and in_force and amount >= self.minimum_amount

    def due_on(self, *, notified_on: date, execution_starts_on: date | None) -> date | None:
        if self.counted_from == "before_execution":
            return execution_starts_on - timedelta(days=1) if execution_starts_on else None
        return add_months(notified_on, self.months)


@dataclass(frozen=True)
class Decision:
    """What the rules say of one contract: `rule` is None when nothing has to be published one by one."""

    rule: Rule | None
    due_on: date | None = None

    @property
    def in_scope(self) -> bool:
        return self.rule is not None


def decide(
    rules: Iterable[Rule],
    *,
    kind: str,
    amount: Decimal,
    notified_on: date,
    execution_starts_on: date | None = None,
) -> Decision:
    """The rule that has the contract published in full: the law before the platform's own policy, then the earliest.

    A rule that does not drive publication is shown to the buyer, never applied.
    """
    candidates = [
        Decision(rule, rule.due_on(notified_on=notified_on, execution_starts_on=execution_starts_on))
        for rule in applicable(rules, kind=kind, amount=amount, notified_on=notified_on)
        if rule.drives_publication and rule.duty == "full"
    ]
    if not candidates:
        return Decision(None)
    return min(
        candidates,
        key=lambda found: (found.rule.basis != "law" if found.rule else True, found.due_on or date.max),
    )


def applicable(rules: Iterable[Rule], *, kind: str, amount: Decimal, notified_on: date) -> list[Rule]:
    """Every rule in force that day for such a contract, whether it drives publication or only informs."""
    return [rule for rule in rules if rule.covers(kind=kind, amount=amount, notified_on=notified_on)]


def is_time_to_publish(*, due_on: date | None, lead_days: int, today: date) -> bool:
    """Whether the periodic job publishes today; a few days early, so that a failing night does not make it late."""
    return due_on is not None and today >= due_on - timedelta(days=lead_days)


def is_overdue(*, due_on: date | None, today: date) -> bool:
    return due_on is not None and today > due_on


def department_of(place_code: str, place_type: str) -> str:
    """The department of a place of execution (`40`, `2B`, `974`), or "" where the code does not say it."""
    code = place_code.strip().upper()
    if place_type == "Code département":
        return code if re.fullmatch(r"[0-9]{2,3}|2[AB]", code) else ""
    if place_type not in {"Code commune", "Code postal"} or not re.fullmatch(
        r"([0-9]{2}|2[AB])[0-9]{3}", code
    ):
        return ""
    if place_type == "Code postal" and code.startswith("20"):
        return CORSICA[0] if code < "20200" else CORSICA[1]
    return code[:3] if code.startswith(("97", "98")) else code[:2]
