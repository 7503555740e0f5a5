"""What the structure check of ESPD 2.x to 5.x says, on a small response of ours."""

import re
import time
from collections.abc import Callable

import pytest
from lxml import etree

from dume.structure.ubl import MOST, check
from dume.structure.ubl.editions import PRE_AWARD_NAMES, Edition, edition_of, texts
from procurement.xml import parse_xml

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
VERSIONS = ("2.0.2", "2.1.1", "3.3.0", "4.1.0", "5.0.0-alpha")
RESPONSE = f"""<QualificationApplicationResponse
  xmlns="urn:oasis:names:specification:ubl:schema:xsd:QualificationApplicationResponse-2"
  xmlns:cac="{CAC}" xmlns:cbc="{CBC}">
  <cbc:ContractFolderID schemeAgencyID="TeD">2026-1</cbc:ContractFolderID>
  <cbc:IssueDate>2026-03-02</cbc:IssueDate>
  <cac:ContractingParty><cac:Party><cac:PartyName><cbc:Name>Ville</cbc:Name></cac:PartyName></cac:Party></cac:ContractingParty>
  <cac:EconomicOperatorParty><cac:Party/></cac:EconomicOperatorParty>
  <cac:TenderingCriterionResponse>
    <cbc:ID>1</cbc:ID>
    <cac:ResponseValue><cbc:ID>2</cbc:ID>
      <cbc:ResponseAmount currencyID="EUR">12.50</cbc:ResponseAmount></cac:ResponseValue>
  </cac:TenderingCriterionResponse>
</QualificationApplicationResponse>"""
BUYER = "/QualificationApplicationResponse/ContractingParty[1]"
VALUE = "/QualificationApplicationResponse/TenderingCriterionResponse[1]/ResponseValue[1]"


def pre_award(text: str) -> str:
    for name, old_name in PRE_AWARD_NAMES.items():
        text = text.replace(name.decode(), old_name.decode())
    return text


