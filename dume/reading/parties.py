"""Who buys and who answers: the parts of UBL parties that all ESPD versions share."""

from collections.abc import Iterator

from lxml import etree

from dume.identity import NO_PARTY, Address, Contact, Identifier, Operator, Party, Representative, Standing
from dume.nodes import child, children, read_indicator, text, text_of, texts

#: Who we say has given an identifier that does not say it: the official rules want somebody named. Says nothing.
UNNAMED_AGENCY = "FR-PROFIL-ACHETEUR"
#: 1.0.2 says only whether the operator is a small or medium enterprise.
SIZE_OF_INDICATOR = {True: "sme", False: "large"}


def read_party(node: etree._Element | None) -> Party:
    if node is None:
        return NO_PARTY
    return Party(
        name=text(node, "PartyName", "Name"),
        identifiers=tuple(read_identifiers(node)),
        address=read_address(child(node, "PostalAddress")),
        contact=read_contact(child(node, "Contact")),
        website=text(node, "WebsiteURI"),
    )


def read_identifiers(node: etree._Element | None) -> list[Identifier]:
    """PartyIdentification, then EndpointID: some platforms write the company number only there."""
    written = [(child(part, "ID"), False) for part in children(node, "PartyIdentification")]
    written.append((child(node, "EndpointID"), True))
    found: dict[str, Identifier] = {}
    for element, is_endpoint in written:
        if element is not None and (value := text_of(element)):
            found.setdefault(value, read_identifier(element, value, is_endpoint=is_endpoint))
    return list(found.values())


def read_identifier(element: etree._Element, value: str, *, is_endpoint: bool) -> Identifier:
    agency = element.get("schemeAgencyID") or ""
    if agency == UNNAMED_AGENCY:
        agency = ""
    return Identifier(value, element.get("schemeID") or agency, agency, is_endpoint)


def read_address(node: etree._Element | None) -> Address:
    zone, box = text(node, "PostalZone"), text(node, "Postbox")
    return Address(
        street=text(node, "StreetName") or text(node, "AddressLine", "Line"),
        postcode=zone or box,
        city=text(node, "CityName"),
        country=text(node, "Country", "IdentificationCode").upper(),
        building=text(node, "BuildingNumber"),
        postbox=box if zone else "",
    )


def read_contact(node: etree._Element | None) -> Contact:
    return Contact(
        text(node, "Name"), text(node, "Telephone"), text(node, "ElectronicMail"), text(node, "Telefax")
    )


def read_operator(root: etree._Element) -> Operator | None:
    """None when the document has no economic operator, or an empty one."""
    node = child(root, "EconomicOperatorParty")
    party_node = child(node, "Party")
    if node is None or (party_node is None and len(node) == 0):
        return None
    size = text(party_node, "IndustryClassificationCode")
    if not size and (indicator := read_indicator(text(node, "SMEIndicator"))) in (True, False):
        size = SIZE_OF_INDICATOR[bool(indicator)]
    role = child(node, "EconomicOperatorRole")
    operator = Operator(
        party=read_party(party_node),
        role=(text(role, "RoleCode") or text(node, "EconomicOperatorRoleCode")).lower(),
        size=size.lower(),
        role_description=texts(role, "RoleDescription") or text(node, "EconomicOperatorRoleDescription"),
        group_name=text(root, "EconomicOperatorGroupName"),
        standings=tuple(read_standings(node)),
    )
    return operator if operator != Operator() else None


def read_standings(node: etree._Element) -> Iterator[Standing]:
    for one in children(node, "QualifyingParty"):
        amount, party = child(one, "FinancialCapability", "ValueAmount"), child(one, "Party")
        standing = Standing(
            employees=text(one, "EmployeeQuantity"),
            turnover=text_of(amount),
            currency=(amount.get("currencyID") or "") if amount is not None else "",
            party=read_party(party),
            size=text(party, "IndustryClassificationCode").lower(),
        )
        if standing != Standing():
            yield standing


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
    return tuple(representative for representative in found if representative != Representative())


def read_representative(role: str, power: etree._Element) -> Representative:
    person = child(power, "AgentParty", "Person")
    said = texts(power, "Description")
    return Representative(
        first_name=text(person, "FirstName"),
        family_name=text(person, "FamilyName"),
        capacity=role or said,
        contact=read_contact(child(person, "Contact")),
        address=read_address(child(person, "ResidenceAddress")),
        birth_date=text(person, "BirthDate"),
        birth_place=text(person, "BirthplaceName"),
        mandate=said if role else "",
    )
