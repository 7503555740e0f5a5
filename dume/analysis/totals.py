"""The capacities of a group are appreciated as a whole (R2142-25): what its members declare for one year, added up."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from dume.analysis.figures import STAFF, YEARLY
from dume.analysis.model import Figure, Member, Total, What

Key = tuple[str, What, str, str]


def totals(members: Sequence[Member]) -> Iterator[Total]:
    """Only what several members declare for the same year and in the same currency."""
    told = [figures_of(member) for member in members if member.is_of_group]
    for key in dict.fromkeys(key for found in told for key in found):
        values = [value for found in told if (value := found.get(key)) is not None]
        if len(values) > 1:
            title, what, when, unit = key
            yield Total(title, what, Figure(sum(values, Decimal()), unit, when), len(values), len(told))


def figures_of(member: Member) -> dict[Key, Decimal | None]:
    """None where lots have figures of their own for one year: nothing says how they add up."""
    found: dict[Key, Decimal | None] = {}
    for capacity in member.capacities:
        if capacity.kind not in YEARLY | STAFF:
            continue
        for check in capacity.checks:
            for one in check.declared:
                if check.what in {What.AMOUNT, What.STAFF} and one.when and one.value is not None:
                    key = (capacity.title, check.what, one.when, one.unit)
                    found[key] = one.value if found.get(key, one.value) == one.value else None
    return found
