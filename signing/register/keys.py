"""The name of our register in its checkpoints, and the key that signs them."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from signing.register.notes import NoteKey

PATH = "/registre"


def origin() -> str:
    """The name of this register in its checkpoints (C2SP: an address without scheme)."""
    address = urlsplit(settings.PLATFORM_URL)
    return f"{address.netloc}{address.path.rstrip('/')}{PATH}"


def register_key() -> NoteKey:
    return NoteKey(origin(), private_key().public_key().public_bytes_raw())


def private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(settings.REGISTER_KEY.encode()).digest())
