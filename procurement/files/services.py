from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import IO, Any

from django.core.files.storage import storages

from procurement.errors import DomainError
from procurement.files.models import StoredFile
from procurement.files.names import clean_name
from procurement.files.writers import StoreWriter

BLOCK = 1024 * 1024


class FileTooLarge(DomainError):
    """Ce fichier dépasse la taille permise : il n'a pas été conservé. Les autres fichiers le sont toujours."""

    code = "file_too_large"
    status = 413


class EmptyFile(DomainError):
    """Ce fichier est vide : il n'a pas été conservé. Vérifiez-le puis ajoutez-le de nouveau."""

    code = "empty_file"
    status = 422


class StoringSink:
    """Takes the bytes of one new file as they come (an upload, an encrypting writer): counted, hashed, bounded.

    Refusals: FileTooLarge and StorageFull by `write` and `finish`, EmptyFile by `finish`. Whatever is refused or
    aborted leaves nothing. `media_type` may be set until `finish`, which syncs the file to the disk before its row
    exists: what the platform acknowledges survives a power cut. A job that may be killed gives its own `key`: what it
    left there half written is replaced when it runs again.
    """

    def __init__(
        self,
        *,
        area: str,
        name: str,
        now: datetime,
        max_bytes: int | None = None,
        media_type: str = "application/octet-stream",
        key: str = "",
    ) -> None:
        self.area, self.name, self.now, self.max_bytes, self.media_type = (
            area,
            name,
            now,
            max_bytes,
            media_type,
        )
        self.size = 0
        self.digest = sha256()
        self.is_entered = False
        self.writer = StoreWriter(area, now=now, key=key)

    def write(self, data: bytes, /) -> int:
        self.size += len(data)
        if self.max_bytes is not None and self.size > self.max_bytes:
            self.abort()
            raise FileTooLarge(max_bytes=self.max_bytes)
        self.digest.update(data)
        return self.writer.write(data)

    def finish(self) -> StoredFile:
        if self.size == 0:
            self.abort()
            raise EmptyFile
        self.writer.close()
        self.is_entered = True
        return enter(
            area=self.area,
            key=self.writer.key,
            name=self.name,
            size=self.size,
            digest=self.digest.hexdigest(),
            now=self.now,
            media_type=self.media_type,
        )

    def abort(self) -> None:
        """Leave nothing; harmless once the file is entered."""
        if not self.is_entered:
            self.writer.abort()


def store(
    *,
    area: str,
    name: str,
    chunks: Iterable[bytes],
    now: datetime,
    max_bytes: int | None = None,
    media_type: str = "application/octet-stream",
    key: str = "",
) -> StoredFile:
    """Write chunks to the store under a random key and enter the row; nothing remains of a refused file.

    Raises FileTooLarge past `max_bytes`, EmptyFile, StorageFull (disk full). Local files are synced to the disk
    before the row exists: what the platform acknowledges survives a power cut.
    """
    sink = StoringSink(area=area, name=name, now=now, max_bytes=max_bytes, media_type=media_type, key=key)
    try:
        for chunk in chunks:
            sink.write(chunk)
    except BaseException:
        sink.abort()
        raise
    return sink.finish()


def find(*, area: str, key: str) -> StoredFile | None:
    """The row of a key, where a job that ran before already stored its file."""
    return StoredFile.objects.filter(area=area, key=key).first()


def enter(
    *, area: str, key: str, name: str, size: int, digest: str, now: datetime, media_type: str
) -> StoredFile:
    """The row of bytes that are already in the store under `key`."""
    return StoredFile.objects.create(
        area=area,
        key=key,
        name=clean_name(name),
        size=size,
        sha256=digest,
        media_type=media_type,
        created_at=now,
    )


def open_stored(file: StoredFile) -> IO[Any]:
    """The bytes as written (cipher text in the sealed area), open for reading."""
    return storages[file.area].open(file.key, "rb")


def read_chunks(file: StoredFile, size: int = BLOCK) -> Iterator[bytes]:
    with open_stored(file) as source:
        while block := source.read(size):
            yield block


def read_all(file: StoredFile, *, max_bytes: int) -> bytes:
    """The whole file in memory, refused above `max_bytes`: for documents that are parsed (XML, PDF)."""
    if file.size > max_bytes:
        raise FileTooLarge(max_bytes=max_bytes)
    return b"".join(read_chunks(file))


def discard(*, file: StoredFile, now: datetime) -> None:
    """Give up the bytes (a draft's file removed); the row stays and says when."""
    storages[file.area].delete(file.key)
    file.discarded_at = now
    file.save(update_fields=["discarded_at"])
