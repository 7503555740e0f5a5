"""From facts to a verdict: the rules of a signature check, without any PDF or ASN.1.

Codes are those of EN 319 102-1; the five checks are those of annexe 12 article 5 of the code's arrêtés.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from procurement.calendars import format_moment
from signing.verdicts import Check, Outcome, SignatureVerdict, Status

#: What `Facts.trust` holds when the certificate was proved good at the time of the signature.
TRUSTED = "OK"
PADES, PKCS7 = "PAdES", "PDF PKCS#7"
UNKNOWN_SIGNER = "Signataire inconnu"


class Changes(StrEnum):
    """What was added to the document after the signature."""

    NONE = "none"
    PROOFS = "proofs"  # certificates, revocation lists, timestamps
    FORM = "form"  # more signatures, form fields filled in
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was read of one signature. None means that it could not be established."""

    field: str
    signer: str = ""
    issuer: str = ""
    format: str = ""
    level: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    declares_qualified: bool = False
    #: The signer's word.
    declared_at: datetime | None = None
    #: The time of an intact timestamp, whoever issued it.
    stamped_at: datetime | None = None
    #: The earliest time at which the signature is proved to exist.
    proved_at: datetime | None = None
    intact: bool | None = None
    authentic: bool | None = None
    changes: Changes = Changes.UNKNOWN
    #: TRUSTED, or the sub-indication that says why not.
    trust: str = "NO_CERTIFICATE_CHAIN_FOUND"
    #: A sub-indication that ends the check before the others: FORMAT_FAILURE, GENERIC.
    broken: str = ""


_MESSAGES = {
    "": "La signature est valide.",
    "FORMAT_FAILURE": "La signature est malformée\u00a0: elle ne peut pas être acceptée.",
    "HASH_FAILURE": "Le document ne correspond pas à ce qui a été signé\u00a0: il a été modifié.",
    "SIG_CRYPTO_FAILURE": "La signature n'a pas été faite avec la clé de ce certificat.",
    "REVOKED": "Le certificat était révoqué au moment de la signature.",
    "NOT_YET_VALID": "La signature est antérieure à la validité du certificat.",
    "DOCUMENT_CHANGED": "Le document a été modifié après la signature.",
    "NO_CERTIFICATE_CHAIN_FOUND": (
        "Le document n'a pas été modifié, mais l'autorité qui a délivré le certificat n'est pas connue de la "
        "plateforme\u00a0: l'identité du signataire reste à vérifier."
    ),
    "OUT_OF_BOUNDS_NO_POE": (
        "Le certificat n'était pas en cours de validité à la date connue de la signature, ou cette date n'est pas "
        "prouvée et le certificat a expiré depuis."
    ),
    "GENERIC": "La vérification n'a pas pu être menée à son terme\u00a0: vérifiez ce document avec un autre outil.",
}
_OTHERWISE = (
    "Le document n'a pas été modifié, mais rien ne prouve que le certificat était valide à la signature."
)


def judge(facts: Facts, *, now: datetime) -> SignatureVerdict:
    status, code = _conclude(facts, now)
    return SignatureVerdict(
        field=facts.field,
        signer=facts.signer or UNKNOWN_SIGNER,
        issuer=facts.issuer,
        level=facts.level or facts.format,
        signed_at=facts.proved_at or facts.stamped_at or facts.declared_at,
        time_is_proved=facts.proved_at is not None,
        status=status,
        sub_indication="FORMAT_FAILURE" if code == "DOCUMENT_CHANGED" else code,
        message=_MESSAGES.get(code, _OTHERWISE),
        checks=(
            _identity(facts),
            _category(facts),
            _format(facts),
            _validity(facts, now),
            _integrity(facts),
        ),
    )


def is_within_validity(facts: Facts, now: datetime) -> bool:
    """Whether every time we know of the signature lies in the certificate's life.

    A proved time alone is not asked twice: pyHanko accepts a signature stamped after the certificate's end, since
    it only compares the beginning. Without any proof the signature may have been made a minute ago: `now` counts.
    """
    if facts.not_before is None or facts.not_after is None:
        return False
    moments = (facts.proved_at or now, facts.stamped_at, facts.declared_at)
    return all(facts.not_before <= moment <= facts.not_after for moment in moments if moment is not None)


