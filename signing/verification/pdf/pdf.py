"""Signatures of a PDF: PAdES (EN 319 142-1), and those of ISO 32000 that are below it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from pyhanko.pdf_utils.reader import PdfFileReader

from signing.verification.cms import cades
from signing.verification.cms.algorithms import digest
from signing.verification.cms.cades_stamps import Signed
from signing.verification.cms.copies import name_copies
from signing.verification.cms.material import Material
from signing.verification.cms.stamps import read_stamp
from signing.verification.facts import FileFacts, Format, SignatureFacts, StampFacts, StampKind, Sub
from signing.verification.pdf.changes import changes_after
from signing.verification.pdf.fields import PdfSignature, open_pdf, signature_fields, signatures_in_bytes
from signing.verification.pdf.profile import (
    PKCS7_SHA1,
    compare_inner_digest,
    profile_problem,
    signature_values,
    signed_content,
    signed_data_in,
)
from signing.verification.pdf.ranges import ByteRange
from signing.verification.pdf.store import has_store_before, read_store

logger = logging.getLogger(__name__)

#: Signed documents are acts, not plans: above this size the check is left to another tool.
MAX_BYTES = 100 * 1024 * 1024
#: A document with more signatures, or a longer check, is not finished: the rest is undetermined.
MAX_SIGNATURES = 50
MAX_SECONDS = 30

TOO_LARGE = "Le document est trop volumineux pour que ses signatures soient contrôlées."
TOO_MANY = "Le document contient trop de signatures, ou leur contrôle est trop long\N{NO-BREAK SPACE}: il s'arrête là."
NO_RANGE = "La signature ne dit pas quels octets du document elle couvre."
OUT_OF_RANGE = (
    "Les octets que la signature dit couvrir se chevauchent ou n'existent pas"
    "\N{NO-BREAK SPACE}: le document a été tronqué ou modifié."
)
ABANDONED = "La signature est d'un format abandonné (adbe.x509.rsa_sha1), qui n'est pas contrôlé."
NO_SIGNATURE = "Le champ de signature ne contient pas de signature lisible."
NOT_ALL = "L'horodatage ne couvre pas tout le document qui le précède."
UNREADABLE = (
    "Le document n'a pas pu être lu\N{NO-BREAK SPACE}: ses signatures ne peuvent pas être contrôlées."
)
BROKEN_STRUCTURE = (
    "La structure du document est endommagée\N{NO-BREAK SPACE}: "
    "ses signatures ont été lues sans elle, et ce qui les suit n'a pas pu être comparé."
)


def read_pdf(data: bytes, *, now: datetime) -> FileFacts:  # noqa: ARG001  no fact depends on the day, yet
    """All the signatures and document time stamps of a PDF, in the order of their revisions. Never raises."""
    try:
        return _read(data)
    except Exception as error:  # noqa: BLE001  whatever a hostile file provokes is a fact like another
        logger.info("PDF not readable for a signature check: %s", type(error).__name__)
        return FileFacts(format=Format.PADES, broken=Sub.GENERIC, problems=(UNREADABLE,))


@dataclass(frozen=True)
class _Document:
    """`reader` is None where pyHanko cannot follow the structure; `end` is when the check gives up (monotonic)."""

    reader: PdfFileReader | None
    store: Material
    end: float


def _read(data: bytes) -> FileFacts:
    if len(data) > MAX_BYTES:
        return FileFacts(format=Format.PADES, broken=Sub.GENERIC, problems=(TOO_LARGE,))
    end = time.monotonic() + MAX_SECONDS
    reader, found = _open(data)
    document = _Document(reader, read_store(reader) if reader else Material(), end)
    found.sort(key=lambda part: part.byte_range.end if part.byte_range else 0)
    problems = [BROKEN_STRUCTURE] if reader is None else []
    if len(found) > MAX_SIGNATURES:
        problems.append(TOO_MANY)
    found = found[:MAX_SIGNATURES]
    originals = _originals(found)
    stamps = [(part, _read_document_stamp(document, part, originals)) for part in found if part.is_stamp]
    signatures = [
        replace(facts, stamps=name_copies(facts.stamps, originals))
        for part in found
        if not part.is_stamp
        for facts in _described(document, part, _later(document, part, stamps))
    ]
    return FileFacts(
        format=Format.PADES if found else Format.NONE,
        signatures=tuple(signatures),
        stamps=tuple(stamp for _, stamp in stamps),
        problems=tuple(problems) if found else (),
    )


def _open(data: bytes) -> tuple[PdfFileReader | None, list[PdfSignature]]:
    try:
        reader = open_pdf(data)
        found = signature_fields(reader, data)
    except Exception as error:
        logger.info("Structure of a PDF not readable: %s", type(error).__name__)
        found = list(signatures_in_bytes(data, all_of_them=True))
        if not found and b"/ByteRange" in data:
            raise
        return None, found
    return reader, found or list(signatures_in_bytes(data, all_of_them=False))


# --- Document time stamps -------------------------------------------------------------------------------------
def _read_document_stamp(
    document: _Document, part: PdfSignature, originals: Mapping[str, Callable[[str], bytes]]
) -> StampFacts:
    known = document.store.certificates
    if part.byte_range is None or not part.byte_range.is_inside:
        stamp = read_stamp(part.contents, StampKind.DOCUMENT, None, known)
        return replace(stamp, problem=Sub.FORMAT_FAILURE, message=_named(part, NO_RANGE))
    stamp = read_stamp(part.contents, StampKind.DOCUMENT, part.byte_range.digest, known)
    if not stamp.problem and not part.byte_range.spares_only(part.contents):
        return replace(stamp, problem=Sub.SIG_CONSTRAINTS_FAILURE, message=_named(part, NOT_ALL))
    (named,) = name_copies([stamp], originals)
    return replace(named, message=_named(part, named.message)) if named.message else named


def _named(part: PdfSignature, message: str) -> str:
    return f"Champ «\N{NO-BREAK SPACE}{part.name}\N{NO-BREAK SPACE}»\N{NO-BREAK SPACE}: {message}"


@dataclass(frozen=True)
class _Later:
    """Document time stamps over a signature; `archives` is whether one of them covers the proofs besides."""

    stamps: tuple[StampFacts, ...]
    archives: bool


def _later(
    document: _Document, part: PdfSignature, stamps: Sequence[tuple[PdfSignature, StampFacts]]
) -> _Later:
    covering = [(over, stamp) for over, stamp in stamps if _covers(over.byte_range, part.byte_range)]
    return _Later(
        stamps=tuple(replace(stamp, kind=StampKind.ARCHIVE) for _, stamp in covering),
        archives=any(has_store_before(document.reader, over) for over, _ in covering),
    )


def _covers(over: ByteRange | None, under: ByteRange | None) -> bool:
    return over is not None and under is not None and under.end <= over.first_length


def _originals(found: Sequence[PdfSignature]) -> dict[str, Callable[[str], bytes]]:
    """What a time stamp of this document may have been made for: each signature value, each revision."""
    originals: dict[str, Callable[[str], bytes]] = {}
    for part in found:
        if part.byte_range is not None and part.byte_range.is_inside:
            originals[f"le document tel que le couvre «\N{NO-BREAK SPACE}{part.name}\N{NO-BREAK SPACE}»"] = (
                part.byte_range.digest
            )
        for value in signature_values(part.contents):
            originals[f"la signature «\N{NO-BREAK SPACE}{part.name}\N{NO-BREAK SPACE}»"] = partial(
                _digest_of, value
            )
    return originals


def _digest_of(value: bytes, algorithm: str) -> bytes:
    return digest(algorithm, value)


# --- Signatures -----------------------------------------------------------------------------------------------
def _described(document: _Document, part: PdfSignature, later: _Later) -> list[SignatureFacts]:
    try:
        return list(_describe(document, part, later))
    except Exception as error:  # noqa: BLE001  one unreadable signature does not hide the others
        logger.info("Signature of a PDF not readable: %s", type(error).__name__)
        return [_broken(part, Sub.GENERIC, cades.UNREADABLE)]


def _describe(document: _Document, part: PdfSignature, later: _Later) -> Iterator[SignatureFacts]:
    """One SignatureFacts for each signer: PAdES allows one, others have been seen."""
    if time.monotonic() > document.end:
        yield _broken(part, Sub.GENERIC, TOO_MANY)
    elif part.byte_range is None:
        yield _broken(part, Sub.FORMAT_FAILURE, NO_RANGE)
    else:
        signed_data = signed_data_in(part.contents)
        if signed_data is None:
            is_abandoned = part.sub_filter == "adbe.x509.rsa_sha1"
            yield _broken(part, Sub.FORMAT_FAILURE, ABANDONED if is_abandoned else NO_SIGNATURE)
            return
        covers, changes = changes_after(document.reader, part, end=document.end)
        for number, signer_info in enumerate(signed_data["signer_infos"]):
            signed = Signed(signed_data, signer_info, signed_content(part, part.byte_range, signed_data))
            facts = _describe_signer(document, part, signed, later)
            place = f"{part.name} ({number + 1})" if number else part.name
            if not part.byte_range.is_inside:
                facts = replace(facts, intact=False, broken=Sub.HASH_FAILURE, why=OUT_OF_RANGE)
            yield replace(facts, place=place, covers=covers, changes=changes)


def _broken(part: PdfSignature, sub: Sub, why: str) -> SignatureFacts:
    return SignatureFacts(
        place=part.name, format=Format.PADES, declared_at=part.signed_at, broken=sub, why=why
    )


def _describe_signer(
    document: _Document, part: PdfSignature, signed: Signed, later: _Later
) -> SignatureFacts:
    facts = cades.describe(
        signed,
        place=part.name,
        format_=Format.PADES,
        beside=document.store,
        later=later.stamps,
        needs_time=False,
    )
    problem = profile_problem(part, signed.signed_data) or facts.format_problem
    level = "B-LT" if facts.level == "B-LTA" and not later.archives else facts.level
    facts = replace(
        facts,
        level="" if problem else level,
        is_baseline=not problem,
        format_problem=problem,
        declared_at=facts.declared_at or part.signed_at,
    )
    if part.sub_filter == PKCS7_SHA1 and part.byte_range is not None and facts.intact:
        return compare_inner_digest(facts, signed.signed_data, part.byte_range)
    return facts
