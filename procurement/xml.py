"""The only place that builds an XML parser: no DTD, no entity, no network, bounded size and depth."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, Protocol, cast

from lxml import etree

from procurement.errors import DomainError

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 100
CHUNK = 16 * 1024
TOO_DEEP = "Ce fichier XML est imbriqué trop profondément pour être lu."


class SchemaError(Protocol):
    """An entry of libxml2's log: `path` is where, None when there is no tree to be in."""

    type_name: str
    message: str
    path: str | None


class XmlRefused(DomainError):
    """Ce fichier XML n'est pas lisible. Il n'a pas été interprété; exportez-le de nouveau depuis son outil."""

    code = "xml_refused"
    status = 422


def parse_xml(
    data: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    max_nodes: int | None = None,
    long_texts: bool = False,
) -> etree._Element:
    """The root element of a well-formed document without DOCTYPE; XmlRefused for anything else.

    Comments, processing instructions and white space are kept. `long_texts` lifts libxml2's own limit of 10 MB for
    one text (a signature that holds its document in base64); the bounds given here stay. `max_nodes` counts
    elements, comments and processing instructions.

    lxml accepts a DOCTYPE even when told not to resolve entities, so its presence alone is refused
    (billion laughs, external entities, parameter entities): before the document is read, for it comes first.
    libxml2 stops at 256 levels by itself (2048 with `long_texts`): no tree is costly to walk.
    """
    if len(data) > max_bytes:
        raise XmlRefused(f"Ce fichier XML est trop volumineux (plus de {max_bytes // 1048576} Mo).")
    heard = Prolog() if max_nodes is None else Counter(max_nodes)
    try:
        listen(data, strict_parser(long_texts=long_texts, target=heard))
        root = etree.fromstring(data, strict_parser(long_texts=long_texts))
    except etree.XMLSyntaxError as error:
        raise malformed(error) from None
    if deeper_than(max_depth)(root):
        raise XmlRefused(TOO_DEEP)
    return root


def strict_parser(*, long_texts: bool, target: Any = None) -> etree.XMLParser:
    """`target` hears of the events it has methods for; none is demanded, whatever lxml's published types say."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=long_texts, target=target
    )


def listen(data: bytes, parser: etree.XMLParser) -> None:
    """In pieces: the parser reads on to the end of what it was given, even when nobody listens any more."""
    with suppress(PrologOver):
        for start in range(0, len(data), CHUNK):
            parser.feed(data[start : start + CHUNK])
        parser.close()


def malformed(error: etree.XMLSyntaxError) -> XmlRefused:
    if "Excessive depth" in str(error):
        return XmlRefused(TOO_DEEP)
    return XmlRefused(
        "Ce fichier n'est pas un XML bien formé : il n'a pas été interprété. "
        "Exportez-le de nouveau depuis l'outil qui l'a produit.",
        line=getattr(error, "lineno", None),
    )


@cache
def deeper_than(levels: int) -> etree.XPath:
    """One step for each level: a twentieth of the time of a parser that counts them in Python."""
    return etree.XPath(f"boolean({'/*' * (levels + 1)})")


class PrologOver(Exception):
    """The first element begins: no DOCTYPE can come any more."""


class Prolog:
    """What the parser meets before the first element. It hears of it without a tree."""

    def doctype(self, *_: object) -> None:
        raise XmlRefused(
            "Ce fichier XML déclare un type de document (DOCTYPE), ce que la plateforme refuse "
            "par sécurité. Exportez-le sans cette déclaration."
        )

    def start(self, *_: object) -> None:
        raise PrologOver

    def close(self) -> None:
        """Nothing to give: the tree is made apart."""


class Counter(Prolog):
    """What it meets in the whole document, up to one node too many.

    Counting while a tree grows needs comments among lxml's events; its parser and tree then hold each other, and
    megabytes a document wait for the garbage collector.
    """

    def __init__(self, most: int) -> None:
        self.left = most

    def start(self, *_: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise XmlRefused("Ce fichier XML contient trop d'éléments pour être lu.")

    comment = pi = start


def held_schema(files: Mapping[str, bytes], entry: str) -> etree.XMLSchema:
    """A schema of ours compiled from memory: what `entry` includes or imports is one of `files`, nothing else."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    parser.resolvers.add(_Held(files))
    return etree.XMLSchema(etree.fromstring(files[entry], parser, base_url=entry))


def streamed_errors(root: etree._Element, schema: etree.XMLSchema, limit: int) -> list[SchemaError]:
    """What the schema finds, element after element, given up soon after `limit`: without a tree, libxml2 does not
    number the place of each error among its siblings, which costs it the square of their number."""
    parser = etree.XMLParser(schema=schema, resolve_entities=False, no_network=True, load_dtd=False)
    data = etree.tostring(root)
    try:
        for start in range(0, len(data), CHUNK):
            parser.feed(data[start : start + CHUNK])
            if len(parser.feed_error_log) >= limit:
                break
        else:
            parser.close()
    except etree.XMLSyntaxError:
        pass  # raised at the end of a document that the schema refuses
    return list(cast("Iterable[SchemaError]", parser.feed_error_log))


class _Held(etree.Resolver):
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def resolve(self, system_url: str, public_id: str, context: object) -> Any:  # type: ignore[override]
        """By file name alone; a KeyError (a file of ours is missing) ends the compilation."""
        return self.resolve_string(self._files[system_url.rpartition("/")[2]], context, base_url=system_url)
