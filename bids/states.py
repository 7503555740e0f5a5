from django.db.models import TextChoices

from procurement.states import Transitions


class DepositState(TextChoices):
    """The life of a company's deposit (pli). Lateness is a fact beside it (`is_late`), not a state."""

    #: The company adds files; nothing is handed in yet. (bids.services.drafting.start_deposit)
    DRAFT = "draft", "En préparation"
    #: Handed in: numbered, time-stamped, receipt issued. (bids.services.sealing.seal_deposit)
    SEALED = "sealed", "Déposé"
    #: A newer complete deposit of the same company took its place; it is never opened (R2151-6).
    SUPERSEDED = "superseded", "Remplacé"
    #: Taken back by the company before the deadline. (bids.services.sealing.withdraw_deposit)
    WITHDRAWN = "withdrawn", "Retiré"
    #: Opened after the deadline. (bids.services.opening)
    OPENED = "opened", "Ouvert"


DEPOSIT: Transitions[DepositState] = Transitions(
    {
        "seal": (frozenset({DepositState.DRAFT}), DepositState.SEALED),
        "supersede": (frozenset({DepositState.SEALED}), DepositState.SUPERSEDED),
        "withdraw": (frozenset({DepositState.SEALED}), DepositState.WITHDRAWN),
        "open": (frozenset({DepositState.SEALED}), DepositState.OPENED),
    }
)


class PieceKind(TextChoices):
    ESPD = "espd", "DUME"
    FILE = "file", "Pièce"


class PieceCondition(TextChoices):
    """What opening found: the buyer must be able to tell a broken file from one that was changed."""

    SEALED = "sealed", "Scellée"
    READABLE = "readable", "Lisible, identique à ce qui a été déposé"
    UNREADABLE = "unreadable", "Illisible"
    MISMATCH = "mismatch", "Différente de l'empreinte déclarée"
