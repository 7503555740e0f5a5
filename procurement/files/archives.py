"""Look into a ZIP without unpacking it: bounds on entries, sizes and names (TA Montpellier 29 Oct 2024)."""

import stat
import zipfile
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import IO

from procurement.errors import DomainError

MAX_ENTRIES = 10_000
MAX_RATIO = 200
MAX_TOTAL_BYTES = 20 * 1024**3


class ArchiveRefused(DomainError):
    """Cette archive ZIP ne peut pas être lue. Recréez-la, ou déposez les fichiers un par un."""

    code = "archive_refused"
    status = 422


@dataclass(frozen=True, slots=True)
class Archive:
    """What a ZIP holds; `warnings` are plain French sentences that do not forbid the deposit."""

    names: tuple[str, ...]
    total_bytes: int
    warnings: tuple[str, ...]


def inspect_zip(file: IO[bytes]) -> Archive:
    """List a ZIP from its central directory; ArchiveRefused when broken, hostile or out of bounds."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            first_bytes = [(entry, _local_header(archive, entry)) for entry in entries[: MAX_ENTRIES + 1]]
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, ValueError, NotImplementedError, OSError):
        raise ArchiveRefused(
            "Cette archive ZIP est endommagée ou incomplète : elle n'a pas été conservée. "
            "Recréez-la, ou déposez les fichiers un par un."
        ) from None
    _check_bounds(entries)
    _check_entries([entry for entry, _ in first_bytes])
    return Archive(
        names=tuple(entry.filename for entry in entries),
        total_bytes=sum(entry.file_size for entry in entries),
        warnings=tuple(_warnings(entries)),
    )


def _local_header(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """Opening an entry compares its local header with the directory: a mismatch is a broken or forged archive."""
    if entry.is_dir() or entry.flag_bits & 0x1:
        return 0
    with archive.open(entry):
        return entry.header_offset


def _check_bounds(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise ArchiveRefused(
            f"Cette archive ZIP contient plus de {MAX_ENTRIES} fichiers. Déposez-la en plusieurs."
        )
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if total > MAX_TOTAL_BYTES or total / packed > MAX_RATIO:
        raise ArchiveRefused(
            "Cette archive ZIP se décompresse en un volume démesuré : elle n'a pas été conservée. "
            "Déposez les fichiers un par un."
        )


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = Counter(entry.filename for entry in entries)
    ends = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    for (offset, size), (following, _) in pairwise(ends):
        if offset + size > following:
            raise ArchiveRefused(
                "Cette archive ZIP contient des fichiers superposés : elle n'a pas été conservée."
            )
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if entry.filename.startswith(("/", "\\")) or ".." in parts or stat.S_ISLNK(entry.external_attr >> 16):
            raise ArchiveRefused(
                "Cette archive ZIP contient un chemin qui sort de son dossier : elle n'a pas été conservée."
            )
        if names[entry.filename] > 1:
            raise ArchiveRefused(f"Cette archive ZIP contient deux fois « {entry.filename} ». Recréez-la.")


def _warnings(entries: list[zipfile.ZipInfo]) -> list[str]:
    found = []
    if not any(not entry.is_dir() for entry in entries):
        found.append("Cette archive ne contient aucun fichier.")
    if any(entry.flag_bits & 0x1 for entry in entries):
        found.append("Cette archive est protégée par un mot de passe : l'acheteur ne pourra pas la lire.")
    if any(not entry.flag_bits & 0x800 and not entry.filename.isascii() for entry in entries):
        found.append("Des noms accentués risquent de mal s'afficher chez l'acheteur.")
    folders = {entry.filename for entry in entries if entry.is_dir()}
    found.extend(
        f"Le dossier « {folder.rstrip('/')} » est vide."
        for folder in sorted(folders)
        if not any(entry.filename != folder and entry.filename.startswith(folder) for entry in entries)
    )
    return found
