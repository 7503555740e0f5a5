from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db.models import Q

from procurement.audit import merkle
from procurement.audit.merkle import Frontier, Place
from procurement.audit.models import Entry, EntryQuerySet, Head, Node


def list_about(subjects: Iterable[object]) -> EntryQuerySet:
    """The lines about any of these subjects, oldest first."""
    return Entry.objects.filter(subject__in=[str(subject) for subject in subjects]).select_related("identity")


# --- The register ---------------------------------------------------------------------------------------------
def get_tree() -> Frontier:
    """The tree as committed now."""
    head = Head.objects.filter(pk=1).first()
    return head.tree if head is not None else Frontier()


def get_root(size: int) -> bytes:
    """The root over the first `size` lines. Raises KeyError for a size not reached."""
    places = merkle.peaks_of(size)
    known = get_nodes(places)
    return Frontier(size, tuple(known[place] for place in places)).root()


def prove_inclusion(index: int, size: int) -> list[bytes]:
    return merkle.prove_inclusion(index, size, get_nodes)


def prove_consistency(old: int, new: int) -> list[bytes]:
    return merkle.prove_consistency(old, new, get_nodes)


def get_nodes(places: Sequence[Place]) -> dict[Place, bytes]:
    """The hashes of these nodes that exist; one query, whatever their number."""
    wanted = Q()
    for level, found in groupby(sorted(places), key=lambda place: place[0]):
        wanted |= Q(level=level, index__in=[index for _, index in found])
    if not wanted:
        return {}
    rows = Node.objects.filter(wanted).values_list("level", "index", "hash")
    return {(level, index): bytes(value) for level, index, value in rows}


def get_tile(level: int, first: int, width: int) -> list[bytes]:
    """`width` hashes of a level from `first`; fewer where the tree is not that wide yet."""
    rows = Node.objects.filter(level=level, index__gte=first, index__lt=first + width)
    return [bytes(value) for value in rows.order_by("index").values_list("hash", flat=True)]


def list_leaf_data(first: int, width: int) -> list[bytes]:
    """The data of the leaves (32 bytes each) from `first`."""
    rows = Entry.objects.filter(sequence__gt=first, sequence__lte=first + width)
    return [bytes.fromhex(value) for value in rows.order_by("sequence").values_list("hash", flat=True)]
