"""A web server on this machine that answers as the path says, well or badly."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network

LOOPBACK = (ip_network("127.0.0.0/8"),)


class Handler(BaseHTTPRequestHandler):
    """Answers as its path says, and remembers what it was asked."""

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))
        getattr(self, "_" + self.path.rpartition("/")[2].split("?")[0])()

    def do_CONNECT(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))
        self.send_error(403)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((body, dict(self.headers)))
        if self.path == "/moved":
            return self._to("/ok")
        return self._answer(body[::-1])

    def _answer(self, body: bytes, **headers: str) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _ok(self) -> None:
        self._answer(b"list")

    def _big(self) -> None:
        self._answer(b"x" * 5000)

    def _cut(self) -> None:
        self._answer(b"half", **{"Content-Length": "8"})

    def _missing(self) -> None:
        self.send_error(404)

    def _loop(self) -> None:
        self._to("/loop")

    def _moved(self) -> None:
        self._to("/ok")

    def _inside(self) -> None:
        self._to("http://10.0.0.1/secret")

    def _local(self) -> None:
        self._to("file:///etc/passwd")

    def _trickle(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(3000):  # a minute
            try:
                self.wfile.write(b"x")
            except OSError:
                return
            if self.server.stop.wait(0.02):
                return

    def _nonsense(self) -> None:
        self.wfile.write(b"220 smtp.example ESMTP\r\n")

    def _to(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def serving() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.stop = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        server.shutdown()
        server.server_close()
        thread.join()
