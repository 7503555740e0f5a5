"""Document by document, the rules of 2.1.1 and 2.0.2 that fire are those of the official Schematron.

Every run makes a few mutants; MUTANTS=1000 makes the full number (docs/dume-rules.md).
"""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from dume.rules.v2 import judge
from tests.dume.rules.v2.mutants import MUTANTS, Mutator, sample_roots, sources
from tests.dume.rules.v2.oracle import both, disagreement

pytestmark = pytest.mark.corpus
#: Files of the negative suite are named for the rule they break: BR-REQ-20-3_REGULATED-….xml, BR-TC-01to07_….xml.
NAMED = re.compile(r"BR-[A-Z0-9]+(?:-S?[0-9]+)*")


@pytest.fixture(scope="module")
def data(shared_data: Path) -> Path:
    return shared_data / "dume"


@pytest.mark.parametrize(("version", "number"), [("2.1.1", 29), ("2.0.2", 56)])
def test_samples_agree_down_to_how_often_each_rule_fires(data: Path, version: str, number: int) -> None:
    found = sources(data, version)
    for name, root in found:
        official, ours = both(version, root)
        assert (name, ours) == (name, official)
    assert len(found) == number


@pytest.mark.parametrize("version", ["2.1.1", "2.0.2"])
def test_mutants_agree(data: Path, version: str) -> None:
    roots = [root for _, root in sources(data, version)]
    mutants = Mutator(roots, seed=len(version)).mutants(MUTANTS)
    found = {number: said for number, root in enumerate(mutants) if (said := disagreement(version, root))}
    assert found == {}


def negatives(data: Path) -> dict[str, tuple[etree._Element, Counter[str]]]:
    """File of the negative suite -> document, how often each official rule was seen to fire on it."""
    path = data / "2.0.2" / "negative-tests-observed.json"
    observed = json.loads(path.read_text(encoding="utf-8"))
    roots = {
        Path(name).name: root
        for folder in ("Tests", "Test_Response")
        for name, root in sample_roots(data / "2.0.2" / "samples" / folder)
    }
    return {
        name: (root, Counter(line.split(" ")[0] for line in observed[name] if line.startswith("BR-")))
        for name, root in roots.items()
    }


def test_negative_files_break_the_rules_that_were_observed_and_as_often(data: Path) -> None:
    found = negatives(data)
    assert len(found) == 42
    for name, (root, observed) in found.items():
        ours = Counter(fired.rule for fired in judge(root) if fired.rule.startswith("BR-"))
        assert (name, ours) == (name, observed)


def test_the_rule_that_a_negative_file_is_named_for_fires_where_it_was_observed(data: Path) -> None:
    proved = set()
    for name, (root, observed) in negatives(data).items():
        named = NAMED.match(name)
        if named is None or not any(rule.startswith(named[0]) for rule in observed):
            continue
        assert any(fired.rule.startswith(named[0]) for fired in judge(root)), name
        proved.add(named[0])
    assert len(proved) == 20
