"""The contract of the national service DUME: how it names what we mean. The only place that knows.

Its « Contrats d'interface des API DUME » (Chorus Pro, KB0011423) could only be read in extracts.

Sure: POST of JSON with a client certificate; one address for each API; the names of operations below; the fields
typeIdPlateforme, idPlateforme, idTechniquePlateforme, rsDemandeur, idDemandeur, idConsultation,
refFonctionnelleConsultation, numeroLot, idDume, format, siretOE, typeDonnees and their values; a document is named by
its number or given as XML in base64, never both; a refusal is a code and a message.

Not sure, to be confirmed on its sandbox before an installation is connected: the keys that hold the XML (dumeA,
dumeOE), the buyer's SIRET, the state and the language; every key of the answers and their envelope; that telling an
idDume to enregistrerDume replaces that document; whether telechargerDumeAvecPJ belongs to dumeOE, and its capitals;
the constant of creerDumeOEavecSiretOE (its page also says recupererDumeOEAvecDonnesEntreprise); whether refusals come
with HTTP 200 (others are told as failures, without their message).
"""

import base64
import binascii
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from dume.gateway.exchanged import Attachment, Consultation, Found, Platform, Requester, State
from dume.gateway.refusals import AnswerUnreadable, RequestRefused
from dume.model import Kind
from procurement.files.names import clean_name
from procurement.xml import XmlRefused, parse_xml

Answer = Mapping[str, Any]
#: Characters of a corporate name, and of a message that is repeated to people.
MAX_NAME, MAX_MESSAGE = 100, 300


class Api(StrEnum):
    """The last word of the address."""

    REQUESTS = "dumeA"
    RESPONSES = "dumeOE"
    REFERENCE = "referentiels"


class Operation(StrEnum):
    SAVE = "enregistrerDume"
    CREATE_SIMPLE = "creerDumeSimple"
    SEARCH = "rechercherDumes"
    MODEL = "recupererModelDume"
    FORMATTED = "recupererDumeFormate"
    MERGE = "FusionnerDumeAvecDonneesEntreprise"
    CREATE_RESPONSE = "creerDumeOEavecSiretOE"
    DOWNLOAD = "telechargerDumeAvecPJ"
    LABELS = "RecupererLibellesDUME"
    HEALTH = "healthCheck"


APIS = {Kind.REQUEST: Api.REQUESTS, Kind.RESPONSE: Api.RESPONSES}
STATES = {State.DRAFT: "BROUILLON", State.VALIDATED: "VALIDE"}
ERROR, HEALTHY = "ERREUR", "OK"


# --- What is asked ---------------------------------------------------------------------------------------------
def of_platform(platform: Platform) -> dict[str, str]:
    return {
        "typeIdPlateforme": platform.id_type.value,
        "idPlateforme": platform.id,
        "idTechniquePlateforme": platform.technical_id,
    }


def of_requester(requester: Requester) -> dict[str, str]:
    return {"rsDemandeur": requester.name[:MAX_NAME], "idDemandeur": requester.siret}


def of_consultation(consultation: Consultation) -> dict[str, str]:
    """Only what is known: an empty field would be a criterion of a search."""
    fields = {
        "idConsultation": consultation.id,
        "refFonctionnelleConsultation": consultation.reference,
        "numeroLot": "" if consultation.lot is None else f"{consultation.lot:03d}",
        "siretAcheteur": consultation.buyer_siret,
    }
    return {name: value for name, value in fields.items() if value}


def of_source(api: Api, source: str | bytes) -> dict[str, str]:
    """A document by its number, or by its XML."""
    return {"idDume": source} if isinstance(source, str) else {api.value: base64.b64encode(source).decode()}


# --- What is answered ------------------------------------------------------------------------------------------
def opened(answer: object) -> Answer:
    """What the envelope holds. Raises RequestRefused for an error, AnswerUnreadable for anything unforeseen."""
    inside = answer.get("response", answer) if isinstance(answer, dict) else None
    if not isinstance(inside, dict):
        raise AnswerUnreadable
    messages = inside.get("messageList") or []
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise AnswerUnreadable
    for message in messages:
        if message.get("type") == ERROR:
            code, said = _shown(message.get("code")), _shown(message.get("message"))
            raise RequestRefused(
                f"Le service national DUME a refusé cette demande\u00a0: {said or 'sans explication'} "
                f"(code {code or 'inconnu'}). Rien n'a été changé ici.",
                service_code=code,
            )
    return inside


def text_in(answer: Answer, name: str) -> str:
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise AnswerUnreadable(
            "La réponse du service national DUME est incomplète. Rien n'a été changé ici ; recommencez plus tard."
        )
    return found


def bytes_in(answer: Answer, name: str) -> bytes:
    """White space among the base64 is allowed, as uuencoders write lines."""
    try:
        return base64.b64decode("".join(text_in(answer, name).split()), validate=True)
    except (binascii.Error, ValueError):
        raise AnswerUnreadable from None


def xml_in(answer: Answer, name: str) -> bytes:
    """As received, once it is known to be XML without dangers; what it says is checked by `dume.validate`."""
    found = bytes_in(answer, name)
    try:
        parse_xml(found)
    except XmlRefused as refusal:
        raise AnswerUnreadable(f"Le DUME reçu du service national n'est pas lisible. {refusal}") from None
    return found


def number_in(answer: Answer) -> str:
    return text_in(answer, "idDume")


def found_in(answer: Answer) -> list[Found]:
    return [
        Found(
            number=number_in(each),
            consultation_id=str(each.get("idConsultation") or ""),
            state=str(each.get("statut") or ""),
        )
        for each in _objects(answer, "listeDume")
    ]


def attachments_in(answer: Answer) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(name=clean_name(text_in(each, "nom")), content=bytes_in(each, "contenu"))
        for each in _objects(answer, "piecesJointes")
    )


def labels_in(answer: Answer) -> dict[str, str]:
    return {text_in(each, "code"): text_in(each, "libelle") for each in _objects(answer, "libelles")}


def _objects(answer: Answer, name: str) -> list[Answer]:
    found = answer.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise AnswerUnreadable
    return found


def _shown(value: object) -> str:
    """Somebody else's words for our pages: one short line."""
    words = " ".join(str(value or "").split())
    return "".join(character for character in words if character.isprintable())[:MAX_MESSAGE]
