"""Small changes that matter to ESPD 1.0.2 documents, the same ones for the same number."""

import copy
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random

from lxml import etree

from dume.rules.v1.attributes import LOT_IDS, OTHER_CODES, PARTY_CODES, PARTY_IDS, REQUEST_CODES
from dume.rules.v1.reading import CAC, CBC, CCV, CCV_CBC, CEV, ESPD_CAC, ESPD_CBC, EXT
from procurement.xml import parse_xml

#: How many mutants one run makes: a few hundred each time, MUTANTS=3000 for the full number.
MUTANTS = int(os.environ.get("MUTANTS", "300"))

TEXTS = (
    "",
    " ",
    "0",
    "1",
    "true",
    "maybe",
    "12.5",
    "-7",
    "1e3",
    "2016-02-30",
    "2016-06-01",
    "10:00:00",
    "TED_CN",
    "2016/S 003-002226",
    "2016/S 003-00222",
    "2016/S-003-002226",
    "fr",
    "FR",
    "ZZ",
    "EUR",
    "XYZ",
    "2.1",
    "QT",
    "ESPD",
    "urn:www.cenbii.eu:transaction:biitrns070:ver3.0",
    "urn:www.cenbii.eu:transaction:biitrns092:ver3.0",
    "CRITERION.EXCLUSION.NATIONAL.OTHER",
    "criterion.exclusion.convictions.fraud",
    "CRITERION.EXCLUSION.NOTHING",
    "EU_DIRECTIVE",
    "SC",
    "été & Cie <x>",
    "a\nb\tc",
)
ATTRIBUTES = {
    "schemeAgencyID": ("", "EU-COM-GROW", "FR"),
    "schemeID": ("", "CriterionRelatedIDs", "x"),
    "schemeVersionID": ("", "1.0", "1.0.2"),
    "schemeDataURI": ("http://a.example/", ":::", "%%"),
    "listID": ("", "CriteriaTypeCode", "CountryCodeIdentifier", "ProcedureType"),
    "listAgencyID": ("", "EU-COM-GROW", "OJEU", "BII"),
    "listVersionID": ("", "1.0", "1.0.2", "2"),
    "listName": ("", "CriteriaTypeCode"),
    "listURI": ("", "Placeholder"),
    "listSchemeURI": ("", "x"),
    "listAgencyName": ("", "OJEU", "DG GROW (European Commission)"),
    "responseDataType": (
        *(
            "",
            "AMOUNT",
            "CODE",
            "CODE_COUNTRY",
            "DATE",
            "DESCRIPTION",
            "EVIDENCE_URL",
            "INDICATOR",
            "PERCENTAGE",
        ),
        *("PERIOD", "QUANTITY_INTEGER", "QUANTITY_YEAR", "QUANTITY", "indicator", "OTHER"),
    ),
    "langID": ("", "FR", "fr", "XX"),
    "languageID": ("fr", "", "x y"),
    "currencyID": ("EUR", "eur", "", "€"),
    "unitCode": ("", "YEAR"),
    "mimeCode": ("text/plain",),
    "pi": ("", "GROUP_FULFILLED.ON_TRUE"),
    "unknown": ("x",),
}
RARE = {
    CBC: f"{LOT_IDS} {PARTY_IDS} {PARTY_CODES} {REQUEST_CODES} {OTHER_CODES} UUID PreviousVersionID ProfileID "
    "ProfileExecutionID ActivityTypeCode LocaleCode Amount Date Percent Quantity IssueDate IssueTime Note Line",
    CAC: "Country PartyIdentification PartyName Party PostalAddress AdditionalDocumentReference TenderingTerms "
    "ProcurementProjectLot Period PowerOfAttorney Person Contact ServiceProviderParty Signature Attachment",
    CCV: "Criterion SubCriterion RequirementGroup Requirement Response LegislationReference RelatedParty",
    CCV_CBC: "Indicator Code Title Article JurisdictionLevelCode FulfillmentIndicator FulfillmentIndicatorType",
    CEV: "Evidence EvidenceDocumentReference EvidenceIssuerParty",
    ESPD_CAC: "EconomicOperatorParty RepresentativeNaturalPerson",
    ESPD_CBC: "EconomicOperatorRoleCode NaturalPersonRoleCode NaturalPersonRegistrationCountryCode "
    "NationalDataBaseURIID EconomicOperatorGroupName SMEIndicator",
    EXT: "UBLExtensions ExtensionReasonCode ExtensionAgencyID ExtensionVersionID",
    "{urn:example}": "Stranger",
    "": "Nameless",
}
TAGS = [namespace + name for namespace, names in RARE.items() for name in names.split()]

