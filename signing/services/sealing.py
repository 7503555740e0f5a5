"""Seals of the platform: PAdES-B-LTA on PDF, detached CAdES-B-T on anything else.

Made with the key that the settings choose; when it does not answer, with our own authority's seal, at once: no
deposit waits for a key, and SealUnavailable never comes out of here. Time stamps are our own authority's, their serial
numbers reserved in the database in the caller's transaction. pyHanko takes a second to import: the first PDF does it,
not this module.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from signing.fetching import fetcher_of_installation
from signing.pki import authority as authorities
from signing.pki.authority import Authority, ensure_authority
from signing.sealing import cades
from signing.sealing.keys.chosen import with_seal_key
from signing.sealing.keys.seal_key import Origin, SealKey, chain_of
from signing.services.stamping import Slot, reserve
from signing.tsp import timestamps
from signing.verification.trust.revocation import RevocationData, fetch

#: Seconds for each address of an external authority.
FETCH_SECONDS = 5.0


def seal_pdf(pdf: bytes, *, reason: str, authority: Authority, now: datetime) -> bytes:
    """The PDF with an invisible PAdES-B-LTA seal: signature and its timestamp, proofs, document timestamp.

    Asks the network for the proofs of an external seal, within the limits of `procurement.network.fetching`: not to be
    called inside a transaction. Raises ClockNotTrusted, and pyHanko's errors for bytes that are not a PDF.
    """
    from signing.sealing import pades

    def make(key: SealKey) -> bytes:
        stamp = _Stamper(authority, count=2, now=now)
        output = io.BytesIO(pdf)
        pades.sign(output, reason=reason, key=key, stamp=stamp, now=_declared(key, now))
        chain = (key.certificate, *key.chain)
        pades.preserve(
            output,
            certificates=_certificates(stamp.authority, chain),
            revocations=_revocations(stamp.authority, [chain], now),
            stamp=stamp,
        )
        _publish(key, authority, now)
        return output.getvalue()

    return with_seal_key(make, authority=authority, now=now)


def seal_detached(data: bytes, *, authority: Authority, now: datetime, at_once: bool = False) -> bytes:
    """A detached CAdES-B-T signature of `data`, DER: the content of a .p7s file, for `openssl cms -verify`.

    The key signs first, however long it takes; only then is the journal's head locked, for the serial number.
    `at_once`: in the transaction of an act; a key behind a network leaves its place to our own seal. Raises
    ClockNotTrusted.
    """
    digest = hashlib.sha256(data).digest()

    def make(key: SealKey) -> bytes:
        stamp = _Stamper(authority, count=1, now=now)
        sealed = cades.sign(digest, key=key, stamp=stamp, signing_time=_declared(key, now))
        _publish(key, authority, now)
        return sealed

    return with_seal_key(make, authority=authority, now=now, at_once=at_once)


def renew_pdf(pdf: bytes, *, authority: Authority, now: datetime) -> bytes:
    """The sealed PDF under one more document timestamp, by the time-stamping certificate of today (EN 319 142-1 5.5).

    Before it, the certificates and fresh revocation lists of what sealed and stamped until now. To be made before
    `protected_until`, outside a transaction. Raises SealInvalid when the PDF carries no document timestamp.
    """
    from signing.sealing import pades

    pades.last_unit(pdf)
    stamp = _Stamper(authority, count=1, now=now)
    external = list(authority.external)
    chains = [(each, *chain_of(each, external)) for each in external if each.issuer != each.subject]
    output = io.BytesIO(pdf)
    pades.preserve(
        output,
        certificates=_certificates(authority, authority.others),
        revocations=_revocations(authority, chains, now),
        stamp=stamp,
    )
    return output.getvalue()


def protected_until(pdf: bytes) -> datetime:
    """When the certificate of the last document timestamp ends: it must be renewed before. Raises SealInvalid."""
    from signing.sealing import pades

    return pades.last_unit(pdf).not_valid_after_utc


def _declared(key: SealKey, now: datetime) -> datetime:
    """A node whose clock lags behind does not sign before its certificate began."""
    return max(now, key.certificate.not_valid_before_utc)


class _Stamper:
    """Stamps with serial numbers reserved at the first use, all at once and at one instant.

    `authority` is that of this instant: when the last token is ahead of `now`, so is the list of revocations.
    """

    def __init__(self, authority: Authority, *, count: int, now: datetime) -> None:
        self.authority, self._count, self._now = authority, count, now
        self._slots: list[Slot] = []

    def __call__(self, digest: bytes) -> bytes:
        if not self._slots:
            self._slots = reserve(count=self._count, now=self._now)
            self.authority = ensure_authority(self.authority.directory.parent, self._slots[0].gen_time)
        slot = self._slots.pop(0)
        return timestamps.issue(
            digest=digest,
            authority=self.authority,
            serial=slot.serial,
            gen_time=slot.gen_time,
            policy=settings.TSA_POLICY_OID,
        )


def _publish(key: SealKey, authority: Authority, now: datetime) -> None:
    """Who receives a seal finds its certificates among those that the platform hands out."""
    if key.origin is not Origin.OWN:
        authorities.publish(authority, (key.certificate, *key.chain), now)


def _certificates(authority: Authority, others: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    return tuple(dict.fromkeys((authority.root_certificate, authority.tsa_certificate, *others)))


def _revocations(
    authority: Authority, chains: Iterable[Sequence[x509.Certificate]], now: datetime
) -> RevocationData:
    """Our own lists, and what the issuers of an external chain answer today; nothing of those that do not."""
    found = RevocationData.of((crl.public_bytes(Encoding.DER) for crl in authority.crls), ())
    for chain in chains:
        if chain[-1] not in (authority.root_certificate, *authority.earlier):
            asked = [asn1_x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in chain]
            found += fetch(asked, fetcher=fetcher_of_installation(timeout=FETCH_SECONDS), now=now)
    return found
