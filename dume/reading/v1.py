"""Criteria and answers of 1.0.2: the answer is written inside the requirement, evidence inside the answer."""

from dataclasses import dataclass, field

from lxml import etree

from dume.model import Answer, Criterion, Evidence, Group, Legislation, Property, Value
from dume.nodes import (
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
)
from dume.reading.ubl import Content, identified, read_period, scheme_of, unit_of

CONDITIONS = {"GROUP_FULFILLED.ON_TRUE": "true", "GROUP_FULFILLED.ON_FALSE": "false"}
VALUE_TYPES = {
    "Indicator": "indicator",
    "Description": "text",
    "Amount": "amount",
    "Quantity": "quantity",
    "Percent": "number",
    "Date": "date",
    "Code": "code",
    "URI": "uri",
    "Period": "period",
    "Evidence": "evidence",
}


@dataclass(slots=True)
class Evidences:
    """Evidences met while reading, so that 1.0.2 gives the same flat list as later versions."""

    found: dict[str, Evidence] = field(default_factory=dict)

    def add(self, node: etree._Element) -> str:
        document = child(node, "EvidenceDocumentReference")
        issuer = child(node, "EvidenceIssuerParty")
        uri = text(document, "Attachment", "ExternalReference", "URI")
        name = text(node, "EvidenceName") or text(node, "Description")
        evidence = Evidence(
            id=text(document, "ID") or uri or name,
            uri=uri,
            name=name,
            issuer=text(issuer, "PartyName", "Name"),
            issuer_id=text(issuer, "PartyIdentification", "ID"),
        )
        if evidence.id:
            self.found.setdefault(evidence.id, evidence)
        return evidence.id


def read_content(root: etree._Element) -> Content:
    evidences = Evidences()
    found = tuple(read_criterion(node, evidences) for node in children(root, "Criterion"))
    return Content(criteria=found, evidences=tuple(evidences.found.values()))


def read_criterion(node: etree._Element, evidences: Evidences) -> Criterion:
    held = parts(node)
    uuid, code = first(held, "ID"), first(held, "TypeCode")
    name_fr, part, law = identified(uuid, code)
    return Criterion(
        uuid=uuid,
        code=code,
        name=first(held, "Name"),
        description=lines(held, "Description"),
        name_fr=name_fr,
        part=part,
        law=law,
        groups=tuple([read_group(group, evidences) for group in held.get("RequirementGroup", ())]),
        national=tuple([read_criterion(sub, evidences) for sub in held.get("SubCriterion", ())]),
        legislation=tuple([read_legislation(one) for one in held.get("LegislationReference", ())]),
    )


def read_legislation(node: etree._Element) -> Legislation:
    held = parts(node)
    return Legislation(
        title=lines(held, "Title"),
        description=lines(held, "Description"),
        level=first(held, "JurisdictionLevelCode"),
        article=first(held, "Article"),
        uri=first(held, "URI"),
        language=node.get("langID") or "",
    )


def read_group(node: etree._Element, evidences: Evidences) -> Group:
    held = parts(node)
    return Group(
        id=first(held, "ID"),
        condition=CONDITIONS.get((node.get("pi") or "").upper(), ""),
        properties=tuple([read_property(one, evidences) for one in held.get("Requirement", ())]),
        groups=tuple([read_group(sub, evidences) for sub in held.get("RequirementGroup", ())]),
    )


def read_property(node: etree._Element, evidences: Evidences) -> Property:
    """Every requirement of 1.0.2 is a question: the buyer's values are free text in the description."""
    held = parts(node)
    property_id, label = first(held, "ID"), lines(held, "Description")
    data_type = (node.get("responseDataType") or "").upper()
    return Property(
        id=property_id,
        element="QUESTION",
        data_type=data_type,
        label=label,
        answers=tuple(
            [
                answer
                for response in held.get("Response", ())
                for part in response
                if is_value(name := local_name(part), part)
                and (
                    answer := read_answer(
                        part,
                        name,
                        label=label,
                        property_id=property_id,
                        data_type=data_type,
                        evidences=evidences,
                    )
                ).value
                != ""
            ]
        ),
    )


def is_value(name: str, node: etree._Element) -> bool:
    """An empty element is no answer, but a period and an evidence are made of other elements."""
    return name in VALUE_TYPES and (name in {"Period", "Evidence"} or bool(text_of(node)))


def read_answer(
    node: etree._Element, name: str, *, label: str, property_id: str, data_type: str, evidences: Evidences
) -> Answer:
    kind, evidence = VALUE_TYPES[name], ""
    if kind == "evidence":
        evidence = evidences.add(node)
    return Answer(
        label=label,
        value=evidence if kind == "evidence" else read_value(kind, node),
        value_type="number" if data_type == "PERCENTAGE" and kind == "quantity" else kind,
        unit=unit_of(node),
        scheme=scheme_of(node) if kind in {"code", "identifier"} else "",
        evidences=(evidence,) if evidence else (),
        property_id=property_id,
    )


def read_value(kind: str, node: etree._Element) -> Value:
    written = text_of(node)
    match kind:
        case "indicator":
            return read_indicator(written)
        case "amount" | "quantity" | "number":
            return read_decimal(written)
        case "date":
            return read_date(written) or written
        case "period":
            return read_period(node)
        case _:
            return written
