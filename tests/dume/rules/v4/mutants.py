"""The official documents of 3.3.0 and 4.1.0, each changed in one to four ways that the rules look at. Seeded."""

import copy
import random
from collections.abc import Callable, Iterator

from lxml import etree

from dume.rules.ubl.index import ANSWERED_PROPERTY, CAC, CBC, CRITERION_RESPONSE, EXT, ID

VALUE = f"{CAC}ResponseValue"
TEXTS = (
    "",
    " ",
    "x",
    "true",
    "false",
    "2.3",
    "FR",
    "FRA",
    "fra",
    "EUR",
    "QUESTION",
    "REQUIREMENT",
    "CAPTION",
    "ON*",
    "ONTRUE",
    "ONFALSE",
    "crime-org",
    "Crime-Org",
    "tax-pay",
    "eo-group",
    "relied",
    "subco-ent",
    "finan-rat",
    "gen-year-to",
    "group-lead",
    "subcont",
    "sme",
    "TED_CN",
    "2015/S 252-461137",
    " 0000/S  000-000000 ",
    "ESPD-EDMv4.1.0",
    "ESPD-EDMv4.0.0",
    "ESPD-EDMv3.3.0",
)
DATA_TYPES = """
    AMOUNT CODE CODE_COUNTRY CODE_BOOLEAN DATE DESCRIPTION EVIDENCE_IDENTIFIER INDICATOR PERCENTAGE
    PERIOD QUANTITY_INTEGER QUANTITY_YEAR QUANTITY IDENTIFIER QUAL_IDENTIFIER URL MAXIMUM_AMOUNT
    MINIMUM_AMOUNT MAXIMUM_VALUE_NUMERIC TRANSLATION_TYPE_CODE CERTIFICATION_LEVEL_DESCRIPTION
    COPY_QUALITY_TYPE_CODE TIME ECONOMIC_OPERATOR_IDENTIFIER LOT_IDENTIFIER NONE amount
"""
ANSWERS = """
    ResponseAmount ResponseCode ResponseDate Description ResponseIndicator ResponseNumeric
    ResponseQuantity ResponseID ResponseURI ResponseTime
"""
ATTRIBUTES = """
    listID listName listAgencyID listAgencyName listVersionID listSchemeURI listURI schemeID
    schemeAgencyID unitCode format
"""
ATTRIBUTE_VALUES = (
    "",
    " ",
    "x",
    "OP",
    "4.1.0",
    "4.0.0",
    "3.3.0",
    "03.00.00",
    "YEAR",
    "PERCENTAGE",
    "OASIS-UBL-TC",
)
#: Elements that the samples lack, as (parent or "" for the root, path, text, attributes).
PLANTS: tuple[tuple[str, tuple[str, ...], str, dict[str, str]], ...] = (
    ("", (f"{CAC}ServiceProviderParty", f"{CAC}Party", f"{CBC}EndpointID"), "x", {}),
    ("", (f"{CAC}ServiceProviderParty", f"{CAC}Party", f"{CBC}EndpointID"), "x", {"schemeID": "y"}),
    ("", (f"{CAC}ServiceProviderParty", f"{CAC}Party", f"{CAC}PartyIdentification", ID), "x", {}),
    (f"{CAC}Party", (f"{CAC}ServiceProviderParty", f"{CAC}Party", f"{CAC}PartyName", f"{CBC}Name"), "x", {}),
    (
        f"{CAC}EconomicOperatorParty",
        (f"{CAC}QualifyingParty", f"{CAC}Party", f"{CAC}PartyIdentification", ID),
        "x",
        {"schemeAgencyID": "y"},
    ),
    ("", (f"{CAC}AdditionalDocumentReference", f"{CBC}DocumentTypeCode"), "TED_CN", {}),
    ("", (f"{CAC}AdditionalReferenceDocument", f"{CBC}DocumentTypeCode"), "x", {"listID": "y"}),
    (f"{CAC}AdditionalDocumentReference", (ID,), "2015/S 252-461137", {}),
    (f"{CAC}TenderingCriterionProperty", (f"{CBC}ExpectedCode",), "2512.4", {"listID": "z"}),
    (f"{CAC}TenderingCriterionProperty", (f"{CBC}ValueCurrencyCode",), "EUR", {"listName": "z"}),
    (f"{CAC}TenderingCriterionProperty", (f"{CBC}Occupation",), "1", {"listAgencyID": "z"}),
    (f"{CAC}TenderingCriterion", (f"{CAC}ProcurementProjectLotReference", ID), "LOT-0001", {}),
    (f"{CAC}PowerOfAttorney", (f"{CAC}AgentParty", f"{CAC}Person", f"{CBC}FamilyName"), "x", {}),
    ("", (f"{CAC}PowerOfAttorney",), "", {}),
    (f"{CAC}Legislation", (f"{CAC}Language", f"{CBC}LocaleCode"), "FRA", {"listVersionID": "z"}),
    (f"{CAC}TenderingCriterion", (f"{CAC}Legislation", f"{CBC}JurisdictionLevel"), "FR", {}),
    ("", (f"{EXT}UBLExtensions", f"{EXT}UBLExtension", f"{EXT}ExtensionAgencyID"), "x", {}),
    ("", (f"{CAC}EconomicOperatorParty", f"{CAC}EconomicOperatorRole", f"{CBC}RoleCode"), "group-lead", {}),
    ("", (f"{CAC}Evidence", ID), "x", {}),
)


