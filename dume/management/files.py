"""A DUME read from a file that someone names in a command."""

from pathlib import Path

from dume.model import Dume
from dume.parse import read
from procurement.errors import DomainError
from procurement.xml import MAX_BYTES


class FileNotOpened(DomainError):
    """Ce fichier n'a pas pu être ouvert."""

    code = "dume_file_not_opened"
    status = 422


def read_dume(path: Path) -> Dume:
    """DumeUnreadable and NotADume for what is no DUME, FileNotOpened for what cannot be opened."""
    try:
        data = read_bounded(path)
    except OSError as error:
        message = f"{path}\u00a0: ce fichier n'a pas pu être ouvert ({error.strerror})."
        raise FileNotOpened(message) from error
    return read(data)


def read_bounded(path: Path) -> bytes:
    """One byte more than the parser takes is enough for it to refuse a file that is too large."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
