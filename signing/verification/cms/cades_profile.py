"""Baseline profile of CAdES (EN 319 122-1 6.3), as far as the signed attributes show it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms

from signing.verification.cms import algorithms
from signing.verification.cms.signers import WRONG_REFERENCE, SignerFacts, signed_attributes

_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
_SIGNING_CERTIFICATES = {"1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"}
#: Attributes that a signature may have once (RFC 5652 11, RFC 5035 5.4), with the name given to people.
_SINGLE = {
    _CONTENT_TYPE: "le type de contenu",
    _MESSAGE_DIGEST: "l'empreinte du document",
    _SIGNING_TIME: "la date de signature",
    _ALGORITHM_PROTECTION: "la protection des algorithmes",
}
_PSS = "1.2.840.113549.1.1.10"


def baseline_problem(
    signer_info: cms.SignerInfo, signer: SignerFacts, *, needs_time: bool = True, needs_type: bool = True
) -> str:
    """French sentence on the first rule that is broken; "" when none is.

    PAdES has its date elsewhere; a countersignature has neither date nor content-type (RFC 5652 11.4).
    """
    attributes = signed_attributes(signer_info)
    found = _problems(signer_info, attributes, signer, needs_time=needs_time, needs_type=needs_type)
    return next(found, "")


def declared_time(signer_info: cms.SignerInfo) -> datetime | None:
    """The signer's word; None without a signing-time, or with one that is no date."""
    for value in signed_attributes(signer_info).get(_SIGNING_TIME, ()):
        try:
            moment = value.native
        except ValueError:
            return None
        if isinstance(moment, datetime):
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _problems(
    signer_info: cms.SignerInfo,
    attributes: dict[str, list[Any]],
    signer: SignerFacts,
    *,
    needs_time: bool,
    needs_type: bool,
) -> Iterator[str]:
    if not attributes:
        yield "La signature ne contient aucun attribut signé\N{NO-BREAK SPACE}: c'est une signature PKCS#7 simple."
        return
    yield from _certificate_problems(attributes, signer)
    for oid, name in _SINGLE.items():
        if len(attributes.get(oid, ())) > 1 or _count(signer_info, oid) > 1:
            yield f"La signature répète {name}, qui ne peut y figurer qu'une fois."
    if _MESSAGE_DIGEST not in attributes:
        yield "La signature ne contient pas l'empreinte du document signé."
    if needs_type and _CONTENT_TYPE not in attributes:
        yield "La signature ne dit pas la nature du contenu signé (content-type)."
    if needs_time and _SIGNING_TIME not in attributes:
        yield "La signature ne porte pas de date de signature (signing-time)."
    yield from _algorithm_problems(signer_info, attributes, signer)


def _count(signer_info: cms.SignerInfo, oid: str) -> int:
    return sum(attribute["type"].dotted == oid for attribute in signer_info["signed_attrs"])


def _certificate_problems(attributes: dict[str, list[Any]], signer: SignerFacts) -> Iterator[str]:
    if not _SIGNING_CERTIFICATES & attributes.keys():
        yield "Le certificat du signataire n'est pas protégé par la signature (signing-certificate-v2 absent)."
    elif signer.is_reference_right is False:
        yield WRONG_REFERENCE
    elif signer.certificate is None:
        yield "Le certificat du signataire ne figure pas dans la signature."
    elif signer.reference == "signing-certificate":
        yield "Le certificat du signataire n'est protégé que par une empreinte SHA-1 (signing-certificate)."


def _algorithm_problems(
    signer_info: cms.SignerInfo, attributes: dict[str, list[Any]], signer: SignerFacts
) -> Iterator[str]:
    """One digest algorithm for content and attributes (RFC 8933 3.1), as protected if it is (RFC 6211)."""
    oid = signer_info["signature_algorithm"]["algorithm"].dotted
    if not signer.signature_algorithm:
        yield f"La signature emploie un algorithme inconnu ({oid}), hors de ceux des signatures avancées (TS 119 312)."
    committed = algorithms.hash_of_signature(oid)
    if oid == _PSS:
        committed = signer.signature_algorithm.removeprefix("pss-")
    is_edwards = signer.signature_algorithm == "eddsa"
    if committed and signer.digest_algorithm and committed != signer.digest_algorithm and not is_edwards:
        yield "La signature annonce deux algorithmes d'empreinte différents (RFC 8933)."
    for protection in attributes.get(_ALGORITHM_PROTECTION, ()):
        if not _agrees(protection, signer_info):
            yield "La signature emploie d'autres algorithmes que ceux qu'elle protège (RFC 6211)."


def _agrees(protection: Any, signer_info: cms.SignerInfo) -> bool:
    """Parameters may be NULL or absent alike (RFC 4055 2.1): the identifiers are compared."""
    digest = protection["digest_algorithm"]["algorithm"].dotted
    if digest != signer_info["digest_algorithm"]["algorithm"].dotted:
        return False
    signature = protection["signature_algorithm"]
    return not signature.native or (
        signature["algorithm"].dotted == signer_info["signature_algorithm"]["algorithm"].dotted
    )
