"""Words as the search compares them: without accents or case, on SQLite as on PostgreSQL. Pure."""

import re
import unicodedata
from collections.abc import Iterable

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


def fold(text: str) -> str:
    """« Réfection de l'Œuvre » -> "refection de l oeuvre"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(LIGATURES))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[0-9a-z]+", bare))


def words_of(query: str, *, most: int = 12) -> list[str]:
    """The words of a query, each to be found; those past `most` are left out."""
    return fold(query).split()[:most]


def cpv_mark(code: str) -> str:
    """How a CPV code or the start of one stands in the searched text."""
    return f"cpv{code[:8].rstrip()}"


def searched_text(*, texts: Iterable[str], cpv_codes: Iterable[str]) -> str:
    codes = list(cpv_codes)
    marks = [f"{code[:8]} {cpv_mark(code)}" for code in codes]
    return " ".join([fold(" ".join(texts)), *marks])
