"""The register as it is published: signed checkpoints, time-stamped, that no later rewriting can agree with."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from procurement.actors import SYSTEM
from procurement.audit import queries as audit
from procurement.audit.models import Head
from signing.models import Checkpoint
from signing.register import notes
from signing.register.keys import origin, private_key
from signing.services.stamping import stamp

PUBLISH = "signing.checkpoint"
EVERY = timedelta(hours=1)


@transaction.atomic
def publish_checkpoint(*, now: datetime) -> Checkpoint | None:
    """Sign and time-stamp the state of the register; None while it is empty. The same state is signed once.

    Hourly even when nothing happens: its own time stamp is a line, so each checkpoint says that none is missing.
    """
    # Locked: the size and the root are those of one committed state, and no other checkpoint is made meanwhile.
    Head.objects.select_for_update(of=("self",)).filter(pk=1).first()
    tree = audit.get_tree()
    if not tree.size:
        return None
    known = Checkpoint.objects.filter(size=tree.size).first()
    if known is not None:
        return known
    note = notes.sign(notes.Checkpoint(origin(), tree.size, tree.root()), private_key())
    token = stamp(digest=sha256(note.encode()).hexdigest(), actor=SYSTEM, now=now)
    checkpoint = Checkpoint(size=tree.size, note=note, token=token, made_at=now)
    checkpoint.save(force_insert=True)
    return checkpoint
