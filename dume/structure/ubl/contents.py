"""What each element of an edition may contain, read from our schemas: messages say what is missing or misplaced."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from lxml import etree

from dume.structure.ubl.editions import Edition, texts
from procurement.xml import parse_xml

XS = "{http://www.w3.org/2001/XMLSchema}"
ELEMENT, GROUP, TYPE = f"{XS}element", f"{XS}group", f"{XS}complexType"
SEQUENCE, ONE_VALUE = f"{XS}sequence", f"{XS}simpleContent"


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in the content of an element; `name` as lxml writes it, with its namespace."""

    name: str
    required: bool
    repeatable: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """`slots`: what an element may contain, in order; none where the content is not described. `kinds`: the kind of
    its value, where it holds one (« Day », « Amount »…)."""

    slots: Mapping[str, tuple[Slot, ...]]
    kinds: Mapping[str, str]


@cache
def contents_of(edition: Edition) -> Contents:
    declared = {
        (node.tag, name_of(node)): node
        for text in texts(edition).values()
        for node in parse_xml(text)
        if node.get("name")
    }
    slots: dict[str, tuple[Slot, ...]] = {}
    kinds: dict[str, str] = {}
    for (tag, name), element in declared.items():
        if tag != ELEMENT:
            continue
        written = element.get("type")
        model = declared[TYPE, resolved(element, written)] if written else element.find(TYPE)
        if model is None:
            continue
        if model.find(ONE_VALUE) is not None:
            kinds[name] = model.get("name", "")
        else:
            slots[name] = tuple(slots_in(model.find(SEQUENCE), declared))
    return Contents(MappingProxyType(slots), MappingProxyType(kinds))


def slots_in(
    sequence: etree._Element | None, declared: Mapping[tuple[str, str], etree._Element]
) -> Iterator[Slot]:
    for particle in sequence if sequence is not None else ():
        reference = particle.get("ref")
        if particle.tag == GROUP and reference:
            yield from slots_in(declared[GROUP, resolved(particle, reference)].find(SEQUENCE), declared)
        elif particle.tag == ELEMENT:
            yield Slot(
                name=resolved(particle, reference) if reference else name_of(particle),
                required=particle.get("minOccurs", "1") != "0",
                repeatable=particle.get("maxOccurs", "1") != "1",
            )


def resolved(node: etree._Element, written: str) -> str:
    """« cbc:ID » as lxml writes it."""
    prefix, _, local = written.rpartition(":")
    return f"{{{node.nsmap[prefix or None]}}}{local}"


def name_of(node: etree._Element) -> str:
    """The name it declares, in the namespace of its schema (elements are all qualified)."""
    schema = node.getroottree().getroot()
    return f"{{{schema.get('targetNamespace', '')}}}{node.get('name', '')}"
