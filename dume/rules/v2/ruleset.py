"""The entry point: which edition, then every rule of it on one index of the document."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

from lxml import etree

from dume.nodes import namespace
from dume.rules.findings import Fired
from dume.rules.ubl.index import CAC, CBC, REQUEST, RESPONSE
from dume.rules.v2 import answers, codelists, criteria, headers, request, response
from dume.rules.v2.case import Case
from dume.rules.v2.edition import FIRST, SECOND

#: The namespaces of 2.0.2, drawn before UBL 2.2 was, and those that took their place.
PRE_AWARD = {
    "{urn:X-test:UBL:Pre-award:CommonAggregate}": CAC,
    "{urn:X-test:UBL:Pre-award:CommonBasic}": CBC,
    "{urn:X-test:UBL:Pre-award:QualificationApplicationRequest}": REQUEST,
    "{urn:X-test:UBL:Pre-award:QualificationApplicationResponse}": RESPONSE,
}
SHARED = (headers.rules, criteria.rules, codelists.rules)


def judge(root: etree._Element) -> Iterator[Fired]:
    """What the official rules find. A document of another family has nothing that they look at."""
    if is_first(root):
        yield from judge_first(root)
    else:
        yield from findings(Case(root, SECOND))


def is_first(root: etree._Element) -> bool:
    """2.0.2, told by its namespaces as in dume.sniff, which also counts the versions that criteria state: too slow
    to do twice. One tool wrote 2.1.1 inside a root of 2.0.2: the parts decide."""
    if f"{{{namespace(root)}}}" not in PRE_AWARD:
        return False
    return not any(node.tag.startswith((CAC, CBC)) for node in root.iterchildren("*"))


def judge_first(root: etree._Element) -> Iterator[Fired]:
    """A copy of the document under the names of UBL 2.2 is judged, so that one set of rules serves both editions;
    the findings are of the elements received."""
    copied = deepcopy(root)
    received: dict[etree._Element, etree._Element] = {}
    for node, original in zip(copied.iter("*"), root.iter("*"), strict=True):
        received[node] = original
        space, brace, name = node.tag.partition("}")
        node.tag = f"{PRE_AWARD.get(space + brace, space + brace)}{name}"
    for fired in findings(Case(copied, FIRST)):
        yield replace(fired, element=received[fired.element])


def findings(case: Case) -> Iterator[Fired]:
    for rules in SHARED:
        yield from rules(case)
    if case.root.tag.endswith("Response"):
        yield from response.rules(case)
        yield from answers.rules(case)
    else:
        yield from request.rules(case)
