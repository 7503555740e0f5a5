"""The store as a place to push bytes into, for what arrives chunk by chunk and is transformed on its way."""

import errno
import os
from contextlib import suppress
from datetime import datetime
from typing import IO, Any

from django.core.files.storage import FileSystemStorage, Storage, storages

from procurement.files.services import BLOCK, StorageFull, new_key

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class StoreWriter:
    """Bytes pushed under a new random key of `area`; they are kept once `close` has returned.

    It ends by `close` or by `abort`, which leaves nothing. A full disk is StorageFull. The row is entered
    afterwards by the owner (`services.enter`), who alone knows the size and the digest.
    """

    def __init__(self, area: str, *, now: datetime) -> None:
        self.key = new_key(now)
        self._storage = storages[area]
        self._file = _open(self._storage, self.key)

    def write(self, data: bytes) -> int:
        try:
            self._file.write(data)
        except OSError as error:
            raise _told(error) from error
        return len(data)

    def close(self) -> None:
        """Synced to the disk where the store is one: what the platform acknowledges survives a power cut."""
        try:
            if isinstance(self._storage, FileSystemStorage):
                self._file.flush()
                os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            self.abort()
            raise _told(error) from error

    def abort(self) -> None:
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._storage.delete(self.key)


def _open(storage: Storage, key: str) -> IO[Any]:
    if not isinstance(storage, FileSystemStorage):
        return storage.open(key, "wb")
    path = storage.path(key)
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120  storage gives str
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _told(error) from error
    return os.fdopen(descriptor, "wb", buffering=BLOCK)


def _told(error: OSError) -> Exception:
    """A full disk as the refusal that says so; any other fault as it is."""
    return StorageFull() if error.errno in FULL else error
