"""The rules of 2.1.1 and 2.0.2: official id, official flag, and our sentence on what to change.

`{title}` is the criterion, `{name}` the XML element, `{value}` what was read there.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dume.rules.findings import Flag
from dume.rules.v2.wording_criteria import CRITERIA
from dume.rules.v2.wording_request import REQUEST
from dume.rules.v2.wording_response import RESPONSE

F, E, W = Flag.FATAL, Flag.ERROR, Flag.WARNING
TOOL = "Exportez de nouveau le fichier depuis un outil à jour, ou complétez l'élément."
EXPORT = "Exportez de nouveau le DUME depuis l'outil qui l'a produit, ou complétez l'en-tête du fichier."

HEADER: Mapping[str, tuple[Flag, str]] = {
    "BR-OTH-04-01": (
        F,
        f"L'en-tête ne donne pas la version d'UBL (cbc:UBLVersionID, 2.2). {EXPORT}",
    ),
    "BR-OTH-04-02": (
        F,
        f"L'en-tête ne dit pas si c'est une demande ou une réponse (cbc:CustomizationID). {EXPORT}",
    ),
    "BR-OTH-04-03": (
        F,
        f"Le DUME n'a pas de numéro (cbc:ID). {EXPORT}",
    ),
    "BR-OTH-04-04": (
        F,
        f"Le DUME n'a pas d'identifiant unique (cbc:UUID). {EXPORT}",
    ),
    "BR-OTH-04-05": (
        F,
        (
            "L'en-tête ne dit pas si le DUME est de base ou étendu "
            "(cbc:QualificationApplicationTypeCode). "
            f"{EXPORT}"
        ),
    ),
    "BR-OTH-04-06": (
        F,
        (
            "Le DUME ne contient aucun critère\u00a0: ajoutez les motifs d'exclusion et les critères de "
            "sélection (parties III et IV)."
        ),
    ),
    "BR-OTH-04-07": (
        F,
        (
            "Le DUME ne contient aucune réponse\u00a0: répondez aux questions des parties II à IV avant "
            "de le joindre."
        ),
    ),
    "BR-OTH-05-01": (
        F,
        (
            "La version d'UBL annoncée est «\u00a0{value}\u00a0» au lieu de «\u00a0{expected}\u00a0». "
            f"{EXPORT}"
        ),
    ),
    "BR-OTH-05-02": (
        F,
        (
            "L'agence de la version d'UBL (schemeAgencyID) est «\u00a0{value}\u00a0» au lieu de "
            "«\u00a0{expected}\u00a0». "
            f"{EXPORT}"
        ),
    ),
    "BR-OTH-06-01": (
        F,
        (
            "L'en-tête (cbc:CustomizationID) est «\u00a0{value}\u00a0» au lieu de "
            "«\u00a0{expected}\u00a0»\u00a0: le fichier ne s'annonce pas pour ce qu'il est, demande ou "
            "réponse. "
            f"{EXPORT}"
        ),
    ),
    "BR-OTH-06-02": (
        F,
        (
            "L'agence de cbc:CustomizationID (schemeAgencyID) est «\u00a0{value}\u00a0» au lieu de "
            "«\u00a0{expected}\u00a0». "
            f"{EXPORT}"
        ),
    ),
    "BR-OTH-07-01": (
        F,
        (
            "Le profil annoncé (cbc:ProfileID) est «\u00a0{value}\u00a0» au lieu de "
            "«\u00a0{expected}\u00a0». "
            f"{EXPORT}"
        ),
    ),
    "BR-OTH-07-02": (
        F,
        (
            "L'agence du profil (schemeAgencyID de cbc:ProfileID) est «\u00a0{value}\u00a0» au lieu de "
            "«\u00a0{expected}\u00a0». "
            f"{EXPORT}"
        ),
    ),
    "BR-OTH-01-10": (
        F,
        f"Le code cbc:{{name}} ne dit pas de quelle liste il vient ({{attribute}} manque). {TOOL}",
    ),
    "BR-OTH-01-20": (
        F,
        f"Le code cbc:{{name}} ne dit pas qui tient sa liste ({{attribute}} manque). {TOOL}",
    ),
    "BR-OTH-01-30": (
        F,
        f"Le code cbc:{{name}} ne dit pas la version de sa liste ({{attribute}} manque). {TOOL}",
    ),
    "BR-OTH-01-11": (
        F,
        f"Le code cbc:{{name}} ne dit pas de quelle liste il vient ({{attribute}} manque). {TOOL}",
    ),
    "BR-OTH-01-21": (
        F,
        f"Le code cbc:{{name}} ne dit pas qui tient sa liste ({{attribute}} manque). {TOOL}",
    ),
    "BR-OTH-01-31": (
        F,
        f"Le code cbc:{{name}} ne dit pas la version de sa liste ({{attribute}} manque). {TOOL}",
    ),
    "BR-OTH-01-40": (
        F,
        (
            "La liste du code cbc:{name} est en version «\u00a0{value}\u00a0»\u00a0: il faut une "
            "version 2 (2.x.y). "
            f"{TOOL}"
        ),
    ),
    "BR-OTH-02": (
        F,
        (
            "L'identifiant cbc:{name} «\u00a0{value}\u00a0» ne dit pas qui l'attribue (schemeAgencyID "
            "manque ou est vide). "
            f"{TOOL}"
        ),
    ),
    "BR-OTH-02.": (
        F,
        (
            "L'adresse électronique d'échange «\u00a0{value}\u00a0» ne dit pas qui l'attribue "
            "(schemeAgencyID manque ou est vide). "
            f"{TOOL}"
        ),
    ),
    "BR-OTH-08": (
        E,
        (
            "L'adresse électronique d'échange «\u00a0{value}\u00a0» (cbc:EndpointID) ne dit pas de quel "
            "type elle est (schemeID manque). "
            f"{TOOL}"
        ),
    ),
    "BR-COM-10-01": (
        F,
        (
            "Partie I\u00a0: le numéro de l'avis publié au JOUE est «\u00a0{value}\u00a0». Écrivez-le "
            "comme 2015/S 252-461137, ou 0000/S 000-000000 s'il n'est pas encore connu."
        ),
    ),
    "BR-COM-10-02": (
        W,
        (
            "Partie I\u00a0: l'avis publié au JOUE porte {described} lignes de description au lieu de "
            "deux. Mettez le numéro provisoire reçu de TED dans la seconde."
        ),
    ),
    "BR-COM-10-03": (
        F,
        (
            "Partie I\u00a0: le document cité «\u00a0{value}\u00a0» n'a pas de type "
            "(cbc:DocumentTypeCode). Dites si c'est un avis, une demande ou autre chose."
        ),
    ),
}

CODES: Mapping[str, tuple[Flag, str]] = {
    **{
        f"BR-COM-CL-RESTR-01.{number:02}": (
            F,
            (
                "Code cbc:{name}\u00a0: «\u00a0{value}\u00a0» n'existe pas dans un DUME {profile}. "
                "Choisissez un autre code ou changez le type du DUME."
            ),
        )
        for number in range(1, 6)
    },
    "BR-COM-CL-RESTR-02.01": (
        W,
        (
            "Partie II.A, opérateur\u00a0: le code de rôle «\u00a0{value}\u00a0» est abandonné. "
            "Employez LE (mandataire) ou un autre code en vigueur."
        ),
    ),
    "BR-COM-CL-RESTR-02.02": (
        W,
        "En-tête\u00a0: le type de DUME «\u00a0{value}\u00a0» est abandonné. Employez BASIC ou EXTENDED.",
    ),
}

RULES: Mapping[str, tuple[Flag, str]] = MappingProxyType(
    {**HEADER, **CRITERIA, **REQUEST, **RESPONSE, **CODES}
)
