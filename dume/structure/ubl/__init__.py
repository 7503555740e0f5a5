"""ESPD 2.0.2 and newer: is the document built as UBL says? lxml decides on our own subset schemas.

The official schemas accept and refuse the same documents (docs/dume-rules.md, « Structure »).
"""

from collections.abc import Iterable
from typing import cast

from lxml import etree

from dume.nodes import local_name
from dume.sniff import recognise_root
from dume.structure.findings import StructureFinding
from dume.structure.ubl.contents import Contents, contents_of
from dume.structure.ubl.editions import ENTRIES, Compiled, compiled, edition_of
from dume.structure.ubl.places import Places
from dume.structure.ubl.wording import Fault, said
from procurement.xml import SchemaError, streamed_errors

#: libxml2 numbers each faulty element among its siblings, one by one: a document of ten thousand faults among ten
#: thousand siblings would cost minutes. Above this product (elements by elements and attributes) or this sum, faults
#: are first counted in a stream, which numbers nothing. The largest official sample has 2.8 × 10⁸ and 26,000.
HEAVY, MANY = 400_000_000, 50_000
#: Told of one document. The others are of the same kinds, or follow from these.
MOST = 500
COUNT_ELEMENTS = etree.XPath("count(/descendant::*)")
COUNT_ATTRIBUTES = etree.XPath("count(/descendant::*/@*)")


def check(root: etree._Element, version: str = "") -> list[StructureFinding]:
    """What the schema of that version of ESPD says; of the version the document announces when none is given."""
    edition = edition_of(version or recognise_root(root).version)
    judge = compiled(edition, ENTRIES.get(local_name(root), "request.xsd"))
    return told(root, judge, contents_of(edition))


def told(root: etree._Element, judge: Compiled, contents: Contents) -> list[StructureFinding]:
    """What a schema finds, in French, in the order of the document; each fault of a place once."""
    places = Places(root)
    found: dict[StructureFinding, None] = {}  # a set that keeps the order
    for error in errors(root, judge):
        element = places.at(error.path)
        code, message = said(error.type_name, Fault(error.message, element, contents))
        line = cast("int | None", element.sourceline) if element is not None else None
        path = places.path_of(element if element is not None else root)
        found[StructureFinding(line or 0, path, code, message)] = None
    return list(found)


def errors(root: etree._Element, judge: Compiled) -> list[SchemaError]:
    if is_heavy(root):
        streamed = streamed_errors(root, judge.schema, MOST)
        if len(streamed) >= MOST:
            return streamed[:MOST]
    with judge.lock:
        if judge.schema.validate(root):
            return []
        return list(cast("Iterable[SchemaError]", judge.schema.error_log))[:MOST]


def is_heavy(root: etree._Element) -> bool:
    elements = cast("float", COUNT_ELEMENTS(root))
    nodes = elements + cast("float", COUNT_ATTRIBUTES(root))
    return nodes > MANY or elements * nodes > HEAVY
