"""Criteria and answers of the families since 2.0: questions in the criteria, answers beside them.

An answer points to its question by `ValidatedCriterionPropertyID`; evidence by `EvidenceSupplied/ID`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from dume import criteria
from dume.model import Answer, Criterion, Evidence, Group, Period, Property, Requirement, Value
from dume.nodes import (
    Parts,
    child,
    children,
    first,
    lines,
    local_name,
    parts,
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

NO_VALUE = frozenset(REQUIREMENT_VALUES).isdisjoint
#: The elements that answer a question, by its id.
Answers = Mapping[str, list[etree._Element]]  # noqa: SLF001  lxml's own name for the type


@dataclass(frozen=True, slots=True)
class Content:
    criteria: tuple[Criterion, ...]
    evidences: tuple[Evidence, ...] = ()
    unmatched: tuple[str, ...] = ()


def read_content(root: etree._Element) -> Content:
    answers = answers_by_question(root)
    found = tuple(read_criterion(node, answers) for node in children(root, "TenderingCriterion"))
    asked = {prop.id for criterion in found for prop in criterion.walk()}
    return Content(
        criteria=found,
        evidences=tuple(read_evidence(node) for node in children(root, "Evidence")),
        unmatched=tuple(property_id for property_id in answers if property_id not in asked),
    )


def answers_by_question(root: etree._Element) -> Answers:
    """In the order of the document."""
    found: dict[str, list[etree._Element]] = {}
    for node in children(root, "TenderingCriterionResponse"):
        found.setdefault(text(node, "ValidatedCriterionPropertyID"), []).append(node)
    return found


def read_answer(node: etree._Element, property_id: str, label: str) -> list[Answer]:
    """Several only when several values are written in one response (a text per language); empty ones are left out."""
    held = parts(node)
    lots = ids_in(held, "ProcurementProjectLotReference")
    evidences = ids_in(held, "EvidenceSupplied")

    def answer(value: Value, value_type: str, unit: str = "") -> Answer:
        return Answer(label, value, value_type, unit, lots, evidences, property_id)

    if evidences:
        return [answer(evidences[0], "evidence")]
    values = [
        answer(read_value(name, part), VALUE_TYPES[name], unit_of(part))
        for response in held.get("ResponseValue", ())
        for part in response
        if (name := local_name(part)) in VALUE_TYPES and text_of(part)
    ]
    periods = [answer(read_period(one), "period") for one in held.get("ApplicablePeriod", ())]
    return [*values, *periods]


def ids_in(held: Parts, name: str) -> tuple[str, ...]:
    return tuple([found for one in held.get(name, ()) if (found := text(one, "ID"))])


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
    held = parts(node)
    uuid, code = first(held, "ID"), first(held, "CriterionTypeCode") or first(held, "TypeCode")
    known = criteria.lookup(uuid=uuid, code=code)
    return Criterion(
        uuid=uuid,
        code=code,
        name=first(held, "Name"),
        description=lines(held, "Description"),
        name_fr=known.name_fr if known else "",
        part=known.part if known else criteria.part_of(code),
        law=known.law if known else "",
        lots=ids_in(held, "ProcurementProjectLotReference"),
        groups=tuple([read_group(one, answers) for one in held.get("TenderingCriterionPropertyGroup", ())]),
        national=tuple([read_criterion(one, answers) for one in held.get("SubTenderingCriterion", ())]),
    )


def read_group(node: etree._Element, answers: Answers) -> Group:
    held = parts(node)
    subgroups = held.get("SubsidiaryTenderingCriterionPropertyGroup", ())
    return Group(
        id=first(held, "ID"),
        condition=CONDITIONS.get(first(held, "PropertyGroupTypeCode").upper(), ""),
        properties=tuple([read_property(one, answers) for one in held.get("TenderingCriterionProperty", ())]),
        groups=tuple([read_group(one, answers) for one in subgroups]),
    )


def read_property(node: etree._Element, answers: Answers) -> Property:
    held = parts(node)
    property_id = first(held, "ID")
    label = lines(held, "Description") or first(held, "Name")
    given = answers.get(property_id, ())
    return Property(
        id=property_id,
        element=(first(held, "TypeCode") or "QUESTION").upper(),
        data_type=first(held, "ValueDataTypeCode").upper(),
        label=label,
        requirements=() if NO_VALUE(held) else required(held),
        answers=tuple([one for node in given for one in read_answer(node, property_id, label)]),
    )


def required(held: Parts) -> tuple[Requirement, ...]:
    """What the buyer wrote, in the order of REQUIREMENT_VALUES."""
    return tuple(
        [
            Requirement(written, name, unit_of(node))
            for name in REQUIREMENT_VALUES
            for node in held.get(name, ())
            if (written := text_of(node))
        ]
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
