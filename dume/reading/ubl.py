"""Criteria and answers of the families since 2.0: questions in the criteria, answers beside them.

An answer points to its question by `ValidatedCriterionPropertyID`; evidence by `EvidenceSupplied/ID`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from dume import criteria
from dume.model import (
    Answer,
    Criterion,
    Evidence,
    Group,
    Legislation,
    Period,
    Property,
    Requirement,
    Value,
)
from dume.nodes import (
    Parts,
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

CONDITIONS = {"ON*": "", "ONTRUE": "true", "ONFALSE": "false"}
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
APPLICABLE = "ApplicablePeriod"
REQUIREMENT_VALUES = (
    "ExpectedDescription", "ExpectedAmount", "ExpectedID", "ExpectedIndicator", "ExpectedCode",
    "ExpectedValueNumeric", "MinimumValueNumeric", "MinimumAmount", "MaximumAmount", "MinimumQuantity",
    "MaximumValueNumeric", "ExpectedURI", "MaximumQuantity", APPLICABLE,
)  # fmt: skip

SCHEMED = frozenset({"ResponseCode", "ResponseID", "ExpectedCode", "ExpectedID"})
WITH_UNIT = ("Amount", "Quantity", "Measure")
NO_VALUE = frozenset(REQUIREMENT_VALUES).isdisjoint
#: The elements that answer a question, by its id.
Answers = Mapping[str, list[etree._Element]]  # noqa: SLF001  lxml's own name for the type


@dataclass(frozen=True, slots=True)
class Content:
    criteria: tuple[Criterion, ...]
    evidences: tuple[Evidence, ...] = ()
    unmatched: tuple[str, ...] = ()
    orphans: tuple[Answer, ...] = ()


def read_content(root: etree._Element) -> Content:
    answers = answers_by_question(root)
    found = tuple(read_criterion(node, answers) for node in children(root, "TenderingCriterion"))
    asked = {prop.id for criterion in found for prop in criterion.walk()}
    unmatched = tuple(property_id for property_id in answers if property_id not in asked)
    return Content(
        criteria=found,
        evidences=tuple(read_evidence(node) for node in children(root, "Evidence")),
        unmatched=unmatched,
        orphans=tuple(
            answer
            for property_id in unmatched
            for node in answers[property_id]
            for answer in read_answer(node, property_id, "")
        ),
    )


def answers_by_question(root: etree._Element) -> Answers:
    """In the order of the document."""
    found: dict[str, list[etree._Element]] = {}
    for node in children(root, "TenderingCriterionResponse"):
        found.setdefault(text(node, "ValidatedCriterionPropertyID"), []).append(node)
    return found


def read_answer(node: etree._Element, property_id: str, label: str) -> list[Answer]:
    """Several when several values are written in one response (a text per language); empty ones are left out.

    Evidence beside a value is an answer of its own.
    """
    held = parts(node)
    lots = ids_in(held, "ProcurementProjectLotReference")
    level = first(held, "ConfidentialityLevelCode").upper()

    def answer(value: Value, value_type: str, unit: str = "", scheme: str = "") -> Answer:
        return Answer(label, value, value_type, unit, lots, (), property_id, scheme, level)

    found = [
        answer(
            read_value(name, part),
            VALUE_TYPES[name],
            unit_of(part),
            scheme_of(part) if name in SCHEMED else "",
        )
        for response in held.get("ResponseValue", ())
        for part in response
        if (name := local_name(part)) in VALUE_TYPES and text_of(part)
    ]
    found += [answer(read_period(one), "period") for one in held.get(APPLICABLE, ())]
    if evidences := ids_in(held, "EvidenceSupplied"):
        found.append(
            Answer(label, evidences[0], "evidence", "", lots, evidences, property_id, confidentiality=level)
        )
    return found


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
    """Of amounts, quantities and measures; nothing else has one, whatever its file says."""
    if not local_name(node).endswith(WITH_UNIT):
        return ""
    return node.get("currencyID") or node.get("unitCode") or ""


def scheme_of(node: etree._Element) -> str:
    """The list of a code, the kind of an identifier."""
    return node.get("listID") or node.get("schemeID") or ""


def read_period(node: etree._Element) -> Period:
    """What is no date stays as text."""
    written = [text(node, "StartDate"), text(node, "EndDate")]
    start, end = map(read_date, written)
    odd = [one for one, day in zip(written, (start, end), strict=True) if one and day is None]
    return Period(start, end, "\n".join(filter(None, [*odd, texts(node, "Description")])))


def identified(uuid: str, code: str) -> tuple[str, str, str]:
    """French name, part and law of a criterion, from our table."""
    known = criteria.lookup(uuid=uuid, code=code)
    return (known.name_fr, known.part, known.law) if known else ("", criteria.part_of(code), "")


def read_criterion(node: etree._Element, answers: Answers) -> Criterion:
    held = parts(node)
    uuid, code = first(held, "ID"), first(held, "CriterionTypeCode") or first(held, "TypeCode")
    name_fr, part, law = identified(uuid, code)
    return Criterion(
        uuid=uuid,
        code=code,
        name=first(held, "Name"),
        description=lines(held, "Description"),
        name_fr=name_fr,
        part=part,
        law=law,
        lots=ids_in(held, "ProcurementProjectLotReference"),
        groups=tuple([read_group(one, answers) for one in held.get("TenderingCriterionPropertyGroup", ())]),
        national=tuple([read_criterion(one, answers) for one in held.get("SubTenderingCriterion", ())]),
        legislation=tuple([read_legislation(one) for one in held.get("Legislation", ())]),
        evaluation=first(held, "EvaluationMethodTypeCode"),
        weight=first(held, "WeightNumeric"),
        weighting=lines(held, "WeightingConsiderationDescription"),
    )


def read_legislation(node: etree._Element) -> Legislation:
    held = parts(node)
    return Legislation(
        title=lines(held, "Title"),
        description=lines(held, "Description"),
        level=first(held, "JurisdictionLevel"),
        article=first(held, "Article"),
        uri=first(held, "URI"),
        id=first(held, "ID"),
        language=text(held["Language"][0], "LocaleCode") if "Language" in held else "",
    )


def read_group(node: etree._Element, answers: Answers) -> Group:
    held = parts(node)
    code = first(held, "PropertyGroupTypeCode")
    condition = CONDITIONS.get(code)
    if condition is None:
        condition = CONDITIONS.get(code.upper())
    subgroups = held.get("SubsidiaryTenderingCriterionPropertyGroup", ())
    return Group(
        id=first(held, "ID"),
        condition=condition or "",
        properties=tuple([read_property(one, answers) for one in held.get("TenderingCriterionProperty", ())]),
        groups=tuple([read_group(one, answers) for one in subgroups]),
        code=code if condition is None else None,
    )


def read_property(node: etree._Element, answers: Answers) -> Property:
    held = parts(node)
    property_id = first(held, "ID")
    description, name = lines(held, "Description"), first(held, "Name")
    label = description or name
    given = answers.get(property_id, ())
    return Property(
        id=property_id,
        element=(first(held, "TypeCode") or "QUESTION").upper(),
        data_type=first(held, "ValueDataTypeCode").upper(),
        label=label,
        requirements=() if NO_VALUE(held) else required(held),
        answers=tuple([one for node in given for one in read_answer(node, property_id, label)]),
        name=name if description else "",
    )


def required(held: Parts) -> tuple[Requirement, ...]:
    """What the buyer wrote, in the order of REQUIREMENT_VALUES."""
    return tuple(
        [
            requirement
            for name in REQUIREMENT_VALUES
            for node in held.get(name, ())
            if (requirement := read_requirement(name, node)) is not None
        ]
    )


def read_requirement(name: str, node: etree._Element) -> Requirement | None:
    if name == APPLICABLE:
        period = read_period(node)
        return Requirement(interval(period), name, period=period) if period != Period() else None
    written = text_of(node)
    scheme = scheme_of(node) if name in SCHEMED else ""
    return Requirement(written, name, unit_of(node), scheme) if written else None


def interval(period: Period) -> str:
    """As ISO 8601 writes one: "2026-01-01/2026-12-31", an open end left empty; its text when there is one."""
    days = "/".join(day.isoformat() if day else "" for day in (period.start, period.end))
    return " ".join(filter(None, ["" if days == "/" else days, period.text]))


def read_evidence(node: etree._Element) -> Evidence:
    held = parts(node)
    documents = held.get("DocumentReference")
    cited = parts(documents[0]) if documents else {}
    level = first(held, "ConfidentialityLevelCode").upper()
    name, description = first(held, "Name"), lines(held, "Description").replace("\n", " ")
    attachment, issuer = (cited.get(one, (None,))[0] for one in ("Attachment", "IssuerParty"))
    return Evidence(
        id=first(held, "ID"),
        name=name or description or first(cited, "DocumentType"),
        uri=text(attachment, "ExternalReference", "URI"),
        issuer=text(issuer, "PartyName", "Name"),
        code=first(cited, "ID"),
        confidential=level == "CONFIDENTIAL",
        confidentiality=level,
        description=description if name else "",
        issuer_id=text(issuer, "PartyIdentification", "ID"),
    )
