"""Small documents of one version, each changed once in a way that may or may not break the schema. Seeded."""

import copy
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from procurement.xml import XmlRefused, parse_xml

#: Where the samples of a version are, below /shared/data/dume.
SAMPLES = {
    "2.0.2": ("2.0.2/samples",),
    "2.1.1": ("2.1.1/samples",),
    "3.3.0": (
        "3.3.0/samples",
        "other-versions/3.0.0",
        "other-versions/3.0.1",
        "other-versions/3.1.0",
        "other-versions/3.2.0",
    ),
    "4.1.0": ("4.1.0/samples", "other-versions/4.0.0"),
    "5.0.0-alpha": ("5.0.0-alpha/samples",),
}
#: How many like siblings a slim document keeps under its root: the rest says the same again.
KEPT = 3
TEXTS = (
    "",
    " ",
    "x",
    "été",
    "0",
    "-1",
    "1.5",
    "1,5",
    "1e3",
    "+7",
    "true",
    "TRUE",
    "oui",
    "2024-02-29",
    "2023-02-29",
    "2024-1-5",
    "2024-05-06Z",
    "2024-05-06T10:00:00",
    "10:00:00",
    "10:00",
    "25:00:00",
    "QUJD",
    "a b\n c",
    " 12 ",
)
ATTRIBUTES = (
    "schemeID",
    "listID",
    "currencyID",
    "unitCode",
    "languageID",
    "languageLocaleID",
    "format",
    "mimeCode",
    "name",
    "listURI",
    "schemeURI",
    "uri",
    "unknown",
    "{urn:x}foreign",
)
LANGUAGES = ("fr", "fr-FR", "", "f r", "français", "123456789")


def sample_files(data: Path, version: str) -> list[Path]:
    folders = [data / "dume" / folder for folder in SAMPLES[version]]
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() == ".xml")


def roots(data: Path, version: str) -> Iterator[tuple[Path, etree._Element]]:
    for path in sample_files(data, version):
        try:
            yield path, parse_xml(path.read_bytes())
        except XmlRefused:
            continue


