"""XPath as a transform of XML Signature: the filter of XPath 1.0 and XPath Filter 2.0, within bounds.

An expression comes from a stranger: what could make it long to evaluate is refused, not tried.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from signing.verification.xml.canonical import Budget, NodeFilter
from signing.verification.xml.names import text_of

XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
XPATH_FILTER_2 = "http://www.w3.org/2002/06/xmldsig-filter2"

MAX_EXPRESSION = 500
MAX_STEPS = 10
#: Elements times bytes of text: what comparing strings at each node may cost.
MAX_COMPARISONS = 200_000_000
_COMPARISONS_A_NODE = 1_000
#: Axes that walk the document again at each node.
_SIDEWAYS = re.compile(r"following|preceding")
_DOWNWARDS = re.compile(r"//|descendant")
_COMPARES = re.compile(r"[=<>]|string|contains|starts-with|concat|translate|substring|normalize|number|sum")
_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
_HERE = re.compile(r"here\s*\(\s*\)\s*/")
_BRACKETS = re.compile(r"\[(.*)\]", re.DOTALL)
_ID = re.compile(r"(?<![\w:.-])id\s*\(")
_OPERATIONS = frozenset({"intersect", "subtract", "union"})

Ids = Mapping[str, etree._Element]  # noqa: SLF001
Key = tuple[etree._Element, str]  # noqa: SLF001  lxml's own name for the type


class RefusedExpression(ValueError):
    """An XPath expression that is wrong, or that could be long to evaluate."""


@dataclass(frozen=True, slots=True, eq=False)
class Chosen(NodeFilter):
    """XPath 1.0: the very nodes for which the expression is true."""

    keys: frozenset[Key]

    def root(self) -> object:
        return False

    def enter(self, state: object, node: etree._Element, kind: str) -> object:
        return (node, kind) in self.keys

    def keeps(self, state: object) -> bool:
        return bool(state)


@dataclass(frozen=True, slots=True, eq=False)
class Subtrees(NodeFilter):
    """XPath Filter 2.0: operations, in order, with the subtrees of the nodes that each expression found."""

    steps: tuple[tuple[str, frozenset[Key], bool], ...]  # the last: the document itself was found

    def root(self) -> object:
        return tuple(is_all for _, _, is_all in self.steps)

    def enter(self, state: Any, node: etree._Element, kind: str) -> object:
        return tuple(
            inside or (node, kind) in keys for inside, (_, keys, _) in zip(state, self.steps, strict=True)
        )

    def keeps(self, state: Any) -> bool:
        kept = True
        for inside, (operation, _, _) in zip(state, self.steps, strict=True):
            if operation == "union":
                kept = kept or inside
            else:
                kept = kept and (inside if operation == "intersect" else not inside)
        return kept


def xpath_filter(transform: etree._Element, root: etree._Element, ids: Ids, budget: Budget) -> Chosen:
    """Raises RefusedExpression."""
    element = next(transform.iterchildren("{*}XPath"), None)
    if element is None:
        raise RefusedExpression
    expression = _expression(element, root, budget, is_predicate=True)
    keys = _keys(_evaluate(f"(//.)[boolean({expression})]", element, root, ids))
    owners = {node for node, kind in keys if kind == "node"}
    attributes = _evaluate(f"(//@*)[boolean({expression})]", element, root, ids)
    if len(attributes) != sum(len(node.attrib) for node in owners if isinstance(node.tag, str)):
        raise RefusedExpression  # attributes chosen without their element, or the reverse: not followed here
    return Chosen(keys)


def xpath_filter_2(transform: etree._Element, root: etree._Element, ids: Ids, budget: Budget) -> Subtrees:
    """Raises RefusedExpression."""
    elements = list(transform.iterchildren(f"{{{XPATH_FILTER_2}}}XPath"))
    if not elements or len(elements) > MAX_STEPS:
        raise RefusedExpression
    return Subtrees(tuple(_step(element, root, ids, budget) for element in elements))


def _step(
    element: etree._Element, root: etree._Element, ids: Ids, budget: Budget
) -> tuple[str, frozenset[Key], bool]:
    operation = element.get("Filter", "")
    if operation not in _OPERATIONS:
        raise RefusedExpression
    expression = _expression(element, root, budget, is_predicate=False)
    return operation, _keys(_evaluate(expression, element, root, ids)), expression.strip() == "/"


def _expression(element: etree._Element, root: etree._Element, budget: Budget, *, is_predicate: bool) -> str:
    """The text, with id() as signatures understand it."""
    expression = text_of(element)
    if not expression or len(expression) > MAX_EXPRESSION:
        raise RefusedExpression
    bare = _LITERAL.sub("''", expression)
    predicates = [bare] if is_predicate else _BRACKETS.findall(bare)
    if _SIDEWAYS.search(bare) or len(_DOWNWARDS.findall(bare)) > 1 or not all(map(_is_local, predicates)):
        raise RefusedExpression
    _spend(" ".join(predicates), root, budget)
    return _ID.sub("signed-id(", expression)


def _is_local(predicate: str) -> bool:
    """It looks at the node, its attributes, its children and its ancestors, and from these at nothing more."""
    steps = _HERE.sub("", predicate)
    nested = " ".join(_BRACKETS.findall(steps))
    return not ("/" in steps or _DOWNWARDS.search(steps) or "ancestor" in nested or "[" in nested)


def _spend(predicate: str, root: etree._Element, budget: Budget) -> None:
    elements = sum(1 for _ in root.iter())
    budget.spend(elements)
    if _COMPARES.search(predicate):
        comparisons = elements * sum(len(part) for part in root.itertext())
        if comparisons > MAX_COMPARISONS:
            raise RefusedExpression
        budget.spend(comparisons // _COMPARISONS_A_NODE)


def _evaluate(expression: str, element: etree._Element, root: etree._Element, ids: Ids) -> list[Any]:
    def signed_id(_context: Any, names: Any) -> list[etree._Element]:
        wanted = names if isinstance(names, str) else " ".join(str(name) for name in names)
        return [ids[name] for name in wanted.split() if name in ids]

    functions = {(None, "signed-id"): signed_id, (None, "here"): lambda _context: [element]}
    namespaces = {prefix: uri for prefix, uri in element.nsmap.items() if prefix and uri}
    try:
        found = etree.XPath(expression, namespaces=namespaces, extensions=functions)(root.getroottree())
    except (etree.XPathError, etree.LxmlError, ValueError, TypeError):
        raise RefusedExpression from None
    if not isinstance(found, list):
        raise RefusedExpression
    return found


def _keys(found: list[Any]) -> frozenset[Key]:
    return frozenset(key for item in found if (key := _key(item)) is not None)


def _key(item: Any) -> Key | None:
    """A node, or a text by the element it follows; attributes go with their element."""
    if etree.iselement(item):
        return item, "node"
    if getattr(item, "is_text", False):
        return item.getparent(), "text"
    if getattr(item, "is_tail", False):
        return item.getparent(), "tail"
    return None
