"""A bidder's file is hostile until read: no DTD, no entity, no network, no expansion, and quickly."""

import gzip
from pathlib import Path
from time import process_time

import pytest

from dume.parse import DumeUnreadable, read
from dume.validate import check
from procurement.errors import DomainError

BOMB = b'<!DOCTYPE b [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><b>&b;</b>'
EXTERNAL = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
ROOT = b'<ESPDResponse xmlns="urn:grow:names:specification:ubl:schema:xsd:ESPDResponse-1">'


@pytest.mark.parametrize("data", [BOMB, EXTERNAL, b"<!DOCTYPE x>" + ROOT + b"</ESPDResponse>"])
def test_a_document_type_is_refused(data):
    with pytest.raises(DumeUnreadable, match="DOCTYPE"):
        read(data)


def test_deep_nesting_is_refused():
    with pytest.raises(DumeUnreadable, match="profond"):
        read(ROOT + b"<a>" * 500 + b"</a>" * 500 + b"</ESPDResponse>")


def test_a_huge_file_is_refused():
    with pytest.raises(DumeUnreadable, match="volumineux"):
        read(ROOT + b" " * (10 * 1024 * 1024) + b"</ESPDResponse>")


def test_a_refused_file_gives_an_unreadable_report_and_no_exception():
    report = check(EXTERNAL)
    assert report.verdict == "unreadable"
    assert "root:" not in report.findings[0].message


@pytest.mark.corpus
def test_hostile_files_are_refused_in_no_time(shared_data: Path):
    """Each is refused by a DomainError; what is harmless in them is simply no DUME."""
    folders = [
        shared_data / "security/generated",
        shared_data / "security/xml",
        shared_data / "security/xml-xsw",
    ]
    files = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix != ".zip"]
    assert len(files) > 25
    for path in files:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        with pytest.raises(DomainError):
            read(data)
        start = process_time()
        assert check(data).verdict == "unreadable"
        assert process_time() - start < 1, path.name


UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
RESPONSE = (
    f'<q:QualificationApplicationResponse xmlns:q="{UBL}QualificationApplicationResponse-2" '
    f'xmlns:cac="{UBL}CommonAggregateComponents-2">{{}}</q:QualificationApplicationResponse>'
)
CCV = "urn:isa:names:specification:ubl:schema:xsd:CCV-CommonAggregateComponents-1"
REQUIREMENTS = '<Requirement responseDataType="x"/>' * 120_000
CODED = f'<Criterion xmlns="{CCV}">{REQUIREMENTS}</Criterion>'.encode()


@pytest.mark.parametrize(
    "data",
    [
        RESPONSE.format(
            f"<cac:EconomicOperatorParty><cac:Party>{'<cac:PowerOfAttorney/>' * 60_000}</cac:Party>"
            "</cac:EconomicOperatorParty>"
        ).encode(),
        ROOT + CODED + b"</ESPDResponse>",
    ],
    ids=["representatives", "coded attributes"],
)
def test_countless_elements_of_a_kind_are_judged_in_linear_time(data):
    """Each of them looked at all the others: minutes."""
    start = process_time()
    assert check(data).findings
    assert process_time() - start < 5
