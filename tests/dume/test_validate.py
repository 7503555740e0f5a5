import gc
import json
from dataclasses import replace

import pytest

from dume.model import Dume, Kind, Operator, Recognised
from dume.parse import read
from dume.report import Layer, Severity, Verdict
from dume.samples import OPERATOR, SIRET, sample_response
from dume.validate import check


def rules(report, *severities):
    return [one.rule for one in report.findings if not severities or one.severity in severities]


@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_a_complete_response_is_clean(now, version):
    """The official rules that have no grade still note a technical detail or two, for information."""
    report = check(
        sample_response(now=now, version=version), expected_reference="2026-001", operator_siret=SIRET
    )
    assert (report.verdict, report.told) == (Verdict.CLEAN, ())
    assert {one.severity for one in report.technical} <= {Severity.INFO}
    assert (report.operator_id, report.version) == (SIRET, version)


@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_a_declared_ground_is_a_warning_that_names_the_article(now, version):
    """P7-S7: a buyer may not refuse a DUME; what it declares is to weigh, not to lock out (R2143-4)."""
    report = check(sample_response(now=now, version=version, declared=frozenset({"corruption"})))
    [finding] = [one for one in report.findings if one.rule == "exclusion.declared"]
    assert (finding.where, finding.severity) == ("Partie III.A", Severity.WARNING)
    # 4.1.0 asks for what a « yes » is about (BR-TCR-06-01): this response gives no date, reason, person nor length.
    [details] = [one.count for one in report.findings if one.severity is Severity.ERROR] or [0]
    assert (report.verdict, details) == {"4.1.0": (Verdict.ERRORS, 4), "1.0.2": (Verdict.WARNINGS, 0)}[
        version
    ]
    assert "Condamnation pour corruption" in finding.message
    assert "L2141-1" in finding.message


def test_the_buyer_s_request_is_told_from_the_response_where_a_response_is_wanted():
    """By itself a request is no fault: the command judges one as it judges a response."""
    request = Dume(Recognised(Kind.REQUEST, "4.1.0"))
    report = check(request, expected_kind=Kind.RESPONSE)
    assert report.verdict is Verdict.ERRORS
    assert "kind.response" in rules(report, Severity.ERROR)
    assert check(request).verdict is Verdict.CLEAN


def test_a_response_of_nobody_is_an_error():
    """Our own rules have our own names, now that the official ones are run: one id, one meaning."""
    report = check(Dume(Recognised(Kind.RESPONSE, "4.1.0"), operator=Operator()))
    assert rules(report, Severity.ERROR) == ["operator.name", "operator.identifier", "exclusion.none"]


def test_what_an_official_rule_says_is_not_said_again_by_ours(edited):
    report = check(edited((f"<cbc:Name>{OPERATOR}</cbc:Name>", "")))
    assert "BR-RESP-10-05" in rules(report, Severity.ERROR)
    assert "operator.name" not in rules(report)


def test_another_reference_and_another_buyer_are_warnings(response):
    report = check(response, expected_reference="2026-002", expected_buyer="Ville d'Ailleurs")
    assert rules(report, Severity.WARNING) == ["procedure.reference.differs", "procedure.buyer.differs"]


@pytest.mark.parametrize("written", ["2026-001", " 2026 -001 "])
def test_spaces_and_case_do_not_make_another_reference(response, written):
    assert check(response, expected_reference=written).verdict is Verdict.CLEAN


def test_another_company_is_a_warning_and_its_other_establishments_are_not(response):
    report = check(response, operator_siret="11111111100001")
    assert [one.rule for one in report.told] == ["operator.identifier.differs"]
    assert check(response, operator_siret=SIRET[:9] + "00029").verdict is Verdict.CLEAN


def test_an_unanswered_ground_and_criterion_are_named(edited):
    asked = ["C3_EG_fraud/QG1/Q1"] + [
        f"C50_SC_year-manpower/RG1/RSG1/{place}" for place in ("QSG1/Q1", "QSG2/Q1", "QSG2/Q2")
    ]
    report = check(edited(*((f"{one}</cbc:Val", f"{one}-other</cbc:Val") for one in asked)))
    found = {one.rule: one.message for one in report.findings}
    assert "Condamnation pour fraude" in found["exclusion.unanswered"]
    assert "Effectif moyen annuel" in found["selection.unanswered"]
    [official] = [one for one in report.findings if one.rule == "BR-TCR-01-02"]
    assert (official.count, official.flag, official.severity) == (4, "fatal", Severity.ERROR)


def test_missing_taxes_are_noticed(response):
    dume = read(response)
    kept = tuple(one for one in dume.criteria if one.part != "III.B")
    report = check(Dume(dume.recognised, operator=dume.operator, procedure=dume.procedure, criteria=kept))
    assert "exclusion.missing" in rules(report, Severity.WARNING)


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
    assert {"rule", "flag", "count", "where"} <= set(report["findings"][0])
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


@pytest.mark.corpus
def test_official_documents_of_4_1_0_are_clean_by_the_official_rules_and_the_schema(shared_data):
    for name in ("ESPD-Request.xml", "ESPD-criterion.xml"):
        report = check((shared_data / "dume/4.1.0/samples" / name).read_bytes())
        assert (report.verdict, report.findings) == (Verdict.CLEAN, ())


@pytest.mark.corpus
def test_a_stale_document_is_judged_by_the_nearest_rules_and_its_depositor_is_not_buried(shared_data):
    """5,000 stale attributes of an older tool: a few lines, folded away, and the rules that judged are named."""
    folder = shared_data / "dume/4.1.0/samples/validation_samples"
    report = check((folder / "ESPD-Response-YearlyTurnover.xml").read_bytes())
    assert (report.version, report.verdict) == ("3.0.0", Verdict.ERRORS)
    assert "version 3.3.0, la plus proche" in next(
        one.message for one in report.findings if one.rule == "rules.version"
    )
    assert sum(one.count for one in report.of(Layer.CODELISTS)) > 2000
    assert all(one.technical for one in report.of(Layer.CODELISTS))
    assert len(report.technical) < 40
    assert [one.rule for one in report.told if one.severity is Severity.ERROR] == ["BR-TCR-08-08"]


@pytest.mark.parametrize(
    ("announced", "told"),
    [
        ("ESPD-EDMv5.0.0-alpha.1", "Aucune règle officielle n'est appliquée à la version 5.0.0-alpha.1"),
        ("ESPD-EDMv4.0.0", "celles de la version 4.1.0, la plus proche de la 4.0.0"),
    ],
)
def test_a_version_without_rules_of_its_own_says_which_ones_judged_it(edited, announced, told):
    report = check(edited(("ESPD-EDMv4.1.0", announced)))
    [finding] = [one for one in report.findings if one.rule == "rules.version"]
    assert told in finding.message
    assert (finding.severity, finding.technical) == (Severity.INFO, True)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_as_it_was_after_a_check(response, enabled):
    (gc.enable if enabled else gc.disable)()
    try:
        check(response)
        check(b"<open>")
        assert gc.isenabled() is enabled
    finally:
        gc.enable()
