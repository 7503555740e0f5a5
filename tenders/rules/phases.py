"""Where a consultation stands, derived from stored facts and the moment of looking. Pure."""

from datetime import datetime

from tenders.states import ConsultationState, Phase


def phase_of(*, state: str, deadline: datetime, has_award: bool, notified: bool, now: datetime) -> Phase:
    """`has_award`: an award has been announced; `notified`: every recorded contract has been notified.

    The deadline itself still belongs to the time for deposits: late is what comes after it (bids.rules.is_late).
    """
    if state == ConsultationState.DRAFT:
        return Phase.DRAFT
    if state == ConsultationState.CANCELLED:
        return Phase.CANCELLED
    if state == ConsultationState.PUBLISHED:
        return Phase.OPEN if now <= deadline else Phase.CLOSED
    if notified:
        return Phase.NOTIFIED
    return Phase.AWARDED if has_award else Phase.OPENED
