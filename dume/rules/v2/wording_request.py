"""What the rules on the request say (see dume.rules.v2.wording)."""

from collections.abc import Mapping

from dume.rules.findings import Flag

F, W = Flag.FATAL, Flag.WARNING

REQUEST: Mapping[str, tuple[Flag, str]] = {
    "BR-REQ-20-01": (
        W,
        (
            "Partie I, acheteur\u00a0: le DUME en nomme {buyers} au lieu d'un seul. Gardez celui qui "
            "passe le marché."
        ),
    ),
    "BR-REQ-20-02": (F, "Partie I, acheteur\u00a0: son nom officiel manque. Ajoutez-le."),
    "BR-REQ-20-03": (F, "Partie I, acheteur\u00a0: son pays manque. Ajoutez-le à l'adresse."),
    "BR-REQ-20-04": (
        W,
        "Partie I, acheteur\u00a0: aucun identifiant (SIRET) n'est indiqué. Ajoutez-le si possible.",
    ),
    "BR-REQ-20-05": (F, "Partie I, plateforme\u00a0: son identifiant (SIRET) manque. Ajoutez-le."),
    "BR-REQ-20-06": (F, "Partie I, plateforme\u00a0: son nom manque. Ajoutez-le."),
    "BR-REQ-20-07": (F, "Partie I, plateforme\u00a0: son pays manque. Ajoutez-le à l'adresse."),
    "BR-REQ-30": (
        W,
        (
            "Partie III, motifs d'exclusion\u00a0: il en manque {lacking}. Reprenez-les tous\u00a0: "
            "l'acheteur ne peut pas en retirer."
        ),
    ),
    "BR-REQ-40": (
        W,
        (
            "Partie IV, critères de sélection\u00a0: il n'y en a aucun. Vérifiez que l'acheteur n'en "
            "demande pas."
        ),
    ),
    "BR-REQ-41": (
        F,
        (
            "Partie IV, critères de sélection\u00a0: l'indication globale pour tous les critères ne va "
            "pas avec {others} autre(s) critère(s). Gardez l'une ou les autres."
        ),
    ),
    "BR-SC-10": (
        F,
        (
            "Partie I, procédure\u00a0: un DUME étendu dit quelle procédure est suivie "
            "(cbc:ProcedureCode). Choisissez-la."
        ),
    ),
    "BR-LOT-30-S10": (
        F,
        "Partie I, lots\u00a0: numéros employés plusieurs fois\u00a0: {value}. Donnez à chaque lot le sien.",
    ),
    "BR-LOT-40": (
        F,
        (
            "{title}, lots\u00a0: le lot «\u00a0{value}\u00a0» n'est pas décrit dans la partie I. "
            "Corrigez le numéro ou ajoutez le lot."
        ),
    ),
    "BR-2P-10-S10_01": (
        F,
        "{title}\u00a0: il est pondéré et son poids manque (cbc:WeightNumeric). Ajoutez-le.",
    ),
    "BR-2P-10-S10_02": (
        F,
        (
            "{title}\u00a0: seules les capacités techniques se pondèrent. Choisissez "
            "«\u00a0satisfait ou non\u00a0» (PASSFAIL)."
        ),
    ),
    "BR-2P-10-S20": (
        F,
        ("{title}\u00a0: il se juge «\u00a0satisfait ou non\u00a0» et porte un poids. Retirez le poids."),
    ),
}
