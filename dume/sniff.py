"""Which document is this: request, response, and of which ESPD version?

The namespace of the root decides the family; inside the last one ProfileExecutionID gives the version. Official
2.1.1 samples carry none, and VersionID is free text everywhere, so it is never read.
"""

import re
from collections import Counter
from collections.abc import Iterable

from lxml import etree

from dume.model import Family, Kind, Recognised
from dume.nodes import child, local_name, namespace, text
from procurement.errors import DomainError
from procurement.xml import XmlRefused, parse_xml

#: How the namespace of the root begins. Without any namespace (seen in a real export) its name decides.
NAMESPACES = {
    Family.V1: "urn:grow:names:specification:ubl:schema:xsd:ESPDRe",
    Family.UBL: "urn:oasis:names:specification:ubl:schema:xsd:QualificationApplicationRe",
}
VERSION = re.compile(
    r"(?<!\d)(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?!\d)(-(?:alpha|beta|rc)[.\d]*)?", re.IGNORECASE
)
#: What a document of UBL cannot be: its rules would look for other elements.
FIRST = ("0.", "1.")
#: The newest version of a UBL release, when nothing else in the document tells which.
NEWEST_BY_UBL = {"2.2": "2.1.1", "2.3": "4.1.0", "2.4": "5.0.0-alpha"}
MAJORS_BY_UBL = {"2.2": ("2.1.",), "2.3": ("3.", "4."), "2.4": ("5.",)}
ROOTS = {
    "ESPDRequest": (Family.V1, Kind.REQUEST),
    "ESPDResponse": (Family.V1, Kind.RESPONSE),
    "QualificationApplicationRequest": (Family.UBL, Kind.REQUEST),
    "QualificationApplicationResponse": (Family.UBL, Kind.RESPONSE),
}


class DumeUnreadable(DomainError):
    """Ce fichier n'a pas pu être lu comme un XML sûr. Il n'a pas été interprété; exportez-le de nouveau."""

    code = "dume_unreadable"
    status = 422


def root_of(data: bytes) -> etree._Element:
    """The root element; DumeUnreadable for hostile or broken XML."""
    try:
        return parse_xml(data)
    except XmlRefused as refusal:
        raise DumeUnreadable(str(refusal), **refusal.context) from refusal


def recognise(data: bytes) -> Recognised:
    """Kind, version and family of the document; kind `unknown` for another XML. DumeUnreadable if it is not
    well-formed XML without DOCTYPE."""
    return recognise_root(root_of(data))


def recognise_root(root: etree._Element) -> Recognised:
    family, kind = ROOTS.get(local_name(root), (Family.NONE, Kind.UNKNOWN))
    if family is Family.NONE:
        return Recognised(kind)
    uri = namespace(root)
    if uri.startswith("urn:X-test:UBL:Pre-award:"):
        family = Family.PRE_AWARD
    elif uri and not uri.startswith(NAMESPACES[family]):
        return Recognised(Kind.UNKNOWN)
    if (
        kind is Kind.REQUEST
        and child(root, "ContractingParty") is None
        and not text(root, "ContractFolderID")
    ):
        kind = Kind.CRITERIA  # a bare taxonomy: nobody buys anything
    announced = text(root, "ProfileExecutionID")
    version = version_of(root, family, announced)
    return Recognised(kind, version, family, announced, profile_of(root, version, announced))


def profile_of(root: etree._Element, version: str, announced: str) -> str:
    """2.x only: its type of application, else how its version ends. Without any, the rules compare with BASIC."""
    if not version.startswith("2."):
        return ""
    written = text(root, "QualificationApplicationTypeCode")
    return (written or announced.rpartition("-")[2] or "BASIC").upper()


def version_of(root: etree._Element, family: Family, announced: str) -> str:
    if family is Family.V1:
        return "1.0.2"
    stated = normalised(announced)
    if family is Family.PRE_AWARD:
        written = stated or scheme_version(root, ("2.0.",))
        return written if written.startswith("2.0.") else "2.0.2"
    if stated and not stated.startswith(FIRST):
        return stated
    ubl = text(root, "UBLVersionID")
    return scheme_version(root, MAJORS_BY_UBL.get(ubl, ("2.1.", "3.", "4.", "5."))) or by_style(root, ubl)


def normalised(written: str) -> str:
    """ "ESPD-EDMv2.1.1-BASIC" -> "2.1.1", "02.00.00" -> "2.0.0", "ESPD-EDMv5.0.0-alpha.1" -> "5.0.0-alpha.1"."""
    match = VERSION.search(written)
    if match is None:
        return ""
    major, minor, patch = (int(part) for part in match.groups()[:3])
    return f"{major}.{minor}.{patch}{(match.group(4) or '').lower()}"


def scheme_version(root: etree._Element, starts: tuple[str, ...]) -> str:
    """The version most of the criteria say their ids and codes come from."""
    counted = Counter(version for version in stated_versions(root) if version.startswith(starts))
    return counted.most_common(1)[0][0] if counted else ""


def stated_versions(root: etree._Element) -> Iterable[str]:
    for node in root:
        if local_name(node) not in {"TenderingCriterion", "TenderingCriterionResponse"}:
            continue
        for part in node:
            for attribute in ("schemeVersionID", "listVersionID"):
                if version := normalised(part.get(attribute) or ""):
                    yield version


def by_style(root: etree._Element, ubl: str) -> str:
    """The last resort: how the first criterion is coded (dume.md: 2.x dotted, 3 and 4 short, 5 `exg-`)."""
    code = text(root, "TenderingCriterion", "CriterionTypeCode")
    if code.startswith(("exg-", "slc-")):
        return "5.0.0-alpha"
    if code.startswith("CRITERION."):
        return "2.1.1"
    if code and ubl != "2.2":
        group = text(root, "TenderingCriterion", "TenderingCriterionPropertyGroup", "ID")
        return "4.1.0" if "/" in group else "3.3.0"
    return NEWEST_BY_UBL.get(ubl, "4.1.0")
