"""Our content models, element by element, against the official ones: names, order, how many, kind of value."""

import re
from pathlib import Path

import pytest
from lxml import etree

from dume.structure.ubl.contents import Contents, Slot, contents_of, name_of, resolved
from dume.structure.ubl.editions import edition_of
from procurement.xml import parse_xml
from tests.dume.structure.ubl_mutants import SAMPLES

XS = "{http://www.w3.org/2001/XMLSchema}"
#: The official name of each kind of value, without « Type ».
KINDS = {
    "Identifier": "Identifier",
    "Code": "Code",
    "Text": "Text",
    "Name": "Text",
    "Date": "Day",
    "Time": "Hour",
    "Indicator": "Flag",
    "Amount": "Amount",
    "Quantity": "Quantity",
    "Measure": "Measure",
    "Numeric": "Number",
    "Percent": "Number",
    "BinaryObject": "File",
}
DOCUMENT = Path(__file__).parents[3] / "docs" / "dume-rules.md"
#: The table of « Structure », « Accepted here, refused by the official schema ».
NOT_DESCRIBED = set(
    re.findall(
        r"^\| `cac:(\w+)` \|",
        DOCUMENT.read_text(encoding="utf-8")
        .partition("\n### Accepted here, refused")[2]
        .partition("\n### ")[0],
        re.MULTILINE,
    )
)
Declared = dict[tuple[str, str], etree._Element]


def official(data: Path, version: str) -> Declared:
    folder = data / "dume" / version / "xsd"
    files = [*folder.glob("maindoc/*.xsd"), *folder.glob("common/UBL-Common*Components-*.xsd")]
    return {
        (node.tag, name_of(node)): node
        for file in files
        for node in parse_xml(file.read_bytes())
        if node.get("name")
    }


def type_of(name: str, declared: Declared) -> etree._Element:
    element = declared[f"{XS}element", name]
    return declared[f"{XS}complexType", resolved(element, element.get("type"))]


def slots_of(model: etree._Element) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            resolved(part, part.get("ref")),
            part.get("minOccurs") != "0",
            part.get("maxOccurs") == "unbounded",
        )
        for part in model.find(f"{XS}sequence").iterchildren(f"{XS}element")
    )


def kind_of(model: etree._Element) -> str:
    base = next(node.get("base") for node in model.iter(f"{XS}extension", f"{XS}restriction"))
    name = base.rpartition(":")[2].removesuffix("Type")
    return KINDS.get(name, "Code")  # the qualified types are codes without a list


def described(contents: Contents) -> dict[str, tuple[Slot, ...]]:
    """Without extensions, whose own parts we declare inside."""
    return {
        name: slots
        for name, slots in contents.slots.items()
        if etree.QName(name).localname not in NOT_DESCRIBED | {"UBLExtensions", "UBLExtension"}
    }


@pytest.mark.corpus
@pytest.mark.parametrize("version", SAMPLES)
def test_each_content_is_the_official_one(shared_data: Path, version: str) -> None:
    declared, contents = official(shared_data, version), contents_of(edition_of(version))
    ours = described(contents)
    assert ours == {name: slots_of(type_of(name, declared)) for name in ours}
    assert contents.kinds == {name: kind_of(type_of(name, declared)) for name in contents.kinds}


@pytest.mark.parametrize("version", SAMPLES)
def test_each_element_named_in_a_content_is_declared(version: str) -> None:
    contents = contents_of(edition_of(version))
    named = {slot.name for slots in described(contents).values() for slot in slots}
    assert named <= set(contents.slots) | set(contents.kinds)


def test_the_table_of_what_is_not_described_is_true() -> None:
    contents = contents_of(edition_of("5.0.0-alpha"))
    assert {
        etree.QName(name).localname for name, slots in contents.slots.items() if not slots
    } == NOT_DESCRIBED
