"""The key that the settings choose (SEAL_KEY), opened once per process; our own seal whenever it fails.

A deposit never waits for a key that is away: after a failure the configured key is left alone for RETRY_AFTER, and
everything is sealed meanwhile with our own authority's seal. The certificate in each seal says which one made it.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar
from weakref import WeakSet

from cryptography import x509
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from signing.pki.authority import Authority
from signing.sealing.keys.csc_service import Service
from signing.sealing.keys.pkcs11_token import Token
from signing.sealing.keys.pkcs12_file import Pkcs12File, version_of
from signing.sealing.keys.seal_key import Origin, SealKey, SealUnavailable, Source, sign_with

log = logging.getLogger(__name__)
RETRY_AFTER = timedelta(minutes=1)
T = TypeVar("T")


class Holder:
    """One key, opened when first used and again when its session failed.

    The lock is held while a session opens or signs, never while somebody uses the signature: who holds it waits for
    no row of the database.
    """

    def __init__(self, opening: Callable[[], SealKey]) -> None:
        self._opening = opening
        self.forget()
        _holders.add(self)

    def use(self, make: Callable[[SealKey], T], now: datetime) -> T:
        """What `make` gives with the key. Raises SealUnavailable, at once when it failed less than RETRY_AFTER ago."""
        key, is_new = self._opened(now)
        if not key.certificate.not_valid_before_utc <= now <= key.certificate.not_valid_after_utc:
            raise SealUnavailable("Le certificat du cachet configuré n'est pas en cours de validité.")
        try:
            return make(key)
        except SealUnavailable:
            self._drop(key, failed_at=now if is_new else None)
            if is_new:
                raise
        return self.use(make, now)  # an old session may have ended: a new one is tried at once

    def forget(self) -> None:
        """Sessions do not survive a fork."""
        self._lock = threading.Lock()
        self._key: SealKey | None = None
        self._failed_at: datetime | None = None

    def _opened(self, now: datetime) -> tuple[SealKey, bool]:
        with self._lock:
            if self._key is not None:
                return self._key, False
            if self._failed_at and timedelta(0) <= now - self._failed_at < RETRY_AFTER:
                raise SealUnavailable
            try:
                self._key = _one_at_a_time(self._opening(), self._lock)
            except SealUnavailable:
                self._failed_at = now
                raise
            except Exception as error:  # whatever a maker's library raises, no deposit is lost for it
                self._failed_at = now
                raise SealUnavailable from error
            return self._key, True

    def _drop(self, key: SealKey, failed_at: datetime | None) -> None:
        with self._lock:
            if self._key is key:
                self._key, self._failed_at = None, failed_at


def _one_at_a_time(key: SealKey, lock: threading.Lock) -> SealKey:
    """Sessions of tokens and connections serve one thread at a time."""

    def sign(message: bytes) -> bytes:
        with lock:
            return key.sign(message)

    return SealKey(key.origin, key.certificate, key.chain, sign)


_holders: WeakSet[Holder] = WeakSet()


def _forget_all() -> None:
    for holder in _holders:
        holder.forget()


os.register_at_fork(after_in_child=_forget_all)


def with_seal_key(
    make: Callable[[SealKey], T], *, authority: Authority, now: datetime, at_once: bool = False
) -> T:
    """What `make` gives with the configured key, or with our own seal when that key fails.

    `at_once`: in the transaction of an act, which waits for no network; a remote key is not asked. `make` may be called
    again after SealUnavailable; whatever else it raises passes through.
    """
    holder = configured()
    if holder is not None and not (at_once and settings.SEAL_KEY == Origin.CSC):
        try:
            return holder.use(make, now)
        except SealUnavailable as failure:
            log.warning("The configured seal is not available (%s); our own seal is used.", failure)
    return make(own_key(authority))


@lru_cache(maxsize=8)
def own_key(authority: Authority) -> SealKey:
    return SealKey(
        origin=Origin.OWN,
        certificate=authority.seal_certificate,
        chain=(authority.root_certificate,),
        sign=partial(sign_with, authority.seal_key),
    )


def configured() -> Holder | None:
    """None for our own seal. Raises ImproperlyConfigured for a SEAL_KEY that does not exist."""
    if settings.SEAL_KEY == Origin.OWN:
        return None
    return _holder(_source(), settings.SEAL_ISSUERS_PATH)


@lru_cache(maxsize=2)
def _holder(source: Source, issuers: str) -> Holder:
    return Holder(lambda: source.open(_certificates(issuers)))


def _certificates(path: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(Path(path).read_bytes()) if path else []
    except (OSError, ValueError) as error:
        raise SealUnavailable("Les certificats de l'autorité du cachet sont illisibles.") from error


def _source() -> Source:
    match settings.SEAL_KEY:
        case Origin.PKCS12:
            path = Path(settings.SEAL_PKCS12_PATH)
            return Pkcs12File(path, version_of(path), settings.SEAL_PKCS12_PASSWORD)
        case Origin.PKCS11:
            return Token(
                module=settings.SEAL_PKCS11_MODULE,
                token=settings.SEAL_PKCS11_TOKEN,
                label=settings.SEAL_PKCS11_LABEL,
                pin=settings.SEAL_PKCS11_PIN,
            )
        case Origin.CSC:
            return Service(
                url=settings.SEAL_CSC_URL,
                credential=settings.SEAL_CSC_CREDENTIAL,
                token=settings.SEAL_CSC_TOKEN,
                pin=settings.SEAL_CSC_PIN,
            )
    raise ImproperlyConfigured(f"SEAL_KEY must be one of {', '.join(Origin)}, not {settings.SEAL_KEY!r}")
