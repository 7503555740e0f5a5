from typing import Any, Protocol

from django.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    StopUpload,
)
from django.http import HttpRequest

from procurement.errors import DomainError

#: Small forms only; large files are streamed by the views that take them.
MAX_MEMORY_BYTES = 5 * 1024 * 1024


class BoundedMemoryUploadHandler(MemoryFileUploadHandler):
    """Keeps small files in memory and refuses larger ones: no temporary file is ever written."""

    received = 0

    def handle_raw_input(self, *_args: Any, **_kwargs: Any) -> None:
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > MAX_MEMORY_BYTES:
            raise StopUpload(connection_reset=False)
        return super().receive_data_chunk(raw_data, start)


class Sink(Protocol):
    """What takes the bytes of one file: refusals are DomainErrors, `finish` gives what was made of it."""

    def write(self, data: bytes, /) -> object: ...

    def finish(self) -> Any: ...

    def abort(self) -> None: ...


class Receiver(Protocol):
    """Opens a sink for each file of a form; may refuse it at once with a DomainError."""

    def start(self, field: str, name: str) -> Sink: ...


class StreamingUploadHandler(FileUploadHandler):
    """Hands every file of a multipart form, chunk by chunk, to a receiver, so that nothing lies in clear.

    What the sinks gave is in `results`, in the order received. A refused file is read to its end and thrown away,
    so that the person gets an answer and not a broken connection; its refusal is in `refusals`.
    """

    chunk_size = 256 * 1024

    def __init__(self, receiver: Receiver, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.receiver = receiver
        self.results: list[Any] = []
        self.refusals: list[tuple[str, DomainError]] = []
        self.sink: Sink | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.sink = None
        try:
            self.sink = self.receiver.start(self.field_name or "", self.file_name or "")
        except DomainError as error:
            self.refusals.append((self.file_name or "", error))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.sink is not None:
            try:
                self.sink.write(raw_data)
            except DomainError as error:
                self.give_up(error)
        return None

    def file_complete(self, file_size: int) -> None:
        if self.sink is not None:
            try:
                self.results.append(self.sink.finish())
            except DomainError as error:
                self.give_up(error)
            self.sink = None

    def give_up(self, error: DomainError) -> None:
        if self.sink is not None:
            self.sink.abort()
            self.sink = None
        self.refusals.append((self.file_name or "", error))

    def upload_interrupted(self) -> None:
        if self.sink is not None:
            self.sink.abort()
            self.sink = None
