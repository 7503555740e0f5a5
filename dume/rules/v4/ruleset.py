"""The rules of one edition, in the order in which a form is read."""

from collections.abc import Iterator

from lxml import etree

from dume.rules.findings import Fired
from dume.rules.ubl.index import Index
from dume.rules.v4.answers import judge as judge_answers
from dume.rules.v4.attributes import judge as judge_attributes
from dume.rules.v4.codelists import judge as judge_codes
from dume.rules.v4.criteria import judge as judge_criteria
from dume.rules.v4.edition import V4_1_0, Edition
from dume.rules.v4.operator import judge as judge_operator
from dume.rules.v4.request import judge as judge_request


def judge(root: etree._Element) -> Iterator[Fired]:
    """What the rules of 4.1.0 find in a request, a response or the list of criteria."""
    return judge_by(V4_1_0, root)


def judge_by(edition: Edition, root: etree._Element) -> Iterator[Fired]:
    """The list of criteria has the root of a request, and is judged as one."""
    index = Index(root)
    yield from judge_criteria(index, edition)
    yield from judge_attributes(index, edition)
    yield from judge_codes(index, edition)
    if str(root.tag).endswith("Response"):
        yield from judge_answers(index, edition)
        yield from judge_operator(index, edition)
    else:
        yield from judge_request(index)
