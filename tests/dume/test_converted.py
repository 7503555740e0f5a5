"""Converted and merged documents as files: valid for our schemas and the official ones, judged by the official rules.

What these find in the conversion of a clean document is listed here with its reason, rule by rule.
"""

from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from dume.build import write
from dume.convert import convert
from dume.merge import merge
from dume.model import Dume, Kind
from dume.parse import read
from dume.report import Layer, Severity
from dume.validate import check

pytestmark = pytest.mark.corpus

SCHEMAS = {
    "4.1.0": "4.1.0/xsd/maindoc/UBL-QualificationApplication{}-2.3.xsd",
    "2.1.1": "2.1.1/xsd/maindoc/UBL-QualificationApplication{}-2.2.xsd",
}
V1 = "1.0.2/samples/espd-service/response/v20160601/espd-response-20160601-full.xml"
V1_SIMPLE = "1.0.2/samples/uprc/espd-response.xml"
V2_0 = "2.0.2/samples/edm/SELFCONTAINED_ESPD_Response_2.0.2.xml"
V2_1 = "2.1.1/samples/edm/EXTENDED-ESPDResponse-2.1.1.xml"
V2_1_REQUEST = "2.1.1/samples/edm/EXTENDED-ESPDRequest-2.1.1.xml"
V3 = "3.3.0/samples/ESPD-Response.xml"
V4 = "4.1.0/samples/ESPD-Response.xml"
V4_REQUEST = "4.1.0/samples/ESPD-Request.xml"

#: Official rule -> why a conversion of a clean document may break it.
REASONS = {
    "BR-TCR-06-01": "a question opened by « oui » that the source does not ask, or whose answer has no place",
    "BR-TCR-07-01": "the same, opened by « non »",
    "BR-TCR-06-02": "1.0.2 asks without condition what later versions ask after a « oui » only",
    "BR-TCR-07-02": "the same, after a « non »",
    "BR-LOT-10": "4.1.0 wants a response a lot; the source answers for two",
    "BR-OTH-08": "the endpoint of the source does not say its scheme",
}
FOUND = {
    (V1_SIMPLE, "4.1.0"): {"BR-TCR-06-01", "BR-TCR-07-01"},
    (V1_SIMPLE, "2.1.1"): {"BR-TCR-06-01", "BR-TCR-06-02", "BR-TCR-07-01"},
    (V1, "4.1.0"): {"BR-TCR-06-01", "BR-TCR-07-01", "BR-TCR-07-02"},
    (V1, "2.1.1"): {"BR-TCR-06-01", "BR-TCR-06-02", "BR-TCR-07-02"},
    (V2_0, "4.1.0"): {"BR-OTH-08", "BR-TCR-06-01"},
    (V2_0, "2.1.1"): {"BR-OTH-08", "BR-TCR-06-01"},
    (V2_1, "4.1.0"): {"BR-LOT-10", "BR-TCR-06-01"},
    (V2_1_REQUEST, "4.1.0"): set(),
    (V3, "4.1.0"): {"BR-TCR-06-01"},
    (V3, "2.1.1"): {"BR-TCR-06-01"},
    (V4, "2.1.1"): {"BR-TCR-06-01"},
    (V4_REQUEST, "2.1.1"): set(),
}


@cache
def official(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(path))


def assert_valid(folder: Path, dume: Dume, data: bytes) -> None:
    kind = "Response" if dume.kind is Kind.RESPONSE else "Request"
    official(folder / SCHEMAS[dume.version].format(kind)).assertValid(etree.fromstring(data))
    assert check(data).of(Layer.STRUCTURE) == ()


def errors(data: bytes) -> set[str]:
    return {one.rule for one in check(data).findings if one.severity is Severity.ERROR}


@pytest.mark.parametrize(("name", "to"), FOUND)
def test_a_converted_document_is_valid_and_breaks_no_rule_without_a_reason(shared_data, now, name, to):
    folder = shared_data / "dume"
    converted = convert(read((folder / name).read_bytes()), to).dume
    data = write(converted, now=now)
    assert_valid(folder, converted, data)
    assert errors(data) == FOUND[name, to]
    assert errors(data) <= set(REASONS)


@pytest.mark.parametrize(
    ("request_name", "response_name", "found"),
    [
        (V4_REQUEST, V4, set()),
        (V4_REQUEST, V2_1, {"BR-TCR-06-01"}),
        (V4_REQUEST, V1, {"BR-TCR-06-01", "BR-TCR-07-01", "BR-TCR-07-02"}),
        (V2_1_REQUEST, V4, {"BR-TCR-06-01"}),
        (V2_1_REQUEST, V2_1, {"BR-LOT-10"}),
    ],
)
def test_a_merged_response_is_valid_and_breaks_no_rule_without_a_reason(
    shared_data, now, request_name, response_name, found
):
    folder = shared_data / "dume"
    request, old = (read((folder / one).read_bytes()) for one in (request_name, response_name))
    merged = merge(request, old, now=now).dume
    data = write(merged, now=now)
    assert_valid(folder, merged, data)
    assert errors(data) == found
    assert found <= set(REASONS)
