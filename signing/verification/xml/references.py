"""Signed references of XML Signature (4.4.3): what each designates, and whether its digest is the signed one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import new as new_hash
from urllib.parse import unquote

from lxml import etree

from signing.verification.cms.algorithms import UnknownAlgorithm
from signing.verification.facts import Content, Sub
from signing.verification.xml import transforms
from signing.verification.xml.algorithms import DEFAULT_C14N, Canonicalization, digest_name
from signing.verification.xml.canonical import CHARACTERS_A_NODE, NodeSet, TooMuchWork, Unsupported
from signing.verification.xml.names import (
    DS,
    MANIFEST,
    OBJECT,
    SIGNATURE,
    Malformed,
    algorithm_of,
    children,
    octets_of,
    only,
)
from signing.verification.xml.transforms import RefusedTransform
from signing.verification.xml.xml_document import (
    MAX_BYTES,
    Ambiguous,
    NotDesignated,
    SignedDocument,
    is_same_document,
)

MAX_REFERENCES = 500
#: Documents given beside the signature that are tried, one after the other, for one reference with transforms.
_MAX_TRIALS = 20
_CHUNK = 1024 * 1024
OBJECT_TYPE = f"{DS}Object"
MANIFEST_TYPE = f"{DS}Manifest"

CHANGED = "Le document n'est pas celui qui a été signé\N{NO-BREAK SPACE}: son empreinte diffère."
CHANGED_PART = "Une partie signée de ce fichier a été modifiée\N{NO-BREAK SPACE}: son empreinte diffère."
NOT_FOUND = (
    "Le document signé n'a pas été fourni\N{NO-BREAK SPACE}: la signature ne peut pas lui être comparée."
)
NO_TARGET = "La signature porte sur une partie de ce fichier qui ne s'y trouve pas."
AMBIGUOUS = (
    "La signature porte sur un identifiant que plusieurs éléments du fichier partagent\N{NO-BREAK SPACE}: "
    "on ne peut pas dire lequel a été signé."
)
MOVED = (
    "Une partie signée a été déplacée à l'intérieur du fichier\N{NO-BREAK SPACE}: ce qu'il montre n'est pas ce qui a "
    "été signé."
)
UNKNOWN_DIGEST = "L'algorithme d'empreinte de la signature n'est pas pris en charge."
TOO_MUCH = "Les contrôles que demande cette signature sont trop nombreux pour être menés à leur terme."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFacts:
    """One ds:Reference. `intact` is None when it could not be compared."""

    element: etree._Element
    intact: bool | None = None
    problem: Sub | str = ""
    message: str = ""
    #: Nodes of this document that were digested; None for a document outside it.
    nodes: NodeSet | None = None
    #: The document outside that was digested.
    content: Content | None = None
    #: hashlib's name of the digest.
    algorithm: str = ""

    @property
    def uri(self) -> str | None:
        return self.element.get("URI")

    @property
    def type(self) -> str:
        return self.element.get("Type", "")

    @property
    def is_outside(self) -> bool:
        return not is_same_document(self.uri)


def check_references(parent: etree._Element, document: SignedDocument) -> tuple[ReferenceFacts, ...]:
    """Of a ds:SignedInfo or ds:Manifest. Raises Malformed."""
    elements = list(children(parent, "Reference", of=frozenset({DS})))
    if not elements:
        raise Malformed("La signature ne porte sur aucun document.")
    if len(elements) > MAX_REFERENCES:
        raise Malformed(TOO_MUCH)
    return _blame_left_over([_check(element, document) for element in elements], document)


def _blame_left_over(found: list[ReferenceFacts], document: SignedDocument) -> tuple[ReferenceFacts, ...]:
    """A document was given that no reference knows, where one still lacks its own: it is that one, changed."""
    claimed = {id(reference.content) for reference in found if reference.content is not None}
    if document.resolve or all(id(content) in claimed for content in document.contents):
        return tuple(found)
    return tuple(
        replace(reference, intact=False, problem=Sub.HASH_FAILURE, message=CHANGED)
        if reference.problem == Sub.SIGNED_DATA_NOT_FOUND and reference.is_outside
        else reference
        for reference in found
    )


def _check(element: etree._Element, document: SignedDocument) -> ReferenceFacts:
    facts = ReferenceFacts(element=element)
    try:
        facts = replace(facts, algorithm=digest_name(algorithm_of(only(element, "DigestMethod"))))
        expected = octets_of(only(element, "DigestValue"))
        check = _check_outside if facts.is_outside else _check_inside
        return check(facts, expected, document)
    except UnknownAlgorithm:
        return replace(facts, problem=Sub.CRYPTO_CONSTRAINTS_FAILURE, message=UNKNOWN_DIGEST)
    except TooMuchWork:
        return replace(facts, problem=Sub.GENERIC, message=TOO_MUCH)
    except (RefusedTransform, Unsupported) as error:
        return replace(facts, problem=Sub.GENERIC, message=str(error))
    except Malformed as error:
        return replace(facts, intact=False, problem=Sub.FORMAT_FAILURE, message=str(error))


def _check_inside(facts: ReferenceFacts, expected: bytes, document: SignedDocument) -> ReferenceFacts:
    try:
        start = document.designated(facts.uri or "")
    except Ambiguous:
        return replace(facts, intact=False, problem=Sub.FORMAT_FAILURE, message=AMBIGUOUS)
    except NotDesignated:
        return replace(facts, problem=Sub.SIGNED_DATA_NOT_FOUND, message=NO_TARGET)
    data, nodes = transforms.apply(start, transforms.transforms_of(facts.element), document)
    facts = replace(facts, nodes=nodes)
    digest = new_hash(facts.algorithm, transforms.octets(data, DEFAULT_C14N, document)).digest()
    if digest != expected:
        return replace(facts, intact=False, problem=Sub.HASH_FAILURE, message=CHANGED_PART)
    if _is_moved(start.apex, facts):
        return replace(facts, intact=False, problem=Sub.FORMAT_FAILURE, message=MOVED)
    return replace(facts, intact=True)


def _is_moved(target: etree._Element, facts: ReferenceFacts) -> bool:
    """Signature wrapping: a signed object or manifest that no longer stands where XML Signature has it.

    A ds:Object is a child of the very signature that refers to it, and a ds:Manifest within it is a child of such an
    object; what the signature says to be one (Type) must be.
    """
    if facts.type == OBJECT_TYPE and target.tag != OBJECT and target.tag.startswith(f"{{{DS}}}"):
        return True
    parents = list(target.iterancestors())
    signature = next(facts.element.iterancestors(SIGNATURE), None)
    if target.tag == OBJECT:
        return parents[:1] != [signature]
    if target.tag != MANIFEST or signature not in parents:
        return False
    return parents[0].tag != OBJECT or parents[1] is not signature


def _check_outside(facts: ReferenceFacts, expected: bytes, document: SignedDocument) -> ReferenceFacts:
    """In a container by its address; beside a detached signature by the digest, whatever the name."""
    if document.resolve is not None:
        content = _resolve(document, facts.uri or "")
        return _compare(facts, [content] if content else [], expected, document, is_named=True)
    return _compare(facts, document.contents, expected, document, is_named=False)


def _resolve(document: SignedDocument, uri: str) -> Content | None:
    assert document.resolve is not None  # noqa: S101  the caller saw it; said for the type checker
    return document.resolve(uri) or (document.resolve(unquote(uri)) if "%" in uri else None)


def _compare(
    facts: ReferenceFacts,
    candidates: Iterable[Content],
    expected: bytes,
    document: SignedDocument,
    *,
    is_named: bool,
) -> ReferenceFacts:
    steps = transforms.transforms_of(facts.element)
    tried, refused = None, None
    for content in list(candidates)[: _MAX_TRIALS if steps else None]:
        tried = content
        try:
            digest = _digest(content, facts.algorithm, steps, document)
        except (RefusedTransform, Malformed) as error:
            refused = error
            continue
        if digest == expected:
            return replace(facts, intact=True, content=content)
    if isinstance(refused, RefusedTransform):
        return replace(facts, problem=Sub.GENERIC, message=str(refused))
    if tried is not None and is_named:
        return replace(facts, intact=False, problem=Sub.HASH_FAILURE, message=CHANGED, content=tried)
    return replace(facts, problem=Sub.SIGNED_DATA_NOT_FOUND, message=NOT_FOUND)


def _digest(content: Content, algorithm: str, steps: list[etree._Element], document: SignedDocument) -> bytes:
    if not steps:
        return content.digest(algorithm)
    document.budget.spend(content.size // CHARACTERS_A_NODE)
    data, _ = transforms.apply(_read(content), steps, document)
    return new_hash(algorithm, transforms.octets(data, DEFAULT_C14N, document)).digest()


def _read(content: Content) -> bytes:
    if content.size > MAX_BYTES:
        raise RefusedTransform(
            "Le document signé est trop volumineux pour les transformations que la signature demande."
        )
    with content.open() as file:
        return file.read(MAX_BYTES)


def signed_octets(
    reference: ReferenceFacts, method: Canonicalization, document: SignedDocument
) -> Iterator[bytes]:
    """What the reference covers, as a time stamp takes it (EN 319 132-1 5.5.2.2). Raises NotDesignated without it.

    Also raises what transforms raise.
    """
    steps = transforms.transforms_of(reference.element)
    if reference.is_outside:
        if reference.content is None:
            raise NotDesignated(reference.uri)
        if not steps:
            with reference.content.open() as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
            return
        start: transforms.Data = _read(reference.content)
    else:
        start = document.designated(reference.uri or "")
    data, _ = transforms.apply(start, steps, document)
    yield transforms.octets(data, method, document)
