from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the journal keeps it: an id without foreign key, and a label that outlives the account."""

    id: UUID | None
    label: str
    organisation_id: UUID | None = None


#: Periodic work and consequences of time, done by nobody in particular.
SYSTEM = Actor(id=None, label="Plateforme")