def found(text: str, version: str = "4.1.0") -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in check(parse_xml(text.encode()), version)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_well_built_response_is_accepted_by_every_version(version: str) -> None:
    assert found(pre_award(RESPONSE) if version == "2.0.2" else RESPONSE, version) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("<cbc:IssueDate>2026-03-02</cbc:IssueDate>", "", "missing-element", BUYER),
        ("2026-03-02", "02/03/2026", "wrong-value", "/QualificationApplicationResponse/IssueDate[1]"),
        ("2026-03-02", "", "wrong-value", "/QualificationApplicationResponse/IssueDate[1]"),
        ("12.50", "12,50", "wrong-value", f"{VALUE}/ResponseAmount[1]"),
        (' currencyID="EUR"', "", "missing-attribute", f"{VALUE}/ResponseAmount[1]"),
        ("currencyID=", "languageID='fr' currencyID=", "unknown-attribute", f"{VALUE}/ResponseAmount[1]"),
        ("schemeAgencyID", "listID", "unknown-attribute", "/QualificationApplicationResponse/ContractFolderID[1]"),
        ("<cac:Party/>", "", "missing-element", "/QualificationApplicationResponse/EconomicOperatorParty[1]"),
        ("<cac:Party/>", "<cac:Party/><cac:Party/>", "repeated-element",
         "/QualificationApplicationResponse/EconomicOperatorParty[1]/Party[2]"),
        ("<cac:Party/>", "<cac:Party/><cac:EconomicOperatorRole/>", "misplaced-element",
         "/QualificationApplicationResponse/EconomicOperatorParty[1]/EconomicOperatorRole[1]"),
        ("<cac:Party/>", "<cac:Partie/><cac:Party/>", "unknown-element",
         "/QualificationApplicationResponse/EconomicOperatorParty[1]/Partie[1]"),
        ("<cac:Party/>", "<cbc:Party/>", "wrong-namespace",
         "/QualificationApplicationResponse/EconomicOperatorParty[1]/Party[1]"),
        ("<cac:Party/>", "<cac:Party/>reste", "stray-text",
         "/QualificationApplicationResponse/EconomicOperatorParty[1]"),
        ("<cbc:ID>1</cbc:ID>", "<cbc:ID><cbc:ID>1</cbc:ID></cbc:ID>", "stray-elements",
         "/QualificationApplicationResponse/TenderingCriterionResponse[1]/ID[1]"),
        ("QualificationApplicationResponse-2", "Autre-2", "wrong-namespace", "/QualificationApplicationResponse"),
        ("<cbc:ID>1</cbc:ID>",
         "<cbc:ID xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='xsi:autre'>1</cbc:ID>",
         "not-followed", "/QualificationApplicationResponse/TenderingCriterionResponse[1]/ID[1]"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code_and_its_place(old: str, new: str, code: str, path: str) -> None:
    assert old in RESPONSE
    assert found(RESPONSE.replace(old, new)) == [(code, path)]


def test_another_root_is_told_what_is_expected() -> None:
    (finding,) = check(parse_xml(b"<rss/>"), "4.1.0")
    assert (finding.code, finding.path, finding.line) == ("wrong-root", "/rss", 1)
    assert "«\u00a0QualificationApplicationRequest\u00a0»" in finding.message


def test_a_message_says_what_to_change_with_french_typography() -> None:
    (finding,) = check(parse_xml(RESPONSE.replace("12.50", "12,50").encode()), "4.1.0")
    assert finding.message == (
        "La valeur «\u00a012,50\u00a0» de «\u00a0ResponseAmount\u00a0» n'est pas valide\u00a0: attendu, un montant "
        "en chiffres, avec un point pour les décimales. Corrigez-la."
    )
    assert finding.line == 11


def test_what_came_with_ubl_2_3_is_unknown_to_the_2_x_versions() -> None:
    lot = "<cac:ProcurementProjectLotReference><cbc:ID>LOT-0001</cbc:ID></cac:ProcurementProjectLotReference>"
    text = RESPONSE.replace("  </cac:TenderingCriterionResponse>", f"{lot}</cac:TenderingCriterionResponse>")
    place = (
        "/QualificationApplicationResponse/TenderingCriterionResponse[1]/ProcurementProjectLotReference[1]"
    )
    assert found(text, "4.1.0") == []
    assert found(text, "2.1.1") == [("unknown-element", place)]


def test_what_no_espd_document_uses_is_known_and_not_looked_into() -> None:
    scheme = "<cac:BusinessClassificationScheme><cac:Whatever/></cac:BusinessClassificationScheme>"

    def qualified(inside: str) -> list[str]:
        text = f"<cac:QualifyingParty>{inside}</cac:QualifyingParty><cac:Party/>"
        return [code for code, _ in found(RESPONSE.replace("<cac:Party/>", text))]

    assert qualified(scheme) == []
    assert qualified(scheme + scheme) == ["repeated-element"]
    assert qualified(f"<cac:Declaration/>{scheme}") == ["misplaced-element"]
    assert qualified(scheme.replace("Scheme>", "Scheme kind='x'>", 1)) == ["unknown-attribute"]


@pytest.mark.parametrize(
    ("version", "edition"),
    [
        ("2.0.0", Edition(2, pre_award=True)),
        ("02.00.02", Edition(2, pre_award=True)),
        ("2.1.0", Edition(2)),
        ("3.0.1", Edition(3)),
        ("4.0.0", Edition(4)),
        ("5.0.0-alpha.1", Edition(5)),
        ("6.0.0", Edition(5)),
        ("1.0.2", Edition(2)),
        ("", Edition(4)),
    ],
)
def test_a_version_is_judged_by_the_nearest_edition(version: str, edition: Edition) -> None:
    assert edition_of(version) == edition


def test_without_a_version_the_one_the_document_announces_counts() -> None:
    assert check(parse_xml(RESPONSE.encode())) == []
    assert check(parse_xml(pre_award(RESPONSE).encode())) == []


def test_no_mark_of_ours_is_left_in_the_schemas_that_judge() -> None:
    for version in VERSIONS:
        joined = b"".join(texts(edition_of(version)).values())
        assert not re.search(rb"\bed:(since|until)", joined)


def test_a_document_of_countless_faults_is_judged_at_once() -> None:
    # libxml2 numbers each faulty element among its siblings: 40,000 of them took 10 seconds.
    text = RESPONSE.replace("</QualificationApplicationResponse>", "")
    text += '<cac:Evidence z="1"/>' * 40_000 + "</QualificationApplicationResponse>"
    root = parse_xml(text.encode())
    started = time.process_time()
    findings = check(root, "4.1.0")
    assert time.process_time() - started < 1
    assert {one.code for one in findings} == {"unknown-attribute"}
    assert 0 < len(findings) <= MOST


def test_a_heavy_document_of_few_faults_still_has_their_places() -> None:
    text = RESPONSE.replace("</QualificationApplicationResponse>", "")
    text += "<cac:Evidence/>" * 30_000 + "<cac:Evidence z='1'/></QualificationApplicationResponse>"
    assert found(text) == [("unknown-attribute", "/QualificationApplicationResponse/Evidence[30001]")]


def test_a_schema_that_the_document_names_is_never_fetched() -> None:
    hint = (
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="urn:x file:///dev/zero urn:y http://127.0.0.1:9/y.xsd"'
    )
    text = RESPONSE.replace(
        "<QualificationApplicationResponse", f"<QualificationApplicationResponse{hint}", 1
    )
    assert found(text) == []


@pytest.mark.parametrize("make", [etree.Comment, lambda text: etree.PI("x", text)])
def test_comments_and_instructions_do_not_move_the_places(make: Callable[[str], etree._Element]) -> None:
    root = parse_xml(RESPONSE.replace("12.50", "douze").encode())
    for node in list(root.iter("*")):
        node.insert(0, make("x"))
    assert [one.path for one in check(root, "4.1.0") if one.code == "wrong-value"] == [
        f"{VALUE}/ResponseAmount[1]"
    ]
