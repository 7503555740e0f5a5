from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from procurement.actors import Actor
from procurement.audit.chain import digest
from procurement.audit.models import Entry, Head


def record(
    *, action: str, subject: str | UUID, actor: Actor, at: datetime, data: Mapping[str, Any] | None = None
) -> Entry:
    """Append one line to the journal, inside the caller's transaction (P7-B8, annexe 8 art. 2).

    `data` holds JSON values without personal secrets: numbers, digests, states; never a file's content.
    """
    head, _ = Head.objects.select_for_update(of=("self",)).get_or_create(pk=1)
    entry = Entry(
        sequence=head.size + 1,
        at=at,
        action=action,
        subject=str(subject),
        actor_id=actor.id,
        actor_label=actor.label,
        organisation_id=actor.organisation_id,
        data=dict(data or {}),
        previous_hash=head.hash,
    )
    entry.hash = digest(entry)
    entry.save(force_insert=True)
    head.size, head.hash = entry.sequence, entry.hash
    head.save(update_fields=["size", "hash"])
    return entry
