"""The baseline profile of XAdES (EN 319 132-1 6.3), which the law asks for by the decision 2015/1506 (B, T, LT).

What the profile says of every signature, nothing about trust. SigningCertificate of TS 103 171 is taken for what it
was: the same property, a version before.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from lxml import etree

from signing.verification.xml.keys import certificates_in
from signing.verification.xml.names import XADES, child, children, local_name, text_of
from signing.verification.xml.xades_coverage import data_references
from signing.verification.xml.xades_properties import Properties, proofs_of, signing_time
from signing.verification.xml.xades_signer import Signer, certificate_references
from signing.verification.xml.xmldsig import CoreFacts

_ARCHIVE = ("ArchiveTimeStamp", "ArchiveTimeStampV2")


def format_problem(
    signature: etree._Element, core: CoreFacts, properties: Properties, signer: Signer, *, in_container: bool
) -> str:
    """The first rule of the profile that is broken, a French sentence; "" for a baseline signature."""
    found = chain(
        _container_problems(core) if in_container else (), _problems(signature, core, properties, signer)
    )
    return next(found, "")


def _container_problems(core: CoreFacts) -> Iterator[str]:
    """EN 319 162-1 4.3.3.2: a container holds what its signatures sign."""
    for reference in core.all_references:
        if reference.is_outside and reference.content is None:
            name = reference.uri or "?"
            yield f"Le conteneur ne contient pas le document signé «\N{NO-BREAK SPACE}{name}\N{NO-BREAK SPACE}»."


def _problems(
    signature: etree._Element, core: CoreFacts, properties: Properties, signer: Signer
) -> Iterator[str]:
    if properties.element is None:
        yield "La signature est une signature XML simple, sans les propriétés du format XAdES."
        return
    if properties.namespace != XADES:
        yield "La signature suit une version abandonnée du format XAdES."
    if properties.signed is None:
        yield "Les propriétés jointes à la signature ne sont pas couvertes par elle."
    elif not properties.is_declared:
        yield "La signature couvre ses propriétés sans le déclarer comme le format XAdES le demande."
    yield from _identity_problems(signature, properties, signer)
    yield from _property_problems(signature, core, properties)


def _identity_problems(signature: etree._Element, properties: Properties, signer: Signer) -> Iterator[str]:
    if (
        not signature.get("Id")
        or properties.element is None
        or not properties.element.get("Target", "").startswith("#")
    ):
        yield "Les propriétés de la signature ne sont pas rattachées à elle par son identifiant."
    if not certificate_references(properties):
        yield "La signature ne protège pas le certificat du signataire."
    if signer.format_problem:
        yield signer.format_problem
    if signer.certificate is None or signer.certificate not in certificates_in(child(signature, "KeyInfo")):
        yield "Le certificat du signataire ne figure pas parmi les informations de clé de la signature."


def _property_problems(signature: etree._Element, core: CoreFacts, properties: Properties) -> Iterator[str]:
    if signing_time(properties) is None:
        yield "La signature n'indique pas la date à laquelle elle a été faite."
    if not _are_formats_told(core, properties) and not _is_countersignature(signature):
        yield "La signature n'indique pas la nature de chaque document signé."


def _is_countersignature(signature: etree._Element) -> bool:
    parent = signature.getparent()
    return parent is not None and local_name(parent) == "CounterSignature"


def _are_formats_told(core: CoreFacts, properties: Properties) -> bool:
    """DataObjectFormat with MimeType for each signed document (requirement k of table 2)."""
    told = {
        element.get("ObjectReference", "").removeprefix("#")
        for element in children(properties.of_data, "DataObjectFormat")
        if text_of(child(element, "MimeType"))
    }
    return all(
        reference.element.get("Id") in told for reference in data_references(core.references, properties)
    )


def level_of(properties: Properties) -> str:
    """By the material that is there: a time stamp, then proofs of revocation, then an archive time stamp."""
    unsigned = properties.unsigned
    if child(unsigned, "SignatureTimeStamp") is None:
        return "B-B"
    proofs = proofs_of(properties)
    if not proofs.crls and not proofs.ocsps:
        return "B-T"
    return "B-LT" if next(children(unsigned, *_ARCHIVE), None) is None else "B-LTA"
