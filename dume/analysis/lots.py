"""Lots are written as anybody likes (« LOT-0003 », « 3 », « 1, 2, 4 »): compared by their numbers."""

import re
from collections.abc import Iterable
from functools import lru_cache

from dume.model import Lot

NUMBER = re.compile(r"\d{1,9}", re.ASCII)


def numbers(written: Iterable[str]) -> frozenset[int]:
    """Empty for the whole contract, and for what has no number in it."""
    return frozenset(number for lot in written for number in numbers_in(lot))


@lru_cache(maxsize=4096)
def numbers_in(lot: str) -> frozenset[int]:
    if Lot(lot).is_whole_contract:
        return frozenset()
    return frozenset(map(int, NUMBER.findall(lot))) - {0}


def is_same(one: str, other: str) -> bool:
    """Whether an answer for one speaks of the other: the whole contract speaks of every lot."""
    if not one or not other or Lot(one).is_whole_contract or Lot(other).is_whole_contract:
        return True
    return one == other or (bool(numbers_in(one)) and numbers_in(one) == numbers_in(other))
