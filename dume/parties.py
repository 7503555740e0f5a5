"""Who buys and who answers: the parts of UBL parties that all ESPD versions share."""

from lxml import etree

from dume.model import Address, Contact, Identifier, Lot, Operator, Party, Procedure, Representative
from dume.nodes import child, children, read_indicator, text, text_of, texts

#: Contract notices, in the EU's journal or in a national, regional or local one (DocRefContentType).
NOTICE_TYPES = {"TED_CN", "NGOJ", "NOJCN", "LOJCN", "ROJCN"}
#: 1.0.2 says only whether the operator is a small or medium enterprise.
SIZE_OF_INDICATOR = {True: "sme", False: "large"}


def read_party(node: etree._Element | None) -> Party:
    return Party(
        name=text(node, "PartyName", "Name"),
        identifiers=tuple(read_identifiers(node)),
        address=read_address(child(node, "PostalAddress")),
        contact=read_contact(child(node, "Contact")),
        website=text(node, "WebsiteURI"),
    )


def read_identifiers(node: etree._Element | None) -> list[Identifier]:
    """PartyIdentification, then EndpointID: some platforms write the company number only there."""
    written = [child(part, "ID") for part in children(node, "PartyIdentification")]
    written.append(child(node, "EndpointID"))
    found: dict[str, Identifier] = {}
    for element in written:
        if element is not None and (value := text_of(element)):
            found.setdefault(
                value, Identifier(value, element.get("schemeID") or element.get("schemeAgencyID") or "")
            )
    return list(found.values())


def read_address(node: etree._Element | None) -> Address:
    return Address(
        street=text(node, "StreetName") or text(node, "AddressLine", "Line"),
        postcode=text(node, "PostalZone") or text(node, "Postbox"),
        city=text(node, "CityName"),
        country=text(node, "Country", "IdentificationCode").upper(),
    )


def read_contact(node: etree._Element | None) -> Contact:
    return Contact(text(node, "Name"), text(node, "Telephone"), text(node, "ElectronicMail"))


def read_operator(root: etree._Element) -> Operator | None:
    """None when the document has no economic operator, or an empty one."""
    node = child(root, "EconomicOperatorParty")
    party_node = child(node, "Party")
    if node is None or (party_node is None and len(node) == 0):
        return None
    size = text(party_node, "IndustryClassificationCode")
    if not size and (indicator := read_indicator(text(node, "SMEIndicator"))) in (True, False):
        size = SIZE_OF_INDICATOR[bool(indicator)]
    role = text(node, "EconomicOperatorRole", "RoleCode") or text(node, "EconomicOperatorRoleCode")
    operator = Operator(read_party(party_node), role.lower(), size.lower())
    return operator if operator != Operator() else None


def read_representatives(root: etree._Element) -> tuple[Representative, ...]:
    """PowerOfAttorney hangs on the party since 2.0; 1.0.2 has its own element around it."""
    node = child(root, "EconomicOperatorParty")
    holders = [*children(node, "RepresentativeNaturalPerson"), *children(node, "Party")]
    found = [
        read_representative(role, power)
        for holder in holders
        for role in [
            text(holder, "NaturalPersonRoleDescription")
        ]  # once: of thousands, each would look for it
        for power in children(holder, "PowerOfAttorney")
    ]
    return tuple(representative for representative in found if representative.name)


def read_representative(role: str, power: etree._Element) -> Representative:
    person = child(power, "AgentParty", "Person")
    return Representative(
        first_name=text(person, "FirstName"),
        family_name=text(person, "FamilyName"),
        capacity=role or texts(power, "Description"),
        contact=read_contact(child(person, "Contact")),
    )


def read_procedure(root: etree._Element) -> Procedure:
    """Title and description stand in ProcurementProject since 3.0, before that with the notice's reference."""
    project = child(root, "ProcurementProject")
    documents = list(children(root, "AdditionalDocumentReference"))
    notice = next((one for one in documents if text(one, "DocumentTypeCode") in NOTICE_TYPES), None)
    external = child(notice, "Attachment", "ExternalReference")
    named = (text(one, "Attachment", "ExternalReference", "FileName") for one in documents)
    return Procedure(
        reference=text(root, "ContractFolderID"),
        code=text(root, "ProcedureCode"),
        title=text(project, "Name") or text(external, "FileName") or next(filter(None, named), ""),
        description=texts(project, "Description") or texts(external, "Description"),
        buyer=read_party(child(root, "ContractingParty", "Party")),
        notice=text(notice, "ID"),
        lots=read_lots(root),
    )


def read_lots(root: etree._Element) -> tuple[Lot, ...]:
    lots = [
        Lot(text(node, "ID"), text(node, "ProcurementProject", "Name"))
        for node in children(root, "ProcurementProjectLot")
    ]
    return tuple(lot for lot in lots if lot.id)
