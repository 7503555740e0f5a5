"""A criterion being filled: answers put in their places, a group repeated when one is not enough.

A repetition keeps the id of its group, as the official samples do; its properties have new ids. In 4.x an id ends with
the numbers of the instances that it stands in, a group each ("…/Q1/R1/R2"), as official ids of requirements do.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import NAMESPACE_URL, UUID, uuid5

from dume.leaves import Classes, classed, placed
from dume.model import Answer, Criterion, Group, Property, Requirement

INSTANCE = re.compile(r"/R\d+$")


@dataclass(slots=True)
class Node:
    """A group; `pristine` is what a repetition of it starts from, `instances` which one it is and those around it."""

    pristine: Group
    number: int
    instances: tuple[int, ...]
    properties: list[Property] = field(default_factory=list)
    nodes: list["Node"] = field(default_factory=list)
    is_taken: bool = False

    @property
    def required(self) -> frozenset[str]:
        values = {one.value for prop in self.properties for one in prop.requirements}
        return frozenset(values).union(*(node.required for node in self.nodes))

    def group(self) -> Group:
        groups = tuple(node.group() for node in self.nodes)
        return replace(self.pristine, properties=tuple(self.properties), groups=groups)


def node_of(group: Group, number: int, instances: tuple[int, ...]) -> Node:
    return Node(
        pristine=group,
        number=number,
        instances=instances,
        properties=[replace(one, id=numbered(one.id, instances)) for one in group.properties],
        nodes=nodes_of(group.groups, instances),
    )


def nodes_of(groups: tuple[Group, ...], around: tuple[int, ...]) -> list[Node]:
    return [
        node_of(group, number, (*around, 1))
        for group, (number, _index, _repeated) in zip(groups, classed(groups), strict=True)
    ]


def numbered(identifier: str, instances: tuple[int, ...]) -> str:
    """The id itself in the first instance of everything."""
    if set(instances) <= {1}:
        return identifier
    path = identifier + "".join(f"/R{one}" for one in instances)
    return str(uuid5(NAMESPACE_URL, path)) if is_uuid(identifier) else path


def another(identifier: str, number: int) -> str:
    """The id of one more value of a requirement."""
    if is_uuid(identifier):
        return str(uuid5(NAMESPACE_URL, f"{identifier}/{number}"))
    return INSTANCE.sub("", identifier) + f"/R{number}"


def is_uuid(identifier: str) -> bool:
    try:
        UUID(identifier)
    except ValueError:
        return False
    return True


class Filling:
    """`criterion` with what is put into it; `copy` is which one of its kind it is in the document."""

    def __init__(self, criterion: Criterion, copy: int = 1) -> None:
        self.criterion = criterion
        self.around: tuple[int, ...] = () if copy == 1 else (copy,)
        self.nodes = nodes_of(criterion.groups, self.around)
        self.found: dict[tuple[int, int, str], Node] = {}

    def filled(self) -> Criterion:
        return replace(self.criterion, groups=tuple(node.group() for node in self.nodes))

    def put(self, place: "Place", answer: Answer) -> str:
        """The id of the question it answers."""
        node, at = self.property_at(place)
        prop = node.properties[at]
        given = replace(answer, label=prop.label, property_id=prop.id)
        node.properties[at] = replace(prop, answers=(*prop.answers, given))
        return prop.id

    def require(self, place: "Place", requirement: Requirement) -> None:
        """One value a property: another one is a property of its own, as 4.x writes its lots."""
        node, at = self.property_at(place)
        prop = node.properties[at]
        if not prop.requirements:
            node.properties[at] = replace(prop, requirements=(requirement,))
            return
        same = [one for one in placed(node.properties) if one == place.place]
        copy = replace(prop, id=another(prop.id, len(same) + 1), requirements=(requirement,))
        node.properties.insert(at + len(same), copy)

    def property_at(self, place: "Place") -> tuple[Node, int]:
        node = self.node_at(place)
        return node, placed(node.properties).index(place.place)

    def node_at(self, place: "Place") -> Node:
        nodes, around, parent = self.nodes, self.around, 0
        for depth in range(1, len(place.classes) + 1):
            here = place.classes[:depth]
            node = self.child(nodes, parent, here[-1], place.keys.get(here, []), place.required, around)
            nodes, around, parent = node.nodes, node.instances, id(node)
        return node

    def child(
        self,
        nodes: list[Node],
        parent: int,
        number: int,
        keys: Sequence[object],
        required: frozenset[str],
        around: tuple[int, ...],
    ) -> Node:
        known = (parent, number, repr(keys))
        if known in self.found:
            return self.found[known]
        same = [node for node in nodes if node.number == number]
        free = [node for node in same if not node.is_taken] if keys else same
        if free:
            node = max(free, key=lambda one: len(one.required & required))
        else:
            node = node_of(same[0].pristine, number, (*around, len(same) + 1))
            nodes.insert(nodes.index(same[-1]) + 1, node)
        node.is_taken = node.is_taken or bool(keys)
        self.found[known] = node
        return node


@dataclass(frozen=True, slots=True)
class Place:
    """`keys`: class -> what tells its repetitions apart; `required`: values of the buyer that choose among them."""

    classes: Classes
    place: int
    keys: Mapping[Classes, Sequence[object]]
    required: frozenset[str]