def slim(root: etree._Element) -> etree._Element:
    """The first, the last and one more of each kind of child of the root."""
    small = copy.deepcopy(root)
    by_tag: dict[str, list[etree._Element]] = {}
    for child in small.iterchildren("*"):
        by_tag.setdefault(str(child.tag), []).append(child)
    for like in by_tag.values():
        kept = {0, len(like) // 2, len(like) - 1} if len(like) > KEPT else set(range(len(like)))
        for index, child in enumerate(like):
            if index not in kept:
                small.remove(child)
    return small


class Mutator:
    """`names` are the tags to choose from when an element is renamed or added."""

    def __init__(self, sources: list[etree._Element], names: list[str], seed: int) -> None:
        self.sources = sources
        self.names = sorted(names)
        self.random = random.Random(seed)  # noqa: S311 - a seed makes the same mutants each time
        self.changes: list[Callable[[etree._Element], None]] = [
            self.drop, self.drop, self.duplicate, self.rename, self.rename_to_sibling, self.empty, self.swap,
            self.move, self.add, self.add_value, self.write, self.write, self.write_between, self.set_attribute,
            self.drop_attribute, self.change_attribute, self.other_namespace, self.extend, self.leave_comment,
        ]  # fmt: skip

    def mutants(self, number: int) -> Iterator[tuple[str, etree._Element]]:
        """`number` times: what was done, the document."""
        for _ in range(number):
            root = copy.deepcopy(self.random.choice(self.sources))
            change = self.random.choice(self.changes)
            change(root)
            yield change.__name__, root

    def pick(self, root: etree._Element) -> etree._Element:
        """Places first, then one of the elements there: a response has thousands of values and one buyer."""
        places: dict[tuple[str, ...], list[etree._Element]] = {}
        for node in root.iterdescendants("*"):
            ancestors = [str(one.tag) for one in node.iterancestors()]
            places.setdefault((str(node.tag), *ancestors), []).append(node)
        return self.random.choice(places[self.random.choice(sorted(places))])

    def leaf(self, root: etree._Element) -> etree._Element:
        node = self.pick(root)
        while len(node):
            node = self.random.choice(list(node))
        return node

    def drop(self, root: etree._Element) -> None:
        node = self.pick(root)
        node.getparent().remove(node)

    def duplicate(self, root: etree._Element) -> None:
        node = self.pick(root)
        node.addnext(copy.deepcopy(node))

    def rename(self, root: etree._Element) -> None:
        self.pick(root).tag = self.random.choice(self.names)

    def rename_to_sibling(self, root: etree._Element) -> None:
        node = self.pick(root)
        node.tag = self.random.choice([one.tag for one in node.getparent().iterchildren("*")])

    def empty(self, root: etree._Element) -> None:
        node = self.pick(root)
        for child in list(node):
            node.remove(child)
        node.text = None

    def swap(self, root: etree._Element) -> None:
        node = self.pick(root)
        parent = node.getparent()
        parent.insert(self.random.randrange(len(parent)), node)

    def move(self, root: etree._Element) -> None:
        node, elsewhere = self.pick(root), self.pick(root)
        if node is not elsewhere and node not in list(elsewhere.iterancestors()):
            elsewhere.addnext(node)

    def add(self, root: etree._Element) -> None:
        node = self.pick(root)
        node.insert(self.random.randrange(len(node) + 1), node.makeelement(self.random.choice(self.names)))

    def add_value(self, root: etree._Element) -> None:
        node = self.pick(root)
        new = node.makeelement(self.random.choice(self.names))
        new.text = self.random.choice(TEXTS)
        node.addnext(new)

    def write(self, root: etree._Element) -> None:
        self.leaf(root).text = self.random.choice(TEXTS)

    def write_between(self, root: etree._Element) -> None:
        self.pick(root).tail = self.random.choice(TEXTS)

    def set_attribute(self, root: etree._Element) -> None:
        self.pick(root).set(self.random.choice(ATTRIBUTES), self.random.choice(TEXTS + LANGUAGES))

    def with_attributes(self, root: etree._Element) -> etree._Element:
        bearing = [node for node in root.iterdescendants("*") if node.attrib]
        tag = self.random.choice(sorted({str(node.tag) for node in bearing}))
        return self.random.choice([node for node in bearing if node.tag == tag])

    def drop_attribute(self, root: etree._Element) -> None:
        attributes = self.with_attributes(root).attrib
        del attributes[self.random.choice(sorted(attributes))]

    def change_attribute(self, root: etree._Element) -> None:
        attributes = self.with_attributes(root).attrib
        attributes[self.random.choice(sorted(attributes))] = self.random.choice(TEXTS + LANGUAGES)

    def other_namespace(self, root: etree._Element) -> None:
        node = self.pick(root)
        node.tag = (
            f"{{{self.random.choice(['', 'urn:x', *root.nsmap.values()])}}}{etree.QName(node).localname}"
        )

    def extend(self, root: etree._Element) -> None:
        """UBL's place for what is foreign, empty or not, at the root or deeper."""
        node = self.random.choice([root, self.pick(root)])
        space = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
        extensions = etree.Element(f"{{{space}}}UBLExtensions")
        one = etree.SubElement(extensions, f"{{{space}}}UBLExtension")
        if self.random.random() < 0.7:
            content = etree.SubElement(one, f"{{{space}}}ExtensionContent")
            if self.random.random() < 0.7:
                etree.SubElement(
                    content, self.random.choice(["{urn:x}Foreign", "Bare", *self.names])
                ).text = "x"
        node.insert(self.random.choice([0, 0, len(node)]), extensions)

    def leave_comment(self, root: etree._Element) -> None:
        node = self.pick(root)
        node.insert(0, self.random.choice([etree.Comment("x"), etree.PI("x", "y")]))
