"""Ask an NTP server how far our clock is off (RFC 5905, simple client: one question, one answer, no state).

Nothing of ours is told: the transmit time stamp that the server sends back is random, which also proves that the answer
is to our question.
"""

from __future__ import annotations

import secrets
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PORT = 123
#: Seconds that a server gets.
TIMEOUT = 2.0
#: Leap 0, version 4, mode 3 (client), and 39 octets that a client leaves empty.
_QUESTION = bytes([0x23]) + bytes(39)
_PACKET = struct.Struct("!BBbbIII8s8s8s8s")
_SERVER_MODE, _UNSYNCHRONISED = 4, 3
_STRATA = range(1, 16)
_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
#: Seconds of 32 bits; NTP's second era begins in February 2036.
_ERA = 2**32
_SHORT = 2.0**16

Clock = Callable[[], datetime]


class NoAnswer(Exception):
    """The server did not answer, or its answer cannot be relied on; the message is French."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds. `offset` is what must be added to our clock; it is known to `error` either way."""

    offset: float
    error: float


def ask(server: str, *, clock: Clock, timeout: float = TIMEOUT) -> Sample:
    """`server` is a host, or host:port. Raises NoAnswer."""
    host, port = _place(server)
    cookie = secrets.token_bytes(8)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as channel:
            channel.settimeout(timeout)
            channel.connect(address)  # answers from elsewhere are dropped by the system
            sent_at = clock()
            channel.send(_QUESTION + cookie)
            answer = channel.recv(1024)
            received_at = clock()
    except (OSError, UnicodeError) as error:
        raise NoAnswer("pas de réponse") from error
    return read_answer(answer, cookie=cookie, sent_at=sent_at, received_at=received_at)


def _place(server: str) -> tuple[str, int]:
    host, colon, port = server.rpartition(":")
    if colon and port.isdigit() and (not host.count(":") or host.startswith("[")):
        return host.strip("[]"), int(port)
    return server.strip("[]"), PORT


def read_answer(answer: bytes, *, cookie: bytes, sent_at: datetime, received_at: datetime) -> Sample:
    """RFC 5905 8 (offset, delay) and 14 (what a simple client checks). Raises NoAnswer."""
    if len(answer) < _PACKET.size:
        raise NoAnswer("réponse illisible")
    flags, stratum, _, _, root_delay, root_dispersion, _, _, origin, received, transmitted = _PACKET.unpack(
        answer[: _PACKET.size]
    )
    if flags & 7 != _SERVER_MODE or origin != cookie:
        raise NoAnswer("réponse à une autre question")
    if flags >> 6 == _UNSYNCHRONISED or stratum not in _STRATA or transmitted == bytes(8):
        raise NoAnswer("serveur non synchronisé")
    first, last = _moment(received, near=sent_at), _moment(transmitted, near=sent_at)
    offset = ((first - sent_at) + (last - received_at)) / 2
    delay = (received_at - sent_at) - (last - first)
    distance = abs(delay.total_seconds()) / 2 + root_delay / _SHORT / 2 + root_dispersion / _SHORT
    return Sample(offset.total_seconds(), distance)


def _moment(stamp: bytes, *, near: datetime) -> datetime:
    """32 bits of seconds and 32 of their fraction, in the era that is nearest to our own clock."""
    seconds = int.from_bytes(stamp, "big") / _ERA
    eras = round(((near - _EPOCH).total_seconds() - seconds) / _ERA)
    return _EPOCH + timedelta(seconds=seconds + eras * _ERA)
