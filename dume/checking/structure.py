"""What the schema of a version says of a document, told once a kind of fault, with its place in the form."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Protocol, cast

from lxml import etree

from dume.checking.official import others
from dume.checking.places import Places
from dume.model import Family, Recognised
from dume.report import Finding, Layer, Severity
from dume.structure.findings import StructureFinding


class Check(Protocol):
    def __call__(self, root: etree._Element) -> list[StructureFinding]: ...


#: Loaded with the first document of its family.
CHECKS: Mapping[Family, str] = MappingProxyType(
    {
        Family.V1: "dume.structure.v1",
        Family.PRE_AWARD: "dume.structure.ubl",
        Family.UBL: "dume.structure.ubl",
    }
)


def findings(root: etree._Element, recognised: Recognised, places: Places) -> Iterator[Finding]:
    """One finding a kind of fault: only the maker of the tool can correct how its file is built."""
    if recognised.family not in CHECKS:
        return
    groups: dict[str, list[StructureFinding]] = {}
    for one in check_of(recognised.family)(root):
        groups.setdefault(one.code, []).append(one)
    for code, found in groups.items():
        where, *more = [places.of(places.at(one.path)) for one in found[:3]]
        yield Finding(
            severity=Severity.ERROR,
            where=where,
            message=found[0].message + others(where, more, len(found)),
            rule=f"structure.{code}",
            value=found[0].path,
            layer=Layer.STRUCTURE,
            count=len(found),
            technical=True,
        )


@cache
def check_of(family: Family) -> Check:
    return cast("Check", import_module(CHECKS[family]).check)
