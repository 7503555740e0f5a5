"""A response model as ESPD 1.0.2, which has its own namespaces and holds the answers inside the requirements."""

from lxml import etree

from dume.elements import CAC, CBC, branch, leaf, serialise
from dume.model import Answer, Criterion, Dume, Evidence, Group, Legislation, Period
from dume.reading.parties import SIZE_OF_INDICATOR
from dume.writing.criteria import unit_of, write_period, written
from dume.writing.parties import (
    write_document,
    write_party,
    write_provider,
    write_representative,
)

ROOT = "urn:grow:names:specification:ubl:schema:xsd:ESPDResponse-1"
CCV = "urn:isa:names:specification:ubl:schema:xsd:CCV-CommonAggregateComponents-1"
CCV_CBC = "urn:isa:names:specification:ubl:schema:xsd:CCV-CommonBasicComponents-1"
CEV = "urn:isa:names:specification:ubl:schema:xsd:CEV-CommonAggregateComponents-1"
CEV_CBC = "urn:isa:names:specification:ubl:schema:xsd:CEV-CommonBasicComponents-1"
ESPD_CAC = "urn:grow:names:specification:ubl:schema:xsd:ESPD-CommonAggregateComponents-1"
ESPD_CBC = "urn:grow:names:specification:ubl:schema:xsd:ESPD-CommonBasicComponents-1"
PREFIXES = {
    "espd": ROOT, "cac": CAC, "cbc": CBC, "ccv": CCV, "ccv-cbc": CCV_CBC, "cev": CEV, "cev-cbc": CEV_CBC,
    "espd-cac": ESPD_CAC, "espd-cbc": ESPD_CBC,
}  # fmt: skip
GROW = "EU-COM-GROW"
AGENCY = {"schemeAgencyID": GROW}
UUIDS = {"schemeID": "ISO/IEC 9834-8:2008 - 4UUID", **AGENCY, "schemeVersionID": "1.1"}
LISTS = {
    "IdentificationCode": {
        "listID": "CountryCodeIdentifier",
        "listAgencyID": GROW,
        "listName": "CountryCodeIdentifier",
        "listVersionID": "1.0.2",
    },
    "DocumentTypeCode": {"listID": "ReferencesTypeCodes", "listAgencyID": GROW, "listVersionID": "1.0"},
}
LAW_LEVELS = {"listID": "CriterionJurisdictionLevel", "listAgencyID": GROW, "listVersionID": "1.0.2"}
CRITERIA = {"listID": "CriteriaTypeCode", "listAgencyID": GROW, "listVersionID": "1.0.2"}
CONDITIONS = {"true": "GROUP_FULFILLED.ON_TRUE", "false": "GROUP_FULFILLED.ON_FALSE"}
#: Value type -> element of ccv:Response and its namespace.
VALUES = {
    "indicator": ("Indicator", CCV_CBC),
    "text": ("Description", CBC),
    "amount": ("Amount", CBC),
    "quantity": ("Quantity", CBC),
    "number": ("Percent", CBC),
    "date": ("Date", CBC),
    "code": ("Code", CCV_CBC),
}


def write_response(dume: Dume) -> bytes:
    root = etree.Element(f"{{{ROOT}}}ESPDResponse", nsmap=PREFIXES)
    write_head(root, dume)
    buyer = branch(root, "ContractingParty")
    leaf(buyer, "BuyerProfileURI", dume.procedure.buyer_profile)
    write_party(branch(buyer, "Party"), dume.procedure.buyer, LISTS)
    write_operator(root, dume)
    for lot in dume.procedure.lots:
        node = branch(root, "ProcurementProjectLot")
        leaf(node, "ID", lot.id, AGENCY)
        if lot.name or lot.description:
            project = branch(node, "ProcurementProject")
            leaf(project, "Name", lot.name)
            leaf(project, "Description", lot.description)
    evidences = {evidence.id: evidence for evidence in dume.evidences}
    for criterion in dume.criteria:
        write_criterion(branch(root, "Criterion", CCV), criterion, evidences)
    write_provider(root, dume.procedure.provider, LISTS)
    for document in dume.procedure.documents:
        write_document(root, document, LISTS, GROW)
    return serialise(root)


def write_head(root: etree._Element, dume: Dume) -> None:
    leaf(root, "UBLVersionID", "2.1", {"schemeAgencyID": "OASIS-UBL-TC"})
    customization = {"schemeName": "CustomizationID", "schemeAgencyID": "BII", "schemeVersionID": "3.0"}
    leaf(root, "CustomizationID", "urn:www.cenbii.eu:transaction:biitrns092:ver3.0", customization)
    leaf(root, "ProfileExecutionID", dume.recognised.announced, AGENCY)
    leaf(root, "ID", dume.number or dume.id, AGENCY if dume.number else UUIDS)
    leaf(root, "CopyIndicator", "true" if dume.is_copy else "false")
    if dume.number:
        leaf(root, "UUID", dume.id, UUIDS)
    leaf(root, "VersionID", "1.0.2", AGENCY)
    leaf(root, "IssueDate", dume.issued_on.isoformat() if dume.issued_on else "")
    leaf(root, "IssueTime", dume.issued_time)
    leaf(root, "ContractFolderID", dume.procedure.reference, {"schemeAgencyID": "TeD"})
    if dume.operator is not None:
        leaf(root, "EconomicOperatorGroupName", dume.operator.group_name, uri=ESPD_CBC)


