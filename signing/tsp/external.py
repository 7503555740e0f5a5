"""Ask other time-stamping authorities (TSA_URLS): who they are, in which order, and what each one answered.

What one authority answers is believed after `timestamp_replies` has judged it; the next is asked when it is not.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import structlog
from cryptography import x509

from procurement.errors import DomainError
from procurement.network.fetching import FetchFailed
from signing.asn1 import der
from signing.tsp.queries import write_query
from signing.tsp.reading import MAX_RESPONSE_BYTES, TimestampFacts
from signing.tsp.replies import Asked, ReplyRefused, check_reply

log = structlog.get_logger(__name__)

QUERY_TYPE, REPLY_TYPE = "application/timestamp-query", "application/timestamp-reply"
#: Seconds that each authority gets, from its name to the last byte of its answer.
TIMEOUT = 5.0
MAX_REPLY_BYTES = MAX_RESPONSE_BYTES
#: Characters that a kept token has room for.
MAX_URL, MAX_NAME = 500, 200
_WORDS = {"trust", "name", "policy", "login", "password_file"}

#: Address, query -> answer. Raises FetchFailed.
Post = Callable[[str, bytes], bytes]


class SettingsRefused(ValueError):
    """TSA_URLS says something that cannot be followed; English, for the operator."""


class NoExternalToken(DomainError):
    """Aucune autorité d'horodatage externe n'a donné de jeton recevable. Celui de la plateforme vaut ; la demande sera
    répétée."""

    code = "no_external_token"
    status = 502


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalAuthority:
    """One entry of TSA_URLS. `is_qualified` is what the operator declares; nothing here verifies it."""

    url: str
    name: str
    trust: Path
    policy: str = ""
    is_qualified: bool = False
    login: str = ""
    password_file: Path | None = None

    def anchors(self) -> list[x509.Certificate]:
        """Raises SettingsRefused when the file has no readable certificate."""
        try:
            return x509.load_pem_x509_certificates(self.trust.read_bytes())
        except (OSError, ValueError) as error:
            raise SettingsRefused(f"{self.trust} holds no certificate in PEM that can be read") from error

    def address(self) -> str:
        """With the credentials, for the client alone: neither logged nor stored."""
        if not self.login:
            return self.url
        password = self.password_file.read_text(encoding="utf-8").strip() if self.password_file else ""
        parts = urlsplit(self.url)
        return urlunsplit(
            parts._replace(netloc=f"{quote(self.login)}:{quote(password, safe='')}@{parts.netloc}")
        )


@dataclass(frozen=True, slots=True)
class Obtained:
    """A judged answer: the TimeStampResp and what it says."""

    authority: ExternalAuthority
    tsr: bytes
    facts: TimestampFacts


def parse(entry: str) -> ExternalAuthority:
    """One entry: `https://… trust=FILE [name=…] [policy=OID] [qualified] [login=… password_file=FILE]`.

    Raises SettingsRefused.
    """
    url, *words = entry.split()
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise SettingsRefused(f"{parts.hostname or url!r} is not an http(s) address without credentials")
    options = dict(word.split("=", 1) for word in words if "=" in word)
    flags = {word for word in words if "=" not in word}
    if unknown := (options.keys() - _WORDS) | (flags - {"qualified"}):
        raise SettingsRefused(f"{parts.hostname}: {', '.join(sorted(unknown))} means nothing in TSA_URLS")
    if not options.get("trust"):
        raise SettingsRefused(f"{parts.hostname}: trust=FILE is missing; without it no token can be believed")
    if len(url) > MAX_URL or len(options.get("name", parts.hostname)) > MAX_NAME:
        raise SettingsRefused(f"{parts.hostname}: the address or the name is too long")
    _check_policy(parts.hostname, options.get("policy", ""))
    return ExternalAuthority(
        url=url,
        name=options.get("name", parts.hostname),
        trust=Path(options["trust"]),
        policy=options.get("policy", ""),
        is_qualified="qualified" in flags,
        login=options.get("login", ""),
        password_file=Path(options["password_file"]) if options.get("password_file") else None,
    )


def _check_policy(host: str, policy: str) -> None:
    try:
        _ = der.oid(policy) if policy else b""
    except ValueError as error:
        raise SettingsRefused(f"{host}: {policy!r} is not an object identifier") from error


def obtain(authorities: Sequence[ExternalAuthority], digest: bytes, *, now: datetime, post: Post) -> Obtained:
    """The token of the first authority whose answer holds. Raises NoExternalToken with every reason."""
    reasons = []
    for authority in authorities:
        try:
            return _ask(authority, digest, now=now, post=post)
        except (ReplyRefused, FetchFailed, SettingsRefused, OSError) as error:
            log.warning("external_timestamp.refused", authority=authority.name, reason=str(error))
            reasons.append(f"{authority.name}\u00a0: {error}")
    raise NoExternalToken(" ".join(reasons))


def _ask(authority: ExternalAuthority, digest: bytes, *, now: datetime, post: Post) -> Obtained:
    anchors = authority.anchors()
    nonce = secrets.randbits(64)
    query = write_query(digest=digest, nonce=nonce, policy=authority.policy)
    reply = post(authority.address(), query)
    asked = Asked(digest=digest, nonce=der.integer(nonce), policy=authority.policy, sent_at=now)
    return Obtained(authority, reply, check_reply(reply, asked, anchors))
