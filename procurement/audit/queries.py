from collections.abc import Iterable

from procurement.audit.chain import digest
from procurement.audit.models import Entry, EntryQuerySet


def list_about(subjects: Iterable[object]) -> EntryQuerySet:
    """The lines about any of these subjects, oldest first."""
    return Entry.objects.filter(subject__in=[str(subject) for subject in subjects])


def find_break() -> int | None:
    """The sequence of the first line whose chain does not hold, or None: the whole journal is read."""
    expected_sequence, previous = 1, "0" * 64
    for entry in Entry.objects.order_by("sequence").iterator(chunk_size=2000):
        if (entry.sequence, entry.previous_hash) != (expected_sequence, previous) or digest(
            entry
        ) != entry.hash:
            return expected_sequence
        expected_sequence, previous = expected_sequence + 1, entry.hash
    return None
