"""Sealed files: the age v1 format, streamed, in constant memory.

A sealed bid can be opened by any age tool with the identity: nothing here is needed to read it back.
"""

from __future__ import annotations

import hashlib
import io
import queue
import threading
import weakref
from dataclasses import dataclass
from typing import Protocol, Self

import pyrage

from procurement.errors import DomainError

#: Bytes handed to the encrypting thread at a time, and how many such pieces may wait.
PIECE = 256 * 1024
WAITING_PIECES = 8
BLOCK = 1024 * 1024


class Unreadable(DomainError):
    """Le fichier chiffré est abîmé ou incomplet : il ne peut pas être déchiffré. Il est conservé tel quel."""

    code = "unreadable_cipher"
    status = 422


class Writer(Protocol):
    def write(self, data: bytes, /) -> int | None: ...


class Reader(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Measure:
    """Size in bytes and SHA-256 in hexadecimal of what went through."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Sealed:
    clear: Measure
    cipher: Measure


def new_identity() -> tuple[str, str]:
    """A recipient to encrypt to (public, `age1…`) and the identity that opens (secret, `AGE-SECRET-KEY-1…`)."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


class EncryptingSink:
    """Encrypts what is pushed into it towards `writer`, while it arrives.

    Every sink ends by `close()` or `abort()`, or by the `with` statement, which aborts what was not closed.
    An error of the writer (a full disk) is raised again, the same object, by the next `write` or by `close`; the
    sink is then already ended. What the writer received of an aborted sink is not a readable age file.
    """

    def __init__(self, writer: Writer, recipient: str) -> None:
        self._clear = _Meter()
        self._job = _Encryption(writer, recipient)
        self._thread = threading.Thread(target=self._job.run, name="age-encryption", daemon=True)
        self._thread.start()
        # The thread knows the job, not the sink: a sink that is forgotten ends its thread too.
        self._forgotten = weakref.finalize(self, self._job.pieces.put, _ABORT)

    def write(self, data: bytes) -> int:
        if not self._forgotten.alive:
            raise ValueError("write to a sink that has ended")
        self._clear.add(data)
        for start in range(0, len(data), PIECE):
            if self._job.error is not None:
                self._end(_ABORT)
                raise self._job.error
            self._job.pieces.put(bytes(data[start : start + PIECE]))
        return len(data)

    def close(self) -> Sealed:
        """Finish the file. What was written is complete only when this returns."""
        if not self._forgotten.alive:
            raise ValueError("close of a sink that has ended")
        self._end(_END)
        if self._job.error is not None:
            raise self._job.error
        return Sealed(clear=self._clear.measure(), cipher=self._job.cipher.measure())

    def abort(self) -> None:
        """Give up; harmless on a sink that has ended."""
        if self._forgotten.alive:
            self._end(_ABORT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()

    def _end(self, signal: _Signal) -> None:
        self._forgotten.detach()
        self._job.pieces.put(signal)
        self._thread.join()


def encrypting_sink(writer: Writer, recipient: str) -> EncryptingSink:
    return EncryptingSink(writer, recipient)


def decrypt_to(reader: Reader, writer: Writer, identity: str) -> Measure:
    """Decrypt a stream; gives the measure of the clear content.

    Raises Unreadable when the file is damaged, cut short or meant for another identity; by then `writer` may hold
    a true beginning, which the caller throws away. Errors of the reader and of the writer are raised as they are.
    """
    source, target = _Source(reader), _Target(writer)
    try:
        pyrage.decrypt_io(source, target, [pyrage.x25519.Identity.from_str(identity)])
    except (pyrage.DecryptError, OSError) as error:
        if cause := source.error or target.error:
            raise cause from None
        raise Unreadable from error
    if target.error is not None:  # pyrage loses the error of its last write
        raise target.error
    return target.meter.measure()


# --- The thread's side ----------------------------------------------------------------------------------------
class _Signal:
    """Not a piece: the end of the stream, or its abandonment."""


_END, _ABORT = _Signal(), _Signal()


class _Aborted(Exception):
    """Makes pyrage stop reading; never leaves this module."""


class _Encryption:
    """What the thread runs: pieces in, age file out; it reads to the end even after an error.

    A pusher is thus never left waiting in front of a full queue.
    """

    def __init__(self, writer: Writer, recipient: str) -> None:
        self.pieces: queue.Queue[bytes | _Signal] = queue.Queue(WAITING_PIECES)
        self.error: BaseException | None = None
        self._recipient = pyrage.x25519.Recipient.from_str(recipient)
        self._target = _Target(writer)
        self._piece = io.BytesIO()
        self._ended = False

    @property
    def cipher(self) -> _Meter:
        return self._target.meter

    def run(self) -> None:
        try:
            pyrage.encrypt_io(self, self._target, [self._recipient])
            # Not only when it raises: pyrage loses the error of its last, buffered write.
            self.error = self._target.error
        except BaseException as error:  # noqa: BLE001  handed to the pusher, whatever it is
            self.error = self._target.error or error
        while not self._ended:
            self._ended = isinstance(self.pieces.get(), _Signal)

    def read(self, size: int) -> bytes:
        """Called by pyrage, as a file's read."""
        data = self._piece.read(size)
        while not data and not self._ended:
            piece = self.pieces.get()
            if isinstance(piece, _Signal):
                self._ended = True
                if piece is _ABORT:
                    raise _Aborted
                break
            self._piece = io.BytesIO(piece)
            data = self._piece.read(size)
        return data


class _Meter:
    def __init__(self) -> None:
        self.size = 0
        self.digest = hashlib.sha256()

    def add(self, data: bytes) -> None:
        self.size += len(data)
        self.digest.update(data)

    def measure(self) -> Measure:
        return Measure(size=self.size, sha256=self.digest.hexdigest())


class _Target:
    """Measures what goes to a writer, and keeps its error: pyrage only passes on the error's words."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.meter = _Meter()
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        if self.error is not None:  # pyrage writes once more when it gives up
            raise self.error
        try:
            rest = memoryview(data)
            while rest:
                written = self.writer.write(bytes(rest))
                rest = rest[len(rest) if written is None else written :]
        except BaseException as error:
            self.error = error
            raise
        self.meter.add(data)
        return len(data)

    def flush(self) -> None:
        """The writer's owner flushes and closes it."""


class _Source:
    """Passes reads on in larger blocks, and keeps the reader's error."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.error: BaseException | None = None
        self._block = io.BytesIO()

    def read(self, size: int) -> bytes:
        if data := self._block.read(size):
            return data
        try:
            self._block = io.BytesIO(self.reader.read(BLOCK))
        except BaseException as error:
            self.error = error
            raise
        return self._block.read(size)
