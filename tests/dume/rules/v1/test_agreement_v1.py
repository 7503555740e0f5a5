"""Document by document, the rules of ESPD 1.0.2 that fire are those of the official stylesheets."""

import csv
from pathlib import Path

import pytest
from lxml import etree

from dume.rules.v1 import judge
from procurement.xml import parse_xml
from tests.dume.rules.v1.mutants import mutants, samples
from tests.dume.rules.v1.oracle import NAMES, Judgement, asserts_by_rule, file_of, judged, sheets
from tests.dume.rules.v1.worst import worst_of

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "dume" / "1.0.2" / "samples"


def disagreement(root: etree._Element, official: Judgement) -> dict[str, set[str]]:
    ours = {one.rule for one in judge(root)}
    said = {"only ours": ours - official.names, "only official": set(official.names - ours)}
    return {who: names for who, names in said.items() if names}


def test_every_official_assert_has_one_name(shared_data: Path) -> None:
    with (shared_data / "dume/rules/rules-1.0.2.csv").open(encoding="utf-8") as file:
        published = sorted(
            (row["file"].split("/")[0].removeprefix("ESPD").lower(), Path(row["file"]).name[:2])
            for row in csv.DictReader(file)
        )
    ranks = {
        (kind, file_of(sheet), rule, rank)
        for kind in ("request", "response")
        for sheet in sheets(kind)
        for rule, asserts in enumerate(asserts_by_rule(sheet)[1], start=1)
        for rank in range(1, len(asserts) + 1)
    }
    assert set(NAMES) == ranks
    assert sorted((kind, file) for kind, file, _, _ in NAMES if file != "cl") == published


def test_samples_agree(folder: Path) -> None:
    found = samples(folder)
    assert len(found) == 56
    for path in found:
        root = parse_xml(path.read_bytes())
        official = judged(root)
        assert (path.name, disagreement(root, official), official.stopped) == (path.name, {}, frozenset())


@pytest.mark.parametrize("kind", ["request", "response"])
def test_documents_where_all_is_wrong_agree(shared_data: Path, kind: str) -> None:
    for data in worst_of(kind):
        root = parse_xml(data)
        official = judged(root)
        assert (disagreement(root, official), official.stopped) == ({}, frozenset())


def test_mutants_agree(folder: Path) -> None:
    found = {
        name: said for name, root in mutants(samples(folder)) if (said := disagreement(root, judged(root)))
    }
    assert found == {}
