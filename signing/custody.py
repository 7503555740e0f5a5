"""Who holds the identities that open sealed bids.

Here the installation does: an identity is kept wrapped by the installation's secret, and the rule of the opening
decides when it may be unwrapped. This module is the seam where keys held by the buyers' agents take its place.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from procurement.errors import DomainError

_VERSION = b"\x01"
_SALT, _NONCE, _SECRET = 16, 12, 32
_PURPOSE = b"profil-acheteur/signing/custody/identity/v1"


class IdentityLost(DomainError):
    """La clé d'ouverture ne peut pas être relue avec le secret de cette installation. Les plis sont conservés
    chiffrés. Rétablissez le secret d'origine (SEALING_SECRET), puis recommencez l'ouverture."""

    code = "identity_lost"
    status = 500


def wrap_identity(identity: str, secret: bytes, *, context: str = "") -> bytes:
    """version ‖ salt ‖ nonce ‖ AES-256-GCM. `context` (what the key opens) must be given again to unwrap."""
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    sealed = AESGCM(_key(secret, salt)).encrypt(nonce, identity.encode("ascii"), context.encode())
    return _VERSION + salt + nonce + sealed


def unwrap_identity(wrapped: bytes, secret: bytes, *, context: str = "") -> str:
    """Raises IdentityLost for another secret, another context or damaged bytes."""
    version, salt, rest = wrapped[:1], wrapped[1 : 1 + _SALT], wrapped[1 + _SALT :]
    if version != _VERSION:
        raise IdentityLost
    try:
        clear = AESGCM(_key(secret, salt)).decrypt(rest[:_NONCE], rest[_NONCE:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise IdentityLost from error
    return clear.decode("ascii")


def _key(secret: bytes, salt: bytes) -> bytes:
    if len(secret) < _SECRET:
        raise ValueError(f"the installation's secret needs {_SECRET} bytes or more")
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=_PURPOSE).derive(secret)
