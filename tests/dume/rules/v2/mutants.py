"""Changes that matter to the rules of 2.0.2 and 2.1.1, the same ones for the same seed."""

import copy
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from lxml import etree

from procurement.xml import XmlRefused, parse_xml

#: How many mutants one run makes: a few each time, MUTANTS=1000 for the full number.
MUTANTS = int(os.environ.get("MUTANTS", "30"))
MOST_CHANGES = 6
CODES = [
    "BASIC", "EXTENDED", "extended", "REGULATED", "SELFCONTAINED", "selfcontained", "OPEN", "RESTRICTED",
    "WEIGHTED", "PASSFAIL", "SCLE", "LE", "GM", "OERON", "OENRON", "SC", "TED_CN", "ESPD_REQUEST", "CAPTION",
    "QUESTION", "REQUIREMENT", "ON*", "ONTRUE", "ONFALSE", "NONE", "AMOUNT", "CODE", "CODE_COUNTRY", "DATE",
    "DESCRIPTION", "EVIDENCE_IDENTIFIER", "INDICATOR", "PERCENTAGE", "PERIOD", "URL", "TIME", "QUANTITY",
    "QUANTITY_INTEGER", "QUANTITY_YEAR", "IDENTIFIER", "MAXIMUM_AMOUNT", "MINIMUM_AMOUNT", "LOT_IDENTIFIER",
    "MAXIMUM_VALUE_NUMERIC", "TRANSLATION_TYPE_CODE", "CERTIFICATION_LEVEL_DESCRIPTION",
    "COPY_QUALITY_TYPE_CODE", "ECONOMIC_OPERATOR_IDENTIFIER", "WEIGHT_INDICATOR", "QUAL_IDENTIFIER",
    "CODE_BOOLEAN", "PUBLIC", "SME", "MICRO", "FR", "ZZ", "EUR", "CRITERION.SELECTION.ALL",
    "CRITERION.EXCLUSION.NATIONAL.OTHER", "CRITERION.OTHER.EO_SME", "CRITERION.SELECTION.",
    "CRITERION.OTHER.CA_DATA.LOTS_SUBMISSION", "CRITERION.OTHER.EO_DATA.TOGETHER_WITH_OTHERS",
    "CRITERION.OTHER.EO_DATA.LOTS_TENDERED", "CRITERION.EXCLUSION.CONVICTIONS.FRAUD",
    "CRITERION.SELECTION.TECHNICAL_PROFESSIONAL_ABILITY.TECHNICAL.EQUIPMENT", "true", "false", "1", "0",
    "2.2", "4.1", "2.1",
]  # fmt: skip
TEXTS = (
    *CODES,
    "",
    " ",
    " true ",
    "été",
    "2015/S 252-461137",
    " 2015/S  252-461137 ",
    "2015/S 252-46113",
    "Lot1",
)
VALUES = {
    "schemeAgencyID": ("", " ", "CEN-BII", "OASIS-UBL-TC", "EU-COM-GROW"),
    "listID": ("", "CriteriaTypeCode", "ResponseDataType"),
    "listAgencyID": ("", "EU-COM-GROW", "EU-COM-OP", "ISO"),
    "listVersionID": ("", "2.1.1", "02.00.00", "1.0", "3.0"),
    "listName": ("", "CriteriaTypeCode"),
    "listURI": ("Placeholder", "https://github.com/ESPD/ESPD-EDM"),
    "listSchemeURI": ("Placeholder", "x"),
    "listAgencyName": ("ISO", "DG GROW (European Commission)"),
    "unitCode": ("YEAR", "PERCENTAGE", "x"),
    "schemeID": ("x",),
}
#: Elements that samples hardly have and rules look at: where they go, what they are.
ADDED = (
    ("", "cac:EconomicOperatorParty/cac:QualifyingParty/cac:Party/cac:PartyIdentification/cbc:ID"),
    ("", "cbc:ProcedureCode"),
    ("", "cbc:EconomicOperatorGroupName"),
    ("", "cac:EconomicOperatorParty/cac:EconomicOperatorRole/cbc:RoleCode"),
    ("", "cac:ProcurementProjectLot/cbc:ID"),
    ("", "cbc:WeightingTypeCode"),
    ("", "cac:ContractingParty/cac:Party/cac:ServiceProviderParty/cac:Party"),
    ("", "cac:EconomicOperatorParty/cac:PowerOfAttorney/cac:AgentParty/cac:Person/cbc:FirstName"),
    ("", "cac:AdditionalReferenceDocument/cbc:DocumentTypeCode"),
    ("Party", "cbc:EndpointID"),
    ("TenderingCriterion", "cbc:EvaluationMethodTypeCode"),
    ("TenderingCriterion", "cbc:WeightNumeric"),
    ("TenderingCriterion", "cac:SubTenderingCriterion/cac:TenderingCriterionPropertyGroup/cbc:ID"),
    ("TenderingCriterionProperty", "cbc:ExpectedID"),
    ("TenderingCriterionProperty", "cbc:ExpectedCode"),
    ("TenderingCriterionResponse", "cac:ApplicablePeriod"),
    ("TenderingCriterionResponse", "cac:EvidenceSupplied/cbc:ID"),
    ("TenderingCriterionResponse", "cac:ResponseValue/cbc:ResponseQuantity"),
    ("ResponseValue", "cbc:ResponseID"),
    ("ResponseValue", "cbc:ResponseIndicator"),
)


