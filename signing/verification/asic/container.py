"""Read the files of a ZIP that somebody else made, within bounds, and refuse what two tools could read differently."""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from signing.verification.facts import Content

MAX_ENTRIES = 1000
#: Bytes, once inflated: of all the files together.
MAX_TOTAL = 200 * 1024 * 1024
#: Inflated to deflated, for files above the size below: text of a form reaches 20, a bomb 1000.
MAX_RATIO = 100
_RATIO_FROM = 1024 * 1024
#: Archives within archives: a document of an office suite in an archive in a container.
MAX_NESTING = 3
#: Bytes inflated at most to look into archives within archives.
_NESTED_BUDGET = 16 * 1024 * 1024
_NESTED_MAX = 1024 * 1024
_MAX_NAME = 1024
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1 | 0x40 | 0x2000
#: Sizes of APPNOTE.TXT 4.3.7 and 4.3.9: a local header, where it keeps its lengths, the largest data descriptor.
_LOCAL_HEADER, _NAME_LENGTH, _DESCRIPTOR = 30, 26, 24
_ZIP = b"PK\x03\x04"
#: What zipfile and zlib raise for archives that are damaged or forged.
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OSError,
    OverflowError,
    IndexError,
    KeyError,
    struct.error,
)


class ContainerRefused(Exception):
    """The message is a French sentence. `names` are those of the entries, as far as they could be listed."""

    def __init__(self, message: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.names = names


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    is_compressed: bool
    #: Position among the entries by their place in the file.
    rank: int
    has_extra: bool


@dataclass(frozen=True)
class Container:
    """The files of a ZIP, inflated; folders are left out. Names are as written, in Unicode's composed form."""

    entries: tuple[Entry, ...]
    contents: dict[str, bytes] = field(repr=False)
    comment: bytes = b""

    def content(self, name: str) -> Content | None:
        """By its exact name."""
        data = self.contents.get(unicodedata.normalize("NFC", name))
        return None if data is None else Content.of(name, data)


def open_container(data: bytes) -> Container:
    """Raises ContainerRefused, and nothing else, before anything out of bounds is inflated."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            names = tuple(entry.filename for entry in listed[:MAX_ENTRIES])
            refusal = _refusal(listed, data, archive.start_dir)
            if refusal:
                raise ContainerRefused(refusal, names)
            contents = {
                unicodedata.normalize("NFC", entry.filename): _inflate(archive, entry, names)
                for entry in listed
                if not entry.is_dir()
            }
            comment = archive.comment
    except _BROKEN:
        raise ContainerRefused("Le conteneur ZIP est endommagé ou incomplet.") from None
    _check_nested(contents, names)
    return Container(entries=tuple(_entries(listed)), contents=contents, comment=comment)


def list_names(data: bytes) -> tuple[str, ...]:
    """Names of the entries of a ZIP, without any check; empty when they cannot be listed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return tuple(archive.namelist()[:MAX_ENTRIES])
    except _BROKEN:
        return ()


def _entries(listed: list[zipfile.ZipInfo]) -> Iterator[Entry]:
    ordered = sorted(listed, key=lambda entry: entry.header_offset)
    for rank, entry in enumerate(ordered):
        if not entry.is_dir():
            name = unicodedata.normalize("NFC", entry.filename)
            yield Entry(name, entry.compress_type != zipfile.ZIP_STORED, rank, bool(entry.extra))


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, names: tuple[str, ...]) -> bytes:
    """zipfile compares the local header's name, and the CRC; the size is that which was declared, and bounded."""
    with archive.open(entry) as file:
        data = file.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise ContainerRefused(
            f"La taille de «\u00a0{entry.filename}\u00a0» n'est pas celle annoncée.", names
        )
    return data


