"""Official responses of three versions: read without a fault, with the figures that stand in them."""

import pytest

from dume.analysis.analyse import analyse
from dume.analysis.model import Candidate, Outcome, Paper, What
from dume.analysis.sheets import write_csv, write_ods
from dume.analysis.tables import flat, tables
from dume.parse import read

pytestmark = pytest.mark.corpus
RESPONSES = {
    "4.1.0": "4.1.0/samples/ESPD-Response.xml",
    "2.1.1": "2.1.1/samples/edm/EXTENDED-ESPDResponse-2.1.1.xml",
    "1.0.2": "1.0.2/samples/uprc/ESPDResponse_DA_Test-1.0.2-v1.0.xml",
}
#: Criterion -> outcomes by measure, as one reads them in the file.
FIGURES = {
    "4.1.0": {
        "Chiffre d'affaires annuel global": {What.AMOUNT: Outcome.REACHED, What.YEARS: Outcome.BELOW},
        "Ratios financiers": {What.QUANTITY: Outcome.REACHED},
        "Travaux\u00a0: références de travaux comparables": {What.REFERENCES: Outcome.REACHED},
        "Fournitures\u00a0: références de livraisons comparables": {What.REFERENCES: Outcome.BELOW},
    },
    "2.1.1": {
        "Chiffre d'affaires annuel global": {What.AMOUNT: Outcome.REACHED},
        "Assurance des risques professionnels": {What.AMOUNT: Outcome.REACHED},
        "Effectif moyen annuel": {What.STAFF: Outcome.OPEN, What.YEARS: Outcome.BELOW},
    },
    "1.0.2": {"Chiffre d'affaires annuel global": {What.AMOUNT: Outcome.OPEN}},
}


@pytest.mark.parametrize("version", RESPONSES)
def test_an_official_response_is_analysed(version, shared_data):
    document = read((shared_data / "dume" / RESPONSES[version]).read_bytes())
    found = analyse(Candidate(1, "A", papers=(Paper("dume.xml", document),)))
    (member,) = found.members
    assert member.version == version
    told = {one.title: {check.what: check.outcome for check in one.checks} for one in member.capacities}
    assert {title: told[title] for title in FIGURES[version]} == FIGURES[version]
    assert found.declared > 20
    assert len(member.proofs) == len(document.evidences)


@pytest.mark.parametrize("version", RESPONSES)
def test_an_official_response_is_exported(version, shared_data):
    document = read((shared_data / "dume" / RESPONSES[version]).read_bytes())
    found = tables([analyse(Candidate(1, "A", papers=(Paper("dume.xml", document),)))])
    assert write_csv(flat(found)).count(b"\r\n") > 50
    assert write_ods(found).startswith(b"PK")
