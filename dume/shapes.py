"""The questions of the criteria we write ourselves, as trees: 4.1.0 places, our own French wording.

A leaf is "Q TYPE label" (question), "R TYPE label" (buyer's requirement) or "C NONE label" (caption).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Shape:
    """`condition` is "", "true" or "false", as in dume.model.Group."""

    condition: str
    leaves: tuple[str, ...]
    groups: tuple["Shape", ...] = ()


ANSWER = "Q INDICATOR Votre réponse"
DESCRIPTION = "Q DESCRIPTION Description"
EVIDENCE = Shape(
    "",
    ("Q INDICATOR Information disponible en ligne",),
    (Shape("true", ("Q EVIDENCE_IDENTIFIER Justificatif",)),),
)
MEASURES = Shape(
    "",
    ("Q INDICATOR Mesures prises pour démontrer sa fiabilité",),
    (Shape("true", (DESCRIPTION,)),),
)
BY_ITSELF = Shape(
    "",
    ("Q INDICATOR Critère rempli par l'opérateur lui-même",),
    (
        Shape(
            "false",
            ("Q INDICATOR Sinon, recours aux capacités d'une autre entité",),
            (
                Shape(
                    "true",
                    (
                        "Q DESCRIPTION Nom de l'entité",
                        "Q ECONOMIC_OPERATOR_IDENTIFIER Identifiant de l'entité",
                    ),
                ),
            ),
        ),
    ),
)

CONVICTION = (
    Shape(
        "",
        (ANSWER,),
        (
            Shape(
                "true",
                (
                    "Q DATE Date de la condamnation",
                    "Q DESCRIPTION Motif",
                    "Q DESCRIPTION Personne condamnée",
                    "Q PERIOD Durée de l'exclusion",
                ),
                (MEASURES,),
            ),
        ),
    ),
    EVIDENCE,
)
DECISION = Shape(
    "",
    ("Q INDICATOR Manquement établi autrement que par une décision de justice ou administrative",),
    (
        Shape("true", ("Q DESCRIPTION Moyen par lequel le manquement a été établi",)),
        Shape(
            "false",
            ("Q INDICATOR Décision définitive et contraignante",),
            (
                Shape(
                    "true",
                    (
                        "Q DATE Date de la condamnation ou de la décision",
                        "Q PERIOD Durée de l'exclusion fixée par la condamnation",
                    ),
                ),
            ),
        ),
        Shape(
            "",
            ("Q INDICATOR Somme payée ou accord contraignant conclu pour la payer",),
            (Shape("true", (DESCRIPTION,)),),
        ),
    ),
)
CONTRIBUTION = (
    Shape(
        "",
        ("R MINIMUM_AMOUNT Seuil minimal", "R DESCRIPTION Informations complémentaires"),
        (
            Shape(
                "",
                (ANSWER,),
                (Shape("true", ("Q CODE_COUNTRY Pays concerné", "Q AMOUNT Montant concerné"), (DECISION,)),),
            ),
        ),
    ),
    EVIDENCE,
)
BREACH = (
    Shape(
        "",
        (ANSWER,),
        (
            Shape(
                "true",
                ("Q INDICATOR Mesures prises pour démontrer sa fiabilité",),
                (Shape("true", (DESCRIPTION,)),),
            ),
        ),
    ),
    EVIDENCE,
)
SITUATION = (
    Shape(
        "",
        (ANSWER,),
        (
            Shape(
                "true",
                (
                    DESCRIPTION,
                    "Q DESCRIPTION Raisons pour lesquelles le marché pourra tout de même être exécuté",
                ),
            ),
        ),
    ),
    EVIDENCE,
)
MISCONDUCT = (Shape("", (ANSWER,), (Shape("true", (DESCRIPTION,), (MEASURES,)),)), EVIDENCE)
CONFLICT = (Shape("", (ANSWER,), (Shape("true", (DESCRIPTION,)),)), EVIDENCE)
BARE = (Shape("", (ANSWER,)), EVIDENCE)
NATIONAL = (
    Shape(
        "",
        ("C NONE Motifs prévus par le droit français",),
        (
            Shape(
                "",
                (
                    "C NONE Interdictions de soumissionner du code de la commande publique",
                    "C NONE Déclaration sur l'honneur",
                    ANSWER,
                ),
            ),
        ),
    ),
    EVIDENCE,
)
TURNOVER = (
    Shape(
        "",
        ("R LOT_IDENTIFIER Lot",),
        (
            Shape(
                "",
                (
                    "R QUANTITY_YEAR Nombre d'exercices",
                    "R CODE_BOOLEAN Seuil par exercice",
                    "R MINIMUM_AMOUNT Montant minimal exigé",
                ),
                (
                    BY_ITSELF,
                    Shape("", ("Q PERIOD Période", "Q AMOUNT Montant"), (EVIDENCE,)),
                    Shape("", ("Q DATE Date de création ou de début d'activité",), (EVIDENCE,)),
                    EVIDENCE,
                ),
            ),
        ),
    ),
)
MANPOWER = (
    Shape(
        "",
        ("R LOT_IDENTIFIER Lot",),
        (
            Shape(
                "",
                (
                    "R MINIMUM_QUANTITY_YEAR Nombre minimal d'années",
                    "R DESCRIPTION Informations complémentaires",
                ),
                (BY_ITSELF, Shape("", ("Q QUANTITY_YEAR Année", "Q QUANTITY_INTEGER Nombre")), EVIDENCE),
            ),
        ),
    ),
)

#: Code of 4.1.0 -> its tree. The order is the order of the form.
SHAPES: Mapping[str, tuple[Shape, ...]] = MappingProxyType(
    {
        "crime-org": CONVICTION,
        "corruption": CONVICTION,
        "fraud": CONVICTION,
        "terr-offence": CONVICTION,
        "finan-laund": CONVICTION,
        "human-traffic": CONVICTION,
        "tax-pay": CONTRIBUTION,
        "socsec-pay": CONTRIBUTION,
        "envir-law": BREACH,
        "socsec-law": BREACH,
        "labour-law": BREACH,
        "bankruptcy": SITUATION,
        "insolvency": SITUATION,
        "cred-arran": SITUATION,
        "bankr-nat": SITUATION,
        "liq-admin": SITUATION,
        "susp-act": SITUATION,
        "prof-misconduct": MISCONDUCT,
        "distorsion": MISCONDUCT,
        "partic-confl": CONFLICT,
        "prep-confl": CONFLICT,
        "sanction": MISCONDUCT,
        "misrepresent": BARE,
        "nati-ground": NATIONAL,
        "gen-year-to": TURNOVER,
        "year-manpower": MANPOWER,
    }
)
#: Where the yes or no of an exclusion ground stands; all others answer in the first group.
MAIN_PLACES = {"tax-pay": "RG1/QSG1/Q1", "socsec-pay": "RG1/QSG1/Q1", "nati-ground": "QG1/QSG1/Q1"}
MAIN_PLACE = "QG1/Q1"
