"""The files that someone names in a command: a DUME is read from one, what is made of it is written whole or not
at all."""

import errno
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from dume.model import Dume
from dume.parse import read
from procurement.errors import DomainError
from procurement.xml import MAX_BYTES

REASONS = {
    errno.ENOENT: "ce chemin n'existe pas",
    errno.ENOTDIR: "ce chemin n'existe pas",
    errno.EISDIR: "ce n'est pas un fichier",
    errno.EACCES: "l'accès est refusé",
    errno.EPERM: "l'accès est refusé",
    errno.EROFS: "l'accès est refusé",
    errno.ENOSPC: "le disque est plein",
    errno.ENAMETOOLONG: "son nom est trop long",
}
TWICE = "ce nom est déjà celui d'un autre fichier de cette commande. Choisissez-en un autre."


class FileNotOpened(DomainError):
    """Ce fichier n'a pas pu être ouvert."""

    code = "dume_file_not_opened"
    status = 422


class FileNotWritten(DomainError):
    """Ce fichier n'a pas pu être écrit."""

    code = "dume_file_not_written"
    status = 422


def read_dume(path: Path) -> Dume:
    """DumeUnreadable and NotADume for what is no DUME, FileNotOpened for what cannot be opened; they name the file."""
    data = read_bounded(path)
    try:
        return read(data)
    except DomainError as refusal:
        raise type(refusal)(f"{shown(path)}\u00a0: {refusal}") from refusal


def read_bounded(path: Path) -> bytes:
    """One byte more than the parser takes is enough for it to refuse a file that is too large."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"{shown(path)}\u00a0: ce fichier n'a pas pu être ouvert ({in_french(error)})."
        raise FileNotOpened(message) from error


def write_files(contents: Mapping[Path, bytes]) -> None:
    """All of them or none, each whole: FileNotWritten where a folder is not there, or is full."""
    drafts = {path: path.resolve().with_name(f".dume-{token_hex(8)}") for path in contents}
    current = Path()
    try:
        for current, draft in drafts.items():
            if current.exists() and not current.is_file():
                raise IsADirectoryError(errno.EISDIR, "")
            draft.write_bytes(contents[current])
        for current, draft in drafts.items():
            draft.replace(current.resolve())
    except OSError as error:
        message = f"{shown(current)}\u00a0: ce fichier n'a pas pu être écrit ({in_french(error)})."
        raise FileNotWritten(message) from error
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def refuse_overwriting(read: Iterable[Path], written: Iterable[Path]) -> None:
    """What is read stays as it was received, and two results do not go into one file."""
    taken = {path.resolve() for path in read}
    for path in written:
        if path.resolve() in taken:
            raise FileNotWritten(f"{shown(path)}\u00a0: {TWICE}")
        taken.add(path.resolve())


def in_french(error: OSError) -> str:
    return REASONS.get(error.errno or 0, "le système l'a refusé")


def shown(path: Path) -> str:
    """A name that is no UTF-8 cannot be printed as it is."""
    return os.fsencode(path).decode(errors="replace")
