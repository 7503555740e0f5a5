"""What the law and the consultation ask of a deposit. Pure: values in, answers out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

CANDIDATURE = "candidature"
OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A piece that the buyer asks for; `lot_id` None: whatever the lot."""

    id: UUID
    envelope: str
    label: str
    is_mandatory: bool = True
    lot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A file of the deposit; `requirement_id` None: it answers nothing in particular."""

    envelope: str
    lot_id: UUID | None
    requirement_id: UUID | None


@dataclass(frozen=True, slots=True)
class Expected:
    """One place to fill: a requirement, in the offer of one lot (None: in the candidature)."""

    requirement: Requirement
    lot_id: UUID | None


def is_late(received_at: datetime, deadline: datetime) -> bool:
    """A deposit received at the very instant of the limit is in time (R2151-5)."""
    return received_at > deadline


def may_withdraw(deadline: datetime, now: datetime) -> bool:
    """A tenderer is bound by what was handed in once the time limit has passed."""
    return now <= deadline


def may_open(deadline: datetime, opening_at: datetime | None, now: datetime) -> bool:
    """Nothing is readable before the time limit, nor before the announced opening (P7-T9)."""
    return now > deadline and (opening_at is None or now >= opening_at)


def takes_the_place(*, is_late: bool, of_late: bool) -> bool:
    """Whether a deposit supersedes an earlier one of the same company: the last received in time is opened.

    R2151-6. A late one replaces nothing, and late ones stay side by side (P7-B5).
    """
    return not is_late and not of_late


def expected_pieces(required: Iterable[Requirement], lots: Sequence[UUID]) -> list[Expected]:
    """All the places to fill for these lots: the candidature once, the offer once per lot."""
    places = []
    for requirement in required:
        if requirement.lot_id is not None and requirement.lot_id not in lots:
            continue
        if requirement.envelope == CANDIDATURE:
            places.append(Expected(requirement, None))
        else:
            places += [Expected(requirement, lot) for lot in lots if requirement.lot_id in {None, lot}]
    return places


def missing_pieces(
    required: Iterable[Requirement], present: Iterable[Answer], lots: Sequence[UUID]
) -> list[Expected]:
    """The mandatory places that no file fills. A warning, never a refusal: R2144-2 lets the buyer have the
    candidature completed."""
    filled = {(answer.requirement_id, answer.lot_id) for answer in present}
    return [
        place
        for place in expected_pieces(required, lots)
        if place.requirement.is_mandatory and (place.requirement.id, place.lot_id) not in filled
    ]
