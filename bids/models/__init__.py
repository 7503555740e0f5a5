from bids.models.deposit import Deposit, DepositQuerySet, Piece, SealingKey
from bids.models.opening import Award, Opening, UnsuccessfulLot

__all__ = [
    "Award",
    "Deposit",
    "DepositQuerySet",
    "Opening",
    "Piece",
    "SealingKey",
    "UnsuccessfulLot",
]
