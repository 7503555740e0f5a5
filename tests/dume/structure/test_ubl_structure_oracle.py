"""Our subset schemas accept and refuse what the official ones do: all samples, and seeded mutants of them.

MUTANTS=3000 for the number of mutants a version; a few hundred otherwise.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from dume.nodes import local_name
from dume.structure.ubl import check
from dume.structure.ubl.contents import contents_of
from dume.structure.ubl.editions import ENTRIES, FILES, edition_of, texts
from tests.dume.structure.ubl_mutants import SAMPLES, TEXTS, Mutator, roots, slim

VERSIONS = tuple(SAMPLES)
MUTANTS = int(os.environ.get("MUTANTS", "300"))
#: Documents in the folders of the samples, and how many of them the official schemas accept.
COUNTED = {"2.0.2": (59, 49), "2.1.1": (31, 26), "3.3.0": (19, 19), "4.1.0": (13, 13), "5.0.0-alpha": (8, 8)}
REQUEST, RESPONSE = ENTRIES
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


@cache
def official(data: Path, version: str, kind: str) -> etree.XMLSchema:
    folder = data / "dume" / version / "xsd" / "maindoc"
    (file,) = folder.glob(f"UBL-{kind}-*.xsd")
    return etree.XMLSchema(file=str(file))


def officially_valid(data: Path, version: str, root: etree._Element) -> bool:
    name = local_name(root)
    return bool(official(data, version, name if name in ENTRIES else REQUEST).validate(root))


@cache
def sources(data: Path, version: str) -> list[etree._Element]:
    """Slim copies of the valid samples: of the others nearly all mutants are refused, whatever changed."""
    return [slim(root) for _, root in roots(data, version) if officially_valid(data, version, root)]


@pytest.mark.corpus
@pytest.mark.parametrize("version", VERSIONS)
def test_every_sample_is_judged_as_by_the_official_schema(shared_data: Path, version: str) -> None:
    judged = {
        str(path): (officially_valid(shared_data, version, root), not check(root, version))
        for path, root in roots(shared_data, version)
    }
    assert {path: both for path, both in judged.items() if both[0] is not both[1]} == {}
    assert (len(judged), sum(valid for valid, _ in judged.values())) == COUNTED[version]


@pytest.mark.corpus
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("other", VERSIONS)
def test_samples_of_one_version_are_judged_by_another_as_officially(
    shared_data: Path, version: str, other: str
) -> None:
    # The few differences between editions matter most here.
    differing = [
        str(path)
        for path, root in roots(shared_data, version)
        if officially_valid(shared_data, other, root) is bool(check(root, other))
    ]
    assert differing == []


@pytest.mark.corpus
@pytest.mark.parametrize("version", VERSIONS)
def test_mutants_are_judged_as_by_the_official_schema(shared_data: Path, version: str) -> None:
    contents = contents_of(edition_of(version))
    mutator = Mutator(sources(shared_data, version), [*contents.slots, *contents.kinds], seed=7)
    verdicts: Counter[bool] = Counter()
    differing = []
    for change, root in mutator.mutants(MUTANTS):
        valid = officially_valid(shared_data, version, root)
        verdicts[valid] += 1
        if valid is bool(check(root, version)):
            differing.append((change, valid, etree.tostring(root)[:2000]))
    assert differing == []
    assert min(verdicts.values()) > MUTANTS / 4  # neither all accepted nor all refused


LOT = "<cac:ProcurementProjectLot><cbc:ID/>{}</cac:ProcurementProjectLot>"
#: What the official schemas refuse and ours accept (docs/dume-rules.md, « Structure »): the inside of what no ESPD
#: document uses.
INSIDE_NOT_DESCRIBED = (
    LOT.format("<cac:TenderingTerms><cac:Nothing/></cac:TenderingTerms>"),
    LOT.format("<cac:TenderingTerms><cac:AwardingTerms/><cbc:Note/></cac:TenderingTerms>"),
    "<cac:ProcurementProject><cac:RequestedTenderTotal><cbc:Name/></cac:RequestedTenderTotal></cac:ProcurementProject>",
)
REFUSED_BY_BOTH = (
    LOT.format("<cac:TenderingTerms>text</cac:TenderingTerms>"),
    LOT.format("<cac:TenderingTerms kind='x'/>"),
    LOT.format("<cac:TenderingTerms><x/></cac:TenderingTerms>"),
    LOT.format("<cac:TenderingTerms><cbc:Note languageID='f r'/></cac:TenderingTerms>"),
    LOT.format("<cac:TenderingTerms/><cac:TenderingTerms/>"),
)
ACCEPTED_BY_BOTH = (
    LOT.format("<cac:TenderingTerms><cbc:Note/><cac:AwardingTerms/></cac:TenderingTerms>"),
    "<cac:ProcurementProject><cac:RequestedTenderTotal/></cac:ProcurementProject>",
)


def request_with(project: str) -> etree._Element:
    return etree.fromstring(
        f'<QualificationApplicationRequest xmlns="{UBL}QualificationApplicationRequest-2"'
        f' xmlns:cac="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2">'
        "<cbc:ContractFolderID/><cbc:IssueDate>2026-01-01</cbc:IssueDate><cac:ContractingParty><cac:Party/>"
        f"</cac:ContractingParty>{project}</QualificationApplicationRequest>"
    )


@pytest.mark.corpus
@pytest.mark.parametrize("version", VERSIONS[1:])
@pytest.mark.parametrize(
    ("project", "valid", "accepted"),
    [
        *((project, False, True) for project in INSIDE_NOT_DESCRIBED),
        *((project, False, False) for project in REFUSED_BY_BOTH),
        *((project, True, True) for project in ACCEPTED_BY_BOTH),
    ],
)
def test_only_the_inside_of_what_espd_does_not_use_is_judged_otherwise(
    shared_data: Path, version: str, project: str, *, valid: bool, accepted: bool
) -> None:
    root = request_with(project)
    assert officially_valid(shared_data, version, root) is valid
    assert (not check(root, version)) is accepted


#: Each kind of value, in the one element that may hold any of them.
VALUES = {
    "ResponseAmount": 'currencyID="EUR"',
    "ResponseBinaryObject": 'mimeCode="x"',
    "ResponseCode": "",
    "ResponseDate": "",
    "ResponseID": "",
    "ResponseIndicator": "",
    "ResponseMeasure": 'unitCode="x"',
    "ResponseNumeric": "",
    "ResponseQuantity": "",
    "ResponseTime": "",
    "Description": "",
}
ATTRIBUTES = [
    "currencyID",
    "currencyCodeListVersionID",
    "format",
    "mimeCode",
    "encodingCode",
    "characterSetCode",
    "uri",
    "filename",
    "listID",
    "listAgencyID",
    "listAgencyName",
    "listName",
    "listVersionID",
    "name",
    "languageID",
    "listURI",
    "listSchemeURI",
    "schemeID",
    "schemeName",
    "schemeAgencyID",
    "schemeAgencyName",
    "schemeVersionID",
    "schemeDataURI",
    "schemeURI",
    "unitCode",
    "unitCodeListVersionID",
    "unitCodeListID",
    "unitCodeListAgencyID",
    "unitCodeListAgencyName",
    "languageLocaleID",
    "xml:lang",
    "unknown",
]


def values() -> Iterator[str]:
    """Each kind of value with each text, with each attribute that UBL knows, and without those it must have."""
    accepted = ("true", "2026-01-01", "10:00:00", "12", "QUJD")
    for name, required in VALUES.items():
        yield from (f"<cbc:{name} {required}>{text}</cbc:{name}>" for text in TEXTS)
        yield from (f"<cbc:{name}>{text}</cbc:{name}>" for text in accepted)
        yield from (
            f'<cbc:{name} {attribute}="{value}" {"" if attribute in required else required}>{text}</cbc:{name}>'
            for attribute in ATTRIBUTES
            for value in ("x", "f r", "%")
            for text in accepted
        )


@pytest.mark.corpus
@pytest.mark.parametrize("version", VERSIONS[1:])
def test_each_value_and_each_attribute_is_judged_as_officially(shared_data: Path, version: str) -> None:
    root = etree.fromstring(
        f'<QualificationApplicationResponse xmlns="{UBL}QualificationApplicationResponse-2"'
        f' xmlns:cac="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2">'
        "<cbc:ContractFolderID/><cbc:IssueDate>2026-01-01</cbc:IssueDate><cac:ContractingParty><cac:Party/>"
        "</cac:ContractingParty><cac:EconomicOperatorParty><cac:Party/></cac:EconomicOperatorParty>"
        "<cac:TenderingCriterionResponse/></QualificationApplicationResponse>"
    )
    verdicts: Counter[bool] = Counter()
    differing = []
    for value in values():
        text = (
            f'<r xmlns:c="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2">{{}}</r>'
        )
        (answer,) = etree.fromstring(text.format(f"<c:ResponseValue>{value}</c:ResponseValue>"))
        root[-1][:] = [answer]
        valid = officially_valid(shared_data, version, root)
        verdicts[valid] += 1
        if valid is bool(check(root, version)):
            differing.append(value)
    assert differing == []
    assert min(verdicts.values()) > 200


@pytest.mark.corpus
@pytest.mark.parametrize("version", VERSIONS)
def test_xmlschema_reads_our_schemas_as_lxml_does(shared_data: Path, version: str, tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes(texts(edition_of(version))[name])
    schemas = {root: xmlschema.XMLSchema(tmp_path / entry) for root, entry in ENTRIES.items()}
    mutator = Mutator(sources(shared_data, version), list(contents_of(edition_of(version)).kinds), seed=11)
    differing = [
        (change, etree.tostring(root)[:2000])
        for change, root in mutator.mutants(max(40, MUTANTS // 10))
        if schemas[local_name(root)].is_valid(etree.tostring(root)) is bool(check(root, version))
    ]
    assert differing == []


@pytest.mark.corpus
def test_a_hundred_documents_of_a_megabyte_are_judged_in_a_second(shared_data: Path) -> None:
    found = [root for _, root in roots(shared_data, "4.1.0")]
    check(found[0], "4.1.0")  # compiles
    started = time.process_time()
    for root in found:
        check(root, "4.1.0")
    assert (time.process_time() - started) / len(found) < 0.01
