import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from procurement.actors import Actor
from procurement.audit.lines import Line, digest, digest_of_actor
from procurement.audit.merkle import leaf_hash
from procurement.audit.models import ActorIdentity, Entry, Head, Node

_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Recorded:
    """A line, and the proof that it is the last leaf of the tree that ends with it (RFC 9162 2.1.3)."""

    entry: Entry
    line: Line
    root: bytes
    proof: tuple[bytes, ...]

    @property
    def index(self) -> int:
        """Position in the register, from 0."""
        return self.entry.sequence - 1

    @property
    def size(self) -> int:
        return self.entry.sequence


def record(
    *, action: str, subject: str | UUID, actor: Actor, at: datetime, data: Mapping[str, Any] | None = None
) -> Entry:
    """Append one line to the journal, inside the caller's transaction (P7-B8, annexe 8 art. 2).

    `data` holds JSON values without personal data: numbers, digests, states; never a name nor a file's content.
    """
    return record_with_proof(action=action, subject=subject, actor=actor, at=at, data=data).entry


@transaction.atomic
def record_with_proof(
    *, action: str, subject: str | UUID, actor: Actor, at: datetime, data: Mapping[str, Any] | None = None
) -> Recorded:
    """Like `record`, with the proof of inclusion. The tree it speaks of exists once the transaction commits."""
    head, _ = Head.objects.select_for_update(of=("self",)).get_or_create(pk=1)
    identity = _identity_of(actor)
    entry = Entry(
        sequence=head.size + 1,
        at=at,
        action=action,
        subject=str(subject),
        identity=identity,
        data=dict(data or {}),
        salt=secrets.token_hex(_SALT_BYTES),
    )
    written = entry.as_line()
    leaf = digest(written)
    entry.hash = leaf.hex()
    entry.save(force_insert=True)
    proof = tuple(head.tree.proof_of_next())
    tree, completed = head.tree.append(leaf_hash(leaf))
    Node.objects.bulk_create(
        Node(level=level, index=index, hash=value) for (level, index), value in completed
    )
    head.size, head.frontier = tree.size, tree.to_bytes()
    head.save(update_fields=["size", "frontier"])
    return Recorded(entry=entry, line=written, root=tree.root(), proof=proof)


def _identity_of(actor: Actor) -> ActorIdentity:
    """One row for each way somebody acts; the head's lock keeps two first lines from making two."""
    known = ActorIdentity.objects.filter(
        actor_id=actor.id, label=actor.label, organisation_id=actor.organisation_id
    ).first()
    if known is not None:
        return known
    salt = secrets.token_hex(_SALT_BYTES)
    hashed = digest_of_actor(
        actor_id=actor.id, label=actor.label, organisation_id=actor.organisation_id, salt=salt
    )
    return ActorIdentity.objects.create(
        digest=hashed, salt=salt, actor_id=actor.id, label=actor.label, organisation_id=actor.organisation_id
    )


@transaction.atomic
def forget_actor(*, actor_id: UUID, actor: Actor, at: datetime) -> int:
    """Erase who somebody was from the journal (GDPR art. 17); lines, leaves and proofs stay. Returns how many rows."""
    forgotten, _ = ActorIdentity.objects.filter(actor_id=actor_id).delete()
    record(action="audit.actor.forget", subject="journal", actor=actor, at=at, data={"identities": forgotten})
    return forgotten
