"""A request or a response as ESPD-EDM 4.1.0 on UBL 2.3.

Attributes of ids and codes (scheme and list versions) are those the official rules BR-OTH-01 and BR-OTH-02 ask for.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from dume.elements import CAC, CBC, branch, leaf, serialise
from dume.model import (
    Answer,
    Contact,
    Criterion,
    Dume,
    Group,
    Identifier,
    Kind,
    Party,
    Period,
    Property,
    Representative,
    Requirement,
)

ROOT = "urn:oasis:names:specification:ubl:schema:xsd:QualificationApplication"
VERSION = "4.1.0"
AUTHORITY = "http://publications.europa.eu/resource/authority"
OURS = {"schemeAgencyID": "FR-PROFIL-ACHETEUR"}
TAXONOMY = {"schemeID": "Criterion", "schemeAgencyID": "OP", "schemeVersionID": VERSION}
CONDITIONS = {"": "ON*", "true": "ONTRUE", "false": "ONFALSE"}


def listed(list_id: str, version: str) -> dict[str, str]:
    return {"listID": f"{AUTHORITY}/{list_id}", "listAgencyID": "OP", "listVersionID": version}


def technical(list_id: str) -> dict[str, str]:
    return {"listID": list_id, "listAgencyID": "OP", "listVersionID": VERSION}


#: The attributes that official rules ask for, by the element that holds a value of the buyer.
REQUIRED_ATTRIBUTES = {
    "ExpectedID": {"schemeAgencyID": "OP"},
    "ExpectedCode": technical("boolean-gui-control-type"),
}
VALUES = {
    "indicator": "ResponseIndicator",
    "text": "Description",
    "amount": "ResponseAmount",
    "quantity": "ResponseQuantity",
    "number": "ResponseNumeric",
    "date": "ResponseDate",
    "code": "ResponseCode",
    "identifier": "ResponseID",
    "uri": "ResponseURI",
}


def write_document(dume: Dume, now: datetime) -> bytes:
    kind = "Request" if dume.kind is Kind.REQUEST else "Response"
    namespace = f"{ROOT}{kind}-2"
    root = etree.Element(
        f"{{{namespace}}}QualificationApplication{kind}", nsmap={"qar": namespace, "cac": CAC, "cbc": CBC}
    )
    write_head(root, dume, now)
    write_buyer(root, dume)
    write_operator(root, dume)
    write_project(root, dume)
    for criterion in dume.criteria:
        write_criterion(root, criterion)
    for criterion in dume.criteria:
        for answer in criterion.answers:
            write_answer(root, answer)
    return serialise(root)


def write_project(root: etree._Element, dume: Dume) -> None:
    if dume.procedure.title or dume.procedure.description:
        project = branch(root, "ProcurementProject")
        leaf(project, "Name", dume.procedure.title)
        leaf(project, "Description", dume.procedure.description)
    for lot in dume.procedure.lots:
        node = branch(root, "ProcurementProjectLot")
        leaf(node, "ID", lot.id, TAXONOMY)
        if lot.name:
            leaf(branch(node, "ProcurementProject"), "Name", lot.name)


def write_head(root: etree._Element, dume: Dume, now: datetime) -> None:
    leaf(root, "UBLVersionID", "2.3", {"schemeAgencyID": "OASIS-UBL-TC"})
    leaf(
        root,
        "ProfileExecutionID",
        f"ESPD-EDMv{VERSION}",
        {"schemeAgencyID": "OP", "schemeVersionID": VERSION},
    )
    leaf(root, "ID", dume.number or dume.id, OURS)
    leaf(root, "CopyIndicator", "false")
    uuid_scheme = {"schemeID": "ISO/IEC 9834-8:2008 - 4UUID", **OURS, "schemeVersionID": VERSION}
    leaf(root, "UUID", dume.id, uuid_scheme)
    leaf(root, "ContractFolderID", dume.procedure.reference, OURS)
    leaf(root, "IssueDate", dume.issued_on.isoformat() if dume.issued_on else "")
    leaf(root, "IssueTime", f"{now:%H:%M:%S}+00:00")
    leaf(root, "VersionID", VERSION, {"schemeAgencyID": "OP", "schemeVersionID": VERSION})
    leaf(root, "ProcedureCode", dume.procedure.code, listed("procurement-procedure-type", "20250924-0"))


def write_buyer(root: etree._Element, dume: Dume) -> None:
    write_party(branch(branch(root, "ContractingParty"), "Party"), dume.procedure.buyer, size="")


def write_operator(root: etree._Element, dume: Dume) -> None:
    if dume.operator is None:
        return
    node = branch(root, "EconomicOperatorParty")
    if dume.operator.role:
        role = branch(node, "EconomicOperatorRole")
        leaf(role, "RoleCode", dume.operator.role, listed("eo-role-type", "20211208-0"))
    party = branch(node, "Party")
    write_party(party, dume.operator.party, size=dume.operator.size)
    country = listed("country", "20250924-0")
    for representative in dume.representatives:
        write_representative(party, representative, dume.operator.party.address.country, country)


def write_party(node: etree._Element, party: Party, *, size: str) -> None:
    leaf(node, "WebsiteURI", party.website)
    leaf(node, "IndustryClassificationCode", size, listed("economic-operator-size", "20250924-0"))
    for identifier in party.identifiers:
        leaf(branch(node, "PartyIdentification"), "ID", identifier.value, scheme_of(identifier))
    if party.name:
        leaf(branch(node, "PartyName"), "Name", party.name)
    address = branch(node, "PostalAddress")
    leaf(address, "StreetName", party.address.street)
    leaf(address, "CityName", party.address.city)
    leaf(address, "PostalZone", party.address.postcode)
    if party.address.country:
        leaf(
            branch(address, "Country"),
            "IdentificationCode",
            party.address.country,
            listed("country", "20250924-0"),
        )
    write_contact(node, party.contact)


def write_representative(
    node: etree._Element, one: Representative, country: str, country_list: Mapping[str, str]
) -> None:
    """Residence is written with the operator's country only: BR-RESP-20-03 asks for one, the model keeps no more."""
    power = branch(node, "PowerOfAttorney")
    leaf(power, "Description", one.capacity)
    person = branch(branch(power, "AgentParty"), "Person")
    leaf(person, "FirstName", one.first_name)
    leaf(person, "FamilyName", one.family_name)
    write_contact(person, one.contact)
    if country:
        residence = branch(branch(person, "ResidenceAddress"), "Country")
        leaf(residence, "IdentificationCode", country, country_list)


