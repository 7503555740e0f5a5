"""The five checks of a signature that annexe 12 article 5 of the code's arrêtés asks of a buyer."""

from __future__ import annotations

from datetime import datetime

from procurement.calendars import format_moment
from signing.verification.certificates import CertificateFacts
from signing.verification.facts import Changes, Covers, SignatureFacts, Sub, TrustFacts
from signing.verification.reports import Check, CheckCode, Outcome
from signing.verification.validity import is_within_life

_PASSED, _FAILED, _UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN
_DAMAGED = "Le document ne correspond pas, ou plus, à ce qui a été signé."
_ADDED = {
    Changes.UNKNOWN: (_UNKNOWN, "Les ajouts faits après la signature n'ont pas pu être analysés."),
    Changes.PROOFS: (_PASSED, "Seules des preuves (certificats, horodatages) ont été ajoutées."),
    Changes.FORM: (
        _PASSED,
        "D'autres signatures ou des champs de formulaire ont été ajoutés, comme la signature le permet.",
    ),
}


def five_checks(
    facts: SignatureFacts, trust: TrustFacts, certificate: CertificateFacts, *, now: datetime
) -> tuple[Check, ...]:
    found = {
        CheckCode.IDENTITY: _identity(trust, certificate),
        CheckCode.CATEGORY: _category(trust, certificate),
        CheckCode.FORMAT: _format(facts),
        CheckCode.VALIDITY: _validity(facts, trust, certificate, now),
        CheckCode.INTEGRITY: _integrity(facts),
    }
    return tuple(Check(code, code.label, outcome, message) for code, (outcome, message) in found.items())


def _identity(trust: TrustFacts, certificate: CertificateFacts) -> tuple[Outcome, str]:
    if not certificate.subject:
        return _FAILED, "Le signataire ne peut pas être identifié."
    certified = (
        f"{certificate.subject}, certificat délivré par {certificate.issuer or 'une autorité inconnue'}"
    )
    if not trust.why_not:
        return _PASSED, f"{certified}."
    if trust.why_not == "NO_CERTIFICATE_CHAIN_FOUND":
        return _UNKNOWN, f"{certified}, que la plateforme ne connaît pas."
    return _UNKNOWN, f"{certified}\u00a0; sa validité à la signature n'est pas prouvée."


def _category(trust: TrustFacts, certificate: CertificateFacts) -> tuple[Outcome, str]:
    """Annexe 12 art. 2: an advanced signature on a qualified certificate, or a qualified signature."""
    if trust.is_qualified is True:
        return _PASSED, trust.category or "Le certificat est qualifié selon la liste de confiance."
    if trust.is_qualified is False:
        return _FAILED, trust.category or "Le certificat n'est pas qualifié selon la liste de confiance."
    if trust.category:
        return _UNKNOWN, trust.category
    if certificate.declares_qualified:
        return (
            _UNKNOWN,
            "Le certificat se déclare qualifié\u00a0; la liste de confiance n'a pas été consultée.",
        )
    return _UNKNOWN, "Le certificat ne se déclare pas qualifié\u00a0; sa catégorie n'est pas connue."


def _format(facts: SignatureFacts) -> tuple[Outcome, str]:
    if facts.broken == Sub.FORMAT_FAILURE:
        return _FAILED, facts.why or facts.format_problem or "Le format de la signature n'est pas reconnu."
    if not facts.is_baseline:
        return _FAILED, facts.format_problem or "Signature lisible, mais hors des formats admis."
    if facts.broken == Sub.CRYPTO_CONSTRAINTS_FAILURE:
        return _FAILED, facts.why or "La signature emploie un algorithme qui n'est pas reconnu."
    if facts.broken == Sub.GENERIC:
        return _UNKNOWN, "Le format de la signature n'a pas pu être établi."
    if facts.certificate is None:
        return _FAILED, "La signature ne contient pas le certificat de son signataire."
    return _PASSED, f"Signature au format {facts.format}-{facts.level}".rstrip("-") + "."


def _validity(
    facts: SignatureFacts, trust: TrustFacts, certificate: CertificateFacts, now: datetime
) -> tuple[Outcome, str]:
    if certificate.not_before is None or certificate.not_after is None:
        return _FAILED, "Les dates de validité du certificat ne peuvent pas être lues."
    if trust.why_not == "REVOKED":
        return _FAILED, "Le certificat était révoqué à la date de la signature."
    life = f"du {format_moment(certificate.not_before)} au {format_moment(certificate.not_after)}"
    within = is_within_life(facts, trust, certificate, now)
    if within is None:
        return (
            _UNKNOWN,
            f"Certificat expiré depuis, valide {life}\u00a0; la date de la signature n'est pas prouvée.",
        )
    if not within:
        return _FAILED, f"Signature hors de la validité du certificat ({life})."
    if not trust.why_not:
        return _PASSED, f"Certificat valide {life}, non révoqué à la date de la signature."
    return _UNKNOWN, f"Certificat valide {life}\u00a0; sa révocation n'a pas pu être vérifiée."


def _integrity(facts: SignatureFacts) -> tuple[Outcome, str]:
    if facts.intact is False or facts.authentic is False or facts.changes is Changes.FORBIDDEN:
        return _FAILED, _DAMAGED
    if facts.intact is None or facts.authentic is None:
        return _UNKNOWN, "L'intégrité n'a pas pu être établie."
    if facts.changes is not Changes.NONE:
        return _ADDED[facts.changes]
    if facts.covers is Covers.PARTIAL:
        return _PASSED, "La partie signée n'a pas été modifiée\u00a0; le reste du fichier n'est pas signé."
    return _PASSED, "Le document n'a pas été modifié depuis la signature."
