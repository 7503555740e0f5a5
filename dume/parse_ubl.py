"""Criteria and answers of the families since 2.0: questions in the criteria, answers beside them.

An answer points to its question by `ValidatedCriterionPropertyID`; evidence by `EvidenceSupplied/ID`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree

from dume import criteria
from dume.model import Answer, Criterion, Evidence, Group, Period, Property, Value
from dume.nodes import (
    child,
    children,
    local_name,
    read_date,
    read_decimal,
    read_indicator,
    text,
    text_of,
    texts,
)

CONDITIONS = {"ONTRUE": "true", "ONFALSE": "false"}
#: Element of ResponseValue -> the type of value it holds.
VALUE_TYPES = {
    "ResponseIndicator": "indicator",
    "Description": "text",
    "ResponseAmount": "amount",
    "ResponseQuantity": "quantity",
    "ResponseMeasure": "quantity",
    "ResponseNumeric": "number",
    "ResponseDate": "date",
    "ResponseCode": "code",
    "ResponseID": "identifier",
    "ResponseURI": "uri",
}
REQUIREMENT_VALUES = (
    "ExpectedDescription", "ExpectedAmount", "ExpectedID", "ExpectedIndicator", "ExpectedCode",
    "ExpectedValueNumeric", "MinimumValueNumeric", "MinimumAmount", "MaximumAmount", "MinimumQuantity",
    "MaximumValueNumeric", "ExpectedURI",
)  # fmt: skip

Answers = Mapping[str, tuple[Answer, ...]]


@dataclass(frozen=True, slots=True)
class Content:
    criteria: tuple[Criterion, ...]
    evidences: tuple[Evidence, ...] = ()
    unmatched: tuple[str, ...] = ()


def read_content(root: etree._Element) -> Content:
    answers = read_answers(root)
    found = tuple(read_criterion(node, answers) for node in children(root, "TenderingCriterion"))
    asked = {prop.id for criterion in found for prop in criterion.walk()}
    return Content(
        criteria=found,
        evidences=tuple(read_evidence(node) for node in children(root, "Evidence")),
        unmatched=tuple(property_id for property_id in answers if property_id not in asked),
    )


def read_answers(root: etree._Element) -> Answers:
    """Answers by the id of their question, in the order of the document; empty answers are left out."""
    found: dict[str, tuple[Answer, ...]] = {}
    for node in children(root, "TenderingCriterionResponse"):
        property_id = text(node, "ValidatedCriterionPropertyID")
        found[property_id] = found.get(property_id, ()) + tuple(read_answer(node, property_id))
    return found


def read_answer(node: etree._Element, property_id: str) -> list[Answer]:
    """Several only when several values are written in one response (a text per language)."""
    lots = tuple(filter(None, (text(lot, "ID") for lot in children(node, "ProcurementProjectLotReference"))))
    evidences = tuple(filter(None, (text(one, "ID") for one in children(node, "EvidenceSupplied"))))
    base = Answer(
        label="", value=None, value_type="", lots=lots, evidences=evidences, property_id=property_id
    )
    if evidences:
        return [replace(base, value_type="evidence", value=evidences[0])]
    periods = [
        replace(base, value_type="period", value=read_period(one))
        for one in children(node, "ApplicablePeriod")
    ]
    values = [
        replace(base, value_type=VALUE_TYPES[name], value=read_value(name, part), unit=unit_of(part))
        for response in children(node, "ResponseValue")
        for part in response
        if (name := local_name(part)) in VALUE_TYPES and text_of(part)
    ]
    return [*values, *periods]


def read_value(name: str, node: etree._Element) -> Value:
    written = text_of(node)
    match VALUE_TYPES[name]:
        case "indicator":
            return read_indicator(written)
        case "amount" | "quantity" | "number":
            return read_decimal(written)
        case "date":
            return read_date(written) or written
        case _:
            return written


def unit_of(node: etree._Element) -> str:
    return node.get("currencyID") or node.get("unitCode") or ""


def read_period(node: etree._Element) -> Period:
    return Period(
        start=read_date(text(node, "StartDate")),
        end=read_date(text(node, "EndDate")),
        text=texts(node, "Description"),
    )


def read_criterion(node: etree._Element, answers: Answers) -> Criterion:
    uuid, code = text(node, "ID"), text(node, "CriterionTypeCode") or text(node, "TypeCode")
    known = criteria.lookup(uuid=uuid, code=code)
    return Criterion(
        uuid=uuid,
        code=code,
        name=text(node, "Name"),
        description=texts(node, "Description"),
        name_fr=known.name_fr if known else "",
        part=known.part if known else criteria.part_of(code),
        law=known.law if known else "",
        lots=tuple(
            filter(None, (text(lot, "ID") for lot in children(node, "ProcurementProjectLotReference")))
        ),
        groups=tuple(
            read_group(group, answers) for group in children(node, "TenderingCriterionPropertyGroup")
        ),
        national=tuple(read_criterion(sub, answers) for sub in children(node, "SubTenderingCriterion")),
    )


def read_group(node: etree._Element, answers: Answers) -> Group:
    return Group(
        id=text(node, "ID"),
        condition=CONDITIONS.get(text(node, "PropertyGroupTypeCode").upper(), ""),
        properties=tuple(
            read_property(prop, answers) for prop in children(node, "TenderingCriterionProperty")
        ),
        groups=tuple(
            read_group(sub, answers) for sub in children(node, "SubsidiaryTenderingCriterionPropertyGroup")
        ),
    )


def read_property(node: etree._Element, answers: Answers) -> Property:
    property_id = text(node, "ID")
    label = texts(node, "Description") or text(node, "Name")
    return Property(
        id=property_id,
        element=(text(node, "TypeCode") or "QUESTION").upper(),
        data_type=text(node, "ValueDataTypeCode").upper(),
        label=label,
        requirement=next((found for name in REQUIREMENT_VALUES if (found := text(node, name))), ""),
        answers=tuple(replace(answer, label=label) for answer in answers.get(property_id, ())),
    )


def read_evidence(node: etree._Element) -> Evidence:
    document = child(node, "DocumentReference")
    level = text(node, "ConfidentialityLevelCode").upper()
    return Evidence(
        id=text(node, "ID"),
        name=text(node, "Name") or texts(node, "Description") or text(document, "DocumentType"),
        uri=text(document, "Attachment", "ExternalReference", "URI"),
        issuer=text(document, "IssuerParty", "PartyName", "Name"),
        code=text(document, "ID"),
        confidential=level == "CONFIDENTIAL",
    )
