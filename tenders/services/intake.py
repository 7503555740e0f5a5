"""Files on their way into a consultation's documents: streamed to the store, judged by their content (P7-B3, P7-T5)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from procurement.actors import Actor
from procurement.errors import DomainError
from procurement.files import kinds
from procurement.files import services as files
from procurement.files.archives import ArchiveRefused, inspect_zip
from procurement.files.models import Area, StoredFile
from procurement.files.names import clean_name
from tenders.models import Document
from tenders.rules.documents import is_script
from tenders.services.drafting import add_document

#: A ZIP archive and the office formats made of one begin like this.
ZIP_SIGNATURE = b"PK"


class ProgramRefused(DomainError):
    """Ce fichier est un programme : il n'a pas été conservé, car il s'exécuterait chez les entreprises."""

    code = "program_refused"
    status = 422


class ContentNotAsNamed(DomainError):
    """Le contenu de ce fichier ne correspond pas à son extension : il n'a pas été conservé."""

    code = "content_not_as_named"
    status = 422


class DocumentSink:
    """Takes one file in pieces; `finish` gives the stored file. Nothing remains of a refused or aborted one."""

    def __init__(self, *, name: str, now: datetime) -> None:
        self.name = clean_name(name)
        self.now = now
        self.head = b""
        self.kind: kinds.Kind | None = None
        if is_script(self.name):
            raise ProgramRefused(name=self.name)
        self.inner = files.StoringSink(
            area=Area.PUBLIC, name=self.name, now=now, max_bytes=settings.MAX_FILE_BYTES
        )

    def write(self, data: bytes, /) -> int:
        if self.kind is not None:
            return self.inner.write(data)
        self.head += data
        if len(self.head) >= kinds.HEAD_BYTES:
            self._judge()
            self.inner.write(self.head)
        return len(data)

    def finish(self) -> StoredFile:
        if self.kind is None and self.head:
            self._judge()
            self.inner.write(self.head)
        file = self.inner.finish()
        if self.head.startswith(ZIP_SIGNATURE):
            self._inspect(file)
        return file

    def abort(self) -> None:
        self.inner.abort()

    def _judge(self) -> None:
        """Before anything is written: what the first bytes say."""
        kind = kinds.detect(self.head[: kinds.HEAD_BYTES], self.name)
        if kind.media_type in kinds.PROGRAMS:
            self.abort()
            raise ProgramRefused(name=self.name)
        if not kind.extension_matches:
            self.abort()
            raise ContentNotAsNamed(
                f"Le contenu de ce fichier ({kind.label}) ne correspond pas à son extension : il n'a pas été "
                "conservé. Enregistrez-le de nouveau depuis son logiciel d'origine, sans changer l'extension.",
                name=self.name,
            )
        self.kind = kind
        self.inner.media_type = kind.media_type

    def _inspect(self, file: StoredFile) -> None:
        try:
            with files.open_stored(file) as source:
                inspect_zip(source)
        except ArchiveRefused:
            files.discard(file=file, now=self.now)
            raise


class DocumentReceiver:
    """Opens a sink for each file of an upload form."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def start(self, field: str, name: str) -> DocumentSink:
        return DocumentSink(name=name, now=self.now)


def receive_document(
    *, consultation_id: UUID, name: str, kind: str, chunks: Iterable[bytes], actor: Actor, now: datetime
) -> Document:
    """Store the bytes of one request and attach them to the draft; what is refused is read to its end all the same,
    so that the sender gets the answer and not a broken connection."""
    source = iter(chunks)
    try:
        file = pour(source, DocumentSink(name=name, now=now))
    except DomainError:
        for _ in source:
            pass
        raise
    try:
        return add_document(consultation_id=consultation_id, file=file, kind=kind, actor=actor, now=now)
    except DomainError:
        files.discard(file=file, now=now)
        raise


def pour(source: Iterable[bytes], sink: DocumentSink) -> StoredFile:
    try:
        for chunk in source:
            sink.write(chunk)
    except BaseException:
        sink.abort()
        raise
    return sink.finish()
