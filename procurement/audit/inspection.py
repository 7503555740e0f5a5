"""Read the whole journal again and name the first thing that does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from procurement.audit.lines import digest
from procurement.audit.merkle import Frontier, Place, leaf_hash
from procurement.audit.models import Entry, Head, Node
from procurement.audit.queries import get_nodes

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Mismatch:
    """`place` names the line, node or head; `message` is French."""

    place: str
    message: str


def find_mismatch() -> Mismatch | None:
    """The first line that was altered, removed or slipped in, else the first node or head that is not their tree."""
    tree, nodes = Frontier(), 0
    lines = Entry.objects.order_by("sequence").iterator(chunk_size=_BATCH)
    while batch := list(islice(lines, _BATCH)):
        completed: dict[Place, bytes] = {}
        for entry in batch:
            if found := _inspect(entry, expected=tree.size + 1):
                return found
            tree, nodes_of_line = tree.append(leaf_hash(bytes.fromhex(entry.hash)))
            completed |= dict(nodes_of_line)
        if found := _compare(completed):
            return found
        nodes += len(completed)
    return _inspect_head(tree) or _inspect_extent(nodes)


def _inspect(entry: Entry, *, expected: int) -> Mismatch | None:
    place = f"ligne {expected}"
    if entry.sequence != expected:
        return Mismatch(place, f"La ligne {expected} du journal manque.")
    if digest(entry.as_line()).hex() != entry.hash:
        return Mismatch(place, f"La ligne {expected} du journal ne correspond pas à son empreinte.")
    return None


def _compare(completed: dict[Place, bytes]) -> Mismatch | None:
    kept = get_nodes(list(completed))
    for place, value in _by_leaf(completed):
        if kept.get(place) != value:
            level, index = place
            last = (index + 1) << level
            return Mismatch(
                f"nœud {level}/{index}",
                f"Le nœud {level}/{index} du registre n'est pas celui des lignes "
                f"{(index << level) + 1} à {last}\u00a0: une ligne ou le nœud a été réécrit.",
            )
    return None


def _by_leaf(completed: dict[Place, bytes]) -> Iterator[tuple[Place, bytes]]:
    """In the order of the line that completes them: the first mismatch is the first rewriting."""
    return iter(sorted(completed.items(), key=lambda item: (((item[0][1] + 1) << item[0][0]), item[0][0])))


def _inspect_head(tree: Frontier) -> Mismatch | None:
    # As stored: a head that was tampered with may be no tree at all.
    stored = Head.objects.filter(pk=1).values_list("size", "frontier").first() or (0, b"")
    if (stored[0], bytes(stored[1])) == (tree.size, tree.to_bytes()):
        return None
    return Mismatch(
        "tête", "La tête du registre n'est pas celle de ses lignes\u00a0: la fin du journal manque."
    )


def _inspect_extent(nodes: int) -> Mismatch | None:
    if Node.objects.count() == nodes:
        return None
    return Mismatch("nœuds", "Le registre contient des nœuds qui ne correspondent à aucune ligne.")
