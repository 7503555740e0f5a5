"""A line of the journal as bytes: what its digest covers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785

Line = dict[str, Any]


def line(
    *,
    sequence: int,
    at: datetime,
    action: str,
    subject: str,
    actor: str,
    data: Mapping[str, Any],
    salt: str,
) -> Line:
    """JSON values. `actor` is the digest of who acted: a line holds no name, and can be shown with a proof."""
    return {
        "sequence": str(sequence),
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": action,
        "subject": subject,
        "actor": actor,
        "data": dict(data),
        "salt": salt,
    }


def digest(value: Mapping[str, Any]) -> bytes:
    """SHA-256 of canonical JSON (RFC 8785)."""
    return sha256(rfc8785.dumps(dict(value))).digest()


def digest_of_actor(*, actor_id: UUID | None, label: str, organisation_id: UUID | None, salt: str) -> str:
    """Hexadecimal."""
    return digest(
        {
            "id": str(actor_id) if actor_id else None,
            "label": label,
            "organisation_id": str(organisation_id) if organisation_id else None,
            "salt": salt,
        }
    ).hex()
