"""A web server on this machine that gives answers made beforehand, for revocation lists, OCSP and trusted lists."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network

from procurement.network.fetching import Fetcher

LOOPBACK = (ip_network("127.0.0.0/8"),)


class Web:
    """`pages` by path; `asked` remembers the paths in their order."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.port = 0

    def url(self, path: str) -> str:
        """Of a name that resolves to this machine for the fetcher below."""
        return f"http://pki.exemple.test:{self.port}{path}"

    def fetcher(self, **bounds: object) -> Fetcher:
        return Fetcher(allow_private=LOOPBACK, resolve=lambda *_: ["127.0.0.1"], **bounds)


@contextmanager
def serving() -> Iterator[Web]:
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append(self.path)
            body = web.pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
