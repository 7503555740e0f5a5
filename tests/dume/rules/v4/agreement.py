"""Our findings and those of the official stylesheets on one document, in the same words."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from lxml import etree

from dume.rules.registry import rule_set
from dume.rules.v4.codelists import ENDINGS
from tests.dume.rules import oracle

#: The element of an assertion without id -> our name for its list.
LISTS = {
    "ConfidentialityLevelCode": "access-right",
    "TypeCode": "criterion-element-type",
    "IdentificationCode": "country",
    "LocaleCode": "language",
    "ValueCurrencyCode": "currency",
    "DocumentTypeCode": "document-type",
    "RoleCode": "operator-role",
    "IndustryClassificationCode": "operator-size",
    "ProfileExecutionID": "profile",
    "PropertyGroupTypeCode": "property-group-type",
    "ValueDataTypeCode": "response-data-type",
    "CriterionTypeCode": "criterion",
    "Occupation": "occupation",
    "ExpectedCode": "occupation",
}
#: docs/dume-rules.md, « 3.3.0 and 4.1.0 »: what we find and the published stylesheets cannot.
ONLY_OURS = frozenset(
    {"codelist.attribute.identifier-type", "codelist.attribute.currency", "codelist.attribute.language"}
)
ATTRIBUTE = re.compile(r"@(\w+) != ")
LAST_NAME = re.compile(r"local-name\(\)='(\w+)'\](?:\[\d+\])?$")


@dataclass(frozen=True, slots=True)
class Compared:
    """How often each (rule, flag) fired; `stopped` are the official stylesheets that said nothing of the document."""

    ours: Counter[tuple[str, str]]
    official: Counter[tuple[str, str]]
    stopped: frozenset[str]


def named(assertion: oracle.Assertion) -> str:
    if assertion.rule:
        return assertion.rule
    found = LAST_NAME.search(assertion.location)
    assert found is not None, assertion
    attribute = ATTRIBUTE.search(assertion.test)
    ending = f".{ENDINGS[attribute[1]]}" if attribute else ""
    return f"codelist.{LISTS[found[1]]}{ending}"


@cache
def rules_of(version: str, kind: str, sheet: str) -> frozenset[str]:
    """The ids of a stylesheet; "codelist." where it gives none."""
    source = next(path for path in oracle.sources(version, kind) if path.stem == sheet)
    text = source.read_text(encoding="utf-8")
    rules = set(re.findall(r'<xsl:attribute name="id">([^<]+)</xsl:attribute>', text))
    if sheet == "01-ESPD-codelist-values":
        rules.add("value")
    if sheet == "01-ESPD-common-cl-attributes":
        rules.add("attribute")
    return frozenset(rules)


def family(rule: str) -> str:
    if not rule.startswith("codelist."):
        return rule
    return "attribute" if rule.rpartition(".")[2] in ENDINGS.values() else "value"


def compared(version: str, root: etree._Element) -> Compared:
    """Without the rules of `ONLY_OURS`."""
    judgement = oracle.judged(version, etree.tostring(root))
    kind = oracle.kind_of(root)
    unknown = {rule for sheet in judgement.stopped for rule in rules_of(version, kind, sheet)}
    ours = Counter(
        (one.rule, one.flag.value)
        for one in rule_set(version)(root)
        if family(one.rule) not in unknown and one.rule not in ONLY_OURS
    )
    official = Counter((named(one), one.flag) for one in judgement.fired)
    return Compared(ours, official, judgement.stopped)
