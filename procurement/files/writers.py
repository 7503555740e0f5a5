"""Writing to a storage by pushing bytes: an upload gives them as they come, an object store wants to pull them."""

import errno
import os
import queue
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Protocol

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from procurement.errors import DomainError

BLOCK = 1024 * 1024
#: Blocks that may wait for a slow object store before the sender has to wait too.
WAITING_BLOCKS = 4


class StorageFull(DomainError):
    """La plateforme ne peut plus enregistrer de fichier pour le moment. Ce fichier n'a pas été conservé, les
    précédents le sont. Réessayez dans quelques minutes; l'exploitant est prévenu."""

    code = "storage_full"
    status = 507


class StoreWriter:
    """Bytes pushed under a new random key of an area; they are kept once `close` has returned.

    A job that may be killed gives its own `key`: what it left there half written is replaced when it runs again.
    It ends by `close` or by `abort`, which leaves nothing; a full disk is StorageFull and leaves nothing either.
    The row is entered afterwards (`services.enter`), by the one who knows the size and the digest.
    """

    def __init__(self, area: str, *, now: datetime, key: str = "") -> None:
        self.key = key or new_key(now)
        storage = storages[area]
        if key:
            with suppress(OSError):
                storage.delete(key)
        self._is_over = False
        with storage_faults():
            self._writer = open_writer(storage, self.key)

    def write(self, data: bytes, /) -> int:
        with self._undone_on_failure():
            self._writer.write(data)
        return len(data)

    def close(self) -> None:
        """Synced to the disk where the store is one: what the platform acknowledges survives a power cut."""
        with self._undone_on_failure():
            self._writer.close()

    def abort(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._writer.discard()

    @contextmanager
    def _undone_on_failure(self) -> Iterator[None]:
        try:
            with storage_faults():
                yield
        except BaseException:
            self.abort()
            raise


def new_key(now: datetime) -> str:
    return f"{now:%Y/%m}/{uuid.uuid4()}"


@contextmanager
def storage_faults() -> Iterator[None]:
    """A disk or a quota that is full, said in words."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull from error
        raise


class Writer(Protocol):
    """`close` makes the bytes last; `discard` leaves nothing of them. One of the two ends every writer."""

    def write(self, data: bytes, /) -> None: ...

    def close(self) -> None: ...

    def discard(self) -> None: ...


def open_writer(storage: Storage, key: str) -> Writer:
    if isinstance(storage, FileSystemStorage):
        return DiskWriter(storage, key)
    return PulledWriter(storage, key)


class DiskWriter:
    """A new file of mode 600, synced to the disk when it is closed."""

    def __init__(self, storage: FileSystemStorage, key: str) -> None:
        self.path = storage.path(key)
        os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120  storage gives str
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.file = os.fdopen(descriptor, "wb", buffering=BLOCK)

    def write(self, data: bytes, /) -> None:
        self.file.write(data)

    def close(self) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def discard(self) -> None:
        with suppress(OSError):
            self.file.close()
        with suppress(OSError):
            os.unlink(self.path)  # noqa: PTH108  storage gives str


class GivenUp(Exception):
    """The sender stopped: the store must not keep what it has pulled so far."""


class PulledWriter:
    """Feeds a storage that reads a file (S3) from a thread, in constant memory."""

    def __init__(self, storage: Storage, key: str) -> None:
        self.storage, self.key = storage, key
        self.blocks: queue.Queue[bytes | None] = queue.Queue(WAITING_BLOCKS)
        self.failure: BaseException | None = None
        self.is_given_up = False
        self.thread = threading.Thread(target=self._save, name=f"store {key}", daemon=True)
        self.thread.start()

    def _save(self) -> None:
        try:
            self.storage.save(self.key, PulledFile(self._pull()))
        except BaseException as failure:  # noqa: BLE001  handed to the thread that writes
            self.failure = failure

    def _pull(self) -> Iterator[bytes]:
        while (block := self.blocks.get()) is not None:
            yield block
        if self.is_given_up:
            raise GivenUp

    def _push(self, block: bytes | None) -> None:
        while self.thread.is_alive():
            with suppress(queue.Full):
                self.blocks.put(block, timeout=0.1)
                return
        if self.failure is not None:
            raise self.failure

    def write(self, data: bytes, /) -> None:
        if self.failure is not None:
            raise self.failure
        self._push(data)

    def close(self) -> None:
        self._push(None)
        self.thread.join()
        if self.failure is not None:
            raise self.failure

    def discard(self) -> None:
        self.is_given_up = True
        with suppress(BaseException):
            self._push(None)
        self.thread.join()
        with suppress(OSError):
            self.storage.delete(self.key)


class PulledFile(File):  # type: ignore[type-arg]  # Django's class takes none at run time
    """Chunks as a file with read(), in constant memory, for object stores."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        super().__init__(file=None, name="")  # nothing to wrap
        self.parts = parts
        self.rest = b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self.rest) < size:
            part = next(self.parts, None)
            if part is None:
                break
            self.rest += part
        end = len(self.rest) if size < 0 else size
        data, self.rest = self.rest[:end], self.rest[end:]
        return data

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield from self.parts

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is open."""
