"""Document by document, the rules of 3.3.0 and 4.1.0 that fire are those of the official stylesheets."""

import csv
import os
from pathlib import Path

import pytest
from lxml import etree

from procurement.xml import parse_xml
from tests.dume.rules import oracle
from tests.dume.rules.v4 import worst
from tests.dume.rules.v4.agreement import Compared, compared
from tests.dume.rules.v4.mutants import Mutator

pytestmark = pytest.mark.corpus

VERSIONS = ("3.3.0", "4.1.0")
#: A thousand takes minutes for each version: MUTANTS=1000. Then they come of all samples, most often of the clean
#: ones: a sample that breaks thousands of rules hides what a change does.
FEW = 24
MUTANTS = int(os.environ.get("MUTANTS", FEW))
CLEAN = ("ESPD-Request.xml", "ESPD-Response.xml", "ESPD-criterion.xml")


def samples(shared_data: Path, version: str) -> list[Path]:
    return sorted((shared_data / "dume" / version / "samples").rglob("*.xml"))


def clean_samples(shared_data: Path, version: str) -> list[Path]:
    return [shared_data / "dume" / version / "samples" / name for name in CLEAN]


def difference(found: Compared) -> dict[str, object]:
    return {} if found.ours == found.official else {"ours": found.ours, "official": found.official}


@pytest.mark.parametrize("version", VERSIONS)
def test_samples_agree(shared_data: Path, version: str) -> None:
    paths = samples(shared_data, version)
    assert len(paths) == {"3.3.0": 9, "4.1.0": 11}[version]
    for path in paths:
        found = compared(version, parse_xml(path.read_bytes()))
        assert (path.name, difference(found), found.stopped) == (path.name, {}, frozenset())


@pytest.mark.parametrize("version", VERSIONS)
def test_every_official_rule_fires_on_documents_where_all_is_wrong(shared_data: Path, version: str) -> None:
    fired: set[str] = set()
    for data in worst.requests(version) + worst.responses(version):
        found = compared(version, parse_xml(data))
        assert (difference(found), found.stopped) == ({}, frozenset())
        fired |= {rule for rule, _flag in found.ours}
    with (shared_data / "dume" / "rules" / f"rules-{version}.csv").open(encoding="utf-8") as file:
        official = {row["id"] for row in csv.DictReader(file)} - {""}
    assert {rule for rule in fired if not rule.startswith("codelist.")} == official


@pytest.mark.parametrize("version", VERSIONS)
def test_the_official_request_response_and_criteria_are_clean(shared_data: Path, version: str) -> None:
    for path in clean_samples(shared_data, version):
        found = compared(version, parse_xml(path.read_bytes()))
        assert (path.name, dict(found.ours)) == (path.name, {})


@pytest.mark.parametrize("version", VERSIONS)
def test_mutants_agree(shared_data: Path, version: str) -> None:
    paths = clean_samples(shared_data, version)
    if MUTANTS > FEW:
        paths = paths * 3 + samples(shared_data, version)
    sources = [parse_xml(path.read_bytes()) for path in paths]
    seed = int(version.replace(".", ""))
    differ = {
        f"{number} {done}": said
        for number, (done, root) in enumerate(Mutator(sources, seed).mutants(MUTANTS))
        if (said := difference(compared(version, parse_xml(etree.tostring(root)))))
    }
    assert differ == {}


def test_the_faster_copies_of_the_stylesheets_say_the_same(shared_data: Path) -> None:
    """On the smallest document of each version with criteria; as published it takes seconds."""
    for version in VERSIONS:
        root = parse_xml((shared_data / "dume" / version / "samples" / "ESPD-Request.xml").read_bytes())
        for criterion in list(root.iterchildren("{*}TenderingCriterion"))[6:]:
            root.remove(criterion)
        for code in list(root.iter("{*}PropertyGroupTypeCode", "{*}TypeCode"))[::3]:
            code.text = "REQUIREMENT"
        for id_ in list(root.iter("{*}ID"))[::5]:
            id_.text = "unknown"
        data = etree.tostring(root)
        fast, slow = oracle.judged(version, data), oracle.judged(version, data, as_published=True)
        assert fast == slow
        assert {"BR-TC-13", "BR-TC-15-02", "BR-TC-20-02"} <= fast.rules("fatal")
