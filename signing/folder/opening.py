"""A folder of evidence, or a ZIP of one, as named contents. Bounded: the ZIP may come from anybody."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from procurement.files.archives import MAX_ENTRIES, ArchiveRefused, inspect_zip
from signing.folder.proved import Flaw
from signing.verification.facts import Content

#: What reading an entry of a broken ZIP may raise.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
#: What systems put beside files without being asked.
_SYSTEM_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}
#: A name, or a folder and a name.
_MAX_PARTS = 2
_SYSTEM_FOLDERS = {"__MACOSX"}


@contextmanager
def opened(path: Path) -> Iterator[dict[str, Content]]:
    """The files by name. Raises Flaw: not_zip, refused, too_many. The contents are read while this is open."""
    try:
        if path.is_dir():
            yield _folder(path)
            return
        if not path.is_file():  # a device or a pipe has no end
            raise Flaw("not_zip")
        with path.open("rb") as file:
            if not zipfile.is_zipfile(file):
                raise Flaw("not_zip")
            yield _archive(file)
    except OSError as error:
        raise Flaw("not_zip") from error


def _folder(path: Path) -> dict[str, Content]:
    entries = sorted(path.iterdir())
    if len(entries) > MAX_ENTRIES:
        raise Flaw("too_many")
    files = [entry for entry in entries if entry.is_file() and entry.name not in _SYSTEM_FILES]
    folders = [entry for entry in entries if entry.is_dir()]
    if not files and len(folders) == 1:
        files = [e for e in sorted(folders[0].iterdir()) if e.is_file() and e.name not in _SYSTEM_FILES]
    contents = map(_content, files)
    return {content.name: content for content in contents}


def _content(file: Path) -> Content:
    name = file.name.encode(errors="replace").decode()  # a name may be no text at all
    return Content(name=name, size=file.stat().st_size, open=lambda: file.open("rb"))


def _archive(file: BinaryIO) -> dict[str, Content]:
    try:
        inspect_zip(file)
        archive = zipfile.ZipFile(file)
    except (ArchiveRefused, *BROKEN) as error:
        raise Flaw("refused") from error
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and _is_wanted(entry.filename)]
    folders = {str(PurePosixPath(entry.filename).parent) for entry in entries}
    if len(folders) > 1:
        entries = [entry for entry in entries if "/" not in entry.filename]
    return {PurePosixPath(entry.filename).name: _entry(archive, entry) for entry in entries}


def _is_wanted(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        path.name not in _SYSTEM_FILES
        and not _SYSTEM_FOLDERS & set(path.parts)
        and len(path.parts) <= _MAX_PARTS
    )


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Content:
    name = PurePosixPath(entry.filename).name
    return Content(name=name, size=entry.file_size, open=lambda: archive.open(entry))  # type: ignore[arg-type,return-value]


def read_bounded(content: Content, limit: int) -> bytes:
    """Raises Flaw: too_large, damaged."""
    try:
        with content.open() as file:
            data = file.read(limit + 1)
    except BROKEN as error:
        raise Flaw("damaged", name=content.name) from error
    if len(data) > limit:
        raise Flaw("too_large", name=content.name)
    return data
