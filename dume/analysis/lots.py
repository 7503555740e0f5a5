"""Lots are written as anybody likes (« LOT-0003 », « 3 », « 1, 2, 4 »): compared by their numbers."""

import re
from collections.abc import Iterable

from dume.model import Lot

NUMBER = re.compile(r"\d{1,4}", re.ASCII)


def numbers(written: Iterable[str]) -> frozenset[int]:
    """Empty for the whole contract, and for what has no number in it."""
    found = (int(one) for lot in written if not Lot(lot).is_whole_contract for one in NUMBER.findall(lot))
    return frozenset(found) - {0}


def is_same(one: str, other: str) -> bool:
    """Whether an answer for one speaks of the other: the whole contract speaks of every lot."""
    if not one or not other or Lot(one).is_whole_contract or Lot(other).is_whole_contract:
        return True
    return one == other or (bool(numbers([one])) and numbers([one]) == numbers([other]))
