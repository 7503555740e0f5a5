"""Pure rules of bids, one module per topic: deposits (handing in), opening, standstill, holders."""

from bids.rules.deposits import (
    CANDIDATURE,
    OFFER,
    Answer,
    Expected,
    Requirement,
    expected_pieces,
    is_late,
    may_open,
    may_withdraw,
    missing_pieces,
    takes_the_place,
)

__all__ = [
    "CANDIDATURE",
    "OFFER",
    "Answer",
    "Expected",
    "Requirement",
    "expected_pieces",
    "is_late",
    "may_open",
    "may_withdraw",
    "missing_pieces",
    "takes_the_place",
]
