from datetime import UTC
from hashlib import sha256

import rfc8785

from procurement.audit.models import Entry


def digest(entry: Entry) -> str:
    """SHA-256 (hex) of the line in canonical JSON (RFC 8785), the hash of the line before included."""
    line = {
        "sequence": str(entry.sequence),
        "at": entry.at.astimezone(UTC).isoformat(),
        "action": entry.action,
        "subject": entry.subject,
        "actor_id": str(entry.actor_id) if entry.actor_id else None,
        "actor_label": entry.actor_label,
        "organisation_id": str(entry.organisation_id) if entry.organisation_id else None,
        "data": entry.data,
        "previous_hash": entry.previous_hash,
    }
    return sha256(rfc8785.dumps(line)).hexdigest()
