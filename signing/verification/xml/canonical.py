"""Canonical XML (W3C C14N 1.0 and 1.1, Exclusive C14N 1.0) of a part of a document.

libxml2's own, as lxml offers it, forgets the namespaces and xml: attributes of ancestors when it is given an element
that is not the root, and knows no set of nodes: a signature needs both.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from signing.verification.xml.algorithms import Canonicalization
from signing.verification.xml.names import is_comment, is_element, local_name

_XML = "{http://www.w3.org/XML/1998/namespace}"
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)

#: What costs as much as a node: lxml reads attributes in the square of their number, namespaces one by one.
_ATTRIBUTES_A_NODE = 2_000
_NAMESPACES_A_NODE = 8
CHARACTERS_A_NODE = 1_500

#: Prefix -> namespace, "" for the default.
Scope = Mapping[str, str]


class TooMuchWork(ValueError):
    """Signed references ask for more computation than any honest signature."""


class Unsupported(ValueError):
    """A rare case of Canonical XML that is not written here; the message is French."""


@dataclass
class Budget:
    """Nodes that may still be canonicalized for one file, all signatures together."""

    nodes: int

    def spend(self, nodes: int) -> None:
        self.nodes -= nodes
        if self.nodes < 0:
            raise TooMuchWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSet:
    """The subtree of `apex`; all of the document, with what surrounds its root, when `is_document`.

    `omitted` are roots of subtrees left out; `filters` say for each node whether it stays (XPath transforms).
    """

    apex: etree._Element
    is_document: bool = False
    comments: bool = False
    omitted: frozenset[etree._Element] = frozenset()
    filters: tuple[NodeFilter, ...] = ()

    def without(self, element: etree._Element) -> NodeSet:
        return replace(self, omitted=self.omitted | {element})

    def text(self) -> str:
        """The string value, which base64 decodes: the texts in document order without the tags."""
        return "".join(_Walk(self, Canonicalization(), None).texts())

    def left_out(self, element: etree._Element) -> Iterator[etree._Element]:
        """Highest parts of `element`, itself or inside it, that are not in the set or lack a text of theirs."""
        lineage = [element, *element.iterancestors()]
        if self.apex not in lineage or any(node in self.omitted for node in lineage):
            yield element
            return
        if not self.filters:
            yield from (node for node in self.omitted if element in node.iterancestors())
            return
        walk = _Walk(self, Canonicalization(), None)
        yield from walk.left_out(element, walk.inside(element.getparent()))

    def holds(self, element: etree._Element) -> bool:
        """Whether the set has all of that element."""
        return next(self.left_out(element), None) is None


class NodeFilter(ABC):
    """One step of visibility. `enter` gives the state inside a node from that outside, `keeps` reads it."""

    @abstractmethod
    def root(self) -> object: ...

    @abstractmethod
    def enter(self, state: object, node: etree._Element, kind: str) -> object: ...

    @abstractmethod
    def keeps(self, state: object) -> bool: ...


def canonicalize(nodes: NodeSet, method: Canonicalization, budget: Budget | None = None) -> bytes:
    """Raises TooMuchWork and Unsupported."""
    return "".join(_Walk(nodes, method, budget).octets()).encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class _Context:
    """What an element inherits: namespaces as last written, and states of the filters."""

    rendered: Scope = field(default_factory=dict)
    states: tuple[object, ...] = ()
    is_parent_visible: bool = False


class _Walk:
    def __init__(self, nodes: NodeSet, method: Canonicalization, budget: Budget | None) -> None:
        self.nodes, self.method, self.budget = nodes, method, budget
        self.comments = nodes.comments and method.comments

    def octets(self) -> Iterator[str]:
        context = self.start()
        if not self.nodes.is_document:
            yield from self._node(self.nodes.apex, context)
            return
        root = self.nodes.apex
        for node in reversed(list(root.itersiblings(preceding=True))):
            for part in self._node(node, context):
                yield f"{part}\n"
        yield from self._node(root, context)
        for node in root.itersiblings():
            for part in self._node(node, context):
                yield f"\n{part}"

    def texts(self) -> Iterator[str]:
        yield from self._texts(self.nodes.apex, self.start())

    def _texts(self, element: etree._Element, outer: _Context) -> Iterator[str]:
        if element in self.nodes.omitted or not is_element(element):
            return
        states = self._enter(outer.states, element, "node")
        inner = _Context(states=states)
        if element.text and self._keeps(self._enter(states, element, "text")):
            yield element.text
        for node in element:
            yield from self._texts(node, inner)
            if node.tail and self._keeps(self._enter(states, node, "tail")):
                yield node.tail

    def left_out(self, element: etree._Element, outer: _Context) -> Iterator[etree._Element]:
        states = self._enter(outer.states, element, "node")
        texts = [self._enter(states, element, "text")] if element.text else []
        texts += [self._enter(states, node, "tail") for node in element if node.tail]
        if element in self.nodes.omitted or not all(self._keeps(state) for state in (states, *texts)):
            yield element
            return
        for node in element.iterchildren(etree.Element):
            yield from self.left_out(node, _Context(states=states))

    def start(self) -> _Context:
        """States at the apex come from its ancestors: a filter may have chosen one of them."""
        return self.inside(self.nodes.apex.getparent())

    def inside(self, parent: etree._Element | None) -> _Context:
        states = tuple(each.root() for each in self.nodes.filters)
        if states and parent is not None:
            for node in (*reversed(list(parent.iterancestors())), parent):
                states = self._enter(states, node, "node")
        return _Context(states=states)

    def _enter(self, states: tuple[object, ...], node: etree._Element, kind: str) -> tuple[object, ...]:
        return tuple(
            each.enter(state, node, kind) for each, state in zip(self.nodes.filters, states, strict=True)
        )

    def _keeps(self, states: tuple[object, ...]) -> bool:
        return all(each.keeps(state) for each, state in zip(self.nodes.filters, states, strict=True))

    def _pay(self, nodes: int) -> None:
        if self.budget is not None:
            self.budget.spend(nodes)

    def _node(self, node: etree._Element, outer: _Context) -> Iterator[str]:
        self._pay(1)
        if node in self.nodes.omitted:
            return
        states = self._enter(outer.states, node, "node") if outer.states else ()
        is_visible = self._keeps(states)
        if is_element(node):
            yield from self._element(node, outer, states, is_visible=is_visible)
        elif is_visible and (self.comments or not is_comment(node)):
            yield _outside_elements(node)

    def _element(
        self, element: etree._Element, outer: _Context, states: tuple[object, ...], *, is_visible: bool
    ) -> Iterator[str]:
        rendered, name = outer.rendered, ""
        if is_visible:
            rendered, tag, name = self._start_tag(element, outer)
            yield tag
        inner = _Context(rendered, states, is_visible)
        if element.text and self._keeps(self._enter(states, element, "text")):
            self._pay(len(element.text) // CHARACTERS_A_NODE)
            yield element.text.translate(_TEXT)
        for node in element:
            yield from self._node(node, inner)
            if node.tail and self._keeps(self._enter(states, node, "tail")):
                yield node.tail.translate(_TEXT)
        if is_visible:
            yield f"</{name}>"

    def _start_tag(self, element: etree._Element, outer: _Context) -> tuple[Scope, str, str]:
        """Namespaces written so far, the tag, and its name."""
        self._pay(len(element.attrib) ** 2 // _ATTRIBUTES_A_NODE)
        scope = {prefix or "": uri or "" for prefix, uri in element.nsmap.items()}
        self._pay(len(scope) // _NAMESPACES_A_NODE)
        attributes = self._attributes(element, outer)
        names = {key: _attribute_name(element, key, scope) for key in attributes}
        written = self._namespaces(element, scope, names.values(), outer.rendered)
        name = f"{element.prefix}:{local_name(element)}" if element.prefix else local_name(element)
        tag = [f"<{name}"]
        tag += [
            f' xmlns{":" if prefix else ""}{prefix}="{uri.translate(_ATTRIBUTE)}"'
            for prefix, uri in sorted(written.items())
        ]
        tag += [
            f' {names[key]}="{attributes[key].translate(_ATTRIBUTE)}"'
            for key in sorted(attributes, key=_order)
        ]
        return {**outer.rendered, **written} if written else outer.rendered, "".join((*tag, ">")), name

    def _namespaces(
        self, element: etree._Element, scope: Scope, attributes: Iterable[str], rendered: Scope
    ) -> dict[str, str]:
        """Those to write: in scope (or, when exclusive, used or listed) and not written with that value already."""
        wanted = set(scope)
        if self.method.exclusive:
            used = {name.partition(":")[0] for name in attributes if ":" in name}
            listed = {"" if prefix == "#default" else prefix for prefix in self.method.prefixes}
            wanted = used | {element.prefix or ""} | (listed & set(scope))
        elif "" not in scope:
            wanted.add("")
        return {
            prefix: scope.get(prefix, "")
            for prefix in wanted - {"xml"}
            if rendered.get(prefix, "" if not prefix else None) != scope.get(prefix, "")
        }

    def _attributes(self, element: etree._Element, outer: _Context) -> dict[str, str]:
        """With the xml: attributes of ancestors that were left out (C14N 1.0 2.4, 1.1 2.4)."""
        own = {str(key): str(value) for key, value in element.attrib.items()}
        if self.method.exclusive or outer.is_parent_visible:
            return own
        inherited: dict[str, str] = {}
        for ancestor in element.iterancestors():
            for key, value in ancestor.attrib.items():
                if str(key).startswith(_XML):
                    inherited.setdefault(str(key), str(value))
        if self.method.version_11:
            inherited.pop(f"{_XML}id", None)
            if f"{_XML}base" in inherited:
                raise Unsupported(
                    "La signature emploie xml:base avec une forme canonique qui n'est pas prise en charge."
                )
        return inherited | own


def _attribute_name(element: etree._Element, key: str, scope: Scope) -> str:
    """As written: lxml tells the namespace of an attribute but not its prefix."""
    if key[0] != "{":
        return key
    uri, _, local = key[1:].partition("}")
    if f"{{{uri}}}" == _XML:
        return f"xml:{local}"
    prefixes = [prefix for prefix, bound in scope.items() if prefix and bound == uri]
    if len(prefixes) == 1:
        return f"{prefixes[0]}:{local}"
    find = etree.XPath("name(@*[local-name() = $local and namespace-uri() = $uri])")
    return str(find(element, local=local, uri=uri))


def _order(key: str) -> tuple[str, str]:
    """By namespace, those without one first, then by local name."""
    uri, _, local = key.rpartition("}")
    return uri[1:], local


def _outside_elements(node: etree._Element) -> str:
    text = (node.text or "").replace("\r", "&#xD;")
    if is_comment(node):
        return f"<!--{text}-->"
    target = getattr(node, "target", "")
    return f"<?{target} {text}?>" if text else f"<?{target}?>"
