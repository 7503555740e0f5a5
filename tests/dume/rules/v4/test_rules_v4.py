"""What the rules of 3.3.0 and 4.1.0 say, on small documents of ours."""

import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dume.rules import v3, v4
from dume.rules.findings import Fired, Flag
from dume.samples import sample_response
from procurement.xml import parse_xml
from tests.dume.rules.v4.agreement import ONLY_OURS
from tests.dume.rules.v4.mutants import Mutator

HEAD = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
ROOTS = {
    "request": "urn:oasis:names:specification:ubl:schema:xsd:QualificationApplicationRequest-2",
    "response": "urn:oasis:names:specification:ubl:schema:xsd:QualificationApplicationResponse-2",
}
DOCS = Path(__file__).resolve().parents[4] / "docs"
SAMPLE = sample_response(now=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


def document(kind: str, body: str) -> etree._Element:
    name = f"QualificationApplication{kind.capitalize()}"
    return parse_xml(f'<q:{name} xmlns:q="{ROOTS[kind]}" {HEAD}>{body}</q:{name}>'.encode())


def rules(root: etree._Element, judge: Callable[[etree._Element], object] = v4.judge) -> set[str]:
    return {one.rule for one in judge(root)}


def fired(root: etree._Element, rule: str) -> Fired:
    return next(one for one in v4.judge(root) if one.rule == rule)


def question(id_: str, data_type: str) -> str:
    return (
        f"<cac:TenderingCriterionProperty><cbc:ID>{id_}</cbc:ID>"
        f"<cbc:TypeCode>QUESTION</cbc:TypeCode><cbc:ValueDataTypeCode>{data_type}</cbc:ValueDataTypeCode>"
        "</cac:TenderingCriterionProperty>"
    )


def answer(id_: str, content: str) -> str:
    return (
        "<cac:TenderingCriterionResponse>"
        f"<cbc:ValidatedCriterionPropertyID>{id_}</cbc:ValidatedCriterionPropertyID>{content}"
        "</cac:TenderingCriterionResponse>"
    )


def value(content: str) -> str:
    return f"<cac:ResponseValue>{content}</cac:ResponseValue>"


def criterion(content: str, code: str = "") -> str:
    written = f"<cbc:CriterionTypeCode>{code}</cbc:CriterionTypeCode>" if code else ""
    return f"<cac:TenderingCriterion>{written}{content}</cac:TenderingCriterion>"


def group(content: str, name: str = "TenderingCriterionPropertyGroup") -> str:
    return f"<cac:{name}>{content}</cac:{name}>"


def after(code: str, content: str) -> str:
    """A subgroup asked after a yes or after a no."""
    return group(
        f"<cbc:PropertyGroupTypeCode>{code}</cbc:PropertyGroupTypeCode>{content}",
        "SubsidiaryTenderingCriterionPropertyGroup",
    )


def test_our_own_response_breaks_no_fatal_rule():
    flags = {one.flag for one in v4.judge(parse_xml(SAMPLE))}
    assert not flags & {Flag.FATAL, Flag.ERROR}


def test_an_empty_request_lacks_everything_a_request_must_have():
    assert rules(document("request", "")) == {
        "BR-OTH-04-01",
        "BR-OTH-04-03",
        "BR-OTH-04-04",
        "BR-OTH-04-06",
        "BR-REQ-30",
        "BR-REQ-40",
        "BR-REQ-20-01",
        "BR-SC-10",
    }


def test_an_empty_response_lacks_its_answers_and_its_lot():
    found = rules(document("response", ""))
    assert {"BR-OTH-04-07", "BR-LOT-10"} <= found
    assert not {"BR-REQ-30", "BR-SC-10"} & found


def test_a_ground_bears_no_lot_and_a_selection_criterion_needs_one():
    lot = "<cac:ProcurementProjectLotReference><cbc:ID>LOT-0001</cbc:ID></cac:ProcurementProjectLotReference>"
    ground, selection = criterion(lot, "fraud"), criterion("", "finan-rat")
    assert {"BR-LOT-40", "BR-LOT-41"} <= rules(document("request", ground + selection))
    ground, selection = criterion("", "Fraud"), criterion(lot, "FINAN-RAT")
    assert not {"BR-LOT-40", "BR-LOT-41"} & rules(document("request", ground + selection))


@pytest.mark.parametrize(
    ("data_type", "right", "rule"),
    [
        ("AMOUNT", value("<cbc:ResponseAmount/>"), "BR-TCR-08-01"),
        ("PERCENTAGE", value('<cbc:ResponseNumeric format="PERCENTAGE"/>'), "BR-TCR-08-08"),
        ("QUANTITY_YEAR", value('<cbc:ResponseQuantity unitCode="YEAR"/>'), "BR-TCR-08-11"),
        ("PERIOD", "<cac:ApplicablePeriod/>", "BR-TCR-08-09"),
        (
            "EVIDENCE_IDENTIFIER",
            "<cac:EvidenceSupplied><cbc:ID>E</cbc:ID></cac:EvidenceSupplied>",
            "BR-TCR-08-06",
        ),
    ],
)
def test_an_answer_has_the_form_that_its_question_asks_for(data_type, right, rule):
    asked = criterion(group(question("Q", data_type)))
    assert rule not in rules(document("response", asked + answer("Q", right)))
    wrong = document("response", asked + answer("Q", value("<cbc:ResponseURI/>")))
    assert rule in rules(wrong)
    assert fired(wrong, rule).value == data_type


def test_a_percentage_without_its_format_is_refused():
    asked = criterion(group(question("Q", "PERCENTAGE")))
    root = document("response", asked + answer("Q", value("<cbc:ResponseNumeric>5</cbc:ResponseNumeric>")))
    assert "format=PERCENTAGE" in fired(root, "BR-TCR-08-08").message


def test_what_is_asked_after_a_yes_is_answered_after_a_yes_only():
    asked = criterion(group(question("Q", "INDICATOR") + after("ONTRUE", question("R", "DESCRIPTION"))))
    yes = answer("Q", value("<cbc:ResponseIndicator> 1 </cbc:ResponseIndicator>"))
    no = answer("Q", value("<cbc:ResponseIndicator>false</cbc:ResponseIndicator>"))
    detail = answer("R", value("<cbc:Description>x</cbc:Description>"))
    conditions = {"BR-TCR-06-01", "BR-TCR-06-02"}
    assert rules(document("response", asked + yes)) & conditions == {"BR-TCR-06-01"}
    assert rules(document("response", asked + yes + detail)) & conditions == set()
    assert rules(document("response", asked + no + detail)) & conditions == {"BR-TCR-06-02"}
    assert rules(document("response", asked + no)) & conditions == set()


def test_two_answers_to_one_question_are_wrong_in_3_3_0_and_right_in_4_1_0():
    asked = criterion(group(question("Q", "INDICATOR") + after("ONTRUE", question("R", "DESCRIPTION"))))
    yes = answer("Q", value("<cbc:ResponseIndicator>true</cbc:ResponseIndicator>"))
    detail = answer("R", value("<cbc:Description>x</cbc:Description>"))
    root = document("response", asked + yes + detail + detail)
    assert {"BR-TCR-01-03", "BR-TCR-06-01"} <= rules(root, v3.judge)
    assert not {"BR-TCR-01-03", "BR-TCR-06-01"} & rules(root)


def test_an_answer_to_no_question_and_to_two_are_told_apart():
    none = document("response", answer("Q", value("")))
    two = document("response", criterion(group(question("Q", "NONE") * 2)) + answer("Q", value("")))
    assert "aucune question" in fired(none, "BR-TCR-01-02").message
    assert "plusieurs questions" in fired(two, "BR-TCR-01-02").message


def test_an_evidence_must_be_described_once():
    supplied = answer("Q", "<cac:EvidenceSupplied><cbc:ID>E</cbc:ID></cac:EvidenceSupplied>")
    evidence = "<cac:Evidence><cbc:ID>E</cbc:ID></cac:Evidence>"
    assert "BR-TCR-09" in rules(document("response", supplied))
    assert "BR-TCR-09" not in rules(document("response", supplied + evidence))
    assert "BR-TCR-09" in rules(document("response", supplied + evidence * 2))


def test_an_unknown_criterion_is_named():
    root = document("request", criterion("<cbc:ID>unknown</cbc:ID>", "fraud"))
    assert fired(root, "BR-TC-02-02").value == "unknown"
    assert not {"BR-TC-02-01", "BR-TC-04"} & rules(root)


def test_a_known_criterion_says_its_own_code_and_has_its_groups():
    body = "<cbc:ID>005eb9ed-1347-4ca3-bb29-9bc0db64e1ab</cbc:ID>"
    found = rules(document("request", criterion(body, "fraud")))
    assert {"BR-TC-04", "BR-TC-07"} <= found
    assert "BR-TC-04" not in rules(document("request", criterion(body, "crime-org")))


def test_a_national_group_need_not_be_in_the_taxonomy():
    unknown = group("<cbc:ID>national</cbc:ID>")
    assert "BR-TC-13" in rules(document("request", criterion(unknown)))
    national = f"<cac:SubTenderingCriterion>{unknown}</cac:SubTenderingCriterion>"
    assert "BR-TC-13" not in rules(document("request", criterion(national)))


def test_the_lead_of_a_group_names_the_others():
    role = (
        "<cac:EconomicOperatorParty><cac:EconomicOperatorRole><cbc:RoleCode>{}</cbc:RoleCode>"
        "</cac:EconomicOperatorRole></cac:EconomicOperatorParty>"
    )
    asked = criterion(group(question("Q", "DESCRIPTION")), "eo-group")
    lead = role.format("group-lead")
    assert {"BR-LAED-10", "BR-LEAD-10-S10"} <= rules(document("response", lead + asked))
    named = answer("Q", value("<cbc:Description>x</cbc:Description>"))
    assert "BR-LAED-10" not in rules(document("response", lead + asked + named))
    assert "BR-LAED-10" not in rules(document("response", role.format("sole-tenderer") + asked))


def test_exclusion_grounds_are_answered_in_3_3_0_unless_a_register_holds_them():
    asked = criterion(group(question("Q", "INDICATOR")), "fraud")
    yes = answer("Q", value("<cbc:ResponseIndicator>true</cbc:ResponseIndicator>"))
    register = (
        "<cac:EconomicOperatorParty><cac:QualifyingParty><cac:Party><cac:PartyIdentification><cbc:ID>1</cbc:ID>"
        "</cac:PartyIdentification></cac:Party></cac:QualifyingParty></cac:EconomicOperatorParty>"
    )
    assert "BR-RESP-30" in rules(document("response", asked), v3.judge)
    assert "BR-RESP-30" not in rules(document("response", asked + yes), v3.judge)
    assert "BR-RESP-30" not in rules(document("response", register + asked), v3.judge)
    assert "BR-RESP-30" not in rules(document("response", asked))


def test_codes_are_compared_without_case_and_lists_by_their_version():
    country = "<cac:Country><cbc:IdentificationCode>{}</cbc:IdentificationCode></cac:Country>"
    assert "codelist.country" not in rules(document("request", country.format("fra")))
    assert "codelist.country" in rules(document("request", country.format("FR")))
    profile = document("request", "<cbc:ProfileExecutionID>ESPD-EDMv4.1.0</cbc:ProfileExecutionID>")
    assert "codelist.profile" not in rules(profile)
    assert "codelist.profile" in rules(profile, v3.judge)


def test_a_stale_list_is_said_once_for_each_attribute():
    code = '<cbc:TypeCode listName="x" listVersionID="3.0.0">QUESTION</cbc:TypeCode>'
    counted = Counter(one.rule for one in v4.judge(document("request", code)))
    names = {rule: number for rule, number in counted.items() if rule.startswith("codelist.")}
    assert names == {"codelist.criterion-element-type.name": 1, "codelist.criterion-element-type.version": 1}
    assert counted["BR-OTH-01-40"] == 1


def test_codes_in_attributes_are_checked_though_the_stylesheets_never_reach_them():
    root = document(
        "response", value('<cbc:ResponseAmount currencyID="XXXX" languageID="xx">1</cbc:ResponseAmount>')
    )
    found = {one.rule: one.flag for one in v4.judge(root)}
    assert found["codelist.attribute.currency"] is Flag.UNSET
    assert "codelist.attribute.language" in found


@pytest.mark.parametrize(
    ("number", "right"),
    [("2015/S 252-461137", True), (" 0000/S\n000-000000 ", True), ("2015/S 252-46113", False), ("", False)],
)
def test_the_number_of_a_notice_has_the_form_of_the_official_journal(number, right):
    body = (
        f"<cac:AdditionalDocumentReference><cbc:ID>{number}</cbc:ID>"
        "<cbc:DocumentTypeCode>TED_CN</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>"
    )
    assert ("BR-COM-10-01" not in rules(document("request", body))) is right


def test_a_comment_inside_a_text_changes_no_identifier():
    asked = criterion(group(question("Q<!-- x -->1", "DATE")))
    root = document("response", asked + answer("Q1", value("<cbc:ResponseDate/>")))
    assert not {"BR-TCR-01-02", "BR-TCR-08-04"} & rules(root)


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_damaged_documents_are_judged_and_messages_keep_french_typography(seed):
    for _done, root in Mutator([parse_xml(SAMPLE)], seed).mutants(1):
        for one in (*v4.judge(root), *v3.judge(root)):
            assert one.message.endswith("."), one.message
            assert not re.search(r"(?<![\u00a0\w/])[;?!»]|(?<=[^\u00a0/\w])[:](?!/)", one.message), (
                one.message
            )
            assert len(one.value) <= 200


@pytest.mark.parametrize(
    "xml", ["<a/>", f"<a {HEAD}><cbc:ID/><cac:Country/></a>", "<x:a xmlns:x='urn:x'><!-- --></x:a>"]
)
def test_any_xml_is_judged(xml):
    for judge in (v3.judge, v4.judge):
        assert list(judge(parse_xml(xml.encode()))) is not None


def test_one_id_for_all_questions_and_answers_is_judged_in_linear_time():
    asked = criterion(
        group(question("Q", "INDICATOR") * 4000 + after("ONTRUE", question("Q", "DATE") * 4000))
    )
    root = document(
        "response", asked + answer("Q", value("<cbc:ResponseIndicator>true</cbc:ResponseIndicator>")) * 4000
    )
    start = time.process_time()
    assert "BR-TCR-01-02" in rules(root)
    assert time.process_time() - start < 5


def test_the_document_lists_the_differences_and_no_other():
    section = (DOCS / "dume-rules.md").read_text(encoding="utf-8").partition("## 3.3.0 and 4.1.0")[2]
    table = section.partition("### Differences")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)) == ONLY_OURS
