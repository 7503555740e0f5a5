"""When bids may be opened, and which ones: P7-T9, R2132-9 (no knowledge before the limit), R2151-5, R2151-6."""

from datetime import datetime

#: State of a deposit -> why it stays closed, in the words of the register.
CLOSED_STATES = {
    "superseded": "Remplacé par un dépôt plus récent de la même entreprise : non ouvert",
    "withdrawn": "Retiré par l'entreprise : non ouvert",
}
LATE = "Hors délai : conservé, non ouvert"


def opens_at(*, deadline: datetime, opening_at: datetime | None) -> datetime:
    """The instant after which bids may be opened: the deadline, or the later moment the buyer announced."""
    return deadline if opening_at is None else max(deadline, opening_at)


def reason_kept_closed(*, state: str, is_late: bool) -> str:
    """Why a deposit of the register is not opened; empty for one that is."""
    if state in CLOSED_STATES:
        return CLOSED_STATES[state]
    return LATE if is_late else ""


def find_condition(*, declared_sha256: str, found_sha256: str | None) -> str:
    """What opening found of a piece (a PieceCondition): None says that it could not be deciphered."""
    if found_sha256 is None:
        return "unreadable"
    return "readable" if found_sha256 == declared_sha256 else "mismatch"
