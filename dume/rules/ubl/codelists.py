"""The codes that each version accepts (data/codelists.json): our own data, from the published lists.

Where rule and published list differ the rule wins: 4.1.0 lists ESPD-EDMv4.0.0 among its profiles and refuses it.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from dume.rules.ubl.index import ascii_lower


@cache
def written() -> Mapping[str, Mapping[str, str]]:
    """List -> version, or `both` for what its versions share -> codes between spaces."""
    text = resources.files("dume").joinpath("data/codelists.json").read_text(encoding="utf-8")
    lists: Mapping[str, Mapping[str, str]] = json.loads(text)
    return lists


@cache
def codes(name: str, version: str) -> frozenset[str]:
    """In lower case, because the official rules compare so; none where the version has no such list."""
    by_version = written()[name]
    text = f"{by_version.get('both', '')} {by_version.get(version, '')}"
    return frozenset(ascii_lower(text).split())