def sample_roots(folder: Path) -> list[tuple[str, etree._Element]]:
    """The ESPD documents of a folder of samples; a few are not well-formed or something else."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() != ".xml":
            continue
        try:
            root = parse_xml(path.read_bytes())
        except XmlRefused:
            continue
        if "QualificationApplication" in root.tag:
            found.append((str(path.relative_to(folder)), root))
    return found


def sources(data: Path, version: str) -> list[tuple[str, etree._Element]]:
    """The samples that the rules of a version look at: three in the folder of 2.0.2 are 2.1 in all but the name."""
    found = sample_roots(data / version / "samples")
    return [(name, root) for name, root in found if ("X-test" in root.tag) == (version == "2.0.2")]


class Mutator:
    def __init__(self, sources: list[etree._Element], seed: int) -> None:
        self.sources = sources
        self.random = Random(seed)  # noqa: S311 - the same mutants each time
        self.changes: list[Callable[[etree._Element], object]] = [
            self.drop, self.drop, self.drop, self.double, self.rename, self.empty, self.move, self.write,
            self.write, self.write, self.borrow, self.borrow, self.borrow, self.add, self.add, self.attribute,
            self.attribute, self.comment, self.code, self.code,
        ]  # fmt: skip
        self.stories: list[Callable[[etree._Element], object]] = [
            self.weigh, self.lots, self.lead, self.qualify, self.retype, self.flip, self.repeat, self.whole,
            self.notice,
        ]  # fmt: skip

    def mutants(self, number: int) -> Iterator[etree._Element]:
        for _ in range(number):
            root = copy.deepcopy(self.random.choice(self.sources))
            if self.random.random() < 0.4:
                self.thin(root)
            if self.random.random() < 0.6:
                self.random.choice(self.stories)(root)
            for _ in range(self.random.randint(1, MOST_CHANGES)):
                self.random.choice(self.changes)(root)
            yield root

    def thin(self, root: etree._Element) -> None:
        """A shorter document, as a buyer's with few criteria."""
        kept = self.random.random()
        for node in list(root.iterchildren("{*}TenderingCriterion", "{*}TenderingCriterionResponse")):
            if self.random.random() > kept:
                root.remove(node)

    def pick(self, root: etree._Element) -> etree._Element:
        """A tag first, then one of its elements: the one buyer is changed as often as the answers."""
        by_tag: dict[str, list[etree._Element]] = {}
        for node in root.iterdescendants("*"):
            by_tag.setdefault(node.tag, []).append(node)
        if not by_tag:
            return root
        return self.random.choice(by_tag[self.random.choice(sorted(by_tag))])

    def drop(self, root: etree._Element) -> None:
        node = self.pick(root)
        if node is not root:
            node.getparent().remove(node)

    def double(self, root: etree._Element) -> None:
        node = self.pick(root)
        if node is not root:
            node.addnext(copy.deepcopy(node))

    def rename(self, root: etree._Element) -> None:
        node, other = self.pick(root), self.pick(root)
        if root not in (node, other):
            node.tag = other.tag

    def empty(self, root: etree._Element) -> None:
        node = self.pick(root)
        if node is not root:
            del node[:]
            node.text = None

    def move(self, root: etree._Element) -> None:
        node, elsewhere = self.pick(root), self.pick(root)
        if node is not elsewhere and root not in (node, elsewhere) and node not in elsewhere.iterancestors():
            elsewhere.addnext(node)

    def leaf(self, root: etree._Element) -> etree._Element:
        return next((node for _ in range(9) if not len(node := self.pick(root))), root)

    def write(self, root: etree._Element) -> None:
        node = self.leaf(root)
        if node is not root:
            node.text = self.random.choice(TEXTS)

    def code(self, root: etree._Element) -> None:
        """Another code in an element of codes."""
        codes = [node for node in root.iterdescendants("*") if node.tag.endswith(("Code", "Indicator"))]
        if codes:
            tag = self.random.choice(sorted({node.tag for node in codes}))
            self.random.choice([node for node in codes if node.tag == tag]).text = self.random.choice(CODES)

    def borrow(self, root: etree._Element) -> None:
        """The text of a like element: ids point elsewhere, codes are those of another question."""
        node = self.leaf(root)
        if node is not root:
            node.text = self.random.choice(list(root.iterdescendants(node.tag))).text

    def add(self, root: etree._Element) -> None:
        where, path = self.random.choice(ADDED)
        node = self.random.choice(list(root.iterdescendants(f"{{*}}{where}")) or [root]) if where else root
        self.grown(node, path).text = self.random.choice(TEXTS)

    def attribute(self, root: etree._Element) -> None:
        node = self.leaf(root)
        if node.attrib and self.random.random() < 0.5:
            del node.attrib[self.random.choice(sorted(node.attrib))]
        else:
            name = self.random.choice(sorted(VALUES))
            node.set(name, self.random.choice(VALUES[name]))

    def comment(self, root: etree._Element) -> None:
        """Text in two pieces, which XPath text() sees and string() does not."""
        node = self.leaf(root)
        if node is root or not node.text:
            return
        half = self.random.randrange(len(node.text) + 1)
        comment = etree.Comment("x")
        comment.tail, node.text = node.text[half:], node.text[:half]
        node.insert(0, comment)

    def some(self, root: etree._Element, name: str, most: int = 9) -> list[etree._Element]:
        found = list(root.iterdescendants(f"{{*}}{name}"))
        return self.random.sample(found, min(len(found), self.random.randint(1, most)))

    def say(self, root: etree._Element, name: str, *texts: str) -> None:
        """Every element of this name says one of these; one at the root if there is none."""
        nodes = list(root.iterdescendants(f"{{*}}{name}"))
        for node in nodes or [self.grown(root, f"cbc:{name}")]:
            node.text = self.random.choice(texts)

    def grown(self, node: etree._Element, path: str) -> etree._Element:
        spaces = node.getroottree().getroot().nsmap
        for step in path.split("/"):
            prefix, name = step.split(":")
            node = etree.SubElement(node, f"{{{spaces.get(prefix, 'urn:x')}}}{name}")
        return node

    def extend(self, root: etree._Element) -> None:
        self.say(root, "QualificationApplicationTypeCode", "EXTENDED", "SELFCONTAINED", "SELFCONTAINED")

    def weigh(self, root: etree._Element) -> None:
        self.extend(root)
        self.say(root, "ProcedureCode", "RESTRICTED", "RESTRICTED", "OPEN")
        for criterion in self.some(root, "TenderingCriterion", 30):
            self.grown(criterion, "cbc:EvaluationMethodTypeCode").text = self.random.choice(
                ["WEIGHTED", "PASSFAIL"]
            )
            if self.random.random() < 0.5:
                self.grown(criterion, "cbc:WeightNumeric").text = "1"

    def lots(self, root: etree._Element) -> None:
        self.extend(root)
        for _ in range(self.random.randint(0, 3)):
            self.grown(root, "cac:ProcurementProjectLot/cbc:ID").text = self.random.choice("123")
        for prop in self.some(root, "TenderingCriterionProperty", 40):
            if any(
                node.text and "IDENTIFIER" in node.text for node in prop.iterchildren("{*}ValueDataTypeCode")
            ):
                self.grown(prop, "cbc:ExpectedID").text = self.random.choice("1234")
        for value in self.some(root, "ResponseID", 30):
            value.text = self.random.choice("1234")

    def lead(self, root: etree._Element) -> None:
        for node in list(root.iterdescendants("{*}EconomicOperatorRole"))[1:]:
            node.getparent().remove(node)
        self.say(root, "RoleCode", *["LE", "SCLE", "OENRON"])
        for response in self.some(root, "TenderingCriterionResponse", 400):
            response.getparent().remove(response)
        for node in self.some(root, "EconomicOperatorGroupName"):
            node.getparent().remove(node)

    def qualify(self, root: etree._Element) -> None:
        for path in (
            "cac:EconomicOperatorParty/cac:QualifyingParty/cac:Party/cac:PartyIdentification/cbc:ID",
            "cac:ContractingParty/cac:Party/cac:ServiceProviderParty/cac:Party/cbc:EndpointID",
        ):
            if self.random.random() < 0.7:
                self.grown(root, path)
        if self.random.random() < 0.5:
            self.lead(root)

    def retype(self, root: etree._Element) -> None:
        types = CODES[CODES.index("AMOUNT") : CODES.index("PUBLIC")]
        for node in self.some(root, "ValueDataTypeCode", 60):
            node.text = self.random.choice(types)
        for node in self.some(root, "ResponseValue", 20):
            self.grown(node, self.random.choice(["cbc:ResponseQuantity", "cbc:ResponseMeasure"])).set(
                "unitCode", self.random.choice(["YEAR", "PERCENTAGE"])
            )

    def flip(self, root: etree._Element) -> None:
        for node in self.some(root, "ResponseIndicator", 30):
            node.text = self.random.choice(["true", "false", "1", "0", " true "])

    def repeat(self, root: etree._Element) -> None:
        for name in (
            "TenderingCriterionResponse",
            "Evidence",
            "TenderingCriterionProperty",
            "EvidenceSupplied",
        ):
            for node in self.some(root, name, 2):
                node.addnext(copy.deepcopy(node))

    def whole(self, root: etree._Element) -> None:
        """The global indication beside other criteria, or alone."""
        for node in self.some(root, "CriterionTypeCode", 2):
            node.text = "CRITERION.SELECTION.ALL"

    def notice(self, root: etree._Element) -> None:
        for node in self.some(root, "DocumentTypeCode", 3):
            node.text = "TED_CN"
        for node in self.some(root, "AdditionalDocumentReference", 2):
            for number in node.iterchildren("{*}ID"):
                number.text = self.random.choice(
                    ["2015/S 252-461137", " 2015/S  252-461137", "2015/S-252-461137", ""]
                )
