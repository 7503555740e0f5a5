"""Official and vendor documents: nothing in them may be lost or raise."""

from pathlib import Path

import pytest

from dume.model import Dume, Kind
from dume.parse import NotADume, read

pytestmark = pytest.mark.corpus


def load(shared_data: Path, name: str) -> Dume:
    return read((shared_data / "dume" / name).read_bytes())


def test_the_official_4_1_0_response_is_read(shared_data):
    dume = load(shared_data, "4.1.0/samples/ESPD-Response.xml")
    assert dume.operator.party.name == "__Procurer Official Name__"
    assert (dume.operator.party.identifier, dume.operator.role, dume.operator.size) == (
        "AD123456789",
        "group-mem",
        "sme",
    )
    assert dume.procedure.reference == "PP.20170419.1024-9"
    answers = [answer for criterion in dume.criteria for answer in criterion.answers]
    assert (len(dume.criteria), len(answers), len(dume.evidences)) == (62, 393, 76)
    assert dume.unmatched == ()
    # The official sample answers « true » to 22 grounds and leaves taxes and contributions without an answer.
    silent = [ground.code for ground in dume.exclusion_grounds if ground.declared is None]
    assert (silent, sum(bool(ground.declared) for ground in dume.exclusion_grounds)) == (
        ["tax-pay", "socsec-pay"],
        22,
    )


def test_a_1_0_2_response_is_read(shared_data):
    dume = load(shared_data, "1.0.2/samples/espd-service/response/v20160601/espd-response-20160601-full.xml")
    assert (dume.operator.party.name, dume.operator.party.identifier) == ("Ben larbi", "B207781243")
    assert [one.name for one in dume.representatives] == ["Keith Sweat"]
    assert dume.procedure.title == "Royal procurer title"
    assert dume.procedure.notice == "1234/S 567-891234"
    assert {ground.declared for ground in dume.exclusion_grounds} == {True}
    assert (len(dume.criteria), len(dume.evidences)) == (63, 45)


def test_a_1_0_2_response_without_any_ground_is_read_as_no(shared_data):
    dume = load(shared_data, "1.0.2/samples/uprc/espd-response.xml")
    assert {ground.declared for ground in dume.exclusion_grounds} == {False}


def test_the_yearly_turnovers_of_1_0_2_keep_their_five_years(shared_data):
    dume = load(
        shared_data, "1.0.2/samples/espd-service/response/selection/general_yearly_turnover_import.xml"
    )
    amounts = [one for one in dume.criteria[0].answers if one.value_type == "amount"]
    assert [(str(one.value), one.unit) for one in amounts] == [
        ("111.1", "RON"),
        ("222.2", "EUR"),
        ("333.3", "USD"),
        ("444.4", "CHF"),
        ("555.5", "YEN"),
    ]


@pytest.mark.parametrize(
    ("name", "criteria", "answers"),
    [
        ("2.0.2/samples/edm/REGULATED-ESPD-Response_2.0.2.xml", 29, 53),
        ("2.0.2/samples/edm/SELFCONTAINED_ESPD_Response_2.0.2.xml", 64, 462),
        ("2.1.1/samples/edm/BASIC-ESPDResponse-2.1.1.xml", 65, 320),
        ("2.1.1/samples/edm/EXTENDED-ESPDResponse-2.1.1.xml", 67, 423),
        ("3.3.0/samples/ESPD-Response.xml", 62, 499),
        ("other-versions/4.0.0/ESPD-Response.xml", 62, 426),
    ],
)
def test_every_answer_of_the_official_responses_finds_its_question(shared_data, name, criteria, answers):
    dume = load(shared_data, name)
    assert len(dume.criteria) == criteria
    assert sum(len(criterion.answers) for criterion in dume.criteria) == answers
    assert dume.unmatched == ()
    assert len(dume.exclusion_grounds) in {22, 24}


def test_every_criterion_of_the_official_samples_has_a_french_name(shared_data):
    names = ["1.0.2/samples/uprc/espd-request.xml", "2.1.1/samples/edm/EXTENDED-ESPDRequest-2.1.1.xml"]
    names += ["3.3.0/samples/ESPD-Request.xml", "4.1.0/samples/ESPD-Request.xml"]
    for name in names:
        assert [one.code for one in load(shared_data, name).criteria if not one.name_fr] == []


def test_no_sample_of_any_vendor_raises(shared_data):
    read_files = 0
    for path in sorted((shared_data / "dume").rglob("*.xml")):
        if "samples" not in path.parts and "other-versions" not in path.parts:
            continue
        try:
            dume = read(path.read_bytes())
        except NotADume:
            assert path.name == "Document.xml"
            continue
        assert dume.kind in {Kind.REQUEST, Kind.RESPONSE}
        read_files += 1
    assert read_files > 150
