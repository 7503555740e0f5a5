"""Names of ESPD 1.0.2 and the few readings that XPath 1.0 has and lxml has not.

The official asserts read `string(cbc:ID)`: the whole text of the first one, comments left out, white space kept.
"""

from collections.abc import Iterable
from typing import Final

from lxml import etree

CBC: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
EXT: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2}"
CCV: Final = "{urn:isa:names:specification:ubl:schema:xsd:CCV-CommonAggregateComponents-1}"
CCV_CBC: Final = "{urn:isa:names:specification:ubl:schema:xsd:CCV-CommonBasicComponents-1}"
CEV: Final = "{urn:isa:names:specification:ubl:schema:xsd:CEV-CommonAggregateComponents-1}"
ESPD_CAC: Final = "{urn:grow:names:specification:ubl:schema:xsd:ESPD-CommonAggregateComponents-1}"
ESPD_CBC: Final = "{urn:grow:names:specification:ubl:schema:xsd:ESPD-CommonBasicComponents-1}"
ROOTS: Final = {
    "request": "{urn:grow:names:specification:ubl:schema:xsd:ESPDRequest-1}ESPDRequest",
    "response": "{urn:grow:names:specification:ubl:schema:xsd:ESPDResponse-1}ESPDResponse",
}
CRITERION: Final = f"{CCV}Criterion"
GROUP: Final = f"{CCV}RequirementGroup"
REQUIREMENT: Final = f"{CCV}Requirement"
COUNTRY: Final = f"{CAC}Country"

#: What an assert found broken: the short name of the rule, a French sentence, and what was read.
Broken = tuple[str, str, str]

_whole_text = etree.XPath("string()")


def french(sentence: str) -> str:
    """The no-break spaces of French before and inside the signs that want them."""
    for sign in (":", ";", "?", "!", "»"):
        sentence = sentence.replace(f" {sign}", f"\u00a0{sign}")
    return sentence.replace("« ", "«\u00a0")


def string(element: etree._Element) -> str:
    return str(_whole_text(element)) if len(element) else element.text or ""


def first_in(parents: Iterable[etree._Element], tag: str) -> etree._Element | None:
    """The first child of that name, whichever of `parents` has it."""
    for parent in parents:
        for child in parent.iterchildren(tag):
            return child
    return None


def text_in(element: etree._Element, tag: str) -> str:
    """`string(tag)`: "" where there is no such child."""
    child = next(element.iterchildren(tag), None)
    return "" if child is None else string(child)


def texts_beside(element: etree._Element) -> list[str]:
    """`text()`: each run of text of its own, as comments and elements cut them."""
    return [element.text or "", *(child.tail or "" for child in element)]
