"""The criteria of each taxonomy as empty trees: groups, requirements and questions, labelled in French.

Data (`data/trees-VERSION.json`): ids, conditions and data types are facts of ESPD-EDM, labels are ours. A group is
[id, condition, properties, groups], with the word that some official groups have instead of a condition, or null for
those that have none; a property is "id letter data-type label", the letter Q for a question of the
buyer, R for a value that he sets, C for a caption, the label a place in `labels`. In 4.x ids are paths, and those of
requirements end with the number of their instance ("…/RQ1/R1/R1").
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from dume.criteria import Known, by_uuid, lookup, same_meaning
from dume.model import Criterion, Group, Property

#: Version and profile -> the end of the name of its file. 2.1.1 is its extended profile unless said otherwise.
FILES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("4.1.0", ""): "4.1.0",
        ("2.1.1", ""): "2.1.1",
        ("2.1.1", "extended"): "2.1.1",
        ("2.1.1", "basic"): "2.1.1-basic",
        ("1.0.2", ""): "1.0.2",
    }
)
#: UUID -> English name of what asks the same since 2.x, in the same words and the same tree, under another name.
SUCCESSORS = {"9c70375e-1264-407e-8b50-b9736bc08901": "Reduction of the number of qualified candidates"}
CONDITIONS = ("", "true", "false")
ELEMENTS = {"Q": "QUESTION", "R": "REQUIREMENT", "C": "CAPTION"}


@cache
def criteria_of(version: str, profile: str = "") -> tuple[Criterion, ...]:
    """Without values and answers, in the order of the taxonomy. KeyError for a version that has no file."""
    name = f"data/trees-{FILES[version, profile]}.json"
    data = json.loads(resources.files("dume").joinpath(name).read_text(encoding="utf-8"))
    return tuple(
        criterion_from(uuid, code, groups, data["labels"]) for uuid, code, groups in data["criteria"]
    )


@cache
def criterion_of(version: str, uuid_or_code: str, profile: str = "") -> Criterion | None:
    """By its UUID or code of this version, else by those of any other version; None where this one lacks it."""
    wanted = uuid_or_code.lower()
    for criterion in criteria_of(version, profile):
        if wanted in {criterion.uuid.lower(), criterion.code.lower()}:
            return criterion
    known = lookup(uuid=uuid_or_code, code=uuid_or_code)
    if known is None:
        return None
    table = by_uuid()
    return next(
        (one for one in criteria_of(version, profile) if is_same(known, table[one.uuid.lower()])), None
    )


def is_same(known: Known, other: Known) -> bool:
    """Whether they are one criterion under two UUIDs, or the second is what became of the first."""
    return same_meaning([known, other]) or SUCCESSORS.get(known.uuid) == other.name_en


def criterion_from(uuid: str, code: str, groups: list[Any], labels: list[str]) -> Criterion:
    known = by_uuid()[uuid.lower()]
    return Criterion(
        uuid=uuid,
        code=code,
        name=known.name_fr,
        description=known.name_fr,
        name_fr=known.name_fr,
        part=known.part,
        law=known.law,
        groups=tuple(group_from(group, labels) for group in groups),
    )


def group_from(written: list[Any], labels: list[str]) -> Group:
    identifier, condition, properties, groups = written
    return Group(
        id=identifier,
        condition=condition if condition in CONDITIONS else "",
        code=None if condition in CONDITIONS else condition or "",
        properties=tuple(property_from(one, labels) for one in properties),
        groups=tuple(group_from(group, labels) for group in groups),
    )


def property_from(written: str, labels: list[str]) -> Property:
    identifier, letter, data_type, label = written.split(" ")
    return Property(identifier, ELEMENTS[letter], data_type, labels[int(label)])