def write_operator(root: etree._Element, dume: Dume) -> None:
    """A size that is neither that of the indicator has a code on the party."""
    node = branch(root, "EconomicOperatorParty", ESPD_CAC)
    operator, size = dume.operator, ""
    if operator is not None:
        leaf(node, "EconomicOperatorRoleCode", operator.role, uri=ESPD_CBC)
        leaf(node, "EconomicOperatorRoleDescription", operator.role_description, uri=ESPD_CBC)
        if operator.size:
            leaf(node, "SMEIndicator", "false" if operator.size == "large" else "true", uri=ESPD_CBC)
        size = "" if operator.size in SIZE_OF_INDICATOR.values() else operator.size
    for representative in dume.representatives:
        holder = branch(node, "RepresentativeNaturalPerson", ESPD_CAC)
        leaf(holder, "NaturalPersonRoleDescription", representative.capacity, uri=ESPD_CBC)
        write_representative(holder, representative, representative.mandate, LISTS)
    if operator is not None:
        write_party(branch(node, "Party"), operator.party, LISTS, size=size)


def write_criterion(node: etree._Element, criterion: Criterion, evidences: dict[str, Evidence]) -> None:
    leaf(node, "ID", criterion.uuid, {"schemeID": "CriteriaID", **AGENCY, "schemeVersionID": "1.0"})
    leaf(node, "TypeCode", criterion.code, CRITERIA)
    leaf(node, "Name", criterion.name)
    leaf(node, "Description", criterion.description)
    for legislation in criterion.legislation:
        write_legislation(branch(node, "LegislationReference", CCV), legislation)
    for group in criterion.groups:
        write_group(branch(node, "RequirementGroup", CCV), group, evidences)
    for national in criterion.national:
        write_criterion(branch(node, "SubCriterion", CCV), national, evidences)


def write_legislation(node: etree._Element, legislation: Legislation) -> None:
    if legislation.language:
        node.set("langID", legislation.language)
    leaf(node, "Title", legislation.title, uri=CCV_CBC)
    leaf(node, "Description", legislation.description)
    leaf(node, "JurisdictionLevelCode", legislation.level, LAW_LEVELS, uri=CCV_CBC)
    leaf(node, "Article", legislation.article, uri=CCV_CBC)
    leaf(node, "URI", legislation.uri)


def write_group(node: etree._Element, group: Group, evidences: dict[str, Evidence]) -> None:
    if group.condition:
        node.set("pi", CONDITIONS[group.condition])
    leaf(node, "ID", group.id, {**AGENCY, "schemeVersionID": "1.0"})
    for prop in group.properties:
        requirement = branch(node, "Requirement", CCV)
        requirement.set("responseDataType", prop.data_type)
        scheme = {"schemeID": "CriterionRelatedIDs", **AGENCY, "schemeVersionID": "1.0"}
        leaf(requirement, "ID", prop.id, scheme)
        leaf(requirement, "Description", prop.label)
        for answer in prop.answers:
            write_answer(branch(requirement, "Response", CCV), answer, evidences)
    for sub in group.groups:
        write_group(branch(node, "RequirementGroup", CCV), sub, evidences)


def write_answer(node: etree._Element, answer: Answer, evidences: dict[str, Evidence]) -> None:
    """What has no element of its own in 1.0.2 (an identifier, an address) is left to the check of what was written."""
    if isinstance(answer.value, Period):
        write_period(branch(node, "Period"), answer.value)
    elif answer.value_type == "evidence":
        cited = str(answer.value)
        write_evidence(branch(node, "Evidence", CEV), evidences.get(cited, Evidence(cited)))
    elif answer.value_type in VALUES:
        name, uri = VALUES[answer.value_type]
        listed = {"listID": answer.scheme} if answer.scheme else {}
        leaf(node, name, written(answer), {**dict(unit_of(answer)), **listed}, uri=uri)


def write_evidence(node: etree._Element, evidence: Evidence) -> None:
    leaf(node, "EvidenceName", evidence.name, uri=CEV_CBC)
    if evidence.issuer or evidence.issuer_id:
        name, identifiers = evidence.issuer, evidence.issuer_id
        issuer = branch(node, "EvidenceIssuerParty", CEV)
        if identifiers:
            leaf(branch(issuer, "PartyIdentification"), "ID", identifiers)
        if name:
            leaf(branch(issuer, "PartyName"), "Name", name)
    document = branch(node, "EvidenceDocumentReference", CEV)
    leaf(document, "ID", evidence.id, AGENCY)
    if evidence.uri:
        leaf(branch(branch(document, "Attachment"), "ExternalReference"), "URI", evidence.uri)