def _conclude(facts: Facts, now: datetime) -> tuple[Status, str]:
    """The first of these findings decides."""
    findings = (
        (facts.broken == "FORMAT_FAILURE", Status.FAILED, facts.broken),
        (bool(facts.broken), Status.INDETERMINATE, facts.broken),
        (not facts.intact, Status.FAILED, "HASH_FAILURE"),
        (not facts.authentic, Status.FAILED, "SIG_CRYPTO_FAILURE"),
        (facts.changes is Changes.FORBIDDEN, Status.FAILED, "DOCUMENT_CHANGED"),
        (facts.changes is Changes.UNKNOWN, Status.INDETERMINATE, "GENERIC"),
        (facts.trust in {"REVOKED", "NOT_YET_VALID"}, Status.FAILED, facts.trust),
        (facts.trust != TRUSTED, Status.INDETERMINATE, facts.trust),
        (not is_within_validity(facts, now), Status.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE"),
    )
    return next(((status, code) for found, status, code in findings if found), (Status.PASSED, ""))


# --- The five checks ------------------------------------------------------------------------------------------
def _identity(facts: Facts) -> Check:
    if not facts.signer:
        return _check("identity", Outcome.FAILED, "Le signataire ne peut pas être identifié.")
    certified = f"{facts.signer}, certificat délivré par {facts.issuer or 'une autorité inconnue'}"
    if facts.trust == TRUSTED:
        return _check("identity", Outcome.PASSED, f"{certified}.")
    return _check("identity", Outcome.UNKNOWN, f"{certified}, que la plateforme ne connaît pas.")


def _category(facts: Facts) -> Check:
    if facts.declares_qualified:
        message = "Le certificat se déclare qualifié\u00a0; la liste de confiance n'a pas été consultée."
    else:
        message = "Le certificat ne se déclare pas qualifié\u00a0; sa catégorie n'est pas connue."
    return _check("category", Outcome.UNKNOWN, message)


def _format(facts: Facts) -> Check:
    if facts.broken == "FORMAT_FAILURE" or not facts.format:
        return _check("format", Outcome.FAILED, "Le format de la signature n'est pas reconnu.")
    if facts.format == PADES:
        return _check("format", Outcome.PASSED, f"Signature au format {facts.level or PADES}.")
    return _check(
        "format", Outcome.UNKNOWN, "Signature PDF (PKCS#7), lisible mais hors du format PAdES actuel."
    )


def _validity(facts: Facts, now: datetime) -> Check:
    if facts.not_before is None or facts.not_after is None:
        return _check(
            "validity", Outcome.FAILED, "Les dates de validité du certificat ne peuvent pas être lues."
        )
    life = f"du {format_moment(facts.not_before)} au {format_moment(facts.not_after)}"
    if facts.trust == "REVOKED":
        return _check("validity", Outcome.FAILED, "Le certificat était révoqué à la date de la signature.")
    if not is_within_validity(facts, now):
        outcome = (
            Outcome.FAILED if facts.proved_at or facts.stamped_at or facts.declared_at else Outcome.UNKNOWN
        )
        message = f"Signature hors de la validité du certificat ({life}), ou sans date prouvée."
        return _check("validity", outcome, message)
    if facts.trust == TRUSTED:
        return _check(
            "validity", Outcome.PASSED, f"Certificat valide {life}, non révoqué à la date de la signature."
        )
    return _check(
        "validity", Outcome.UNKNOWN, f"Certificat valide {life} ; sa révocation n'a pas pu être vérifiée."
    )


def _integrity(facts: Facts) -> Check:
    if facts.intact is None and facts.broken != "FORMAT_FAILURE":
        return _check("integrity", Outcome.UNKNOWN, "L'intégrité n'a pas pu être établie.")
    if not facts.intact or not facts.authentic or facts.changes is Changes.FORBIDDEN:
        return _check(
            "integrity", Outcome.FAILED, "Le document ne correspond pas, ou plus, à ce qui a été signé."
        )
    if facts.changes is Changes.UNKNOWN:
        return _check(
            "integrity", Outcome.UNKNOWN, "Les ajouts faits après la signature n'ont pas pu être analysés."
        )
    if facts.changes is Changes.PROOFS:
        return _check(
            "integrity", Outcome.PASSED, "Seules des preuves (certificats, horodatages) ont été ajoutées."
        )
    if facts.changes is Changes.FORM:
        message = (
            "D'autres signatures ou des champs de formulaire ont été ajoutés, comme la signature le permet."
        )
        return _check("integrity", Outcome.PASSED, message)
    return _check("integrity", Outcome.PASSED, "Le document n'a pas été modifié depuis la signature.")


_CHECK_LABELS = {
    "identity": "Identité du signataire",
    "category": "Catégorie du certificat",
    "format": "Format de la signature",
    "validity": "Validité du certificat à la date de la signature",
    "integrity": "Intégrité du document",
}


def _check(code: str, outcome: Outcome, message: str) -> Check:
    return Check(code=code, label=_CHECK_LABELS[code], outcome=outcome, message=message)
