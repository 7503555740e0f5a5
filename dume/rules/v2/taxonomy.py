"""The criteria of 2.0.2 and 2.1.1 as the official rules read them: how many parts each has, and of what type.

Our own table (`data/taxonomy.json`) of facts: UUIDs, codes, counts. Two places of the EXTENDED taxonomy occur twice
with other counts; the official rules take the first, and so does the table.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

NATIONAL = "CRITERION.EXCLUSION.NATIONAL.OTHER"
EXCLUSION = "CRITERION.EXCLUSION."


@dataclass(frozen=True, slots=True)
class KnownCriterion:
    code: str
    groups: int


@dataclass(frozen=True, slots=True)
class Place:
    """A group under its parent. `subsidiary` tells cac:SubsidiaryTenderingCriterionPropertyGroup."""

    subsidiary: bool
    properties: int
    groups: int
    condition: str


@dataclass(frozen=True, slots=True)
class Content:
    """The types that the properties of a group have, wherever the group occurs."""

    types: frozenset[str]
    data_types: frozenset[str]

    @classmethod
    def of_all(cls, contents: Iterable["Content"]) -> "Content":
        """For a group with several ids."""
        known = list(contents)
        return cls(
            frozenset(one for content in known for one in content.types),
            frozenset(one for content in known for one in content.data_types),
        )


@dataclass(frozen=True, slots=True)
class Taxonomy:
    criteria: Mapping[str, KnownCriterion]
    places: Mapping[tuple[str, str], Place]
    contents: Mapping[str, Content]
    holders: frozenset[str]

    def criterion(self, ids: Iterable[str]) -> KnownCriterion | None:
        """The one criterion with one of these ids; None for none or several."""
        found = {one for one in ids if one in self.criteria}
        return self.criteria[found.pop()] if len(found) == 1 else None

    def places_of(self, parents: Iterable[str], groups: Iterable[str]) -> Iterator[Place]:
        for parent in parents:
            for group in groups:
                if place := self.places.get((parent, group)):
                    yield place

    def contents_of(self, groups: Iterable[str]) -> list[Content]:
        return [content for group in groups if (content := self.contents.get(group))]

    def exclusions(self, *, national: bool) -> int:
        """How many exclusion grounds it has, with or without the purely national ones."""
        return sum(
            known.code.startswith(EXCLUSION) and (national or known.code != NATIONAL)
            for known in self.criteria.values()
        )


@cache
def taxonomy(version: str, profile: str) -> Taxonomy:
    """`profile` is BASIC or EXTENDED, REGULATED and SELFCONTAINED in the words of 2.0.2."""
    source = resources.files("dume.rules.v2").joinpath("data/taxonomy.json").read_text(encoding="utf-8")
    table = json.loads(source)[f"{version} {profile}"]
    return Taxonomy(
        criteria={uuid: KnownCriterion(*known) for uuid, known in table["criteria"].items()},
        places={
            (parent, group): Place(kind == "S", properties, groups, condition)
            for parent, inside in table["groups"].items()
            for group, (kind, properties, groups, condition) in inside.items()
        },
        contents={
            group: Content(frozenset(types), frozenset(data_types))
            for group, (types, data_types) in table["content"].items()
        },
        holders=frozenset(table["groups"]),
    )
