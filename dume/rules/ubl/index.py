"""One pass over a UBL-family document: its elements by tag, then keys as a rule asks for them.

The words are XPath's own (`string`, `texts`, `keyed` for xsl:key), because that is how the official rules are
written and a rule here must fire exactly when they do. No rule walks the document again.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping

from lxml import etree

CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
EXT = "{urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2}"
REQUEST = "{urn:oasis:names:specification:ubl:schema:xsd:QualificationApplicationRequest-2}"
RESPONSE = "{urn:oasis:names:specification:ubl:schema:xsd:QualificationApplicationResponse-2}"
REQUEST_ROOT = f"{REQUEST}QualificationApplicationRequest"
RESPONSE_ROOT = f"{RESPONSE}QualificationApplicationResponse"

ID = f"{CBC}ID"
CRITERION = f"{CAC}TenderingCriterion"
SUB_CRITERION = f"{CAC}SubTenderingCriterion"
GROUP = f"{CAC}TenderingCriterionPropertyGroup"
SUBGROUP = f"{CAC}SubsidiaryTenderingCriterionPropertyGroup"
PROPERTY = f"{CAC}TenderingCriterionProperty"
CRITERION_RESPONSE = f"{CAC}TenderingCriterionResponse"
ANSWERED_PROPERTY = f"{CBC}ValidatedCriterionPropertyID"

#: A value in a finding is an excerpt (dume.rules.findings).
SHOWN = 200
#: XPath's normalize-space knows these four only; Python's strip() knows many more.
WHITE_SPACE = " \t\r\n"
ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")

Nodes = list[etree._Element]  # noqa: SLF001  lxml's own name for the type
Parts = dict[str, Nodes]


class Index:
    """The elements of one document in document order, by tag; read only."""

    __slots__ = ("_keys", "_parts", "by_tag", "root")

    def __init__(self, root: etree._Element) -> None:
        by_tag: defaultdict[str, Nodes] = defaultdict(list)
        for node in root.iter("*"):
            by_tag[node.tag].append(node)
        self.root = root
        self.by_tag: Mapping[str, Nodes] = dict(by_tag)
        self._keys: dict[tuple[str, str], dict[str, Nodes]] = {}
        self._parts: dict[etree._Element, Parts] = {}

    def all(self, *tags: str) -> Nodes:
        """Every element of these tags, one tag after the other."""
        if len(tags) == 1:
            return self.by_tag.get(tags[0], [])
        return [node for tag in tags for node in self.by_tag.get(tag, ())]

    def under(self, tag: str, *parents: str) -> Iterator[etree._Element]:
        """Elements whose parent, and its parents in turn, have these tags (nearest first): XPath `b/a` is a, b."""
        for node in self.by_tag.get(tag, ()):
            above = node.getparent()
            for parent in parents:
                if above is None or above.tag != parent:
                    break
                above = above.getparent()
            else:
                yield node

    def parts(self, node: etree._Element) -> Parts:
        """The children by tag, read once: criteria, groups and properties are asked by several rules."""
        found = self._parts.get(node)
        if found is None:
            found = self._parts[node] = parts(node)
        return found

    def keyed(self, tag: str, use: str) -> Mapping[str, Nodes]:
        """As xsl:key: the elements of a tag by the text of each of their children `use`."""
        key = (tag, use)
        if key not in self._keys:
            found: defaultdict[str, Nodes] = defaultdict(list)
            for node in self.by_tag.get(tag, ()):
                for part in self.parts(node).get(use, ()):
                    same = found[string(part)]
                    if not same or same[-1] is not node:
                        same.append(node)
            self._keys[key] = dict(found)
        return self._keys[key]

    def with_attribute(self, name: str) -> list[tuple[etree._Element, str]]:
        """Whatever the tag, one tag after the other: the element and what the attribute says."""
        return [
            (node, value)
            for nodes in self.by_tag.values()
            for node in nodes
            if (value := node.get(name)) is not None
        ]

    def attribute_values(self, name: str) -> set[str]:
        """What an attribute says anywhere; libxml2 gathers it in half the time of `with_attribute`."""
        found = self.root.xpath(f"descendant-or-self::*/@{name}", smart_strings=False)
        return {str(value) for value in found} if isinstance(found, list) else set()

    def counted(self, tag: str, text: str) -> int:
        """How many elements of this tag say exactly this text."""
        return sum(string(node) == text for node in self.by_tag.get(tag, ()))


def string(node: etree._Element) -> str:
    """The string value of XPath: all text inside, that of comments and processing instructions left out."""
    if len(node):
        return str(node.xpath("string()"))
    return node.text or ""


def texts(node: etree._Element) -> list[str]:
    """The text nodes that are its own children (XPath `text()`): a comment between two makes them two."""
    if len(node) == 0:
        return [node.text] if node.text else []
    return [text for text in (node.text, *(part.tail for part in node)) if text]


def parts(node: etree._Element) -> Parts:
    """The children by tag, for an element of which a rule reads several; comments are under a tag that none asks."""
    found: Parts = {}
    for part in node:
        tag = part.tag
        if tag in found:
            found[tag].append(part)
        else:
            found[tag] = [part]
    return found


def along(node: etree._Element, *path: str) -> Iterator[etree._Element]:
    """Every element along a path of tags, in document order (XPath `a/b/c`)."""
    if len(path) == 1:
        yield from node.iterchildren(path[0])
        return
    for part in node.iterchildren(path[0]):
        yield from along(part, *path[1:])


def has(node: etree._Element, *path: str) -> bool:
    return next(along(node, *path), None) is not None


def ids(node: etree._Element) -> list[str]:
    """The texts of its own cbc:ID, one in a sound document."""
    return [string(part) for part in node.iterchildren(ID)]


def child_texts(node: etree._Element, tag: str) -> list[str]:
    return [string(part) for part in node.iterchildren(tag)]


def says(nodes: Iterable[etree._Element], known: Container[str]) -> bool:
    """Whether one of them has a known text (XPath `nodes = known`)."""
    for node in nodes:  # noqa: SIM110  half the time of any(): asked of every property
        if string(node) in known:
            return True
    return False


def is_blank(text: str) -> bool:
    """normalize-space() = ''."""
    return not text.strip(WHITE_SPACE)


def ascii_lower(text: str) -> str:
    """The official rules fold case with translate() over A-Z; other letters stay."""
    return text.lower() if text.isascii() else text.translate(ASCII_LOWER)


def cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def shown(nodes: Iterable[str]) -> str:
    """Texts for a message, cut, joined by commas."""
    return cut(", ".join(nodes))
