"""XML signatures in a file: XAdES of every version, and plain XML Signature. All of them, wherever they stand."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from lxml import etree

from procurement.xml import XmlRefused
from signing.verification.facts import Content, Covers, FileFacts, Format, SignatureFacts, Sub
from signing.verification.xml.keys import certificates_in
from signing.verification.xml.names import SIGNATURE, child, children, local_name
from signing.verification.xml.references import AMBIGUOUS
from signing.verification.xml.xades_baseline import format_problem, level_of
from signing.verification.xml.xades_coverage import covered, data_references, names_of
from signing.verification.xml.xades_properties import (
    Stranger,
    is_countersignature_type,
    proofs_of,
    properties_of,
    signing_time,
)
from signing.verification.xml.xades_signer import Signer, find_signer
from signing.verification.xml.xades_stamps import Stamped, read_stamps
from signing.verification.xml.xml_document import SignedDocument
from signing.verification.xml.xmldsig import CoreFacts, validate

logger = logging.getLogger(__name__)

MAX_SIGNATURES = 100
UNREADABLE = "La signature est malformée\N{NO-BREAK SPACE}: elle n'a pas pu être lue."
WRONG_COUNTERSIGNATURE = "La contre-signature ne porte pas sur la signature qui la contient."
NO_DATA = (
    "La signature ne porte sur aucun document\N{NO-BREAK SPACE}: elle ne couvre que ses propres propriétés."
)


def read_xml(
    data: bytes,
    contents: Sequence[Content],
    name: str,
    *,
    resolve: Callable[[str], Content | None] | None = None,
) -> FileFacts:
    """Every ds:Signature of an XML file. Never raises: what breaks the reader is a fact of the file.

    `contents` are the documents given beside a detached signature, told apart by digest; `resolve` maps the address
    of a reference to a file of the container, and then `contents` are not looked at.
    """
    try:
        document = SignedDocument.read(data, name, contents, resolve)
    except XmlRefused as refused:
        return FileFacts(format=Format.NONE, problems=(str(refused),), broken=Sub.GENERIC)
    elements = list(document.root.iter(SIGNATURE))
    if not elements:
        return FileFacts(format=Format.NONE)
    places = {element: _place(element, number) for number, element in enumerate(elements, start=1)}
    read = tuple(_read(element, document, places) for element in elements[:MAX_SIGNATURES])
    if len(elements) <= MAX_SIGNATURES:
        return FileFacts(format=Format.XADES, signatures=read)
    problem = f"Le fichier contient plus de {MAX_SIGNATURES} signatures, qui n'ont pas toutes été lues."
    return FileFacts(format=Format.XADES, signatures=read, problems=(problem,), broken=Sub.GENERIC)


def _place(element: etree._Element, number: int) -> str:
    return element.get("Id") or str(number)


def _read(
    element: etree._Element, document: SignedDocument, places: dict[etree._Element, str]
) -> SignatureFacts:
    try:
        return _judge(element, document, places)
    except Stranger as error:
        why = str(error)
    except Exception as error:  # noqa: BLE001  whatever a hostile signature provokes is a fact like another
        logger.info("XML signature not readable: %s", type(error).__name__)
        return _broken(places[element], Sub.GENERIC, UNREADABLE, intact=None)
    return _broken(places[element], Sub.FORMAT_FAILURE, why, intact=False)


def _broken(place: str, problem: Sub, why: str, *, intact: bool | None) -> SignatureFacts:
    return SignatureFacts(
        place=place,
        format=Format.XADES,
        is_baseline=False,
        format_problem=why,
        intact=intact,
        covers=Covers.PARTIAL,
        broken=problem,
        why=why,
    )


def _judge(
    element: etree._Element, document: SignedDocument, places: dict[etree._Element, str]
) -> SignatureFacts:
    core = validate(element, document)
    properties = properties_of(element, core.references)
    proofs = proofs_of(properties)
    key_info = child(element, "KeyInfo")
    certificates = tuple(dict.fromkeys((*certificates_in(key_info), *proofs.certificates)))
    signer = find_signer(core, properties, key_info, certificates)
    stamped = Stamped(signature=element, core=core, properties=properties, document=document)
    data = data_references(core.all_references, properties)
    countersigned = _countersigned(element, core)
    problem, why = _problem(element, document, core, signer)
    intact = core.intact
    if countersigned is not None and not _is_over_value(core, countersigned):
        problem, why, intact = Sub.FORMAT_FAILURE, WRONG_COUNTERSIGNATURE, False
    elif countersigned is None and not data and intact:
        problem, why, intact = problem or Sub.SIGNED_DATA_NOT_FOUND, why or NO_DATA, None
    in_container = document.resolve is not None
    below = format_problem(element, core, properties, signer, in_container=in_container)
    return SignatureFacts(
        place=places[element],
        format=Format.XADES,
        level="" if below else level_of(properties),
        is_baseline=not below,
        format_problem=below,
        certificate=signer.certificate,
        certificates=certificates,
        crls=proofs.crls,
        ocsps=proofs.ocsps,
        declared_at=signing_time(properties),
        stamps=read_stamps(stamped, certificates),
        intact=intact,
        authentic=signer.authentic,
        covers=Covers.WHOLE if countersigned is not None else covered(element, data, document),
        broken=problem,
        why=why,
        countersigns="" if countersigned is None else places[countersigned],
        algorithms=_algorithms(core),
        documents=names_of(data, document),
    )


def _problem(
    element: etree._Element, document: SignedDocument, core: CoreFacts, signer: Signer
) -> tuple[Sub | str, str]:
    """The first thing to say: the form of the signature, what it signs, who signed."""
    if core.problem:
        return core.problem, core.message
    if element.get("Id") in document.ambiguous_ids:
        return Sub.FORMAT_FAILURE, AMBIGUOUS
    blamed = core.blamed
    if blamed is not None and blamed.intact is False:
        return blamed.problem, blamed.message
    if signer.authentic is False or blamed is None:
        return signer.problem, signer.message
    return blamed.problem, blamed.message


def _countersigned(element: etree._Element, core: CoreFacts) -> etree._Element | None:
    """The signature that holds this one among its unsigned properties, or whose value this one says to sign."""
    parent = element.getparent()
    if parent is not None and local_name(parent) == "CounterSignature":
        return next(element.iterancestors(SIGNATURE), None)
    for reference in core.references:
        holder = None if reference.nodes is None else reference.nodes.apex.getparent()
        if is_countersignature_type(reference) and holder is not None and holder.tag == SIGNATURE:
            return holder
    return None


def _is_over_value(core: CoreFacts, countersigned: etree._Element) -> bool:
    """EN 319 132-1 5.2.7: a countersignature is over the value of the signature that holds it, whole."""
    values = list(children(countersigned, "SignatureValue"))
    return any(
        reference.intact and reference.nodes is not None and reference.nodes.holds(value)
        for reference in core.references
        for value in values
    )


def _algorithms(core: CoreFacts) -> tuple[str, ...]:
    names = [reference.algorithm for reference in core.references if reference.algorithm]
    return tuple(dict.fromkeys((*names, *((core.scheme.name.replace("-plain", ""),) if core.scheme else ()))))