class Mutator:
    def __init__(self, sources: list[etree._Element], seed: int) -> None:
        self.sources = sources
        self.random = random.Random(seed)  # noqa: S311 - a seed makes the same mutants each time
        self.changes: tuple[Callable[[etree._Element], None], ...] = (
            self.drop, self.drop, self.duplicate, self.duplicate, self.rename, self.empty, self.write, self.write,
            self.borrow, self.set_attribute, self.set_attribute, self.drop_attribute, self.reorder, self.plant,
            self.plant, self.data_type, self.answer, self.answer, self.flip, self.role, self.comment, self.move,
            self.sub_criterion, self.repeat_answer,
        )  # fmt: skip

    def mutants(self, number: int) -> Iterator[tuple[str, etree._Element]]:
        """`number` times: what was done, the document."""
        for _ in range(number):
            root = copy.deepcopy(self.random.choice(self.sources))
            done = []
            for _ in range(self.random.choice((1, 1, 2, 4))):
                change = self.random.choice(self.changes)
                change(root)
                done.append(change.__name__)
            yield "+".join(done), root

    def pick(self, root: etree._Element, *tags: str) -> etree._Element | None:
        """By tag first, then one of the elements: a response has thousands of ids and one buyer."""
        by_tag: dict[str, list[etree._Element]] = {}
        for node in root.iterdescendants(*(tags or "*")):
            by_tag.setdefault(str(node.tag), []).append(node)
        return self.random.choice(by_tag[self.random.choice(sorted(by_tag))]) if by_tag else None

    def drop(self, root: etree._Element) -> None:
        if (node := self.pick(root)) is not None:
            node.getparent().remove(node)

    def duplicate(self, root: etree._Element) -> None:
        if (node := self.pick(root)) is not None:
            node.addnext(copy.deepcopy(node))

    def rename(self, root: etree._Element) -> None:
        node, other = self.pick(root), self.pick(root)
        if node is not None and other is not None:
            node.tag = other.tag

    def empty(self, root: etree._Element) -> None:
        if (node := self.pick(root)) is not None:
            del node[:]
            node.text = None

    def leaf(self, root: etree._Element) -> etree._Element | None:
        node = self.pick(root)
        while node is not None and len(node):
            node = self.random.choice(list(node))
        return node

    def write(self, root: etree._Element) -> None:
        if (node := self.leaf(root)) is not None:
            node.text = self.random.choice(TEXTS)

    def borrow(self, root: etree._Element) -> None:
        """The text of another element of the same tag."""
        if (node := self.leaf(root)) is not None:
            node.text = self.random.choice([one.text for one in root.iter(node.tag)])

    def set_attribute(self, root: etree._Element) -> None:
        if (node := self.leaf(root)) is not None:
            name = self.random.choice(sorted(node.attrib) or ATTRIBUTES.split())
            node.set(name, self.random.choice(ATTRIBUTE_VALUES))

    def drop_attribute(self, root: etree._Element) -> None:
        node = self.leaf(root)
        if node is not None and node.attrib:
            del node.attrib[self.random.choice(sorted(node.attrib))]

    def reorder(self, root: etree._Element) -> None:
        if (node := self.pick(root)) is not None:
            above = node.getparent()
            above.insert(self.random.randrange(len(above)), node)

    def move(self, root: etree._Element) -> None:
        node, elsewhere = self.pick(root), self.pick(root)
        if node is not None and elsewhere is not None and node not in (elsewhere, *elsewhere.iterancestors()):
            elsewhere.addnext(node)

    def plant(self, root: etree._Element) -> None:
        parent, path, text, attributes = self.random.choice(PLANTS)
        node = self.pick(root, parent) if parent else root
        if node is None:
            return
        for tag in path:
            node = etree.SubElement(node, tag)
        node.text = text
        node.attrib.update(attributes)

    def data_type(self, root: etree._Element) -> None:
        if (node := self.pick(root, f"{CBC}ValueDataTypeCode")) is not None:
            node.text = self.random.choice(DATA_TYPES.split())

    def answer(self, root: etree._Element) -> None:
        """Another data type for an answered question, with or without the answer's element."""
        node = self.pick(root, CRITERION_RESPONSE)
        if node is None:
            return
        asked = node.findtext(ANSWERED_PROPERTY)
        for question in root.iter(f"{CAC}TenderingCriterionProperty"):
            if question.findtext(ID) == asked:
                for code in question.iterchildren(f"{CBC}ValueDataTypeCode"):
                    code.text = self.random.choice(DATA_TYPES.split())
        if self.random.random() < 0.5:
            for one in node.iterchildren(VALUE):
                new = etree.SubElement(one, f"{CBC}{self.random.choice(ANSWERS.split())}")
                new.set(
                    *self.random.choice([("unitCode", "YEAR"), ("format", "PERCENTAGE"), ("unitCode", "x")])
                )

    def flip(self, root: etree._Element) -> None:
        if (node := self.pick(root, f"{CBC}ResponseIndicator")) is not None:
            node.text = {"true": "false"}.get(
                node.text or "", " 1 " if self.random.random() < 0.2 else "true"
            )

    def role(self, root: etree._Element) -> None:
        for node in root.iter(f"{CBC}RoleCode"):
            node.text = self.random.choice(("group-lead", "subcont", "group-mem", "sole-tenderer", "other"))

    def comment(self, root: etree._Element) -> None:
        if (node := self.leaf(root)) is not None:
            node.insert(0, self.random.choice([etree.Comment("x"), etree.PI("x", "y")]))
            node[0].tail = self.random.choice(["", node.text or "", "z"])

    def sub_criterion(self, root: etree._Element) -> None:
        """A national group, which need not be in the taxonomy."""
        node = self.pick(root, f"{CAC}TenderingCriterionPropertyGroup")
        criterion = self.pick(root, f"{CAC}TenderingCriterion")
        if node is not None and criterion is not None:
            group = copy.deepcopy(node)
            below = etree.SubElement(criterion, f"{CAC}SubTenderingCriterion")
            below.append(group)
            for id_ in group.iterchildren(ID):
                id_.text = "national"

    def repeat_answer(self, root: etree._Element) -> None:
        """A second answer to one question, or the answer to another."""
        node, other = self.pick(root, CRITERION_RESPONSE), self.pick(root, CRITERION_RESPONSE)
        if node is not None and other is not None:
            for one in node.iterchildren(ANSWERED_PROPERTY):
                one.text = other.findtext(ANSWERED_PROPERTY)
