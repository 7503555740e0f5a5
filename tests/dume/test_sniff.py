import re
from pathlib import Path

import pytest

from dume.model import Family, Kind
from dume.samples import sample_response
from dume.sniff import DumeUnreadable, normalised, recognise

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CBC = f'xmlns:cbc="{UBL}CommonBasicComponents-2" xmlns:cac="{UBL}CommonAggregateComponents-2"'


def document(root: str, namespace: str, inside: str = "") -> bytes:
    xmlns = f'xmlns="{namespace}"' if namespace else ""
    return f"<{root} {xmlns} {CBC}>{inside}</{root}>".encode()


def ubl_response(inside: str) -> bytes:
    return document("QualificationApplicationResponse", f"{UBL}QualificationApplicationResponse-2", inside)


@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_our_own_responses_are_recognised(now, version):
    found = recognise(sample_response(now=now, version=version))
    assert (found.kind, found.version) == (Kind.RESPONSE, version)


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("ESPD-EDMv4.1.0", "4.1.0"),
        ("ESPD-EDMv2.1.1-BASIC", "2.1.1"),
        ("ESPD-EDMv5.0.0-alpha.1", "5.0.0-alpha.1"),
        ("02.00.00", "2.0.0"),
        ("\n ESPD-EDMv2.1.0-SELFCONTAINED\n", "2.1.0"),
        ("20240612-0", ""),
        ("9" * 5000 + ".1.0", ""),
        ("4.1." + "9" * 5000, ""),
    ],
)
def test_a_version_is_read_in_all_the_ways_it_is_written(written, version):
    assert normalised(written) == version


def test_the_namespace_decides_before_what_the_document_says_of_itself():
    data = document(
        "QualificationApplicationRequest",
        "urn:X-test:UBL:Pre-award:QualificationApplicationRequest",
        "<cbc:ProfileExecutionID>ESPD-EDMv4.1.0</cbc:ProfileExecutionID><cac:ContractingParty/>",
    )
    found = recognise(data)
    assert (found.kind, found.family, found.version) == (Kind.REQUEST, Family.PRE_AWARD, "2.0.2")


def test_a_document_of_ubl_is_never_one_of_1_0_2():
    found = recognise(ubl_response("<cbc:ProfileExecutionID>ESPD-EDMv1.0.2</cbc:ProfileExecutionID>"))
    assert (found.version, found.announced) == ("4.1.0", "ESPD-EDMv1.0.2")


def test_version_id_is_free_text_and_never_read():
    found = recognise(
        ubl_response("<cbc:UBLVersionID>2.2</cbc:UBLVersionID><cbc:VersionID>9.9.9</cbc:VersionID>")
    )
    assert found.version == "2.1.1"


def test_without_profile_the_criteria_tell_the_version_of_their_ids():
    inside = (
        "<cbc:UBLVersionID>2.3</cbc:UBLVersionID><cac:TenderingCriterion>"
        '<cbc:ID schemeVersionID="3.2.0">x</cbc:ID></cac:TenderingCriterion>'
    )
    assert recognise(ubl_response(inside)).version == "3.2.0"


@pytest.mark.parametrize(
    ("code", "group", "version"),
    [
        ("CRITERION.EXCLUSION.CONVICTIONS.FRAUD", "u", "2.1.1"),
        ("fraud", "a1b2", "3.3.0"),
        ("fraud", "C3_EG_fraud/QG1", "4.1.0"),
        ("exg-crim-fraud", "u", "5.0.0-alpha"),
    ],
)
def test_the_style_of_the_codes_is_the_last_resort(code, group, version):
    inside = (
        f"<cac:TenderingCriterion><cbc:CriterionTypeCode>{code}</cbc:CriterionTypeCode>"
        f"<cac:TenderingCriterionPropertyGroup><cbc:ID>{group}</cbc:ID></cac:TenderingCriterionPropertyGroup>"
        "</cac:TenderingCriterion>"
    )
    assert recognise(ubl_response(inside)).version == version


def test_an_export_without_namespace_is_recognised_by_its_name():
    found = recognise(document("QualificationApplicationResponse", "", "<x/>"))
    assert found.kind is Kind.RESPONSE


@pytest.mark.parametrize(
    "data",
    [
        b"<Invoice/>",
        document("ESPDResponse", "urn:somebody:else"),
        document("QualificationApplicationResponse", f"{UBL}Invoice-2"),
    ],
)
def test_another_xml_is_unknown(data):
    assert recognise(data).kind is Kind.UNKNOWN


@pytest.mark.parametrize("data", [b"", b"not xml", b"<open>", b"<!DOCTYPE x><x/>", b"\xff\xfe\x00"])
def test_what_is_not_safe_xml_is_refused(data):
    with pytest.raises(DumeUnreadable):
        recognise(data)


#: What the folder's name does not tell (dume.md §0 and §1): copies of older formats, wrong namespaces.
EXCEPTIONS = {
    "1.0.2/samples/svs/Burak_ESPDRequest_2.1.xml": "2.0.1",
    "1.0.2/samples/svs/Burak_XSLOutput2.1Request.xml": "2.0.1",
    "1.0.2/samples/svs/Output_schematron_test.xml": "2.0.0",
    "2.1.1/samples/svs/UPRC-ESPD-Extended-Response-2.1.1.xml": "2.0.2",
    "2.1.1/samples/uprc/REGULATED-ESPD-Request_2.0.2.xml": "2.0.2",
    "2.1.1/samples/uprc/REGULATED-ESPD-Response_2.0.2.xml": "2.0.2",
    "4.1.0/samples/validation_samples/ESPD-Request.xml": "4.0.0",
    "other-versions/3.0.1/ESPD-Request.xml": "3.0.0",
    "other-versions/3.0.1/ESPD-Response.xml": "3.0.0",
}


def expected_versions(name: str) -> tuple[str, ...]:
    """Versions a sample may have, by its folder: 2.x folders hold several revisions, validation samples 3.0 copies."""
    if name in EXCEPTIONS:
        return (EXCEPTIONS[name],)
    folder = name.removeprefix("other-versions/").split("/")[0]
    if folder == "5.0.0-alpha" or "validation_samples" in name:
        return ("3.0.0", "4.0.0") if folder == "5.0.0-alpha" else ("3.0.0",)
    return {"2.0.2": ("2.0.0", "2.0.1", "2.0.2"), "2.1.1": ("2.1.0", "2.1.1")}.get(folder, (folder,))


@pytest.mark.corpus
def test_every_official_sample_is_recognised(shared_data: Path):
    root = shared_data / "dume"
    samples = [
        path
        for path in sorted(root.rglob("*"))
        if path.suffix.lower() == ".xml" and ("samples" in path.parts or "other-versions" in path.parts)
    ]
    wrong = []
    for path in samples:
        name = path.relative_to(root).as_posix()
        found = recognise(path.read_bytes())
        if name == "2.1.1/samples/hilma/Document.xml":
            assert found.kind is Kind.UNKNOWN
        elif found.version not in expected_versions(name) or found.kind is not kind_of(path.read_bytes()):
            wrong.append((name, found))
    assert wrong == []
    assert len(samples) > 150


def kind_of(data: bytes) -> Kind:
    """By another way than the parser's: the text of the first start tag that has a known name."""
    name = re.search(rb"<(?:[\w-]+:)?(?:ESPD|QualificationApplication)(Request|Response)[\s>]", data)
    return Kind(name.group(1).decode().lower())
