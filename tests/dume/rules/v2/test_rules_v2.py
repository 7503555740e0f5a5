"""The rules of 2.1.1 and 2.0.2 on small documents, and what they say."""

import csv
import re
from pathlib import Path

import pytest
from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.v2 import judge
from dume.rules.v2.wording import RULES
from procurement.xml import parse_xml

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES = {
    "2.1.1": (
        f"{UBL}QualificationApplication{{kind}}-2",
        f"{UBL}CommonAggregateComponents-2",
        f"{UBL}CommonBasicComponents-2",
    ),
    "2.0.2": (
        "urn:X-test:UBL:Pre-award:QualificationApplication{kind}",
        "urn:X-test:UBL:Pre-award:CommonAggregate",
        "urn:X-test:UBL:Pre-award:CommonBasic",
    ),
}
CORRUPTION = "c27b7c4e-c837-4529-b867-ed55ce639db5"
#: A question, and one that is asked only after the answer `opens`.
QUESTIONS = """
<cac:TenderingCriterion><cbc:ID>x</cbc:ID>
 <cac:TenderingCriterionPropertyGroup>
  <cac:TenderingCriterionProperty><cbc:ID>above</cbc:ID></cac:TenderingCriterionProperty>
  <cac:SubsidiaryTenderingCriterionPropertyGroup><cbc:PropertyGroupTypeCode>{opens}</cbc:PropertyGroupTypeCode>
   <cac:TenderingCriterionProperty><cbc:ID>below</cbc:ID></cac:TenderingCriterionProperty>
  </cac:SubsidiaryTenderingCriterionPropertyGroup>
 </cac:TenderingCriterionPropertyGroup>
</cac:TenderingCriterion>
"""
ANSWER = """
<cac:TenderingCriterionResponse><cbc:ValidatedCriterionPropertyID>{to}</cbc:ValidatedCriterionPropertyID>
 <cac:ResponseValue>{value}</cac:ResponseValue></cac:TenderingCriterionResponse>
"""
SAID = "<cbc:ResponseIndicator>{said}</cbc:ResponseIndicator>"
ALL_ALIKE = re.compile(r"(?<!\u00a0)[;?!»](?=\s|$|\.)|(?<!\u00a0):(?=\s)|«(?!\u00a0)")


def document(inside: str, *, kind: str = "Response", version: str = "2.1.1") -> etree._Element:
    root, aggregates, basics = NAMESPACES[version]
    name = f"QualificationApplication{kind}"
    spaces = f'xmlns="{root.format(kind=kind)}" xmlns:cac="{aggregates}" xmlns:cbc="{basics}"'
    return parse_xml(f"<{name} {spaces}>{inside}</{name}>".encode())


def fired(root: etree._Element, start: str = "") -> set[str]:
    return {one.rule for one in judge(root) if one.rule.startswith(start)}


def one(root: etree._Element, rule: str) -> Fired:
    (found,) = [one for one in judge(root) if one.rule == rule]
    return found


@pytest.mark.parametrize("version", ["2.1.1", "2.0.2"])
def test_an_empty_request_lacks_its_header_and_its_criteria(version):
    root = document("", kind="Request", version=version)
    assert fired(root, "BR-OTH-04") == {f"BR-OTH-04-0{number}" for number in range(1, 7)}


@pytest.mark.parametrize(
    ("version", "rules"), [("2.1.1", {"BR-REQ-30": Flag.WARNING}), ("2.0.2", {"BR-REQ-30": Flag.FATAL})]
)
def test_a_missing_exclusion_ground_was_graver_in_the_first_edition(version, rules):
    root = document("", kind="Request", version=version)
    assert {one.rule: one.flag for one in judge(root) if one.rule in rules} == rules


@pytest.mark.parametrize("version", ["2.1.1", "2.0.2"])
def test_a_finding_is_on_the_element_received(version):
    root = document("<cac:Evidence><cbc:ID>1</cbc:ID></cac:Evidence>", version=version)
    found = one(root, "BR-OTH-02")
    assert (found.element, found.element.getroottree().getroot()) == (root[0][0], root)


def test_a_criterion_is_named_in_french_with_its_part_of_the_form():
    root = document(f"<cac:TenderingCriterion><cbc:ID>{CORRUPTION}</cbc:ID></cac:TenderingCriterion>")
    assert "Partie III.A, critère «\u00a0" in one(root, "BR-TC-05").message
    assert fired(root, "BR-TC-0") == {"BR-TC-03", "BR-TC-04", "BR-TC-05", "BR-TC-06", "BR-TC-07"}


