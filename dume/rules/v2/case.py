"""One document before the rules of version 2: its index, its edition, and what several rules ask."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice

from lxml import etree

from dume.criteria import lookup
from dume.rules.findings import Fired, Flag
from dume.rules.ubl.index import (
    ANSWERED_PROPERTY,
    CAC,
    CBC,
    CRITERION,
    CRITERION_RESPONSE,
    ID,
    PROPERTY,
    WHITE_SPACE,
    Index,
    along,
    child_texts,
    cut,
    string,
    texts,
)
from dume.rules.ubl.words import quoted
from dume.rules.v2.edition import Edition
from dume.rules.v2.taxonomy import Content, Taxonomy, taxonomy
from dume.rules.v2.wording import RULES

Parts = dict[str, list[etree._Element]]  # noqa: SLF001 - lxml's own name for its type
TYPE_OF_APPLICATION = f"{CBC}QualificationApplicationTypeCode"
CRITERION_CODE = f"{CBC}CriterionTypeCode"
ROLE = f"{CBC}RoleCode"
DATA_TYPE = f"{CBC}ValueDataTypeCode"
VALUE = f"{CAC}ResponseValue"
INDICATOR = f"{CBC}ResponseIndicator"
INDICATORS = {"true": True, "1": True, "false": False, "0": False}
#: 2.1.1 still reads the words of 2.0.2.
FULL = {"EXTENDED", "SELFCONTAINED"}
#: UBL puts ID, code and name of a criterion first.
HEAD = 8


class Case(Index):
    def __init__(self, root: etree._Element, edition: Edition) -> None:
        super().__init__(root)
        self.edition = edition
        self._allowed: dict[etree._Element | None, Content | None] = {}
        self._parents: dict[etree._Element | None, list[str]] = {}
        self._data_types: dict[str, frozenset[str]] = {}
        self._said: dict[str, frozenset[bool]] = {}
        self.said_above: dict[etree._Element, frozenset[bool]] = {}

    def ids(self, node: etree._Element | None) -> list[str]:
        return [] if node is None else [string(one) for one in self.parts(node).get(ID, ())]

    def said(self, node: etree._Element, tag: str) -> list[str]:
        """The texts of its children of this tag, one in a sound document."""
        return [string(one) for one in self.parts(node).get(tag, ())]

    @cached_property
    def types_of_application(self) -> list[str]:
        return child_texts(self.root, TYPE_OF_APPLICATION)

    @cached_property
    def is_extended(self) -> bool:
        """2.1.1 folds the case, 2.0.2 does not and knows one word only."""
        if self.edition.is_first:
            return "SELFCONTAINED" in self.types_of_application
        return any(one.upper() in FULL for one in self.types_of_application)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """Without a type of application 2.1.1 compares with BASIC, 2.0.2 with the larger one."""
        full = self.is_extended
        if self.edition.is_first:
            full = not any(one != "SELFCONTAINED" for one in self.types_of_application)
        return taxonomy(self.edition.version, "EXTENDED" if full else "BASIC")

    def allowed_in(self, group: etree._Element | None) -> Content | None:
        """What the taxonomy allows the properties of a group to be; None for a group that it does not know."""
        if group not in self._allowed:
            found = self.taxonomy.contents_of(self.ids(group))
            self._allowed[group] = Content.of_all(found) if found else None
        return self._allowed[group]

    @cached_property
    def criteria(self) -> list[etree._Element]:
        """Those of the root: the rules on the whole document read no others."""
        return list(self.root.iterchildren(CRITERION))

    def coded(self, prefix: str) -> list[etree._Element]:
        return [one for one in self.criteria if self.has_code(one, prefix)]

    def has_code(self, criterion: etree._Element, prefix: str) -> bool:
        return any(code.startswith(prefix) for code in self.said(criterion, CRITERION_CODE))

    @cached_property
    def answered(self) -> set[str]:
        """The property ids that the answers of the root point to."""
        return {
            string(one)
            for response in self.root.iterchildren(CRITERION_RESPONSE)
            for one in self.parts(response).get(ANSWERED_PROPERTY, ())
        }

    def parents(self, group: etree._Element) -> list[str]:
        """The ids of what holds a group, those that the taxonomy knows as holders of groups."""
        above = group.getparent()
        if above not in self._parents:
            self._parents[above] = [one for one in self.ids(above) if one in self.taxonomy.holders]
        return self._parents[above]

    def data_types_of(self, property_id: str) -> frozenset[str]:
        """What the questions of this id expect."""
        if property_id not in self._data_types:
            self._data_types[property_id] = frozenset(
                text
                for prop in self.keyed(PROPERTY, ID).get(property_id, ())
                for node in self.parts(prop).get(DATA_TYPE, ())
                for text in texts(node)
            )
        return self._data_types[property_id]

    def yes_or_no(self, property_id: str) -> frozenset[bool]:
        """What was answered to the questions of this id; anything else than yes or no is not heard."""
        if property_id not in self._said:
            written = {
                string(node).strip(WHITE_SPACE)
                for answer in self.keyed(CRITERION_RESPONSE, ANSWERED_PROPERTY).get(property_id, ())
                for node in along(answer, VALUE, INDICATOR)
            }
            self._said[property_id] = frozenset(INDICATORS[text] for text in written if text in INDICATORS)
        return self._said[property_id]

    def plays(self, role: str) -> bool:
        """Whether exactly one role code of the document says so: what the official rules count."""
        return self.counted(ROLE, role) == 1


def distinct(keyed: Mapping[str, list[etree._Element]], keys: Iterable[str]) -> int:
    """How many elements have one of these keys; a lower bound where a key has several. Nothing is copied: in a hostile
    document everything has the same id."""
    found = [nodes for key in dict.fromkeys(keys) if (nodes := keyed.get(key))]
    if len(found) == 1:
        return len(found[0])
    return max(len({nodes[0] for nodes in found}), *(len(nodes) for nodes in found)) if found else 0


def criterion_of(node: etree._Element) -> etree._Element | None:
    if node.tag == CRITERION:
        return node
    return next(node.iterancestors(CRITERION), None)


def known_as(criterion: etree._Element) -> tuple[str, str]:
    """The part of the form and the French name of a criterion, or what the document calls it. Its identity is among
    its first children, and no more are read: it may be named in thousands of findings."""
    head = reversed(list(islice(criterion.iterchildren("*"), HEAD)))
    first = {child.tag: (child.text or "").strip() for child in head}
    code = first.get(CRITERION_CODE, "")
    known = lookup(uuid=first.get(ID, ""), code=code)
    if known:
        return known.part, known.name_fr
    return "", " ".join((first.get(f"{CBC}Name") or code).split())


def title_of(node: etree._Element) -> str:
    """Where in the form, for a sentence: the criterion that the element belongs to."""
    criterion = criterion_of(node)
    if criterion is None:
        return "Hors critère"
    part, name = known_as(criterion)
    return f"{f'Partie {part}, critère' if part else 'Critère'} {quoted(name) if name else 'sans nom'}"


def fire(
    rule: str,
    node: etree._Element,
    value: str = "",
    *,
    about: etree._Element | None = None,
    flag: Flag | None = None,
    **said: object,
) -> Fired:
    """`said` fills the sentence of the rule; `name` is that of the element, `title` of its criterion or of that of
    `about`, the question. `flag` is given where the same official rule has another one in requests, responses or
    editions."""
    usual, sentence = RULES[rule]
    if "{title}" in sentence:
        said["title"] = title_of(node if about is None else about)
    if "{name}" in sentence:
        said["name"] = node.tag.rpartition("}")[2]
    excerpt = cut(" ".join(value.split()))
    message = sentence.format(value=excerpt or "(vide)", **said) if "{" in sentence else sentence
    return Fired(rule, flag or usual, node, message, excerpt)


def missing(case: Case, node: etree._Element, needed: Iterable[tuple[str, str]]) -> list[Fired]:
    """Rules of presence: (tag of the child, rule that fires without it)."""
    held = case.parts(node)
    return [fire(rule, node) for tag, rule in needed if tag not in held]


def cac(*names: str) -> tuple[str, ...]:
    return tuple(f"{CAC}{name}" for name in names)


def cbc(name: str) -> str:
    return f"{CBC}{name}"
