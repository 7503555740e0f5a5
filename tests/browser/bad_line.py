"""A bad line: carries everything between the browser and the server, and breaks in the middle of a sending."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import inf
from urllib.parse import urlsplit

BLOCK = 65_536


class BadLine:
    """Until it is mended, cuts each connection that carries more than `breaks_after` bytes towards the server."""

    is_bad = True

    def __init__(self, server: str, breaks_after: int) -> None:
        self.server, self.breaks_after = urlsplit(server), breaks_after
        self.door = socket.create_server(("127.0.0.1", 0))
        # The same host name as the server's: its cookies are ours.
        self.url = f"http://{self.server.hostname}:{self.door.getsockname()[1]}"

    def listen(self) -> None:
        with suppress(OSError):  # the door was closed
            while True:
                browser, _ = self.door.accept()
                threading.Thread(target=self.join, args=(browser,), daemon=True).start()

    def join(self, browser: socket.socket) -> None:
        with browser, socket.create_connection((self.server.hostname, self.server.port)) as server:
            back = threading.Thread(target=self.carry, args=(server, browser), daemon=True)
            back.start()
            self.carry(browser, server, breaks_after=self.breaks_after)
            back.join()

    def carry(self, source: socket.socket, target: socket.socket, breaks_after: float = inf) -> None:
        """Until one end closes, or the line breaks: then both are closed."""
        carried = 0
        with suppress(OSError):
            while block := source.recv(BLOCK):
                carried += len(block)
                if self.is_bad and carried > breaks_after:
                    break
                target.sendall(block)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def bad_line(server: str, *, breaks_after: int) -> Iterator[BadLine]:
    line = BadLine(server, breaks_after)
    threading.Thread(target=line.listen, daemon=True).start()
    try:
        yield line
    finally:
        with suppress(OSError):
            line.door.shutdown(socket.SHUT_RDWR)  # wakes the one who waits at it
        line.door.close()
