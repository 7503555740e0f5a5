"""Our subset schemas of UBL (dume/xsd/ubl), as one version of ESPD knows them.

One text serves all versions. `ed:since` and `ed:until` on a particle name the first and the last major version of
ESPD that has it: 2.0.2 and 2.1.1 stand on UBL 2.2, 3.x and 4.x on UBL 2.3, 5.x on UBL 2.4 (what ESPD uses of 2.4 is
what it used of 2.3). The same text with the namespaces of its time is the schema of 2.0.2.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from threading import Lock

from lxml import etree

from procurement.xml import held_schema, parse_xml

FILES = (
    "request.xsd",
    "response.xsd",
    "aggregate.xsd",
    "parties.xsd",
    "project.xsd",
    "criteria.xsd",
    "documents.xsd",
    "identity.xsd",
    "elsewhere.xsd",
    "basic.xsd",
    "extension.xsd",
)
#: By name of the root; any other is judged as a request, which refuses it at once.
ENTRIES = {
    "QualificationApplicationRequest": "request.xsd",
    "QualificationApplicationResponse": "response.xsd",
}
UBL = b"urn:oasis:names:specification:ubl:schema:xsd:"
PRE_AWARD = b"urn:X-test:UBL:Pre-award:"
#: What 2.0.2 called them, before UBL 2.2 was out. Extensions kept their name.
PRE_AWARD_NAMES = {
    UBL + b"QualificationApplicationRequest-2": PRE_AWARD + b"QualificationApplicationRequest",
    UBL + b"QualificationApplicationResponse-2": PRE_AWARD + b"QualificationApplicationResponse",
    UBL + b"CommonAggregateComponents-2": PRE_AWARD + b"CommonAggregate",
    UBL + b"CommonBasicComponents-2": PRE_AWARD + b"CommonBasic",
}
SINCE, UNTIL = "{urn:dume:edition}since", "{urn:dume:edition}until"
VERSION = re.compile(r"0*(\d+)\.0*(\d+)")
NEWEST = 5


@dataclass(frozen=True, slots=True)
class Edition:
    """`major` is that of ESPD; `pre_award` is 2.0.x, the same as 2.1.x under other namespaces."""

    major: int
    pre_award: bool = False


@dataclass(frozen=True, slots=True)
class Compiled:
    """The log of errors belongs to the schema: one document at a time, under the lock."""

    schema: etree.XMLSchema
    lock: Lock


def edition_of(version: str) -> Edition:
    """ "2.0.2", "2.1.1", "3.3.0", "4.1.0", "5.0.0-alpha"…: the nearest that we know; 4.x where nothing is said."""
    match = VERSION.match(version)
    if match is None:
        return Edition(4)
    major, minor = int(match[1]), int(match[2])
    return Edition(min(max(major, 2), NEWEST), pre_award=(major, minor) == (2, 0))


@cache
def compiled(edition: Edition, entry: str) -> Compiled:
    return Compiled(held_schema(texts(edition), entry), Lock())


@cache
def texts(edition: Edition) -> dict[str, bytes]:
    """The files of that edition, by name."""
    folder = resources.files("dume").joinpath("xsd", "ubl")
    return {name: etree.tostring(trimmed(folder.joinpath(name).read_bytes(), edition)) for name in FILES}


def trimmed(source: bytes, edition: Edition) -> etree._Element:
    """The schema without the particles of other editions, and without our own attributes."""
    if edition.pre_award:
        for name, old_name in PRE_AWARD_NAMES.items():
            source = source.replace(name, old_name)
    root = parse_xml(source)
    for particle in list(root.iter(etree.Element)):
        since = int(particle.attrib.pop(SINCE, "0"))
        until = int(particle.attrib.pop(UNTIL, str(NEWEST)))
        parent = particle.getparent()
        if not since <= edition.major <= until and parent is not None:
            parent.remove(particle)
    return root
