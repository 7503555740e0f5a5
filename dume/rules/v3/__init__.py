"""The official business rules of ESPD-EDM 3.3.0: those of 4.1.0 but for the differences in `V3_3_0`."""

from collections.abc import Iterator
from types import MappingProxyType

from lxml import etree

from dume.rules.findings import Fired
from dume.rules.ubl.index import CAC
from dume.rules.v4.edition import Edition
from dume.rules.v4.ruleset import judge_by

V3_3_0 = Edition(
    version="3.3.0",
    list_starts=("3.", "03."),
    repository="https://github.com/ESPD/ESPD-EDM",
    files="https://github.com/ESPD/ESPD-EDM/tree/v3.3.0/codelists/gc",
    issues=MappingProxyType(
        {
            "access-right": "20220316-0",
            "country": "20220928-0",
            "language": "20220928-0",
            "currency": "20220928-0",
            "docrefcontent-type": "20220928-0",
            "eo-role-type": "20211208-0",
            "criterion": "20230315-0",
            "occupation": "20221214-0",
        }
    ),
    document=f"{CAC}AdditionalReferenceDocument",
    answer_once=True,
    grounds_answered=True,
)


def judge(root: etree._Element) -> Iterator[Fired]:
    """What the rules of 3.3.0 find in a request, a response or the list of criteria."""
    return judge_by(V3_3_0, root)
