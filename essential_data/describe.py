"""A contract in words: the sentence that opens its page, and text as it is searched. Pure."""

import unicodedata
from decimal import Decimal

from procurement.money import format_euros

NO_BREAK_SPACE = "\u00a0"


def normalise(text: str) -> str:
    """Lower case without accents, single spaces : « Écoles  d'été » -> "ecoles d'ete"."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe").replace("Œ", "oe"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).lower().split())


def enumerate_names(names: list[str]) -> str:
    """« A », « A et B », « A, B et C »."""
    return " et ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def competition(procedure: str, offers: int | None) -> str:
    if procedure.startswith("Marché passé sans publicité"):
        return "sans publicité ni mise en concurrence préalable"
    if not offers:
        return ""
    if offers == 1:
        return "après une mise en concurrence à laquelle une seule entreprise a répondu"
    return f"après une mise en concurrence à laquelle {offers} entreprises ont répondu"


def sentence(
    *,
    buyer: str,
    holders: list[str],
    subject: str,
    amount: Decimal,
    months: int | None,
    procedure: str,
    offers: int | None,
) -> str:
    """Who entrusted what to whom, for how much, how long, after which competition (ux: contract page)."""
    parts = [
        f"{buyer} a confié à {enumerate_names(holders)} « {subject} » pour {format_euros(amount)}",
        f"sur {months}{NO_BREAK_SPACE}mois" if months else "",
        competition(procedure, offers),
    ]
    return ", ".join(part for part in parts if part) + "."
