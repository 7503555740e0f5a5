"""Connections to addresses that others chose: only to a public one, resolved once, and never past a deadline.

A certificate, an OCSP responder or a list names the address to read: without this guard it could name the cloud's
metadata service, the database or a printer (server-side request forgery), and a server could answer one byte a minute.
"""

from __future__ import annotations

import base64
import io
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPResponse
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from time import monotonic
from typing import Any, TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit

Address: TypeAlias = IPv4Address | IPv6Address
Networks: TypeAlias = Sequence[IPv4Network | IPv6Network]
#: Host and port -> addresses as text; raises OSError.
Resolve: TypeAlias = Callable[[str, int], list[str]]

_PROXY_PORT = 3128
#: Addresses of IPv4 written in IPv6 (RFC 6052): what counts is where the translator sends them.
_NAT64 = ip_network("64:ff9b::/96")


class AddressForbidden(Exception):
    """The name leads to no address that may be contacted."""


class IdentityUnreadable(Exception):
    """A file of ours is missing or broken, or the key is not the certificate's: nobody was contacted."""


class Deadline:
    """The moment, on the monotonic clock, when the whole exchange must be over."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Seconds, above zero; raises TimeoutError when none is left."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Allowance:
    """Seconds that several exchanges share: a file may name hundreds of slow servers."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @contextmanager
    def spending(self) -> Iterator[None]:
        begins = monotonic()
        try:
            yield
        finally:
            self.left -= monotonic() - begins


@dataclass(frozen=True, slots=True)
class Guard:
    """Which addresses may be contacted.

    `allow_private`: True for private and loopback networks, or exactly the networks given. Link-local addresses,
    where clouds publish credentials, are never opened by True: only by a network that names them.
    """

    allow_private: bool | Networks = False

    def is_allowed(self, address: Address) -> bool:
        address = _really(address)
        if address.is_multicast or address.is_unspecified:
            return False
        if not isinstance(self.allow_private, bool) and any(
            address in network for network in self.allow_private
        ):
            return True
        if address.is_global:
            return True
        return self.allow_private is True and address.is_private and not address.is_link_local

    def refuse_known(self, host: str, port: int, *, resolve: Resolve, deadline: Deadline) -> None:
        """Before a proxy is asked: a name that is known here to lead inside. Raises AddressForbidden."""
        try:
            found = _resolve_in_time(host, port, resolve, deadline)
        except OSError:
            return  # only the proxy knows names
        if not all(self.is_allowed(ip_address(text.split("%")[0])) for text in found):
            raise AddressForbidden

    def connect(self, host: str, port: int, *, resolve: Resolve, deadline: Deadline) -> socket.socket:
        """To the first address that is allowed and answers. Raises AddressForbidden or OSError."""
        found = [ip_address(text.split("%")[0]) for text in _resolve_in_time(host, port, resolve, deadline)]
        allowed = [address for address in found if self.is_allowed(address)]
        if not allowed:
            raise AddressForbidden
        failure: OSError = OSError("no address")
        for address in allowed:
            try:
                return socket.create_connection((str(address), port), timeout=deadline.left())
            except OSError as error:
                failure = error
        raise failure


@dataclass(frozen=True, slots=True)
class Proxy:
    """The way out of a network that has one only: `http://user:password@host:port`, set and never guessed."""

    url: str

    def connect(self, deadline: Deadline) -> socket.socket:
        parts = urlsplit(self.url)
        address = (parts.hostname or "", parts.port or _PROXY_PORT)
        return socket.create_connection(address, timeout=deadline.left())

    def tunnel(self, connected: socket.socket, host: str, port: int, deadline: Deadline) -> None:
        """RFC 9110 9.3.6. Raises OSError when the proxy refuses."""
        lines = [f"CONNECT {host}:{port} HTTP/1.1", f"Host: {host}:{port}"]
        lines += [f"{name}: {value}" for name, value in self.headers().items()]
        timed = TimedSocket(connected, deadline)
        timed.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        answer = HTTPResponse(timed, method="CONNECT")  # type: ignore[arg-type]  # only makefile is called
        answer.begin()
        if answer.status != HTTPStatus.OK:
            raise OSError("refused by the proxy")

    def headers(self) -> dict[str, str]:
        return authorization(urlsplit(self.url), "Proxy-Authorization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who we are in TLS and whom we believe: by default an unnamed visitor, and the authorities of the system.

    PEM files, read at each connection: a certificate that was renewed serves without a restart. `certificate` may be
    followed by its issuers; `key` may lie in the same file.
    """

    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None

    def unnamed(self) -> Identity:
        return Identity(authorities=self.authorities)

    def context(self) -> ssl.SSLContext:
        """Raises IdentityUnreadable."""
        try:
            context = ssl.create_default_context(cafile=self.authorities)
            if self.certificate is not None:
                context.load_cert_chain(self.certificate, self.key, password=_no_password)
        except OSError as error:  # ssl.SSLError is one
            raise IdentityUnreadable from error
        return context


def authorization(parts: SplitResult, name: str) -> dict[str, str]:
    """The header of the user information of an address, if it has any (RFC 7617)."""
    if not parts.username:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {name: "Basic " + base64.b64encode(pair.encode()).decode()}


def resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def _no_password() -> str:
    """Without it OpenSSL asks on the terminal for the password of a protected key, and waits."""
    raise ssl.SSLError("the key is protected by a password")


def wrapped(plain: socket.socket, host: str, context: ssl.SSLContext, deadline: Deadline) -> socket.socket:
    """TLS with the certificate checked against the name, not against the address it resolved to."""
    plain.settimeout(deadline.left())
    return context.wrap_socket(plain, server_hostname=host)


class TimedSocket:
    """As much of a socket as http.client needs, each read and write of it within what is left of the time."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket, self._deadline = connected, deadline

    def sendall(self, data: Any) -> None:
        self._socket.settimeout(self._deadline.left())
        self._socket.sendall(data)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._socket, self._deadline))

    def close(self) -> None:
        """http.client closes once it has read the head; whoever connected closes, after the body."""


class _TimedReader(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket, self._deadline = connected, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv_into(buffer)


def _really(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for (mapped, 6to4, NAT64), or itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _resolve_in_time(host: str, port: int, resolve: Resolve, deadline: Deadline) -> list[str]:
    """The system's resolver takes no timeout: it is left behind in its thread when it is too slow."""
    found: list[str] = []
    failure: list[OSError] = []

    def work() -> None:
        try:
            found.extend(resolve(host, port))
        except (OSError, UnicodeError) as error:
            failure.append(error if isinstance(error, OSError) else OSError(str(error)))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(deadline.left())
    if thread.is_alive():
        raise TimeoutError
    if failure:
        raise failure[0]
    return found
