from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.db import transaction

from procurement.actors import Actor
from procurement.audit.services import record
from signing.pki import authority as authorities
from signing.pki.authority import Authority
from signing.pki.expiries import Expiry, expiries
from signing.sealing.keys.seal_key import Origin
from signing.services.stamping import current_authority


@transaction.atomic
def rotate(*, roles: Collection[str], actor: Actor, now: datetime) -> Authority:
    """Renew "root", "tsa" or "seal" of our own authority, in use in every process from now on; the journal says so.

    Restoring an older copy of the folder of keys afterwards would lose the new ones: it is saved again after this.
    """
    authority = authorities.rotate(Path(settings.DATA_DIR) / "keys", roles, now)
    in_use = {
        "root": authority.root_certificate,
        "tsa": authority.tsa_certificate,
        "seal": authority.seal_certificate,
    }
    record(
        action="signing.key.rotate",
        subject="authority",
        actor=actor,
        at=now,
        data={
            "renewed": sorted(roles),
            "certificates": {role: _fingerprint(each) for role, each in in_use.items()},
        },
    )
    return authority


def list_expiries(now: datetime) -> list[Expiry]:
    """Reads files of the installation, never a token nor a remote service."""
    return expiries(current_authority(now), now, with_external=settings.SEAL_KEY != Origin.OWN)


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()
