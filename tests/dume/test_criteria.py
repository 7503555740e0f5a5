import csv
import json
from pathlib import Path

import pytest

from dume.criteria import PARTS, lookup, of_taxonomy, part_of, question_in_french, table
from dume.model import Kind
from dume.parse import read

VERSIONS = {
    "code 1.0.2": "1.0.2",
    "code 2.1.1-basic": "2.1.1",
    "code 2.1.1-extended": "2.1.1",
    "code 3.3.0": "3.3.0",
    "code 4.1.0": "4.1.0",
    "code 5.0.0-alpha.2": "5.0.0-alpha",
}


def test_every_criterion_has_a_part_of_the_form_and_names_in_french_and_english():
    assert all(known.part in PARTS and known.part and known.name_fr and known.name_en for known in table())


@pytest.mark.parametrize(
    ("version", "profile", "count"),
    [
        ("1.0.2", "", 63),
        ("2.0.2", "", 64),
        ("2.1.1", "basic", 66),
        ("2.1.1", "extended", 67),
        ("2.1.1", "", 68),
        ("3.3.0", "", 62),
        ("4.1.0", "", 62),
        ("5.0.0-alpha", "", 53),
    ],
)
def test_every_taxonomy_has_its_criteria(version, profile, count):
    assert len(of_taxonomy(version, profile)) == count


def test_a_criterion_is_found_by_its_uuid_whatever_its_case_and_its_code():
    known = lookup(uuid="B61BBEB7-690E-4A40-BC68-D6D4ECFAA3D4", code="")
    assert (known.part, known.law, known.codes["4.1.0"]) == ("III.B", "L2141-2", "tax-pay")


def test_a_criterion_is_found_by_its_code_where_a_version_changed_its_uuid():
    assert lookup(uuid="C59_OT_eo-group", code="eo-group").part == "II.A"
    assert lookup(uuid="unheard-of", code="exg-crim-corrpt").part == "III.A"


def test_a_code_that_1_0_2_gives_to_two_criteria_proves_nothing():
    assert lookup(uuid="unheard-of", code="EXCLUSION.CONFLICT_OF_INTEREST") is None


def test_a_uuid_written_as_the_code_is_understood():
    assert lookup(uuid="x", code="005eb9ed-1347-4ca3-bb29-9bc0db64e1ab").codes["4.1.0"] == "crime-org"


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("CRITERION.EXCLUSION.CONVICTIONS.NEW", "III.A"),
        ("CRITERION.EXCLUSION.NATIONAL.REGIONAL", "III.D"),
        ("exg-natl-other", "III.D"),
        ("slc-abil-new", "IV.C"),
        ("CRITERION.SELECTION.ALL_NEW", "IV.α"),
        ("something-else", ""),
    ],
)
def test_an_unknown_code_still_tells_its_part_by_its_beginning(code, part):
    assert part_of(code) == part


def test_official_questions_are_shown_in_french_and_others_as_written():
    assert (
        question_in_french("Is this information available\n electronically?")
        == "Information disponible en ligne"
    )
    assert question_in_french("Votre réponse à nous") == "Votre réponse à nous"


@pytest.mark.corpus
def test_our_table_holds_every_uuid_and_code_of_the_official_crosswalk(shared_data: Path):
    with (shared_data / "dume/criteria/criteria-crosswalk.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    # One more than in the crosswalk, which has no 2.0.2: that version alone asks for contribution certificates.
    assert (len(rows), len(table())) == (83, 84)
    ours = {known.uuid.lower(): known for known in table()}
    for row in rows:
        for column, version in VERSIONS.items():
            if row[column]:
                assert ours[row["uuid"].lower()].codes[version] == row[column]


@pytest.mark.corpus
@pytest.mark.parametrize(
    "version", ["1.0.2", "2.1.1-basic", "2.1.1-extended", "3.3.0", "4.1.0", "5.0.0-alpha.2"]
)
def test_each_official_taxonomy_is_ours(shared_data: Path, version):
    official = json.loads((shared_data / f"dume/criteria/criteria-{version}.json").read_bytes())
    number, _, rest = version.partition("-")
    ours = of_taxonomy(
        "5.0.0-alpha" if rest.startswith("alpha") else number, rest if number == "2.1.1" else ""
    )
    assert {one["uuid"].lower() for one in official} == {known.uuid.lower() for known in ours}


@pytest.mark.corpus
def test_every_question_of_the_official_taxonomies_is_shown_in_french(shared_data: Path):
    labels = {
        prop["description"]
        for path in (shared_data / "dume/criteria").glob("criteria-*.json")
        for criterion in json.loads(path.read_bytes())
        for prop in properties(criterion.get("groups", []))
        if prop.get("description")
    }
    same_in_both = {"Ratio", "Date", "Code", "Description", "Profession", "Confidential"}
    assert [one for one in labels - same_in_both if question_in_french(one) == one] == []


def properties(groups):
    for group in groups:
        yield from group.get("properties", [])
        yield from properties(group.get("groups", []))


@pytest.mark.corpus
def test_every_criterion_of_the_official_documents_of_2_0_2_is_known(shared_data: Path):
    for path in (shared_data / "dume/2.0.2/samples/edm").glob("*.xml"):
        dume = read(path.read_bytes())
        assert dume.kind in {Kind.REQUEST, Kind.RESPONSE}
        known = {one.uuid.lower() for one in of_taxonomy("2.0.2")}
        assert {one.uuid.lower() for one in dume.criteria} <= known