def scheme_of(identifier: Identifier) -> dict[str, str]:
    scheme = {"schemeID": identifier.scheme} if identifier.scheme else {}
    return {**scheme, **OURS}


def write_contact(node: etree._Element, contact: Contact) -> None:
    if contact != Contact():
        element = branch(node, "Contact")
        leaf(element, "Name", contact.name)
        leaf(element, "Telephone", contact.telephone)
        leaf(element, "ElectronicMail", contact.email)


def write_criterion(root: etree._Element, criterion: Criterion) -> None:
    node = branch(root, "TenderingCriterion")
    leaf(node, "ID", criterion.uuid, TAXONOMY)
    leaf(node, "CriterionTypeCode", criterion.code, listed("criterion", "20240612-0"))
    leaf(node, "Name", criterion.name)
    leaf(node, "Description", criterion.description)
    for lot in criterion.lots:
        leaf(branch(node, "ProcurementProjectLotReference"), "ID", lot, TAXONOMY)
    for group in criterion.groups:
        write_group(branch(node, "TenderingCriterionPropertyGroup"), group)


def write_group(node: etree._Element, group: Group) -> None:
    leaf(node, "ID", group.id, TAXONOMY)
    leaf(node, "PropertyGroupTypeCode", CONDITIONS[group.condition], technical("property-group-type"))
    for prop in group.properties:
        write_property(branch(node, "TenderingCriterionProperty"), prop)
    for sub in group.groups:
        write_group(branch(node, "SubsidiaryTenderingCriterionPropertyGroup"), sub)


def write_property(node: etree._Element, prop: Property) -> None:
    leaf(node, "ID", prop.id, TAXONOMY)
    leaf(node, "Description", prop.label)
    leaf(node, "TypeCode", prop.element, technical("criterion-element-type"))
    leaf(node, "ValueDataTypeCode", prop.data_type, technical("response-data-type"))
    for one in prop.requirements:
        attributes = {**REQUIRED_ATTRIBUTES.get(one.element, {}), **dict(unit_of(one))}
        leaf(node, one.element, one.value, attributes)


def write_answer(root: etree._Element, answer: Answer) -> None:
    node = branch(root, "TenderingCriterionResponse")
    identifier = f"{answer.property_id}/R1"
    ours = {**TAXONOMY, **OURS}
    leaf(node, "ID", identifier, ours)
    leaf(node, "ValidatedCriterionPropertyID", answer.property_id, ours)
    if isinstance(answer.value, Period):
        period = branch(node, "ApplicablePeriod")
        leaf(period, "StartDate", answer.value.start.isoformat() if answer.value.start else "")
        leaf(period, "EndDate", answer.value.end.isoformat() if answer.value.end else "")
    elif answer.value is not None:
        value = branch(node, "ResponseValue")
        leaf(value, "ID", f"{identifier}/RV", ours)
        leaf(value, VALUES[answer.value_type], written(answer), dict(unit_of(answer)))
    for lot in answer.lots:
        leaf(branch(node, "ProcurementProjectLotReference"), "ID", lot, TAXONOMY)


def written(answer: Answer) -> str:
    match answer.value:
        case bool():
            return "true" if answer.value else "false"
        case Decimal():
            return f"{answer.value:f}"
        case date():
            return answer.value.isoformat()
        case _:
            return str(answer.value)


def unit_of(held: Answer | Requirement) -> Iterator[tuple[str, str]]:
    if held.unit:
        is_amount = "Amount" in held.element if isinstance(held, Requirement) else held.value_type == "amount"
        yield ("currencyID" if is_amount else "unitCode"), held.unit
