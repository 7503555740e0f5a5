"""Signatures in CMS (RFC 5652): CAdES and plain PKCS#7, enveloping or detached, with all of their signers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from asn1crypto import cms

from signing.verification.cms import cades
from signing.verification.cms.algorithms import UnknownAlgorithm, digest, hash_name
from signing.verification.cms.armour import open_armour
from signing.verification.cms.cades_stamps import Signed
from signing.verification.cms.copies import name_copies
from signing.verification.cms.signers import encapsulated_content, examine_signer, signed_attributes
from signing.verification.cms.tokens import read_token
from signing.verification.facts import Content, FileFacts, Format, SignatureFacts, Sub

logger = logging.getLogger(__name__)

#: A file with more signatures, or a longer check, is not finished: the rest is undetermined.
MAX_SIGNATURES = 50
MAX_SECONDS = 30
_MAX_DEPTH = 5
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_COUNTER_SIGNATURE = "1.2.840.113549.1.9.6"

NOT_CMS = "Le fichier n'est pas une signature CMS lisible."
NO_SIGNER = "Le fichier a la structure d'une signature, mais personne ne l'a signé."
TOO_MANY = "Le fichier contient trop de signatures, ou leur contrôle est trop long\N{NO-BREAK SPACE}: il s'arrête là."


def read_cms(data: bytes, contents: Sequence[Content], name: str) -> FileFacts:
    """All the signatures of a CMS; `contents` are the documents beside it, matched by digest. Never raises.

    `data` is DER or BER, PEM, base64 or an S/MIME message. A document given alone that does not match is said to
    be changed; among several, the right one may be missing.
    """
    try:
        return _read(data, contents, name)
    except Exception as error:  # noqa: BLE001  whatever a hostile file provokes is a fact like another
        logger.info("CMS not readable: %s", type(error).__name__)
        return FileFacts(format=Format.CADES, broken=Sub.GENERIC, problems=(NOT_CMS,))


def _read(data: bytes, contents: Sequence[Content], name: str) -> FileFacts:
    opened = open_armour(data)
    if opened is None:
        return FileFacts(format=Format.CADES, broken=Sub.FORMAT_FAILURE, problems=(NOT_CMS,))
    content_info = cms.ContentInfo.load(opened.der)
    if content_info["content_type"].native != "signed_data":
        return FileFacts(format=Format.CADES, broken=Sub.FORMAT_FAILURE, problems=(NOT_CMS,))
    signed_data = content_info["content"]
    if signed_data["encap_content_info"]["content_type"].native == "tst_info":
        return read_token(opened.der, contents)
    if not signed_data["signer_infos"]:
        return FileFacts(format=Format.CADES, broken=Sub.FORMAT_FAILURE, problems=(NO_SIGNER,))
    if opened.beside:
        contents = [_as_signed(signed_data, [Content.of(name, reading) for reading in opened.beside])]
    found = list(_signatures(signed_data, contents))
    problems = (TOO_MANY,) if any(facts.why == TOO_MANY for _, facts in found) else ()
    return FileFacts(format=Format.CADES, signatures=_name_copies(found), problems=problems)


def _signatures(
    signed_data: cms.SignedData, contents: Sequence[Content]
) -> Iterator[tuple[Signed, SignatureFacts]]:
    end = time.monotonic() + MAX_SECONDS
    for count, (place, signer_info, parent) in enumerate(_signer_infos(signed_data["signer_infos"])):
        if count >= MAX_SIGNATURES or time.monotonic() > end:
            yield _broken(signed_data, signer_info, place, TOO_MANY)
            return
        try:
            if parent is None:
                yield _describe(signed_data, signer_info, contents, place)
            else:
                yield _describe_counter_signature(signed_data, signer_info, parent, place)
        except Exception as error:  # noqa: BLE001  one unreadable signature does not hide the others
            logger.info("Signer of a CMS not readable: %s", type(error).__name__)
            yield _broken(signed_data, signer_info, place, cades.UNREADABLE)


def _broken(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, place: str, why: str
) -> tuple[Signed, SignatureFacts]:
    facts = SignatureFacts(place=place, format=Format.CADES, broken=Sub.GENERIC, why=why)
    return Signed(signed_data, signer_info, None), facts


def _signer_infos(
    signer_infos: Sequence[cms.SignerInfo],
    above: str = "",
    parent: cms.SignerInfo | None = None,
    depth: int = 0,
) -> Iterator[tuple[str, cms.SignerInfo, cms.SignerInfo | None]]:
    """Signers in their order, each followed by those that countersign it: "1", "1.1", "1.2", "2"…"""
    for number, signer_info in enumerate(signer_infos, start=1):
        place = f"{above}{number}"
        yield place, signer_info, parent
        if depth < _MAX_DEPTH:
            yield from _signer_infos(_counter_signatures(signer_info), f"{place}.", signer_info, depth + 1)


def _counter_signatures(signer_info: cms.SignerInfo) -> list[cms.SignerInfo]:
    """None where the attributes are not readable: their signature says so itself."""
    try:
        return [
            value
            for attribute in signer_info["unsigned_attrs"] or ()
            if attribute["type"].dotted == _COUNTER_SIGNATURE
            for value in attribute["values"]
        ]
    except (ValueError, TypeError, KeyError):
        return []


def _describe(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, contents: Sequence[Content], place: str
) -> tuple[Signed, SignatureFacts]:
    content, names = _find_content(signed_data, signer_info, contents)
    signed = Signed(signed_data, signer_info, content)
    facts = cades.describe(signed, place=place, format_=Format.CADES)
    return signed, replace(facts, documents=names)


def _describe_counter_signature(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, parent: cms.SignerInfo, place: str
) -> tuple[Signed, SignatureFacts]:
    """It signs the value of another signature (RFC 5652 11.4)."""
    signed = Signed(signed_data, signer_info, Content.of("", parent["signature"].native))
    above = place.rpartition(".")[0]
    return signed, cades.describe(signed, place=place, format_=Format.CADES, countersigns=above)


# --- Which document? ------------------------------------------------------------------------------------------
def _find_content(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, contents: Sequence[Content]
) -> tuple[Content | None, tuple[str, ...]]:
    """The signed document, and the names of the given files that are that document."""
    is_signed = _matcher(signed_data, signer_info)
    matching = [content for content in contents if is_signed(content)]
    names = tuple(content.name for content in matching)
    encapsulated = encapsulated_content(signed_data)
    if encapsulated is not None:
        return Content.of("", encapsulated), names
    if matching:
        return matching[0], names
    return (contents[0], (contents[0].name,)) if len(contents) == 1 else (None, ())


def _as_signed(signed_data: cms.SignedData, readings: Sequence[Content]) -> Content:
    """The reading of a message that its first signer signed; the first one if none is."""
    is_signed = _matcher(signed_data, signed_data["signer_infos"][0])
    return next((reading for reading in readings if is_signed(reading)), readings[0])


def _matcher(signed_data: cms.SignedData, signer_info: cms.SignerInfo) -> Callable[[Content], bool]:
    try:
        signed = [value.native for value in signed_attributes(signer_info).get(_MESSAGE_DIGEST, ())]
        algorithm = hash_name(signer_info["digest_algorithm"]["algorithm"].dotted)
    except (UnknownAlgorithm, ValueError, TypeError):
        return lambda _: False
    if signed:
        return lambda content: content.digest(algorithm) in signed
    return lambda content: bool(
        examine_signer(signed_data, signer_info, content_digest=content.digest).authentic
    )


# --- Time stamps of one signature on another ------------------------------------------------------------------
def _name_copies(found: Sequence[tuple[Signed, SignatureFacts]]) -> tuple[SignatureFacts, ...]:
    originals: dict[str, Callable[[str], bytes]] = {}
    for signed, facts in found:
        if facts.broken == Sub.GENERIC:
            continue
        originals[f"la signature {facts.place}"] = _digest_of(signed.value)
        if signed.content is not None:
            originals.setdefault("le document, avant sa signature", signed.content.digest)
    return tuple(replace(facts, stamps=name_copies(facts.stamps, originals)) for _, facts in found)


def _digest_of(value: bytes) -> Callable[[str], bytes]:
    return lambda name: digest(name, value)
