import json
from dataclasses import replace

import pytest

from dume.model import Dume, Kind, Operator, Recognised
from dume.parse import read
from dume.report import Severity, Verdict
from dume.samples import SIRET, sample_response
from dume.validate import check


def rules(report, *severities):
    return [one.rule for one in report.findings if not severities or one.severity in severities]


@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_a_complete_response_is_clean(now, version):
    report = check(
        sample_response(now=now, version=version), expected_reference="2026-001", operator_siret=SIRET
    )
    assert (report.verdict, report.findings) == (Verdict.CLEAN, ())
    assert (report.operator_id, report.version) == (SIRET, version)


@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_a_declared_ground_is_a_warning_that_names_the_article(now, version):
    """P7-S7: a buyer may not refuse a DUME; what it declares is to weigh, not to lock out (R2143-4)."""
    report = check(sample_response(now=now, version=version, declared=frozenset({"corruption"})))
    assert report.verdict is Verdict.WARNINGS
    [finding] = [one for one in report.findings if one.rule == "exclusion.declared"]
    assert finding.where == "Partie III.A"
    assert "Condamnation pour corruption" in finding.message
    assert "L2141-1" in finding.message


def test_the_buyer_s_request_is_told_from_the_response():
    report = check(Dume(Recognised(Kind.REQUEST, "4.1.0")))
    assert report.verdict is Verdict.ERRORS
    assert "kind.response" in rules(report, Severity.ERROR)


def test_a_response_of_nobody_is_an_error():
    report = check(Dume(Recognised(Kind.RESPONSE, "4.1.0"), operator=Operator()))
    assert rules(report, Severity.ERROR) == ["BR-RESP-10-05", "BR-RESP-10-04", "exclusion.none"]


def test_another_reference_and_another_buyer_are_warnings(response):
    report = check(response, expected_reference="2026-002", expected_buyer="Ville d'Ailleurs")
    assert rules(report, Severity.WARNING) == ["procedure.reference.differs", "procedure.buyer.differs"]


@pytest.mark.parametrize("written", ["2026-001", " 2026 -001 "])
def test_spaces_and_case_do_not_make_another_reference(response, written):
    assert check(response, expected_reference=written).verdict is Verdict.CLEAN


def test_another_company_is_a_warning_and_its_other_establishments_are_not(response):
    assert rules(check(response, operator_siret="11111111100001")) == ["operator.identifier.differs"]
    assert check(response, operator_siret=SIRET[:9] + "00029").verdict is Verdict.CLEAN


def test_an_unanswered_ground_and_criterion_are_named(edited):
    asked = ["C3_EG_fraud/QG1/Q1"] + [
        f"C50_SC_year-manpower/RG1/RSG1/{place}" for place in ("QSG1/Q1", "QSG2/Q1", "QSG2/Q2")
    ]
    report = check(edited(*((f"{one}</cbc:Val", f"{one}-other</cbc:Val") for one in asked)))
    found = {one.rule: one.message for one in report.findings}
    assert "Condamnation pour fraude" in found["exclusion.unanswered"]
    assert "Effectif moyen annuel" in found["selection.unanswered"]
    assert found["BR-TCR-06"].startswith("4 réponse(s)")


def test_missing_taxes_are_noticed(response):
    dume = read(response)
    kept = tuple(one for one in dume.criteria if one.part != "III.B")
    report = check(Dume(dume.recognised, operator=dume.operator, procedure=dume.procedure, criteria=kept))
    assert "BR-SC-10" in rules(report, Severity.WARNING)


def test_an_answer_for_a_lot_that_is_not_described_is_noticed(response):
    report = check(replace(read(response), procedure=replace(read(response).procedure, lots=())))
    assert rules(report, Severity.WARNING) == ["lot.unknown"]


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"<Invoice/>", b""])
def test_what_is_no_dume_gives_an_unreadable_report(data):
    report = check(data)
    assert (report.verdict, report.kind) == (Verdict.UNREADABLE, "unknown")


def test_a_report_is_plain_json(response):
    report = check(response, expected_reference="x").as_dict()
    assert json.loads(json.dumps(report)) == report | {"findings": json.loads(json.dumps(report["findings"]))}
    assert report["verdict"] == "warnings"


def test_the_global_indication_answers_for_all_selection_criteria(response):
    """« alpha »: allowed when the consultation says so (R2143-4)."""
    dume = read(response)
    ground = next(one for one in dume.criteria if one.code == "fraud")
    alpha = type(ground)(
        uuid="f4dc58dd", code="CRITERION.SELECTION.ALL", name="", part="IV.α", groups=ground.groups
    )
    report = check(Dume(dume.recognised, operator=dume.operator, criteria=(*dume.exclusion_grounds, alpha)))
    assert "selection.overall" in rules(report, Severity.WARNING)


@pytest.mark.corpus
def test_the_official_4_1_0_response_is_warned_about_and_not_refused(shared_data):
    report = check((shared_data / "dume/4.1.0/samples/ESPD-Response.xml").read_bytes())
    assert report.verdict is Verdict.WARNINGS
    assert rules(report).count("exclusion.declared") == 22
    assert "exclusion.unanswered" in rules(report)
