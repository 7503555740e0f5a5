"""The rules of ESPD 1.0.2 by themselves: each name fires, says it in French, and nothing breaks the judge."""

import re

import pytest
from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.v1 import judge
from dume.rules.v1.names import CODE_LISTS, OFFICIAL
from procurement.xml import parse_xml
from tests.dume.rules.v1.worst import worst, worst_of

NAMESPACE = "urn:grow:names:specification:ubl:schema:xsd:ESPD{}-1"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CCV = "urn:isa:names:specification:ubl:schema:xsd:CCV-CommonAggregateComponents-1"


def all_fired(kind: str) -> list[Fired]:
    return [one for data in worst_of(kind) for one in judge(parse_xml(data))]


def fired(body: str, kind: str = "Response") -> set[str]:
    uri = NAMESPACE.format(kind)
    text = f'<ESPD{kind} xmlns="{uri}" xmlns:b="{CBC}" xmlns:v="{CCV}">{body}</ESPD{kind}>'
    return {one.rule.removeprefix(f"v1.{kind.lower()}.") for one in judge(parse_xml(text.encode()))}


def test_there_are_98_asserts_and_24_checks_of_code_lists() -> None:
    of_lists = [place for place in OFFICIAL.values() if place.file == CODE_LISTS]
    assert (len(OFFICIAL) - len(of_lists), len(of_lists)) == (98, 24)
    assert len({(name.split(".")[1], p.file, p.rule, p.assertion) for name, p in OFFICIAL.items()}) == 122


@pytest.mark.parametrize("kind", ["request", "response"])
def test_every_name_fires_where_all_is_wrong(kind: str) -> None:
    names = {name for name in OFFICIAL if name.startswith(f"v1.{kind}.")}
    assert {one.rule for one in all_fired(kind)} == names


@pytest.mark.parametrize("kind", ["request", "response"])
def test_every_message_is_a_french_sentence(kind: str) -> None:
    for one in all_fired(kind):
        assert one.flag is Flag.UNSET
        assert one.message[0].isupper() or one.message[0] == "«", one.message
        assert one.message.endswith("."), one.message
        assert not re.search(r" [:;?!»]|« |[{}]", one.message), one.message


def test_the_element_is_where_the_fault_is() -> None:
    found = {one.rule: one.element for one in judge(parse_xml(worst("response")))}
    assert etree.QName(found["v1.response.operator-country"]).localname == "Country"
    assert etree.QName(found["v1.response.answer-amount"]).localname == "Requirement"


def test_another_document_is_not_judged() -> None:
    assert list(judge(parse_xml(b"<QualificationApplicationRequest/>"))) == []


def test_without_its_namespace_only_the_rules_without_a_path_apply() -> None:
    # Seen in a real export: the official paths begin at the root and reach nothing.
    root = parse_xml(f'<ESPDRequest xmlns:b="{CBC}"><b:ID/></ESPDRequest>'.encode())
    assert {one.rule for one in judge(root)} == {"v1.request.id-agency"}


def test_a_comment_inside_a_text_does_not_hide_the_rest() -> None:
    assert "lot-zero" not in fired("<b:ID>a</b:ID>")
    assert "ubl-version" not in fired("<b:UBLVersionID>2<!-- here -->.1</b:UBLVersionID>")


def test_the_first_of_two_counts() -> None:
    criterion = "<v:Criterion><b:Name>{}</b:Name><b:Name>{}</b:Name></v:Criterion>"
    assert "criterion-name" not in fired(criterion.format("a", ""))
    assert "criterion-name" in fired(criterion.format("", "a"))


def test_a_code_is_compared_without_regard_to_case_and_only_as_a_whole() -> None:
    criterion = "<v:Criterion><b:TypeCode>{}</b:TypeCode></v:Criterion>"
    assert "code-criterion" not in fired(criterion.format("criterion.exclusion.national.other"))
    assert "code-criterion" in fired(criterion.format("CRITERION.EXCLUSION.NATIONAL"))
    assert "code-criterion" in fired(criterion.format(""))


def test_a_code_of_another_version_of_the_list_is_told_from_an_unknown_code() -> None:
    code = '<b:TypeCode listVersionID="2">CRITERION.EXCLUSION.NATIONAL.OTHER</b:TypeCode>'
    root = parse_xml(f'<ESPDRequest xmlns:b="{CBC}">{code}</ESPDRequest>'.encode())
    (message,) = [one.message for one in judge(root) if one.rule == "v1.request.code-criterion"]
    assert "listVersionID" in message


def test_a_long_value_is_cut() -> None:
    root = parse_xml(f'<ESPDRequest xmlns:b="{CBC}"><b:ID>{"x" * 999}</b:ID></ESPDRequest>'.encode())
    assert [len(one.value) for one in judge(root)] == [200]