Change = Callable[[Random, etree._Element, etree._Element], None]


def drop(random: Random, root: etree._Element, element: etree._Element) -> None:
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def duplicate(random: Random, root: etree._Element, element: etree._Element) -> None:
    if element.getparent() is not None:
        element.addnext(copy.deepcopy(element))


def rename(random: Random, root: etree._Element, element: etree._Element) -> None:
    """The root keeps its name (it would be no ESPD document) but may lose its namespace, as a real export did."""
    if element is root:
        element.tag = etree.QName(root).localname
    else:
        element.tag = random.choice([*TAGS, random.choice(list(root.iter("*"))).tag])


def insert(random: Random, root: etree._Element, element: etree._Element) -> None:
    new = etree.Element(random.choice(TAGS))
    new.text = random.choice(TEXTS)
    if random.random() < 0.5:
        label(random, root, new)
    element.insert(random.randint(0, len(element)), new)


def empty(random: Random, root: etree._Element, element: etree._Element) -> None:
    tail = element.tail
    for child in list(element):
        element.remove(child)
    element.text, element.tail = None, tail


def rewrite(random: Random, root: etree._Element, element: etree._Element) -> None:
    leaves = [one for one in element.iter("*") if not len(one)]
    random.choice(leaves or [element]).text = random.choice(TEXTS)


def bare(random: Random, root: etree._Element, element: etree._Element) -> None:
    carriers = [one for one in element.iter("*") if one.attrib]
    if carriers:
        chosen = random.choice(carriers)
        del chosen.attrib[random.choice(chosen.keys())]


def relabel(random: Random, root: etree._Element, element: etree._Element) -> None:
    name = random.choice(element.keys() or list(ATTRIBUTES))
    element.set(name, random.choice(ATTRIBUTES.get(name, ("", "x"))))


def label(random: Random, root: etree._Element, element: etree._Element) -> None:
    name = random.choice(list(ATTRIBUTES))
    element.set(name, random.choice(ATTRIBUTES[name]))


def reorder(random: Random, root: etree._Element, element: etree._Element) -> None:
    if (parent := element.getparent()) is not None:
        parent.insert(random.randrange(len(parent)), element)


def transplant(random: Random, root: etree._Element, element: etree._Element) -> None:
    target = random.choice([one for one in root.iter("*") if len(one)] or [root])
    target.insert(random.randint(0, len(target)), copy.deepcopy(element))


def remark(random: Random, root: etree._Element, element: etree._Element) -> None:
    """A comment in the middle of a text: readers that look at the first piece only lose the rest."""
    text = element.text or ""
    comment = etree.Comment("r")
    element.text, comment.tail = text[: len(text) // 2], text[len(text) // 2 :]
    element.insert(0, comment)


CHANGES: tuple[Change, ...] = (
    *(drop, duplicate, rename, insert, empty, rewrite, rewrite, bare, relabel, label, reorder, transplant),
    remark,
)


@cache
def samples(folder: Path) -> tuple[Path, ...]:
    """The 1.0.2 documents (the folder also holds three of 2.0.2)."""
    found = sorted(folder.rglob("*.xml"))
    return tuple(path for path in found if b"QualificationApplication" not in path.read_bytes()[:3000])


def chosen(random: Random, root: etree._Element) -> etree._Element:
    """Any element, those near the root as often as the thousands of a criterion."""
    if random.random() < 0.5:
        return random.choice(list(root.iter("*")))
    element = root
    while len(element) and random.random() < 0.8:
        element = random.choice([one for one in element if isinstance(one.tag, str)] or [root])
        if element is root:
            break
    return element


def mutant(found: Sequence[Path], number: int, most: int = 3) -> tuple[str, etree._Element]:
    """`number` alone decides: its sample, how many changes (`most` at most), which and where."""
    random = Random(f"espd-1.0.2-{number}")  # noqa: S311  the same mutant each time, no secret
    sample = random.choice(found)
    root = parse_xml(sample.read_bytes())
    names = []
    for _ in range(random.randint(1, most)):
        change = random.choice(CHANGES)
        change(random, root, chosen(random, root))
        names.append(change.__name__)
    return f"{number}: {sample.name}, {', '.join(names)}", parse_xml(etree.tostring(root))


def mutants(
    found: Sequence[Path], how_many: int = MUTANTS, most: int = 3
) -> Iterator[tuple[str, etree._Element]]:
    return (mutant(found, number, most) for number in range(how_many))
