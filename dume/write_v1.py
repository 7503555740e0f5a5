"""A response model as ESPD 1.0.2, which has its own namespaces and holds the answers inside the requirements."""

from dataclasses import replace
from datetime import datetime

from lxml import etree

from dume.elements import CAC, CBC, branch, leaf, serialise
from dume.model import Answer, Criterion, Dume, Group, Party
from dume.write_ubl import unit_of, write_contact, write_representative, written

ROOT = "urn:grow:names:specification:ubl:schema:xsd:ESPDResponse-1"
CCV = "urn:isa:names:specification:ubl:schema:xsd:CCV-CommonAggregateComponents-1"
CCV_CBC = "urn:isa:names:specification:ubl:schema:xsd:CCV-CommonBasicComponents-1"
ESPD_CAC = "urn:grow:names:specification:ubl:schema:xsd:ESPD-CommonAggregateComponents-1"
ESPD_CBC = "urn:grow:names:specification:ubl:schema:xsd:ESPD-CommonBasicComponents-1"
PREFIXES = {
    "espd": ROOT, "cac": CAC, "cbc": CBC, "ccv": CCV, "ccv-cbc": CCV_CBC, "espd-cac": ESPD_CAC, "espd-cbc": ESPD_CBC,
}  # fmt: skip
ISO = {"listAgencyID": "ISO", "listName": "ISO 3166-1", "listVersionID": "1.0"}
AGENCY = {"schemeAgencyID": "EU-COM-GROW"}
CONDITIONS = {"true": "GROUP_FULFILLED.ON_TRUE", "false": "GROUP_FULFILLED.ON_FALSE"}
#: Value type -> element of ccv:Response and its namespace.
VALUES = {
    "indicator": ("Indicator", CCV_CBC),
    "text": ("Description", CBC),
    "amount": ("Amount", CBC),
    "quantity": ("Quantity", CBC),
    "date": ("Date", CBC),
    "code": ("Code", CCV_CBC),
}


def write_response(dume: Dume, now: datetime) -> bytes:
    root = etree.Element(f"{{{ROOT}}}ESPDResponse", nsmap=PREFIXES)
    leaf(root, "UBLVersionID", "2.1", {"schemeAgencyID": "OASIS-UBL-TC"})
    customization = {"schemeName": "CustomizationID", "schemeAgencyID": "BII", "schemeVersionID": "3.0"}
    leaf(root, "CustomizationID", "urn:www.cenbii.eu:transaction:biitrns092:ver3.0", customization)
    leaf(root, "ID", dume.id, {"schemeID": "ISO/IEC 9834-8:2008 - 4UUID", **AGENCY, "schemeVersionID": "1.1"})
    leaf(root, "CopyIndicator", "false")
    leaf(root, "VersionID", "1.0.2", AGENCY)
    leaf(root, "IssueDate", dume.issued_on.isoformat() if dume.issued_on else "")
    leaf(root, "IssueTime", f"{now:%H:%M:%S}")
    leaf(root, "ContractFolderID", dume.procedure.reference or "-", {"schemeAgencyID": "TeD"})
    write_party(branch(branch(root, "ContractingParty"), "Party"), dume.procedure.buyer)
    write_operator(root, dume)
    for lot in dume.procedure.lots:
        leaf(branch(root, "ProcurementProjectLot"), "ID", lot.id)
    for criterion in dume.criteria:
        write_criterion(root, criterion)
    write_request_reference(root, dume)
    return serialise(root)


def write_operator(root: etree._Element, dume: Dume) -> None:
    node = branch(root, "EconomicOperatorParty", ESPD_CAC)
    if dume.operator is not None:
        leaf(node, "SMEIndicator", "false" if dume.operator.size == "large" else "true", uri=ESPD_CBC)
        for representative in dume.representatives:
            holder = branch(node, "RepresentativeNaturalPerson", ESPD_CAC)
            leaf(holder, "NaturalPersonRoleDescription", representative.capacity, uri=ESPD_CBC)
            country = dume.operator.party.address.country
            write_representative(holder, replace(representative, capacity=""), country, ISO)
        write_party(branch(node, "Party"), dume.operator.party)


def write_party(node: etree._Element, party: Party) -> None:
    leaf(node, "WebsiteURI", party.website)
    for identifier in party.identifiers:
        scheme = {"schemeID": identifier.scheme} if identifier.scheme else {}
        leaf(branch(node, "PartyIdentification"), "ID", identifier.value, scheme)
    if party.name:
        leaf(branch(node, "PartyName"), "Name", party.name)
    address = branch(node, "PostalAddress")
    leaf(address, "Postbox", party.address.postcode)
    leaf(address, "StreetName", party.address.street)
    leaf(address, "CityName", party.address.city)
    if party.address.country:
        leaf(branch(address, "Country"), "IdentificationCode", party.address.country, ISO)
    write_contact(node, party.contact)


def write_criterion(root: etree._Element, criterion: Criterion) -> None:
    node = branch(root, "Criterion", CCV)
    leaf(node, "ID", criterion.uuid, {"schemeID": "CriteriaID", **AGENCY, "schemeVersionID": "1.0"})
    listed = {"listID": "CriteriaTypeCode", "listAgencyID": "EU-COM-GROW", "listVersionID": "1.0"}
    leaf(node, "TypeCode", criterion.code, listed)
    leaf(node, "Name", criterion.name)
    leaf(node, "Description", criterion.description or criterion.name)
    for group in criterion.groups:
        write_group(branch(node, "RequirementGroup", CCV), group)


def write_group(node: etree._Element, group: Group) -> None:
    if group.condition:
        node.set("pi", CONDITIONS[group.condition])
    leaf(node, "ID", group.id, {**AGENCY, "schemeVersionID": "1.0"})
    for prop in group.properties:
        requirement = branch(node, "Requirement", CCV)
        requirement.set("responseDataType", prop.data_type)
        leaf(
            requirement,
            "ID",
            prop.id,
            {"schemeID": "CriterionRelatedIDs", **AGENCY, "schemeVersionID": "1.0"},
        )
        leaf(requirement, "Description", prop.label)
        for answer in prop.answers:
            write_answer(requirement, answer)
    for sub in group.groups:
        write_group(branch(node, "RequirementGroup", CCV), sub)


def write_answer(requirement: etree._Element, answer: Answer) -> None:
    name, uri = VALUES[answer.value_type]
    leaf(branch(requirement, "Response", CCV), name, written(answer), dict(unit_of(answer)), uri=uri)


def write_request_reference(root: etree._Element, dume: Dume) -> None:
    """The title of the procedure travels with the reference to the request: 1.0.2 has no other place for it."""
    if not dume.procedure.title:
        return
    node = branch(root, "AdditionalDocumentReference")
    leaf(node, "ID", dume.procedure.reference or "-", AGENCY)
    listed = {"listID": "ReferencesTypeCodes", "listAgencyID": "EU-COM-GROW", "listVersionID": "1.0"}
    leaf(node, "DocumentTypeCode", "ESPD_REQUEST", listed)
    external = branch(branch(node, "Attachment"), "ExternalReference")
    leaf(external, "FileName", dume.procedure.title)
