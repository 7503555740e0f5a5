"""docs/dume.md says what is true: the rules it counts are the official ones, and every version has its own."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from dume.criteria import of_taxonomy
from dume.rules import registry
from tests.conftest import ROOT

VERSIONS = ("1.0.2", "2.0.2", "2.1.1", "3.3.0", "4.1.0")
ROW = re.compile(r"^\| ((?:BR-[A-Z0-9]+(?:, )?)+|no id) \|[^|]*\|(.*)\|$", re.MULTILINE)


def table() -> dict[str, dict[str, int]]:
    page = (ROOT / "docs/dume.md").read_text(encoding="utf-8")
    return {
        families: {
            version: int(cell) if cell.strip().isdigit() else 0
            for version, cell in zip(VERSIONS, cells.split("|"), strict=True)
        }
        for families, cells in ROW.findall(page)
    }


def official(shared_data: Path, version: str) -> list[str]:
    with (shared_data / f"dume/rules/rules-{version}.csv").open(encoding="utf-8") as file:
        return [row["id"] for row in csv.DictReader(file)]


@pytest.mark.corpus
@pytest.mark.parametrize("version", VERSIONS)
def test_the_table_counts_every_official_rule_by_family(shared_data, version):
    ids = official(shared_data, version)
    counted = Counter(one.split("-")[1] for one in set(ids) if one)
    for families, by_version in table().items():
        if families == "no id":
            assert by_version[version] == ids.count("")
        else:
            assert by_version[version] == sum(counted.pop(one[3:], 0) for one in families.split(", ")), (
                families
            )
    assert counted == {}


def test_every_version_has_its_rules_or_says_that_there_are_none():
    judged = {version: registry.judged_as(version) for version in ("1.0.2", "2.1.0", "3.2.0", "4.0.0")}
    assert judged == {"1.0.2": "1.0.2", "2.1.0": "2.1.1", "3.2.0": "3.3.0", "4.0.0": "4.1.0"}
    assert registry.judged_as("5.0.0-alpha") == ""
    assert all(callable(registry.rule_set(version)) for version in registry.RULE_SETS)
    assert all(of_taxonomy(version) for version in registry.RULE_SETS)
