"""What the rules on criteria say (see dume.rules.v2.wording)."""

from collections.abc import Mapping

from dume.rules.findings import Flag

F, W = Flag.FATAL, Flag.WARNING
MODEL = "Reprenez ce critère dans le modèle officiel."

CRITERIA: Mapping[str, tuple[Flag, str]] = {
    "BR-TC-02-01": (
        F,
        f"{{title}}\u00a0: il n'a pas d'identifiant (cbc:ID). {MODEL}",
    ),
    "BR-TC-02-02": (
        F,
        (
            "{title}\u00a0: l'identifiant «\u00a0{value}\u00a0» n'est pas un critère "
            "du DUME {version}. "
            f"{MODEL}"
        ),
    ),
    "BR-TC-03": (
        F,
        f"{{title}}\u00a0: il n'a pas de code (cbc:CriterionTypeCode). {MODEL}",
    ),
    "BR-TC-04": (
        F,
        (
            "{title}\u00a0: son code est «\u00a0{value}\u00a0» au lieu de "
            "«\u00a0{expected}\u00a0». "
            f"{MODEL}"
        ),
    ),
    "BR-TC-05": (
        F,
        f"{{title}}\u00a0: il n'a pas de nom. {MODEL}",
    ),
    "BR-TC-06": (
        F,
        f"{{title}}\u00a0: il n'a pas de description. {MODEL}",
    ),
    "BR-TC-07": (
        F,
        f"{{title}}\u00a0: il manque {{lacking}} groupe(s) de questions. {MODEL}",
    ),
    "BR-TC-09": (F, "{title}, texte de loi\u00a0: son titre manque. Ajoutez-le."),
    "BR-TC-10": (W, "{title}, texte de loi\u00a0: sa description manque. Ajoutez-la si possible."),
    "BR-TC-11": (W, "{title}, texte de loi\u00a0: l'article manque. Ajoutez-le si possible."),
    "BR-TC-12": (
        F,
        f"{{title}}, groupe de questions\u00a0: il n'a pas d'identifiant (cbc:ID). {MODEL}",
    ),
    "BR-TC-13": (
        F,
        (
            "{title}, groupe de questions\u00a0: le groupe «\u00a0{value}\u00a0» n'a pas sa place ici "
            "dans le DUME {version}. "
            f"{MODEL}"
        ),
    ),
    "BR-TC-14": (
        F,
        (
            "{title}, groupe de questions\u00a0: il ne dit pas quand il s'ouvre "
            "(cbc:PropertyGroupTypeCode). "
            f"{MODEL}"
        ),
    ),
    "BR-TC-15-01": (
        F,
        (
            "{title}, groupe de questions\u00a0: il s'ouvre sur «\u00a0{value}\u00a0» au lieu de "
            "«\u00a0{expected}\u00a0». "
            f"{MODEL}"
        ),
    ),
    "BR-TC-15-02": (
        F,
        (
            "{title}, sous-groupe de questions\u00a0: il s'ouvre sur «\u00a0{value}\u00a0» au lieu de "
            "«\u00a0{expected}\u00a0». "
            f"{MODEL}"
        ),
    ),
    "BR-TC-16-01": (
        F,
        f"{{title}}, groupe de questions\u00a0: il manque {{lacking}} question(s) ou exigence(s). {MODEL}",
    ),
    "BR-TC-16-02": (
        F,
        (
            "{title}, sous-groupe de questions\u00a0: il manque {lacking} question(s) ou exigence(s). "
            f"{MODEL}"
        ),
    ),
    "BR-TC-17-01": (
        F,
        f"{{title}}, groupe de questions\u00a0: il manque {{lacking}} sous-groupe(s). {MODEL}",
    ),
    "BR-TC-17-02": (
        F,
        f"{{title}}, sous-groupe de questions\u00a0: il manque {{lacking}} sous-groupe(s). {MODEL}",
    ),
    "BR-TC-18": (
        F,
        f"{{title}}, question ou exigence\u00a0: elle n'a pas d'identifiant (cbc:ID). {MODEL}",
    ),
    "BR-TC-19": (
        F,
        f"{{title}}, question ou exigence\u00a0: son texte manque. {MODEL}",
    ),
    "BR-TC-20": (
        F,
        (
            "{title}, question ou exigence\u00a0: rien ne dit si c'est un titre, une exigence ou une "
            "question (cbc:TypeCode). "
            f"{MODEL}"
        ),
    ),
    "BR-TC-20-02": (
        F,
        (
            "{title}, question ou exigence\u00a0: elle est de type «\u00a0{value}\u00a0», ce groupe "
            "n'en a que de type {allowed}. "
            f"{MODEL}"
        ),
    ),
    "BR-TC-21-01": (
        F,
        (
            "{title}, question ou exigence\u00a0: le type de réponse attendu manque "
            "(cbc:ValueDataTypeCode). "
            f"{MODEL}"
        ),
    ),
    "BR-TC-21-02": (
        F,
        (
            "{title}, question ou exigence\u00a0: de type «\u00a0{type}\u00a0», elle attend "
            "«\u00a0{value}\u00a0». Un titre n'attend rien (NONE), une question ou une exigence attend "
            "une valeur. "
            f"{MODEL}"
        ),
    ),
    "BR-TC-21-03": (
        F,
        (
            "{title}, question ou exigence\u00a0: elle attend «\u00a0{value}\u00a0», ce groupe ne "
            "connaît que {allowed}. "
            f"{MODEL}"
        ),
    ),
}
