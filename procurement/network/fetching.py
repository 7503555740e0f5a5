"""The one HTTP client that contacts what certificates, lists and settings name: revocation, lists, other services.

http and https only, bounded in time, size and redirections, addresses checked (procurement.network.connections), no
proxy taken from the environment, no cookie, nothing of the address but its host in what is said or logged.
"""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import TypeAlias
from urllib.parse import SplitResult, urljoin, urlsplit

from procurement.errors import DomainError
from procurement.network import connections
from procurement.network.connections import (
    AddressForbidden,
    Allowance,
    Deadline,
    Guard,
    Identity,
    IdentityUnreadable,
    Networks,
    Proxy,
    Resolve,
)
from procurement.network.kept_answers import KeptAnswers

log = logging.getLogger(__name__)

MAX_BYTES = 20 * 1024 * 1024
MAX_REDIRECTS = 3
TIMEOUT = 10.0
#: An answer -> until when it may serve (nextUpdate), or None when it must not be kept. May raise ValueError.
Expiry: TypeAlias = Callable[[bytes], datetime | None]

_MOVED = {301, 302, 303, 307, 308}
_BLOCK = 64 * 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}


class FetchFailed(DomainError):
    """Cette adresse n'a pas pu être lue. Rien n'a été changé ; la lecture pourra être tentée de nouveau."""

    code = "fetch_failed"
    status = 502


