"""Which official rules judge which version; a set is loaded with the first document that needs it."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import cast

from dume.rules.findings import RuleSet

#: Version whose rules were published -> its module, which has `judge`.
RULE_SETS: Mapping[str, str] = MappingProxyType(
    {
        "1.0.2": "dume.rules.v1",
        "2.0.2": "dume.rules.v2",
        "2.1.1": "dume.rules.v2",
        "3.3.0": "dume.rules.v3",
        "4.1.0": "dume.rules.v4",
    }
)
#: Beginning of a version -> the published rules that are nearest; 5.0.0-alpha has none of its own yet.
NEAREST: Mapping[str, str] = MappingProxyType(
    {"1.": "1.0.2", "2.0.": "2.0.2", "2.1.": "2.1.1", "3.": "3.3.0", "4.": "4.1.0"}
)


def judged_as(version: str) -> str:
    """The version whose official rules judge a document of this one; "" for none."""
    return next((rules for start, rules in NEAREST.items() if version.startswith(start)), "")


@cache
def rule_set(rules: str) -> RuleSet:
    """Of a version named by `judged_as`."""
    return cast("RuleSet", import_module(RULE_SETS[rules]).judge)
