"""Parties, people and cited documents, as UBL has them in every version.

What differs is only the attributes of codes and ids: `lists` has them by the name of the element.
"""

from collections.abc import Mapping

from lxml import etree

from dume.elements import branch, leaf, leaves, required
from dume.identity import Address, Contact, Identifier, Party, Representative, Standing
from dume.model import Document
from dume.reading.parties import UNNAMED_AGENCY

Lists = Mapping[str, Mapping[str, str]]


def write_party(node: etree._Element, party: Party, lists: Lists, *, size: str = "") -> None:
    leaf(node, "WebsiteURI", party.website)
    endpoints = [one for one in party.identifiers if one.is_endpoint]
    for identifier in endpoints:
        leaf(node, "EndpointID", identifier.value, scheme_of(identifier))
    leaf(node, "IndustryClassificationCode", size, lists.get("IndustryClassificationCode"))
    for identifier in party.identifiers:
        if not identifier.is_endpoint:
            leaf(branch(node, "PartyIdentification"), "ID", identifier.value, scheme_of(identifier))
    if party.name:
        leaf(branch(node, "PartyName"), "Name", party.name)
    if party.address != Address():
        write_address(branch(node, "PostalAddress"), party.address, lists)
    write_contact(node, party.contact)


def scheme_of(identifier: Identifier) -> dict[str, str]:
    agency = identifier.agency or UNNAMED_AGENCY
    named = identifier.scheme and identifier.scheme != identifier.agency
    return {**({"schemeID": identifier.scheme} if named else {}), "schemeAgencyID": agency}


def write_address(node: etree._Element, address: Address, lists: Lists) -> None:
    """1.0.2 has its postcodes in Postbox; its readers find them in PostalZone as well."""
    leaf(node, "Postbox", address.postbox)
    leaf(node, "StreetName", address.street)
    leaf(node, "BuildingNumber", address.building)
    leaf(node, "CityName", address.city)
    leaf(node, "PostalZone", address.postcode)
    if address.country:
        leaf(branch(node, "Country"), "IdentificationCode", address.country, lists.get("IdentificationCode"))


def write_contact(node: etree._Element, contact: Contact) -> None:
    if contact != Contact():
        element = branch(node, "Contact")
        leaf(element, "Name", contact.name)
        leaf(element, "Telephone", contact.telephone)
        leaf(element, "Telefax", contact.fax)
        leaf(element, "ElectronicMail", contact.email)


def write_representative(node: etree._Element, one: Representative, said: str, lists: Lists) -> None:
    """`said` is what the power of attorney says of the person's capacity."""
    power = branch(node, "PowerOfAttorney")
    leaves(power, "Description", said)
    person = branch(branch(power, "AgentParty"), "Person")
    leaf(person, "FirstName", one.first_name)
    leaf(person, "FamilyName", one.family_name)
    leaf(person, "BirthDate", one.birth_date)
    leaf(person, "BirthplaceName", one.birth_place)
    write_contact(person, one.contact)
    if one.address != Address():
        write_address(branch(person, "ResidenceAddress"), one.address, lists)


def write_provider(node: etree._Element, provider: Party, lists: Lists) -> None:
    if provider != Party():
        write_party(branch(branch(node, "ServiceProviderParty"), "Party"), provider, lists)


def write_standing(node: etree._Element, standing: Standing, size: str, lists: Lists) -> None:
    """`size` as the version writes its codes."""
    qualifying = branch(node, "QualifyingParty")
    leaf(qualifying, "EmployeeQuantity", standing.employees)
    if standing.turnover:
        capability = branch(qualifying, "FinancialCapability")
        currency = {"currencyID": standing.currency} if standing.currency else {}
        leaf(capability, "ValueAmount", standing.turnover, currency)
    if size or standing.party != Party():
        write_party(branch(qualifying, "Party"), standing.party, lists, size=size)


def write_document(root: etree._Element, document: Document, lists: Lists, agency: str) -> None:
    node = branch(root, "AdditionalDocumentReference")
    required(node, "ID", document.id, {"schemeAgencyID": agency})
    leaf(node, "IssueDate", document.issue_date)
    leaf(node, "IssueTime", document.issue_time)
    leaf(node, "DocumentTypeCode", document.type, lists.get("DocumentTypeCode"))
    leaves(node, "DocumentDescription", document.summary)
    if document.uri or document.name or document.description:
        external = branch(branch(node, "Attachment"), "ExternalReference")
        leaf(external, "URI", document.uri)
        leaf(external, "FileName", document.name)
        leaves(external, "Description", document.description)
