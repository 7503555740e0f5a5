"""The « numéro DUME »: eight capital letters and digits that people read out to each other.

Those of the national service are « 8 caractères alphanumériques aléatoires »; ours leave out what is taken for
something else (0 and O, 1, I and L).
"""

import secrets

LENGTH = 8
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_number() -> str:
    """One among 31⁸ (8·10¹¹); whoever keeps it makes sure that it is not taken."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalised(text: str) -> str:
    """As somebody typed or pasted it, without spaces or hyphens, in capitals; whether anything has that number is
    another question."""
    return "".join(character for character in text.upper() if character.isalnum())
