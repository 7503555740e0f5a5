"""The French sentences of verdicts: what a code of EN 319 102-1 means for somebody who opens bids."""

from __future__ import annotations

from signing.verification.facts import StampFacts

_CONCLUSIONS = {
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
    "REVOKED_NO_POE": (
        "Le certificat a été révoqué, et rien ne prouve que la signature a été faite avant la révocation."
    ),
    "TRY_LATER": (
        "Le document n'a pas été modifié, mais l'état de révocation du certificat n'est pas encore connu\u00a0: "
        "vérifiez de nouveau plus tard."
    ),
    "SIG_CONSTRAINTS_FAILURE": (
        "La signature est lisible, mais n'est pas au format demandé (XAdES, CAdES ou PAdES, niveau de base)."
    ),
    "CRYPTO_CONSTRAINTS_FAILURE": "La signature emploie un algorithme qui n'est pas reconnu ou n'est plus sûr.",
    "SIGNED_DATA_NOT_FOUND": (
        "Le document signé n'est pas dans ce fichier\u00a0: joignez-le pour que la signature puisse être vérifiée."
    ),
    "NO_SIGNING_CERTIFICATE_FOUND": "La signature ne contient pas le certificat de son signataire.",
    "BAD_STAMP": (
        "Le document n'a pas été modifié, mais un horodatage joint à la signature ne peut pas être accepté."
    ),
    "GENERIC": "La vérification n'a pas pu être menée à son terme\u00a0: vérifiez ce document avec un autre outil.",
}
_OTHERWISE = (
    "Le document n'a pas été modifié, mais rien ne prouve que le certificat était valide à la signature."
)
_BAD_STAMP = "Un horodatage ne peut pas être accepté."


def explain(code: str) -> str:
    return _CONCLUSIONS.get(code, _OTHERWISE)


def stamp_problem(stamp: StampFacts) -> str:
    """The reader's own sentence, which names the time stamp; "" for one without a problem."""
    return (stamp.message or _BAD_STAMP) if stamp.problem else ""
