"""What the official criteria of a version are made of (data/taxonomy-*.json): the measure of the BR-TC rules.

Groups are known by their id below the id of their parent: before 4.0 one group id returns under many criteria.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    groups: int


@dataclass(frozen=True, slots=True)
class Group:
    """`code` is ON*, ONTRUE or ONFALSE; then how many properties and subgroups it has."""

    code: str
    properties: int
    subgroups: int


@dataclass(frozen=True, slots=True)
class Allowed:
    """The types and data types of the properties directly in the groups of one id."""

    types: frozenset[str]
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """`groups` and `subgroups` by own id, then by id of the parent; `allowed` by id of a group or subgroup."""

    criteria: Mapping[str, Criterion]
    groups: Mapping[str, Mapping[str, Group]]
    subgroups: Mapping[str, Mapping[str, Group]]
    allowed: Mapping[str, Allowed]


Written = dict[str, tuple[dict[str, tuple[str, int, int]], str, str]]


@cache
def taxonomy(version: str) -> Taxonomy:
    text = resources.files("dume").joinpath(f"data/taxonomy-{version}.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return Taxonomy(
        criteria={id_: Criterion(*written) for id_, written in data["criteria"].items()},
        groups=placed(data["groups"]),
        subgroups=placed(data["subgroups"]),
        allowed=allowed((*data["groups"].items(), *data["subgroups"].items())),
    )


def placed(written: Written) -> dict[str, dict[str, Group]]:
    return {
        id_: {parent: Group(*facts) for parent, facts in under.items()}
        for id_, (under, _types, _values) in written.items()
    }


def allowed(
    written: Iterable[tuple[str, tuple[dict[str, tuple[str, int, int]], str, str]]],
) -> dict[str, Allowed]:
    """An id may be that of a group and of a subgroup: both count. Groups without property allow anything."""
    found: dict[str, Allowed] = {}
    for id_, (_under, types, values) in written:
        if types or values:
            other = found.get(id_, Allowed(frozenset(), frozenset()))
            found[id_] = Allowed(other.types | set(types.split()), other.values | set(values.split()))
    return found
