"""The official business rules and code lists of ESPD 1.0.2, in one walk over the document.

The 1.0.2 package gives its asserts no id and no severity: the names are ours (`names.OFFICIAL`), the flag is unset.
"""

from collections.abc import Iterator

from lxml import etree

from dume.nodes import local_name
from dume.rules.findings import Fired, Flag
from dume.rules.v1 import attributes, codelists, content
from dume.rules.v1.answers import answer
from dume.rules.v1.attributes import Check
from dume.rules.v1.reading import REQUIREMENT, Broken

KINDS = {"ESPDRequest": "request", "ESPDResponse": "response"}
LONGEST_VALUE = 200


def checks(kind: str) -> dict[str, tuple[Check, ...]]:
    """By tag, what is asked of an element wherever it stands."""
    found = attributes.checks(kind)
    for tag, wanted in codelists.checks(kind).items():
        found.setdefault(tag, []).extend(wanted)
    if kind == "response":
        found[REQUIREMENT] = [answer]
    return {tag: tuple(wanted) for tag, wanted in found.items()}


CHECKS = {kind: checks(kind) for kind in KINDS.values()}


def judge(root: etree._Element) -> Iterator[Fired]:
    """Everything that fires, in no order that means something; nothing for another document than 1.0.2."""
    kind = KINDS.get(local_name(root))
    if kind is None:
        return
    by_tag = CHECKS[kind]
    for element in root.iter("*"):
        for check in by_tag.get(element.tag, ()):
            for broken in check(element):
                yield fired(kind, element, broken)
    for element, broken in codelists.of_attributes(root):
        yield fired(kind, element, broken)
    for element, broken in content.at_root(root, kind):
        yield fired(kind, element, broken)


def fired(kind: str, element: etree._Element, broken: Broken) -> Fired:
    short, message, value = broken
    return Fired(f"v1.{kind}.{short}", Flag.UNSET, element, message, value[:LONGEST_VALUE])
