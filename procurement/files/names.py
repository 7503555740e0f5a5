"""File names as people give them: kept as they read, without what harms a disk, a header or a reader."""

import re
import unicodedata

MAX_LENGTH = 200
MAX_EXTENSION = 10
#: Control characters, and the marks that make a name read in another direction than it is.
HIDDEN = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def clean_name(name: str) -> str:
    """The last part of the path, NFC, without hidden characters, at most 200 characters with its extension."""
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = HIDDEN.sub("", text)
    text = re.sub(r'[<>:"|?*]', "_", text).strip(" .")
    if not text:
        return "fichier"
    if len(text) <= MAX_LENGTH:
        return text
    stem, dot, extension = text.rpartition(".")
    if not dot or len(extension) > MAX_EXTENSION:
        return text[:MAX_LENGTH]
    return f"{stem[: MAX_LENGTH - len(extension) - 1]}.{extension}"