# --- What is refused ------------------------------------------------------------------------------------------
def _refusal(listed: list[zipfile.ZipInfo], data: bytes, directory: int) -> str:
    """The first thing that is out of bounds or ambiguous, in French; "" for none."""
    if len(listed) > MAX_ENTRIES:
        return f"Le conteneur contient plus de {MAX_ENTRIES} fichiers."
    for entry in listed:
        if problem := _entry_refusal(entry):
            return f"Le conteneur {problem} («\u00a0{entry.filename[:100]}\u00a0»)."
    if sum(entry.file_size for entry in listed) > MAX_TOTAL:
        return "Le conteneur se décompresse en un volume démesuré."
    if name := _first_twice(listed):
        return f"Le conteneur contient deux fois «\u00a0{name}\u00a0»."
    if not _is_contiguous(listed, data, directory):
        return "Le conteneur contient des fichiers superposés, ou des données hors de tout fichier."
    return ""


def _entry_refusal(entry: zipfile.ZipInfo) -> str:
    unpacked, packed = entry.file_size, max(entry.compress_size, 1)
    findings = (
        (_leaves_its_folder(entry.filename), "contient un chemin qui n'est pas permis"),
        (bool(entry.flag_bits & _ENCRYPTED), "contient un fichier chiffré"),
        (entry.compress_type not in _METHODS, "emploie une compression qui n'est pas prise en charge"),
        (_is_special(entry), "contient un lien"),
        (entry.is_dir() and unpacked > 0, "contient un dossier qui porte des données"),
        (
            unpacked > MAX_TOTAL or (unpacked > _RATIO_FROM and unpacked / packed > MAX_RATIO),
            "se décompresse en un volume démesuré",
        ),
    )
    return next((problem for found, problem in findings if found), "")


def _leaves_its_folder(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    return (
        not name
        or len(name) > _MAX_NAME
        or "\\" in name
        or (len(name) > 1 and name[1] == ":")
        or any(part in {"", ".", ".."} for part in parts)
        or any(ord(character) < ord(" ") for character in name)
    )


def _is_special(entry: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind not in {0, stat.S_IFREG, stat.S_IFDIR}


def _first_twice(listed: list[zipfile.ZipInfo]) -> str:
    """Names that one system would take for another: the same, but for case or Unicode's form."""
    seen = set()
    for entry in listed:
        key = unicodedata.normalize("NFKC", entry.filename.removesuffix("/")).casefold()
        if key in seen:
            return entry.filename
        seen.add(key)
    return ""


def _is_contiguous(listed: list[zipfile.ZipInfo], data: bytes, directory: int) -> bool:
    """Entries follow each other from the first byte to the directory: none overlaps, nothing is hidden between."""
    expected, gap = 0, 0
    for entry in sorted(listed, key=lambda entry: entry.header_offset):
        start = entry.header_offset
        if not 0 <= start - expected <= gap:
            return False
        name, extra = struct.unpack_from("<HH", data, start + _NAME_LENGTH)
        expected, gap = start + _LOCAL_HEADER + name + extra + entry.compress_size, _DESCRIPTOR
    return 0 <= directory - expected <= gap


# --- Archives within archives ---------------------------------------------------------------------------------
def _check_nested(contents: dict[str, bytes], names: tuple[str, ...]) -> None:
    """Refuse bombs that hide in an archive in the container, from directories and a little inflated data alone."""
    budget = _NESTED_BUDGET
    pending = [(1, name, data) for name, data in contents.items() if data.startswith(_ZIP)]
    while pending:
        depth, name, data = pending.pop()
        if depth > MAX_NESTING:
            raise ContainerRefused(
                f"«\u00a0{name}\u00a0» emboîte trop d'archives les unes dans les autres.", names
            )
        for inner in _nested(data):
            if inner is None:
                raise ContainerRefused(f"«\u00a0{name}\u00a0» se décompresse en un volume démesuré.", names)
            budget -= len(inner)
            if inner.startswith(_ZIP) and budget > 0:
                pending.append((depth + 1, name, inner))


def _nested(data: bytes) -> Iterator[bytes | None]:
    """The beginning of small entries, whole when they are archives; None once for a bomb. Damage is not judged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            unpacked = sum(entry.file_size for entry in listed)
            if unpacked > _RATIO_FROM and unpacked / max(len(data), 1) > MAX_RATIO:
                yield None
            for entry in listed[:MAX_ENTRIES]:
                if entry.file_size <= _NESTED_MAX and entry.filename.lower().endswith(".zip"):
                    with archive.open(entry) as file:
                        yield file.read(_NESTED_MAX)
    except _BROKEN:
        return