@dataclass(frozen=True, kw_only=True)
class Fetcher:
    """Bounds of every exchange: `max_bytes` of an answer's body, `timeout` in seconds from the name to its last byte.

    `cache` is the folder of answers kept until they expire. `offline`: nothing is contacted, kept answers serve
    whatever their age; who reads them judges whether they are still fresh.
    """

    allow_private: bool | Networks = False
    max_bytes: int = MAX_BYTES
    timeout: float = TIMEOUT
    cache: Path | None = None
    offline: bool = False
    #: None taken from the environment: addresses are resolved and checked here, unless the settings name a proxy.
    proxy: Proxy | None = None
    #: Our certificate is shown to the first host alone, not to those it sends on to.
    identity: Identity = field(default_factory=Identity)
    #: What all exchanges of this client may take together; no bound by default.
    allowance: Allowance | None = field(default=None, repr=False, compare=False)
    resolve: Resolve = field(default=connections.resolve, repr=False)

    def get(
        self, url: str, *, accept: str = "*/*", now: datetime | None = None, expires: Expiry | None = None
    ) -> bytes:
        """The body of a 200 answer, redirections followed. Raises FetchFailed and nothing else.

        With `now` and `expires` the answer is kept in the cache, and read from there until it expires, or longer when
        the address does not answer.
        """
        return self._kept(url, _Question(accept=accept), now, expires)

    def post(
        self,
        url: str,
        body: bytes,
        content_type: str,
        *,
        accept: str = "*/*",
        now: datetime | None = None,
        expires: Expiry | None = None,
    ) -> bytes:
        """Like `get`; a redirection is refused, since the question would be asked of somebody else."""
        question = _Question(method="POST", body=body, content_type=content_type, accept=accept)
        return self._kept(url, question, now, expires)

    def _kept(self, url: str, question: _Question, now: datetime | None, expires: Expiry | None) -> bytes:
        answers = KeptAnswers(self.cache) if self.cache is not None else None
        found = answers.find(url, question.body) if answers is not None else None
        fresh = found is not None and now is not None and expires is not None and now < found.expires_at
        if found is not None and (fresh or self.offline):
            return found.body
        try:
            body = self._exchange(url, question)
        except FetchFailed as error:
            if found is None or expires is None:
                raise
            log.warning("%s A copy kept earlier is used.", error)
            return found.body
        if answers is not None and now is not None and expires is not None:
            _keep(answers, url, question.body, body, expires)
        return body

    def _exchange(self, url: str, question: _Question) -> bytes:
        if self.offline:
            raise FetchFailed(
                f"{_named(url)} n'a pas été contacté\u00a0: la plateforme est réglée pour ne rien lire sur le réseau, "
                "et n'a pas de copie de cette réponse."
            )
        allowance = self.allowance or Allowance(self.timeout)
        deadline = Deadline(min(self.timeout, allowance.left))
        try:
            with allowance.spending():
                return self._follow(url, question, deadline)
        except AddressForbidden:
            raise FetchFailed(
                f"{_named(url)} n'a pas été contacté\u00a0: son adresse appartient à un réseau privé ou réservé."
            ) from None
        except IdentityUnreadable:
            raise FetchFailed(
                f"{_named(url)} n'a pas été contacté\u00a0: le certificat TLS de la plateforme est illisible."
            ) from None
        except TimeoutError:
            raise FetchFailed(f"{_named(url)} n'a pas répondu en entier dans le temps imparti.") from None
        except ssl.SSLError as error:
            raise FetchFailed(_broken_tls(url, error)) from None
        except (OSError, HTTPException, ValueError):
            raise FetchFailed(f"{_named(url)} n'a pas répondu, ou pas dans les règles.") from None

    def _follow(self, url: str, question: _Question, deadline: Deadline) -> bytes:
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._ask(url, question, deadline)
            if isinstance(answer, bytes):
                return answer
            question = replace(question, sends_credentials=False)
            url = _next_hop(url, answer.to)
        raise FetchFailed(f"{_named(url)} renvoie sans fin vers d'autres adresses.")

    def _ask(self, url: str, question: _Question, deadline: Deadline) -> bytes | _Moved:
        parts = _checked(url)
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]
        context = (self.identity if question.sends_credentials else self.identity.unnamed()).context()
        connected = self._connect(host, port, deadline)
        connection = HTTPConnection(host, port)
        try:
            if parts.scheme == "https":
                if self.proxy is not None:
                    self.proxy.tunnel(connected, host, port, deadline)
                connected = connections.wrapped(connected, host, context, deadline)
            connection.sock = connections.TimedSocket(connected, deadline)
            headers = question.headers(parts) | self._headers(parts)
            connection.request(question.method, self._target(parts), body=question.body, headers=headers)
            with connection.getresponse() as response:
                return self._read(url, question, response)
        finally:
            connection.close()
            connected.close()

    def _connect(self, host: str, port: int, deadline: Deadline) -> socket.socket:
        guard = Guard(self.allow_private)
        if self.proxy is None:
            return guard.connect(host, port, resolve=self.resolve, deadline=deadline)
        guard.refuse_known(host, port, resolve=self.resolve, deadline=deadline)
        return self.proxy.connect(deadline)

    def _target(self, parts: SplitResult) -> str:
        """What the request names: for a proxy without a tunnel, the whole address (RFC 9112 3.2.2)."""
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        if self.proxy is None or parts.scheme == "https":
            return path
        return f"http://{parts.netloc.rpartition('@')[2]}{path}"

    def _headers(self, parts: SplitResult) -> dict[str, str]:
        return self.proxy.headers() if self.proxy is not None and parts.scheme == "http" else {}

    def _read(self, url: str, question: _Question, response: HTTPResponse) -> bytes | _Moved:
        location = response.getheader("Location")
        if response.status in _MOVED and location and question.method == "GET":
            return _Moved(location)
        if response.status != HTTPStatus.OK:
            raise FetchFailed(f"{_named(url)} a répondu par une erreur (code {response.status}).")
        found = bytearray()
        while block := response.read(_BLOCK):
            found += block
            if len(found) > self.max_bytes:
                raise FetchFailed(f"{_named(url)} a répondu plus d'octets que permis ({self.max_bytes}).")
        if response.length:
            raise FetchFailed(f"{_named(url)} a coupé sa réponse avant la fin.")
        return bytes(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    method: str = "GET"
    body: bytes | None = None
    content_type: str = ""
    accept: str = "*/*"
    #: The address's own user information, which only the first host is sent.
    sends_credentials: bool = True

    def headers(self, parts: SplitResult) -> dict[str, str]:
        found = {"Accept": self.accept, "User-Agent": "profil-acheteur", "Connection": "close"}
        if self.content_type:
            found["Content-Type"] = self.content_type
        if self.sends_credentials:
            found |= connections.authorization(parts, "Authorization")
        return found


@dataclass(frozen=True, slots=True)
class _Moved:
    to: str


def _checked(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise FetchFailed("Cette adresse n'est pas de celles que la plateforme sait lire (http ou https).")
    return parts


def _next_hop(url: str, location: str) -> str:
    target = urljoin(url, location)
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise FetchFailed(f"{_named(url)} renvoie vers une adresse qui n'est plus protégée.")
    return target


def _named(url: str) -> str:
    """The host alone: paths and queries may hold keys, user information does."""
    try:
        return urlsplit(url).hostname or "Cette adresse"
    except ValueError:
        return "Cette adresse"


def _broken_tls(url: str, error: ssl.SSLError) -> str:
    """An alert is what the other side says of us."""
    if "_ALERT_" in (error.reason or ""):
        return f"{_named(url)} a refusé la plateforme (certificat TLS absent ou non reconnu)."
    return f"{_named(url)} n'a pas pu prouver son identité (certificat TLS refusé)."


def _keep(answers: KeptAnswers, url: str, question: bytes | None, body: bytes, expires: Expiry) -> None:
    """What cannot be read or never expires is handed back but not kept."""
    try:
        until = expires(body)
    except ValueError:
        return
    if until is not None:
        answers.keep(url, question, body, until.astimezone(UTC))
