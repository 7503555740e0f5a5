"""What the rules on the response say (see dume.rules.v2.wording)."""

from collections.abc import Mapping

from dume.rules.findings import Flag

F, E, W = Flag.FATAL, Flag.ERROR, Flag.WARNING
ANSWER = "Reprenez la réponse à cette question."

RESPONSE: Mapping[str, tuple[Flag, str]] = {
    "BR-RESP-10-02": (
        E,
        (
            "Partie II.A, opérateur\u00a0: sa place dans l'offre manque (cac:EconomicOperatorRole). "
            "Dites s'il est seul, mandataire ou membre d'un groupement, ou sous-traitant."
        ),
    ),
    "BR-RESP-10-03": (
        E,
        (
            "Partie II.A, opérateur\u00a0: son rôle manque (cbc:RoleCode). Dites s'il est seul, "
            "mandataire ou membre d'un groupement, ou sous-traitant."
        ),
    ),
    "BR-RESP-10-04": (
        E,
        (
            "Partie II.A, opérateur\u00a0: aucun identifiant (SIRET, numéro de TVA) n'est indiqué. "
            "Ajoutez-en un."
        ),
    ),
    "BR-RESP-10-05": (E, "Partie II.A, opérateur\u00a0: le nom de l'entreprise manque. Ajoutez-le."),
    "BR-RESP-10-06": (
        E,
        (
            "Partie II.A, opérateur\u00a0: la taille de l'entreprise manque. Dites si elle est micro, "
            "petite, moyenne ou grande."
        ),
    ),
    "BR-RESP-10-07": (
        E,
        "Partie II.A, opérateur\u00a0: le pays de l'entreprise manque. Ajoutez-le à l'adresse.",
    ),
    "BR-RESP-10-09": (E, "Partie I, plateforme\u00a0: son nom manque. Ajoutez-le."),
    "BR-RESP-10-10": (E, "Partie I, plateforme\u00a0: son pays manque. Ajoutez-le à l'adresse."),
    "BR-RESP-10-11": (E, "Partie I, plateforme\u00a0: son identifiant (SIRET) manque. Ajoutez-le."),
    "BR-RESP-20-01": (E, "Partie II.B, représentant\u00a0: son prénom manque. Ajoutez-le."),
    "BR-RESP-20-02": (E, "Partie II.B, représentant\u00a0: son nom de famille manque. Ajoutez-le."),
    "BR-RESP-20-03": (
        E,
        "Partie II.B, représentant\u00a0: le pays de sa résidence manque. Ajoutez-le à l'adresse.",
    ),
    "BR-RESP-30": (
        F,
        (
            "Partie III, motifs d'exclusion\u00a0: tous demandent une réponse. Répondez à ceux-ci, ou "
            "vérifiez qu'aucun n'est répondu deux fois\u00a0: {value}."
        ),
    ),
    "BR-RESP-40": (
        W,
        (
            "Partie IV, critères de sélection\u00a0: certains sont sans réponse. Vérifiez "
            "ceux-ci\u00a0: {value}."
        ),
    ),
    "BR-RESP-80-S10": (
        W,
        (
            "Partie IV, critères de sélection\u00a0: le système de qualification ne les couvre pas "
            "tous. Répondez à ceux-ci\u00a0: {value}."
        ),
    ),
    "BR-RESP-80-S20": (
        W,
        (
            "Partie IV, critères de sélection\u00a0: le système de qualification les couvre tous, les "
            "réponses données ne sont pas nécessaires."
        ),
    ),
    "BR-LEAD-10-S10": (
        W,
        (
            "Partie II.A, groupement\u00a0: le mandataire ne nomme pas le groupement "
            "(cbc:EconomicOperatorGroupName). Ajoutez son nom."
        ),
    ),
    "BR-LAED-10": (
        F,
        (
            "Partie II.A, groupement\u00a0: le mandataire ne dit rien des autres membres. Répondez à "
            "«\u00a0Participation en groupement\u00a0»."
        ),
    ),
    "BR-LEAD-10-S20": (
        F,
        (
            "Partie II.C, capacités d'autres entités\u00a0: le mandataire n'en dit rien. Répondez à "
            "cette question, par non si le groupement n'en utilise pas."
        ),
    ),
    "BR-LEAD-10-S30": (
        F,
        (
            "Partie II.D, sous-traitants\u00a0: le mandataire n'en dit rien. Répondez à cette question, "
            "par non s'il n'y en a pas."
        ),
    ),
    "BR-OENRON-01": (
        W,
        (
            "Partie IV, critères de sélection\u00a0: une entité dont les capacités ne sont pas "
            "utilisées n'a pas à y répondre."
        ),
    ),
    "BR-LOT-10": (
        F,
        (
            "Partie II.A, lots\u00a0: le lot «\u00a0{value}\u00a0» n'est pas dans la procédure. "
            "Choisissez parmi les lots de la partie I."
        ),
    ),
    "BR-TCR-01-01": (
        F,
        (
            "Réponse\u00a0: elle ne dit pas à quelle question elle répond "
            "(cbc:ValidatedCriterionPropertyID). "
            f"{ANSWER}"
        ),
    ),
    "BR-TCR-01-02": (
        F,
        (
            "Réponse\u00a0: la question «\u00a0{value}\u00a0» n'existe pas une fois et une seule dans "
            "ce DUME. "
            f"{ANSWER}"
        ),
    ),
    "BR-TCR-01-03": (F, "{title}, question\u00a0: elle a {times} réponses. Gardez la bonne."),
    "BR-TCR-03": (
        F,
        (
            "{title}, réponse\u00a0: il faut une valeur, ou une période, ou un justificatif, et un seul des "
            "trois. "
            f"{ANSWER}"
        ),
    ),
    "BR-TCR-04": (F, "{title}, réponse\u00a0: elle donne {values} valeurs. Gardez la bonne."),
    "BR-TCR-06-01": (
        F,
        (
            "{title}, question\u00a0: la réponse «\u00a0oui\u00a0» plus haut en demande une ici, et une "
            "seule (il y en a {times}). Répondez à cette question."
        ),
    ),
    "BR-TCR-06-02": (
        F,
        (
            "{title}, question\u00a0: elle ne se pose qu'après un «\u00a0oui\u00a0», et la réponse plus "
            "haut est «\u00a0non\u00a0». Retirez cette réponse ou corrigez l'autre."
        ),
    ),
    "BR-TCR-07-01": (
        F,
        (
            "{title}, question\u00a0: la réponse «\u00a0non\u00a0» plus haut en demande une ici, et une "
            "seule (il y en a {times}). Répondez à cette question."
        ),
    ),
    "BR-TCR-07-02": (
        F,
        (
            "{title}, question\u00a0: elle ne se pose qu'après un «\u00a0non\u00a0», et la réponse plus "
            "haut est «\u00a0oui\u00a0». Retirez cette réponse ou corrigez l'autre."
        ),
    ),
    "BR-TCR-09": (
        F,
        (
            "{title}, réponse\u00a0: le justificatif «\u00a0{value}\u00a0» n'est pas décrit une fois et une "
            "seule dans ce DUME. Décrivez-le ou corrigez le numéro."
        ),
    ),
    **{
        f"BR-TCR-08-{number:02}": (
            F,
            f"{{title}}, réponse\u00a0: la question attend {{described}} ({{value}}) et n'en reçoit pas. {ANSWER}",
        )
        for number in range(1, 27)
    },
}
