"""The empty trees we fill: the structure of the official taxonomies, in French."""

import json

import pytest

from dume.criteria import of_taxonomy, question_in_french
from dume.model import Kind
from dume.parse import read
from dume.trees import criteria_of, criterion_of

VERSIONS = [
    ("4.1.0", "", 62, 623),
    ("2.1.1", "", 67, 470),
    ("2.1.1", "basic", 66, 327),
    ("1.0.2", "", 63, 498),
]


@pytest.mark.parametrize(("version", "profile", "criteria", "properties"), VERSIONS)
def test_every_criterion_of_a_taxonomy_has_its_tree(version, profile, criteria, properties):
    trees = criteria_of(version, profile)
    assert (len(trees), sum(len(list(one.walk())) for one in trees)) == (criteria, properties)
    known = of_taxonomy(version, profile or ("extended" if version == "2.1.1" else ""))
    assert {one.uuid for one in trees} == {one.uuid for one in known}


@pytest.mark.parametrize(("version", "profile", "_criteria", "_properties"), VERSIONS)
def test_every_property_has_a_label_in_french_and_no_value(version, profile, _criteria, _properties):
    for criterion in criteria_of(version, profile):
        for prop in criterion.walk():
            assert prop.label
            assert question_in_french(prop.label) == prop.label
            assert not prop.requirements
            assert not prop.answers


@pytest.mark.parametrize("version", ["4.1.0", "2.1.1"])
def test_the_ids_of_properties_are_all_different(version):
    ids = [prop.id for criterion in criteria_of(version) for prop in criterion.walk()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("version", "wanted", "code"),
    [
        ("4.1.0", "b61bbeb7-690e-4a40-bc68-d6d4ecfaa3d4", "tax-pay"),
        ("4.1.0", "CRITERION.EXCLUSION.CONTRIBUTIONS.PAYMENT_OF_TAXES", "tax-pay"),
        ("4.1.0", "ee51100f-8e3e-40c9-8f8b-57d5a15be1f2", "eo-group"),
        ("2.1.1", "C59_OT_eo-group", "CRITERION.OTHER.EO_DATA.TOGETHER_WITH_OTHERS"),
        ("2.1.1", "tax-pay", "CRITERION.EXCLUSION.CONTRIBUTIONS.PAYMENT_OF_TAXES"),
    ],
)
def test_a_criterion_is_found_by_what_any_version_calls_it(version, wanted, code):
    assert criterion_of(version, wanted).code == code


@pytest.mark.parametrize(
    ("version", "wanted"), [("4.1.0", "77f481ce-ffb6-483f-8e2b-c78db5e68292"), ("2.1.1", "x")]
)
def test_a_criterion_that_a_version_lacks_is_not_found(version, wanted):
    assert criterion_of(version, wanted) is None


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("version", "path"),
    [
        ("4.1.0", "4.1.0/samples/ESPD-Request.xml"),
        ("4.1.0", "4.1.0/samples/ESPD-Response.xml"),
        ("2.1.1", "2.1.1/samples/edm/EXTENDED-ESPDRequest-2.1.1.xml"),
    ],
)
def test_our_trees_have_the_structure_of_the_official_samples(shared_data, version, path):
    sample = read((shared_data / "dume" / path).read_bytes())
    assert sample.kind in {Kind.REQUEST, Kind.RESPONSE}
    assert {one.uuid: structure(one.groups) for one in sample.criteria} == {
        one.uuid: structure(one.groups) for one in criteria_of(version)
    }


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("version", "profile", "name"),
    [
        ("4.1.0", "", "4.1.0"),
        ("2.1.1", "", "2.1.1-extended"),
        ("2.1.1", "basic", "2.1.1-basic"),
        ("1.0.2", "", "1.0.2"),
    ],
)
def test_our_trees_ask_what_the_official_taxonomies_ask(shared_data, version, profile, name):
    official = json.loads((shared_data / f"dume/criteria/criteria-{name}.json").read_bytes())
    ours = {one.uuid: one for one in criteria_of(version, profile)}
    for criterion in official:
        assert questions(criterion["groups"]) == [
            (prop.id, prop.data_type) for prop in ours[criterion["uuid"]].walk()
        ]


def structure(groups):
    return [
        (
            group.id,
            group.condition,
            group.code,
            [(prop.id, prop.element, prop.data_type) for prop in group.properties],
            structure(group.groups),
        )
        for group in groups
    ]


def questions(groups):
    found = []
    for group in groups:
        found += [(prop["id"], prop["datatype"]) for prop in group.get("properties", [])]
        found += questions(group.get("groups", []))
    return found
