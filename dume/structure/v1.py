"""ESPD 1.0.2: is the document built as its schema says? lxml decides on our own subset schemas (dume/xsd/espd1).

They accept and refuse the same documents as the official ones, but for what the elements of UBL hold that ESPD 1.0.2
does not use (docs/dume-rules.md, « 1.0.2 »).
"""

from collections.abc import Iterable
from functools import cache
from importlib import resources
from threading import Lock
from types import MappingProxyType
from typing import cast

from lxml import etree

from dume.nodes import local_name, namespace
from dume.structure.findings import StructureFinding
from dume.structure.ubl import errors
from dume.structure.ubl.contents import (
    ELEMENT,
    ONE_VALUE,
    SEQUENCE,
    TYPE,
    Contents,
    Slot,
    name_of,
    resolved,
    slots_in,
)
from dume.structure.ubl.editions import Compiled
from dume.structure.ubl.places import element_at, path_of
from dume.structure.ubl.wording import Fault, quoted, said
from procurement.xml import held_schema, parse_xml

FILES = (
    "request.xsd",
    "response.xsd",
    "operator.xsd",
    "operator-values.xsd",
    "criteria.xsd",
    "criteria-values.xsd",
    "evidence.xsd",
    "evidence-values.xsd",
    "aggregate.xsd",
    "basic.xsd",
    "extension.xsd",
)
NAMESPACE = "urn:grow:names:specification:ubl:schema:xsd:"
ENTRIES = MappingProxyType({"ESPDRequest": "request.xsd", "ESPDResponse": "response.xsd"})


def check(root: etree._Element) -> list[StructureFinding]:
    """What is wrong, in the order of the document; empty when it is built as it must be."""
    name = local_name(root)
    if name not in ENTRIES or namespace(root) != f"{NAMESPACE}{name}-1":
        return [wrong_root(root)]
    found = dict.fromkeys(
        finding(root, entry.type_name, entry.message, entry.path) for entry in errors(root, compiled(name))
    )
    return list(found)


def finding(root: etree._Element, kind: str, written: str, path: str | None) -> StructureFinding:
    element = element_at(root, path)
    code, message = said(kind, Fault(written, element, contents()))
    place = element if element is not None else root
    line = cast("int | None", element.sourceline) if element is not None else None
    return StructureFinding(line or 0, path_of(place), code, message)


def wrong_root(root: etree._Element) -> StructureFinding:
    name = local_name(root)
    line = cast("int | None", root.sourceline) or 0
    if name not in ENTRIES:
        message = (
            f"L'élément racine {quoted(name)} n'est pas celui d'un DUME 1.0.2\u00a0: attendu "
            f"{' ou '.join(quoted(known) for known in ENTRIES)}. Vérifiez qu'il s'agit du bon fichier."
        )
        return StructureFinding(line, path_of(root), "wrong-root", message)
    message = (
        f"L'élément racine {quoted(name)} n'est pas dans l'espace de noms {quoted(f'{NAMESPACE}{name}-1')}. "
        "Exportez de nouveau le document depuis l'outil qui l'a produit."
    )
    return StructureFinding(line, path_of(root), "wrong-namespace", message)


@cache
def texts() -> dict[str, bytes]:
    folder = resources.files("dume").joinpath("xsd", "espd1")
    return {name: folder.joinpath(name).read_bytes() for name in FILES}


@cache
def compiled(root_name: str) -> Compiled:
    return Compiled(held_schema(texts(), ENTRIES[root_name]), Lock())


@cache
def contents() -> Contents:
    """What each element may contain, for the messages."""
    return contents_in(texts().values())


def contents_in(schemas: Iterable[bytes]) -> Contents:
    """Of every element that one of these schemas declares with a type of theirs."""
    declared = {
        (node.tag, name_of(node)): node for text in schemas for node in parse_xml(text) if node.get("name")
    }
    slots: dict[str, tuple[Slot, ...]] = {}
    kinds: dict[str, str] = {}
    for (tag, name), element in declared.items():
        written = element.get("type", "")
        model = declared.get((TYPE, resolved(element, written))) if tag == ELEMENT and written else None
        if model is None:
            continue
        if model.find(ONE_VALUE) is not None:
            kinds[name] = model.get("name", "")
        else:
            slots[name] = tuple(slots_in(model.find(SEQUENCE), declared))
    return Contents(MappingProxyType(slots), MappingProxyType(kinds))
