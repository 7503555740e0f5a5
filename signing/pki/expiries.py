"""When the certificates of the installation end, early enough to replace them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from signing.pki.authority import Authority

NEAR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Expiry:
    """`what` is French; `days_left` counts whole days, below zero once the certificate has ended."""

    what: str
    not_after: datetime
    days_left: int
    is_near: bool


def expiries(authority: Authority, now: datetime, *, with_external: bool = False) -> list[Expiry]:
    """Of the certificates in use; `with_external` adds the last external seal that was used here, if any."""
    named = [
        ("Autorité de certification (racine)", authority.root_certificate),
        ("Horodatage", authority.tsa_certificate),
        ("Cachet de la plateforme", authority.seal_certificate),
    ]
    seals = [certificate for certificate in authority.external if not _is_authority(certificate)]
    if with_external and seals:
        named.append(("Cachet externe", seals[-1]))
    return [_expiry(what, certificate, now) for what, certificate in named]


def _expiry(what: str, certificate: x509.Certificate, now: datetime) -> Expiry:
    left = certificate.not_valid_after_utc - now
    return Expiry(what, certificate.not_valid_after_utc, left.days, left <= NEAR)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
