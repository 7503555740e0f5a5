"""One CAdES signature (EN 319 122-1) described, alone in a CMS or inside a PDF."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from signing.verification.cms import material
from signing.verification.cms.cades_profile import baseline_problem, declared_time
from signing.verification.cms.cades_stamps import Signed, stamps_of
from signing.verification.cms.material import Material
from signing.verification.cms.signers import examine_signer
from signing.verification.facts import Format, SignatureFacts, StampFacts, StampKind, Sub

logger = logging.getLogger(__name__)

UNREADABLE = "La signature n'a pas pu être lue jusqu'au bout\N{NO-BREAK SPACE}: sa structure est inattendue."


def describe(
    signed: Signed,
    *,
    place: str,
    format_: Format,
    beside: Material = Material(),  # noqa: B008  frozen
    later: tuple[StampFacts, ...] = (),
    countersigns: str = "",
    needs_time: bool = True,
) -> SignatureFacts:
    """What is found of one SignerInfo. Never raises: a structure that breaks the reading is a fact.

    `beside` is what the file carries outside the CMS, `later` the time stamps outside that cover the signature;
    `needs_time` is whether the profile wants a signing-time among the signed attributes.
    """
    try:
        facts = _describe(signed, beside, later, needs_time=needs_time, counters=bool(countersigns))
    except Exception as error:  # noqa: BLE001  asn1crypto and cryptography have errors of every kind
        logger.info("Signature not readable: %s", type(error).__name__)
        facts = SignatureFacts(place=place, format=format_, broken=Sub.GENERIC, why=UNREADABLE)
    return replace(facts, place=place, format=format_, countersigns=countersigns)


def _describe(
    signed: Signed, beside: Material, later: tuple[StampFacts, ...], *, needs_time: bool, counters: bool
) -> SignatureFacts:
    carried = material.of_signed_data(signed.signed_data) + material.of_signer(signed.signer_info)
    known = carried + beside
    signer = examine_signer(
        signed.signed_data,
        signed.signer_info,
        content_digest=signed.content.digest if signed.content else None,
        extra_certificates=known.certificates,
    )
    problem = baseline_problem(
        signed.signer_info, signer, needs_time=needs_time and not counters, needs_type=not counters
    )
    stamps = (*stamps_of(replace(signed, known=known.certificates)), *later)
    for stamp in stamps:
        known += material.of_token(stamp.token)
    return SignatureFacts(
        place="",
        format=Format.CADES,
        level="" if problem else level(stamps, carried + beside),
        is_baseline=not problem,
        format_problem=problem,
        certificate=signer.certificate,
        certificates=known.certificates,
        crls=known.crls,
        ocsps=known.ocsps,
        declared_at=declared_time(signed.signer_info),
        stamps=stamps,
        intact=signer.intact,
        authentic=signer.authentic,
        broken=signer.problem,
        why=signer.message,
        algorithms=signer.algorithms,
    )


def level(stamps: Iterable[StampFacts], proofs: Material) -> str:
    """The level that the material present allows (EN 319 122-1 and 319 142-1, clause 6), proved or not."""
    kinds = {stamp.kind for stamp in stamps}
    if not kinds & {StampKind.SIGNATURE, StampKind.ARCHIVE}:
        return "B-B"
    if not proofs.has_revocation:
        return "B-T"
    return "B-LTA" if StampKind.ARCHIVE in kinds else "B-LT"
