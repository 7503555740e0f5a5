"""Files on their way in: measured while written, nothing left of what is refused."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.storage import storages

from procurement.files import archives, kinds, services, writers
from procurement.files.models import StoredFile
from procurement.files.names import clean_name


def stored_paths() -> list[Path]:
    return [path for path in Path(storages["public"].location).rglob("*") if path.is_file()]  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_size_and_hash_are_taken_while_writing(now: datetime) -> None:
    file = services.store(area="public", name="à lire.txt", chunks=[b"abc", b"def"], now=now)
    assert (file.size, file.sha256) == (6, sha256(b"abcdef").hexdigest())
    assert b"".join(services.read_chunks(file, 4)) == b"abcdef"
    assert "lire" not in file.key


def cut() -> Iterator[bytes]:
    yield b"abc"
    raise ConnectionResetError


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chunks", "refusal"),
    [
        ([], services.EmptyFile),
        ([b"x" * 11], services.FileTooLarge),
        (cut(), ConnectionResetError),
    ],
)
def test_nothing_remains_of_a_refused_file(now: datetime, chunks: object, refusal: type[Exception]) -> None:
    before = stored_paths()
    with pytest.raises(refusal):
        services.store(area="public", name="a", chunks=chunks, now=now, max_bytes=10)  # type: ignore[arg-type]
    assert stored_paths() == before
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["write", "close"])
def test_a_full_disk_is_said_in_words_and_leaves_nothing(
    now: datetime, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = stored_paths()
    monkeypatch.setattr(writers.DiskWriter, step, full)
    with pytest.raises(writers.StorageFull, match="conservé"):
        services.store(area="public", name="a", chunks=[b"abc"], now=now)
    assert stored_paths() == before
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Mes documents\\offre.pdf", "offre.pdf"),
        ("Me\u0301moire.pdf", "Mémoire.pdf"),
        ("offre\u202efdp.exe", "offrefdp.exe"),
        ("a\x00b\n.txt", "ab.txt"),
        ("...", "fichier"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_keep_their_words_and_lose_what_harms(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    ("head", "name", "label", "matches"),
    [
        (b"%PDF-1.7", "offre.pdf", "PDF", True),
        (b"<html>", "offre.pdf", "Fichier PDF", False),
        (b"MZ\x90", "offre.pdf", "Programme", False),
        (b"PK\x03\x04", "offre.docx", "Document Word", True),
        (b"<?xml", "dume.xml", "XML", True),
        (b"%PDF-1.7", "dume.xml", "PDF", False),
        (b"{", "x.json", "JSON", True),
        (b"whatever", "plan.shp", "Fichier SHP", True),
    ],
)
def test_a_kind_is_told_by_content(head: bytes, name: str, label: str, matches: bool) -> None:
    kind = kinds.detect(head, name)
    assert (kind.label, kind.extension_matches) == (label, matches)


def zip_of(entries: dict[str, bytes]) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer


def test_a_zip_is_listed_without_unpacking() -> None:
    found = archives.inspect_zip(zip_of({"a.txt": b"a", "vide/": b""}))
    assert found.names == ("a.txt", "vide/")
    assert any("vide" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 cut",
        zip_of({"../out": b"a"}).getvalue(),
        zip_of({"bomb": b"0" * 30_000_000}).getvalue(),
        zip_of({"a": b"a" * 100}).getvalue()[:-30],
    ],
    ids=["broken", "slip", "bomb", "cut"],
)
def test_a_broken_or_hostile_zip_is_refused(content: bytes) -> None:
    with pytest.raises(archives.ArchiveRefused):
        archives.inspect_zip(io.BytesIO(content))


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    [
        "zip_20000_entries",
        "zip_500MB",
        "zip_nested_8GB",
        "zip_overlap_10GB",
        "zip_slip_symlink_dup",
        "zip_wrong_size_header",
    ],
)
def test_the_generated_archives_are_refused(shared_data: Path, name: str) -> None:
    path = shared_data / "security" / "generated" / f"{name}.zip"
    with path.open("rb") as file, pytest.raises(archives.ArchiveRefused):
        archives.inspect_zip(file)
