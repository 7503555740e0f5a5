"""The XML report (ETSI TS 119 102-2), judged by pyHanko's bindings of its schema."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree
from pyhanko.generated.etsi import ts_11910202
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from signing.verification.facts import Covers, Format, StampKind
from signing.verification.report_xml import ARTICLE_5, validation_report
from signing.verification.reports import (
    Check,
    CheckCode,
    FileReport,
    Outcome,
    SignatureVerdict,
    StampVerdict,
    Status,
    TimeSource,
    Verdict,
)
from tests.conftest import NOW

SHA256 = "ab" * 32
STAMP = StampVerdict(
    kind=StampKind.SIGNATURE, status=Status.PASSED, at=NOW - timedelta(hours=1), issuer="Temps"
)
VERDICT = SignatureVerdict(
    place="Signature1",
    signer="Entreprise fictive",
    issuer="Autorité fictive",
    serial="42",
    level="PAdES-B-T",
    signed_at=NOW - timedelta(hours=1),
    time_source=TimeSource.TRUSTED_TIMESTAMP,
    status=Status.PASSED,
    sub_indication="",
    message="La signature est valide.",
    covers=Covers.WHOLE,
    checks=tuple(Check(code, code.label, Outcome.PASSED, f"Bon\u00a0: {code.label}.") for code in CheckCode),
    stamps=(STAMP,),
)


def report(*signatures, **changes):
    return FileReport(
        file="acte.pdf", format=Format.PADES, verdict=Verdict.VALID, signatures=signatures, **changes
    ).to_json()


def read(data):
    """Strictly: an element or attribute that the schema does not know is an error."""
    config = ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=True)
    return XmlParser(config=config).from_bytes(data, ts_11910202.ValidationReport)


def written(json):
    return read(validation_report(json, sha256=SHA256, checked_at=NOW))


def test_a_signature_is_reported_in_the_words_of_the_standard():
    (found,) = written(report(VERDICT)).signature_validation_report
    status = found.signature_validation_status
    assert (status.main_indication, status.sub_indication) == (
        "urn:etsi:019102:mainindication:total-passed",
        (),
    )
    assert found.signer_information.signer == "Entreprise fictive"
    assert found.signature_identifier.daidentifier == "Signature1"
    process = found.signature_validation_process.signature_validation_process_id
    assert process == "urn:etsi:019102:validationprocess:LTVM"


def test_its_times_are_those_of_the_check_and_of_the_proof():
    (found,) = written(report(VERDICT)).signature_validation_report
    times = found.validation_time_info
    assert times.validation_time.to_datetime() == NOW
    assert times.best_signature_time.poetime.to_datetime() == NOW - timedelta(hours=1)
    (stamp,) = found.signature_attributes.signature_time_stamp
    assert stamp.time_stamp_value.to_datetime() == NOW - timedelta(hours=1)


def test_the_five_checks_are_its_constraints():
    """Annexe 12 art. 5."""
    checks = tuple(
        Check(code, code.label, outcome, "Raison.")
        for code, outcome in zip(CheckCode, [*Outcome, Outcome.PASSED, Outcome.PASSED], strict=True)
    )
    (found,) = written(report(replace(VERDICT, checks=checks))).signature_validation_report
    constraints = found.validation_constraints_evaluation_report.validation_constraint
    assert [one.validation_constraint_identifier for one in constraints] == [
        ARTICLE_5 + code for code in CheckCode
    ]
    indications = [one.validation_status.main_indication.rpartition(":")[2] for one in constraints]
    assert indications == ["passed", "indeterminate", "failed", "passed", "passed"]


def test_a_refusal_has_its_sub_indication_and_its_reason():
    refused = replace(
        VERDICT,
        status=Status.FAILED,
        sub_indication="HASH_FAILURE",
        message="Modifié.",
        time_source=TimeSource.DECLARED,
    )
    data = validation_report(report(refused), sha256=SHA256, checked_at=NOW)
    (found,) = read(data).signature_validation_report
    status = found.signature_validation_status
    assert status.main_indication.endswith(":total-failed")
    assert status.sub_indication == ("urn:etsi:019102:subindication:HASH_FAILURE",)
    assert "Modifié." in data.decode()
    (declared,) = found.signature_attributes.signing_time
    assert (declared.signed, declared.time.to_datetime()) == (True, NOW - timedelta(hours=1))
    assert found.validation_time_info.best_signature_time.poetime.to_datetime() == NOW


def test_the_file_and_the_certificates_are_its_objects():
    json = report(VERDICT, VERDICT)
    json["signatures"][0]["certificate"] = "MAA="
    objects = written(json).signature_validation_objects.validation_object
    assert [one.id for one in objects] == ["F", "C-S1", "C-S2"]
    assert objects[
        0
    ].validation_object_representation.digest_alg_and_value.digest_value.value == bytes.fromhex(SHA256)
    assert objects[1].validation_object_representation.base64 == b"0\x00"
    assert objects[2].validation_object_representation.uri == "urn:certificate:serial:42"


def test_a_lone_time_stamp_is_reported_like_a_signature():
    (found,) = written(report(stamps=(STAMP,))).signature_validation_report
    assert found.signature_validation_status.main_indication.endswith(":total-passed")
    assert found.validation_time_info.best_signature_time.poetime.to_datetime() == NOW - timedelta(hours=1)


def test_a_file_without_a_signature_has_a_report_too():
    (found,) = written(report()).signature_validation_report
    status = found.signature_validation_status
    assert status.main_indication.endswith(":indeterminate")
    (data,) = status.associated_validation_report_data[0].additional_validation_report_data.report_data
    assert data.value == "Ce fichier ne contient pas de signature."


@pytest.mark.parametrize("name", ["\x00\x01", "]]>&<", "\ud800", "é" * 10_000])
def test_whatever_a_certificate_holds_can_be_written(name):
    data = validation_report(report(replace(VERDICT, signer=name)), sha256=SHA256, checked_at=NOW)
    assert etree.QName(etree.fromstring(data)).localname == "ValidationReport"
