"""Which question of one document is which of another's, by criterion, place, data type and meaning; never by id.

Property ids change from version to version and from document to document (ESPD-EDM issue 385).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from dume.coercion import may_become
from dume.leaves import Classes, Leaf

#: What 1.0.2 and 2.x call otherwise than later versions, by our French labels.
ALIKE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "votre réponse": frozenset({"réponse"}),
        "montant": frozenset({"montant total", "moyenne sur la période"}),
        "chiffre d'affaires moyen": frozenset({"moyenne sur la période", "montant"}),
        "date": frozenset({"période"}),
        "année": frozenset({"période"}),
        "ratio": frozenset({"valeur du ratio"}),
        "destinataires": frozenset({"destinataire"}),
        "description": frozenset({"description de la référence", "autres informations", "précisions"}),
        "date de la condamnation": frozenset({"date de la condamnation ou de la décision"}),
        "durée de l'exclusion": frozenset({"durée de l'exclusion fixée par la condamnation"}),
        "sous-traitants proposés": frozenset({"nom de l'entité"}),
        "numéro d'inscription ou de certification": frozenset({"liste ou certificat, et numéro"}),
        "activité de l'entité": frozenset({"activité de l'entité pour cette procédure"}),
        "seuil": frozenset({"seuil minimal", "montant minimal exigé", "montant minimal"}),
        "exigence minimale": frozenset({"montant minimal exigé", "ratio minimal exigé", "montant minimal"}),
    }
)
LOT = "LOT_IDENTIFIER"
SAME, SIMILAR, SAME_PLACE, SAME_CONDITIONS, SAME_TYPE, SAME_COMPANY, MAIN = 64, 32, 24, 8, 8, 4, 16


@dataclass(frozen=True, slots=True)
class Pairs:
    """`slots`: place in the source -> place in the target. `owners`: a class repeated in the source -> the class
    of the target that is repeated for it."""

    slots: Mapping[Classes, Leaf]
    owners: Mapping[Classes, Classes]


def paired(source: Sequence[Leaf], target: Sequence[Leaf]) -> Pairs:
    """Each question of the source that has its place in the target; evidences and values of the buyer may share
    one, which is repeated."""
    asked = by_slot(source)
    there = by_slot(target)
    blocks = blocks_paired(asked.values(), there.values())
    scores = sorted(
        (
            (score, first.slot, second.slot)
            for first in asked.values()
            for second in there.values()
            if (score := likeness(first, second, blocks))
        ),
        key=lambda one: (-one[0], one[1], one[2]),
    )
    slots: dict[Classes, Leaf] = {}
    taken: set[Classes] = set()
    for _score, first, second in scores:
        if first not in slots and (second not in taken or may_be_shared(there[second])):
            slots[first] = there[second]
            taken.add(second)
    repeated = {classes for leaf in target for classes, _index in leaf.rows}
    return Pairs(slots, owners(source, slots, repeated))


def may_be_shared(leaf: Leaf) -> bool:
    """Evidences repeat their group, values of the buyer their property."""
    return bool(leaf.block) or leaf.prop.element == "REQUIREMENT"


def by_slot(leaves: Iterable[Leaf]) -> dict[Classes, Leaf]:
    found: dict[Classes, Leaf] = {}
    for leaf in leaves:
        found.setdefault(leaf.slot, leaf)
    return found


def likeness(first: Leaf, second: Leaf, blocks: Mapping[Classes, Classes]) -> int:
    """0 for two questions that are not the same."""
    if first.prop.element != second.prop.element or bool(first.block) != bool(second.block):
        return 0
    if not may_become(first.prop.data_type, second.prop.data_type):
        return 0
    if first.block and blocks.get(first.block) != second.block:
        return 0
    same_type = first.prop.data_type == second.prop.data_type
    same_place = first.slot == second.slot and first.conditions == second.conditions
    score = sum(
        (
            SAME * (first.meaning == second.meaning),
            SIMILAR
            * (
                second.meaning in ALIKE.get(first.meaning, ())
                or first.meaning in ALIKE.get(second.meaning, ())
            ),
            SAME_PLACE * (same_place and same_type),
            SIMILAR * (same_type and first.prop.data_type == LOT),
            MAIN * bool(first.block),
            MAIN * (first.is_main and second.is_main),
        )
    )
    if not score:
        return 0
    return (
        score
        + SAME_CONDITIONS * (first.conditions == second.conditions)
        + SAME_TYPE * same_type
        + SAME_COMPANY * min(len(first.near & second.near), 2)
    )


def blocks_paired(source: Iterable[Leaf], target: Iterable[Leaf]) -> dict[Classes, Classes]:
    """Evidence goes with its question « available online? »: to the same place, else to the most general one."""
    there = sorted({leaf.block for leaf in target if leaf.block})
    if not there:
        return {}
    found: dict[Classes, Classes] = {}
    ours = sorted({leaf.block for leaf in source if leaf.block}, key=lambda one: (one not in there, one))
    for block in ours:
        free = [one for one in there if one not in found.values()] or there
        found[block] = min(
            free,
            key=lambda one: (one != block, abs(len(one) - len(block)), len(one), [-number for number in one]),
        )
    return found


def owners(
    source: Iterable[Leaf], slots: Mapping[Classes, Leaf], repeated: set[Classes]
) -> dict[Classes, Classes]:
    """The class of the target that is repeated for each repeated class of the source: the widest that the target
    repeats already, else the narrowest that holds all the answers."""
    under: dict[Classes, list[Leaf]] = {}
    for leaf in source:
        for classes, _index in leaf.rows:
            if leaf.slot in slots:
                under.setdefault(classes, []).append(leaf)
    found: dict[Classes, Classes] = {}
    for classes, members in sorted(under.items(), key=lambda one: len(one[0])):
        told = [one for one in members if not one.block] or members
        narrow = common([slots[one.slot].classes for one in told])
        above = {found[classes[:depth]] for depth in range(1, len(classes)) if classes[:depth] in found}
        wide = [narrow[:depth] for depth in range(1, len(narrow)) if narrow[:depth] in repeated - above]
        found[classes] = wide[0] if wide else narrow
    return found


def common(paths: list[Classes]) -> Classes:
    first, *rest = paths
    length = len(first)
    for path in rest:
        length = next(
            (at for at in range(min(length, len(path))) if path[at] != first[at]), min(length, len(path))
        )
    return first[:length]


def keys(leaf: Leaf, target: Leaf, pairs: Pairs) -> dict[Classes, list[object]]:
    """Class of the target -> what tells its repetitions apart for this leaf."""
    found: dict[Classes, list[object]] = {}
    narrow = target.block or target.classes
    for classes, index in leaf.rows:
        owner = pairs.owners[classes]
        is_above = owner and target.classes[: len(owner)] == owner
        found.setdefault(owner if is_above else narrow, []).append((classes, index))
    if leaf.block:
        found.setdefault(target.block, []).append(leaf.block)
    return found
