"""Files on their way in: judged by their content, streamed, nothing left of what is refused (P7-B3, P7-T5)."""

import errno
import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import Storage, storages

from procurement.files.archives import ArchiveRefused
from procurement.files.models import StoredFile
from procurement.files.services import EmptyFile, FileTooLarge, read_chunks
from procurement.files.writers import StorageFull
from tenders.models import Document
from tenders.services.drafting import ConsultationPublished
from tenders.services.intake import ContentNotAsNamed, DocumentSink, ProgramRefused, receive_document
from tests.factories import tenders
from tests.factories.organisations import actor_of

pytestmark = pytest.mark.django_db


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "contenu " * 100)
    return buffer.getvalue()


def pieces(content: bytes, size: int = 1000) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


def public_files() -> set[Path]:
    root = Path(storages["public"].location)
    return {path for path in root.rglob("*") if path.is_file()}


def receive(consultation, name, content, now, **options):
    return receive_document(
        consultation_id=consultation.pk,
        name=name,
        kind="technical",
        chunks=content if not isinstance(content, bytes) else pieces(content, **options),
        actor=actor_of(consultation.buyer),
        now=now,
    )


@pytest.mark.parametrize("size", [1, 1000, 10**6])
def test_a_document_arrives_whole_however_it_is_cut(buyer, now, size):
    content = tenders.PDF * 40
    document = receive(tenders.draft(buyer), "CCTP.pdf", content, now, size=size)
    assert b"".join(read_chunks(document.file)) == content
    assert (document.kind, document.format_label) == ("technical", "PDF")
    assert document.file.media_type == "application/pdf"


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("plan.pdf", b"", EmptyFile),
        ("plan.pdf", b"PK\x03\x04 autre chose", ContentNotAsNamed),
        ("plan.docx", tenders.PDF, ContentNotAsNamed),
        ("lisez-moi.pdf", b"MZ\x90\x00" + b"\x00" * 5000, ProgramRefused),
        ("outil", b"\x7fELF" + b"\x00" * 5000, ProgramRefused),
        ("macro.vbs", b"MsgBox", ProgramRefused),
        ("dossier.zip", zipped("a.txt", "b.txt")[:-30], ArchiveRefused),
        ("dossier.zip", zipped("../sorti.txt"), ArchiveRefused),
    ],
)
def test_a_refused_file_leaves_no_row_and_no_bytes(buyer, now, name, content, refusal):
    draft, before = tenders.draft(buyer), public_files()
    with pytest.raises(refusal) as error:
        receive(draft, name, content, now)
    assert "conservé" in str(error.value)
    assert not Document.objects.exists()
    assert not StoredFile.objects.filter(discarded_at__isnull=True).exists()
    assert public_files() == before


def test_a_sound_archive_is_accepted(buyer, now):
    assert receive(tenders.draft(buyer), "dossier.zip", zipped("a.txt"), now).format_label == "Archive ZIP"


def test_xml_and_json_are_accepted(buyer, now):
    """P7-T4."""
    draft = tenders.draft(buyer)
    assert receive(draft, "dume.xml", b"<?xml version='1.0'?><a/>", now).format_label == "XML"
    assert receive(draft, "bpu.json", b'{"prix": []}', now).format_label == "JSON"


def test_a_file_above_the_limit_is_refused_and_read_to_its_end(buyer, now, settings):
    settings.MAX_FILE_BYTES = 10_000
    before, source = public_files(), pieces(tenders.PDF + b"x" * 50_000)
    with pytest.raises(FileTooLarge):
        receive(tenders.draft(buyer, max_file_bytes=5000), "plan.pdf", source, now)
    assert list(source) == []
    assert public_files() == before


def test_a_file_for_a_consultation_published_meanwhile_is_given_up(buyer, now):
    published, before = tenders.published(buyer), public_files()
    with pytest.raises(ConsultationPublished):
        receive(published, "plan.pdf", tenders.PDF, now)
    assert public_files() == before


def test_an_interrupted_upload_leaves_nothing(buyer, now):
    def broken() -> Iterator[bytes]:
        yield tenders.PDF * 100
        raise ConnectionResetError

    before = public_files()
    with pytest.raises(ConnectionResetError):
        receive(tenders.draft(buyer), "plan.pdf", broken(), now)
    assert public_files() == before


def test_nothing_is_written_to_temporary_files(buyer, now, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    receive(tenders.draft(buyer), "plan.pdf", tenders.PDF + b"x" * 9_000_000, now, size=100_000)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_in_the_store_before_the_content_is_judged(now):
    before = public_files()
    sink = DocumentSink(name="plan.pdf", now=now)
    sink.write(b"%PDF-1.7")
    assert all(path.stat().st_size == 0 for path in public_files() - before)
    sink.abort()
    assert public_files() == before


class FullStorage(Storage):
    """A store whose disk is full after the first block."""

    deleted: list[str] = []

    def _save(self, name, content):
        content.read(10)
        raise OSError(errno.ENOSPC, "No space left on device")

    def exists(self, name):
        return False

    def delete(self, name):
        self.deleted.append(name)


def test_a_full_disk_is_said_in_words_and_leaves_nothing(buyer, now, settings):
    draft = tenders.draft(buyer)
    settings.STORAGES = {**settings.STORAGES, "public": {"BACKEND": f"{__name__}.FullStorage"}}
    with pytest.raises(StorageFull) as refusal:
        receive(draft, "plan.pdf", tenders.PDF * 500, now)
    assert "Réessayez" in str(refusal.value)
    assert not StoredFile.objects.exists()
    assert len(FullStorage.deleted) == 1
