"""French words that messages of the UBL rules share."""

from dume.rules.ubl.index import cut

NBSP = "\u00a0"


def quoted(text: str) -> str:
    """ "«\u00a0text\u00a0»", cut to what a message can hold."""
    return f"«{NBSP}{cut(text)}{NBSP}»"
