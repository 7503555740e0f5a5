"""Time-stamp tokens (RFC 3161, EN 319 422) of others: what they cover, who made them, whether both hold."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from asn1crypto import cms, tsp, x509

from signing.verification.cms.algorithms import UnknownAlgorithm, hash_name
from signing.verification.cms.signers import (
    SignerFacts,
    certificates_of,
    encapsulated_content,
    examine_signer,
)
from signing.verification.facts import StampFacts, StampKind, Sub
from signing.verification.names import common_name

logger = logging.getLogger(__name__)

#: Tokens weigh some kilobytes; those that carry revocation lists, some megabytes.
MAX_BYTES = 16 * 1024 * 1024

#: How a message names each kind.
NAMES = {
    StampKind.CONTENT: "L'horodatage du contenu",
    StampKind.SIGNATURE: "L'horodatage de la signature",
    StampKind.REFERENCES: "L'horodatage des références de preuve",
    StampKind.ARCHIVE: "L'horodatage d'archivage",
    StampKind.DOCUMENT: "L'horodatage du document",
    StampKind.CONTAINER: "L'horodatage du conteneur",
    StampKind.TOKEN: "Le jeton d'horodatage",
}


class _Rejected(Exception):
    def __init__(self, problem: Sub, message: str) -> None:
        super().__init__(message)
        self.problem = problem


def read_stamp(
    token: bytes,
    kind: StampKind,
    imprint: Callable[[str], bytes] | None,
    extra_certificates: Iterable[bytes] = (),
) -> StampFacts:
    """The facts of a TimeStampToken (ContentInfo, BER or DER). Never raises: what is wrong is in `problem`.

    `imprint` gives the digest of what the token should cover by hashlib's name of the algorithm; without it the
    imprint is not compared and the problem is SIGNED_DATA_NOT_FOUND. `extra_certificates` (DER) complete a token
    that does not carry its signer's.
    """
    facts = StampFacts(kind=kind, token=token)
    name = NAMES[kind]
    try:
        return _read(facts, name, imprint, list(extra_certificates))
    except Exception as error:  # noqa: BLE001  whatever a hostile token provokes is a fact like another
        logger.info("Time-stamp token not readable: %s", type(error).__name__)
        message = f"{name} n'est pas un jeton lisible (RFC 3161)."
        return replace(facts, problem=Sub.FORMAT_FAILURE, message=message)


def _read(
    facts: StampFacts, name: str, imprint: Callable[[str], bytes] | None, extra: list[bytes]
) -> StampFacts:
    if len(facts.token) > MAX_BYTES:
        return replace(facts, problem=Sub.GENERIC, message=f"{name} est trop volumineux pour être contrôlé.")
    signed_data = signed_data_of(facts.token)
    info = tst_info(signed_data)
    facts = replace(facts, at=instant(info), issuer=_tsa_name(info))
    if len(signed_data["signer_infos"]) != 1:
        message = f"{name} devrait porter une signature et une seule (RFC 3161)."
        return replace(facts, problem=Sub.FORMAT_FAILURE, message=message)
    signer_info = signed_data["signer_infos"][0]
    signer = examine_signer(signed_data, signer_info, content_digest=None, extra_certificates=extra)
    facts = _with_certificates(facts, signed_data, signer)
    try:
        _check_signer(name, signer)
        _check_imprint(name, info, imprint)
    except _Rejected as rejected:
        return replace(facts, problem=rejected.problem, message=str(rejected))
    return facts


def signed_data_of(token: bytes) -> cms.SignedData:
    """Raises ValueError, TypeError or KeyError for what is not a signed CMS."""
    content = cms.ContentInfo.load(token)
    if content["content_type"].native != "signed_data":
        raise ValueError("not signed data")
    return content["content"]


def tst_info(signed_data: cms.SignedData) -> tsp.TSTInfo:
    """Raises ValueError, TypeError or KeyError for a CMS that is not a time-stamp token."""
    if signed_data["encap_content_info"]["content_type"].native != "tst_info":
        raise ValueError("not a time-stamp token")
    return tsp.TSTInfo.load(encapsulated_content(signed_data) or b"")


def imprint_of(info: tsp.TSTInfo) -> tuple[str, bytes]:
    """Algorithm (hashlib's name) and digest that the token covers. Raises UnknownAlgorithm."""
    imprint = info["message_imprint"]
    algorithm = hash_name(imprint["hash_algorithm"]["algorithm"].dotted)
    return algorithm, bytes(imprint["hashed_message"].native)


def instant(info: tsp.TSTInfo) -> datetime:
    moment = info["gen_time"].native
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("not a date of UTC")
    return moment


def _tsa_name(info: tsp.TSTInfo) -> str:
    tsa = info["tsa"]
    if tsa.native and tsa.name == "directory_name":
        return common_name(tsa.chosen)
    return ""


def _with_certificates(facts: StampFacts, signed_data: cms.SignedData, signer: SignerFacts) -> StampFacts:
    certificates = tuple(
        certificate.dump()
        for certificate in certificates_of(signed_data)
        if certificate.dump() != signer.certificate
    )
    if signer.certificate is None:
        return replace(facts, certificates=certificates)
    issuer = common_name(x509.Certificate.load(signer.certificate).subject)
    return replace(
        facts, certificate=signer.certificate, certificates=certificates, issuer=issuer or facts.issuer
    )


def _check_signer(name: str, signer: SignerFacts) -> None:
    """The token's own signature, its certificate's designation and purpose (RFC 3161 2.3 and 2.4.2)."""
    if signer.certificate is None:
        raise _Rejected(
            Sub.NO_SIGNING_CERTIFICATE_FOUND, f"{name} n'est pas accompagné du certificat de son émetteur."
        )
    if signer.problem:
        raise _Rejected(
            Sub(signer.problem), f"{name} n'est pas authentique\N{NO-BREAK SPACE}: {_reason(signer)}."
        )
    if not signer.reference:
        raise _Rejected(
            Sub.SIG_CONSTRAINTS_FAILURE, f"{name} ne protège pas le certificat de son émetteur (RFC 3161)."
        )
    if not is_time_stamping(x509.Certificate.load(signer.certificate)):
        raise _Rejected(
            Sub.SIG_CONSTRAINTS_FAILURE,
            f"{name} n'a pas été émis avec un certificat réservé à l'horodatage (RFC 3161).",
        )


def _reason(signer: SignerFacts) -> str:
    return {
        Sub.HASH_FAILURE: "son contenu a été modifié",
        Sub.SIG_CRYPTO_FAILURE: "sa signature ne correspond pas au certificat de son émetteur",
        Sub.NO_SIGNING_CERTIFICATE_FOUND: "il désigne un autre certificat que celui qui l'accompagne",
        Sub.CRYPTO_CONSTRAINTS_FAILURE: "son algorithme n'est pas pris en charge",
    }.get(Sub(signer.problem), "sa signature est mal formée")


def is_time_stamping(certificate: x509.Certificate) -> bool:
    """Extended key usage: time stamping alone, and critical (RFC 3161 2.3)."""
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].native == "extended_key_usage":
            return bool(extension["critical"].native) and extension["extn_value"].parsed.native == [
                "time_stamping"
            ]
    return False


def _check_imprint(name: str, info: tsp.TSTInfo, imprint: Callable[[str], bytes] | None) -> None:
    try:
        algorithm, covered = imprint_of(info)
    except UnknownAlgorithm as error:
        raise _Rejected(
            Sub.CRYPTO_CONSTRAINTS_FAILURE,
            f"{name} emploie un algorithme d'empreinte qui n'est pas pris en charge.",
        ) from error
    if imprint is None:
        raise _Rejected(Sub.SIGNED_DATA_NOT_FOUND, f"{name} porte sur un document qui n'a pas été fourni.")
    if imprint(algorithm) != covered:
        raise _Rejected(
            Sub.HASH_FAILURE,
            f"{name} ne porte pas sur ce qu'il accompagne\N{NO-BREAK SPACE}: son empreinte est celle d'autre chose.",
        )
