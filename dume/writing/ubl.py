"""A model as ESPD-EDM 2.x (UBL 2.2) or 4.1.0 (UBL 2.3): a request, a response, or the criteria alone."""

import re

from lxml import etree

from dume.elements import CAC, CBC, branch, leaf, leaves, required, serialise
from dume.model import Dume, Evidence, Kind, Lot, Procedure
from dume.writing.criteria import write_answers, write_criterion
from dume.writing.editions import OURS, Edition, edition
from dume.writing.parties import (
    write_document,
    write_party,
    write_provider,
    write_representative,
    write_standing,
)

NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SIZE = "IndustryClassificationCode"
REQUEST, RESPONSE = "QualificationApplicationRequest", "QualificationApplicationResponse"


def write_document_of(dume: Dume) -> bytes:
    is_response = dume.kind is Kind.RESPONSE
    name = RESPONSE if is_response else REQUEST
    uri = f"{NAMESPACE}{name}-2"
    root = etree.Element(f"{{{uri}}}{name}", nsmap={"espd": uri, "cac": CAC, "cbc": CBC})
    made = edition(dume.version, "092" if is_response else "070")
    write_head(root, dume, made)
    if dume.kind is not Kind.CRITERIA:
        write_buyer(root, dume.procedure, made)
    write_operator(root, dume, made)
    write_project(root, dume.procedure, made)
    for criterion in dume.criteria:
        write_criterion(branch(root, "TenderingCriterion"), criterion, made)
    write_answers(root, dume, made)
    for document in dume.procedure.documents:
        write_document(root, document, made.lists, made.agency)
    for evidence in dume.evidences:
        write_evidence(branch(root, "Evidence"), evidence, made)
    return serialise(root)


def write_head(root: etree._Element, dume: Dume, made: Edition) -> None:
    """A document with one identifier has it as its ID; as its UUID too when it is one."""
    leaf(root, "UBLVersionID", made.ubl, {"schemeAgencyID": "OASIS-UBL-TC"})
    for name, text, attributes in made.head:
        leaf(root, name, text, attributes)
    leaf(root, "ProfileExecutionID", dume.recognised.announced, made.model)
    leaf(root, "ID", dume.number or dume.id, OURS)
    leaf(root, "CopyIndicator", "true" if dume.is_copy else "false")
    if dume.number or UUID.fullmatch(dume.id):
        leaf(root, "UUID", dume.id, made.uuid)
    if dume.kind is not Kind.CRITERIA:
        required(root, "ContractFolderID", dume.procedure.reference, OURS)
    leaf(root, "IssueDate", dume.issued_on.isoformat() if dume.issued_on else "")
    leaf(root, "IssueTime", dume.issued_time)
    if dume.operator is not None:
        leaf(root, "EconomicOperatorGroupName", dume.operator.group_name)
    leaf(root, "VersionID", made.version, made.model)
    leaf(root, "ProcedureCode", dume.procedure.code, made.lists["ProcedureCode"])
    if profile := dume.recognised.profile:
        code = "QualificationApplicationTypeCode"
        leaf(root, code, profile, made.lists[code])
    leaves(root, "WeightScoringMethodologyNote", dume.procedure.weighting_note)
    leaf(root, "WeightingTypeCode", dume.procedure.weighting_type, made.lists["WeightingTypeCode"])


def write_buyer(root: etree._Element, procedure: Procedure, made: Edition) -> None:
    node = branch(root, "ContractingParty")
    leaf(node, "BuyerProfileURI", procedure.buyer_profile)
    party = branch(node, "Party")
    write_party(party, procedure.buyer, made.lists)
    write_provider(party, procedure.provider, made.lists)


def write_operator(root: etree._Element, dume: Dume, made: Edition) -> None:
    """Every response has an operator for the schema, even one that nobody names."""
    operator = dume.operator
    if operator is None and not dume.representatives and dume.kind is not Kind.RESPONSE:
        return
    node = branch(root, "EconomicOperatorParty")
    if operator is not None:
        for standing in operator.standings:
            write_standing(node, standing, code_of(SIZE, standing.size, made), made.lists)
        if operator.role or operator.role_description:
            role = branch(node, "EconomicOperatorRole")
            leaf(role, "RoleCode", code_of("RoleCode", operator.role, made), made.lists["RoleCode"])
            leaves(role, "RoleDescription", operator.role_description)
    party = branch(node, "Party")
    if operator is not None:
        size = code_of(SIZE, operator.size, made)
        write_party(party, operator.party, made.lists, size=size)
    for representative in dume.representatives:
        write_representative(party, representative, representative.capacity, made.lists)


def code_of(name: str, code: str, made: Edition) -> str:
    return code.upper() if name in made.upper else code


def write_project(root: etree._Element, procedure: Procedure, made: Edition) -> None:
    if procedure.title or procedure.description or procedure.contract_type or procedure.cpv:
        node = branch(root, "ProcurementProject")
        leaf(node, "Name", procedure.title)
        leaves(node, "Description", procedure.description)
        leaf(node, "ProcurementTypeCode", procedure.contract_type, made.lists["ProcurementTypeCode"])
        write_cpv(node, procedure.cpv, made)
    for lot in procedure.lots:
        write_lot(branch(root, "ProcurementProjectLot"), lot, made)


def write_lot(node: etree._Element, lot: Lot, made: Edition) -> None:
    leaf(node, "ID", lot.id, made.taxonomy)
    if lot.name or lot.description or lot.cpv:
        project = branch(node, "ProcurementProject")
        leaf(project, "Name", lot.name)
        leaves(project, "Description", lot.description)
        write_cpv(project, lot.cpv, made)


def write_cpv(project: etree._Element, codes: tuple[str, ...], made: Edition) -> None:
    for code in codes:
        node = branch(project, "MainCommodityClassification")
        leaf(node, "ItemClassificationCode", code, made.lists["ItemClassificationCode"])


def write_evidence(node: etree._Element, evidence: Evidence, made: Edition) -> None:
    leaf(node, "ID", evidence.id, OURS)
    leaf(node, "Name", evidence.name)
    leaf(node, "Description", evidence.description)
    code = "ConfidentialityLevelCode"
    leaf(node, code, evidence.confidentiality, made.lists[code])
    if not any((evidence.code, evidence.uri, evidence.issuer, evidence.issuer_id)):
        return
    document = branch(node, "DocumentReference")
    required(document, "ID", evidence.code, OURS)
    if evidence.uri:
        leaf(branch(branch(document, "Attachment"), "ExternalReference"), "URI", evidence.uri)
    if evidence.issuer or evidence.issuer_id:
        party = branch(document, "IssuerParty")
        if evidence.issuer_id:
            leaf(branch(party, "PartyIdentification"), "ID", evidence.issuer_id, OURS)
        if evidence.issuer:
            leaf(branch(party, "PartyName"), "Name", evidence.issuer)