@pytest.mark.parametrize(
    ("opens", "said", "below", "rule"),
    [
        ("ONTRUE", "true", 0, {"BR-TCR-06-01"}),
        ("ONTRUE", "1", 1, set()),
        ("ONTRUE", "false", 1, {"BR-TCR-06-02"}),
        ("ONFALSE", " false ", 0, {"BR-TCR-07-01"}),
        ("ONFALSE", "true", 1, {"BR-TCR-07-02"}),
        ("ONFALSE", "maybe", 1, set()),
        ("ON*", "true", 0, set()),
    ],
)
def test_a_question_is_answered_when_it_is_asked_and_only_then(opens, said, below, rule):
    value = SAID.format(said=said)
    answers = [ANSWER.format(to="above", value=value), *[ANSWER.format(to="below", value=value)] * below]
    root = document(QUESTIONS.format(opens=opens) + "".join(answers))
    assert fired(root, "BR-TCR-06") | fired(root, "BR-TCR-07") == rule


def test_an_answer_of_another_type_is_found():
    asked = QUESTIONS.format(opens="ON*").replace(
        "<cbc:ID>above</cbc:ID>",
        "<cbc:ID>above</cbc:ID><cbc:ValueDataTypeCode>AMOUNT</cbc:ValueDataTypeCode>",
    )
    root = document(asked + ANSWER.format(to="above", value=SAID.format(said="true")))
    assert "attend un montant" in one(root, "BR-TCR-08-01").message


def test_a_code_of_another_list_is_found_with_what_to_write():
    root = document('<cbc:ProcedureCode listName="Autre">OPEN</cbc:ProcedureCode>', kind="Request")
    found = one(root, "code-list.procedure.listname")
    assert (found.flag, found.value) == (Flag.FATAL, "Autre")
    assert "«\u00a0ProcedureType\u00a0»" in found.message


def test_an_unknown_code_has_no_official_flag():
    root = document("<cbc:ProcedureCode>ELSE</cbc:ProcedureCode>", kind="Request")
    assert one(root, "code-list.procedure.value").flag is Flag.UNSET


def test_parts_of_2_1_in_a_root_of_2_0_are_judged_as_2_1():
    root = document("").makeelement("{urn:X-test:UBL:Pre-award:QualificationApplicationResponse}Q")
    etree.SubElement(root, f"{{{NAMESPACES['2.1.1'][1]}}}EconomicOperatorParty").append(
        root.makeelement(f"{{{NAMESPACES['2.1.1'][1]}}}Party")
    )
    assert fired(root, "BR-RESP-10") == set()  # the root decides what is a response
    root.tag = "{urn:X-test:UBL:Pre-award:QualificationApplicationResponse}QualificationApplicationResponse"
    assert fired(root, "BR-RESP-10") == {f"BR-RESP-10-0{number}" for number in (4, 5, 6, 7)}


@pytest.mark.parametrize(
    "data",
    [
        b"<a/>",
        b"<a><!-- x --><?y z?>t<b/></a>",
        b'<QualificationApplicationResponse xmlns=""/>',
        b'<ESPDResponse xmlns="urn:grow:names:specification:ubl:schema:xsd:ESPDResponse-1"/>',
    ],
)
def test_other_documents_have_nothing_to_find(data):
    assert list(judge(parse_xml(data))) == []


def test_every_sentence_is_typeset_in_french():
    assert [rule for rule, (_, sentence) in RULES.items() if ALL_ALIKE.search(sentence)] == []


@pytest.mark.corpus
@pytest.mark.parametrize("version", ["2.0.2", "2.1.1"])
def test_every_official_id_has_a_rule_but_for_those_of_the_table(shared_data: Path, version: str):
    path = shared_data / "dume" / "rules" / f"rules-{version}.csv"
    with path.open(encoding="utf-8") as file:
        official = {row["id"]: row["severity"] for row in csv.DictReader(file) if row["id"]}
    document = Path(__file__).parents[4] / "docs" / "dume-rules.md"
    section = document.read_text(encoding="utf-8").partition("## 2.1.1 and 2.0.2")[2].partition("\n## ")[0]
    left_out = {rule for rule in official if f"| `{rule}` |" in section}
    assert set(official) - set(RULES) == left_out
