"""The official record as one table: names, words allowed, limits, French definitions. Pure.

JSON 2.0.4 and XSD 2.0.2 describe the same record (annexes 15 and 17 of the code). Everything that reads, checks,
writes or explains a record walks this table, so that the formats cannot drift apart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tenders.rules import contracts as words


@dataclass(frozen=True, kw_only=True)
class Field:
    """One property of a record.

    `type`: text, enum, boolean, integer, number, date, values (`{item: [words]}` in JSON, repeated elements in XML),
    group (an object) or items (`[{item: {...}}]` in JSON, repeated elements in XML). `xml_item` is the element's name
    where XML differs from JSON. `minimum_items` 0 means the JSON schema accepts an empty list.
    """

    name: str
    type: str
    label: str
    definition: str = ""
    required: bool = True
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    minimum_length: int = 0
    maximum_length: int | None = None
    pattern: str = ""
    item: str = ""
    xml_item: str = ""
    minimum_items: int = 1
    children: tuple["Field", ...] = ()

    @property
    def element(self) -> str:
        return self.xml_item or self.item

    def optional(self) -> "Field":
        return replace(self, required=False)


def text(name: str, label: str, definition: str = "", *, length: int | None = None, **more: object) -> Field:
    return Field(name=name, type="text", label=label, definition=definition, maximum_length=length, **more)  # type: ignore[arg-type]


def enum(name: str, label: str, choices: Iterable[str], definition: str = "") -> Field:
    return Field(name=name, type="enum", label=label, definition=definition, choices=tuple(choices))


def values(name: str, item: str, label: str, choices: Iterable[str], definition: str = "") -> Field:
    return Field(
        name=name, type="values", item=item, label=label, definition=definition, choices=tuple(choices)
    )


def boolean(name: str, label: str, definition: str = "") -> Field:
    return Field(name=name, type="boolean", label=label, definition=definition)


def integer(name: str, label: str, definition: str = "") -> Field:
    return Field(name=name, type="integer", label=label, definition=definition, minimum=1)


def number(name: str, label: str, definition: str = "", *, low: int = 1, high: int | None = None) -> Field:
    return Field(name=name, type="number", label=label, definition=definition, minimum=low, maximum=high)


def day(name: str, label: str, definition: str = "") -> Field:
    return Field(name=name, type="date", label=label, definition=definition)


def group(name: str, label: str, *children: Field) -> Field:
    return Field(name=name, type="group", label=label, children=children)


def items(
    name: str, item: str, label: str, *children: Field, definition: str = "", xml_item: str = ""
) -> Field:
    return Field(
        name=name,
        type="items",
        item=item,
        xml_item=xml_item,
        label=label,
        definition=definition,
        children=children,
    )


IDENTIFIED = (
    text("id", "Identifiant", "Le SIRET de l'entreprise, ou l'identifiant de son pays."),
    enum("typeIdentifiant", "Type d'identifiant", words.IDENTIFIER_TYPES),
)
SIRET = text("id", "SIRET", "Les 14 chiffres de l'établissement qui achète.", pattern=r"[0-9]{14}")
NUMBER = text(
    "id", "Numéro du contrat", "Le numéro que l'acheteur a donné au contrat.", length=16, minimum_length=1
)
SUBJECT = text("objet", "Objet", "Ce qui est acheté, en quelques mots.", length=1000)
DURATION = integer("dureeMois", "Durée (mois)", "La durée prévue, options et reconductions comprises.")
PUBLISHED = day("datePublicationDonnees", "Données publiées le", "La première publication de ces données.")
ENVIRONMENT = values(
    "considerationsEnvironnementales",
    "considerationEnvironnementale",
    "Considérations environnementales",
    words.ENVIRONMENTAL.values(),
    "Si l'environnement compte dans les clauses du contrat ou dans le choix de l'offre.",
)


def social(choices: Iterable[str]) -> Field:
    return values(
        "considerationsSociales",
        "considerationSociale",
        "Considérations sociales",
        choices,
        "Si l'emploi et l'insertion comptent dans les clauses du contrat ou dans le choix de l'offre.",
    )


SUBCONTRACTING_ACT = (
    integer("id", "Numéro de l'acte"),
    group("sousTraitant", "Sous-traitant", *IDENTIFIED),
    integer("dureeMois", "Durée (mois)"),
    day("dateNotification", "Notifié le"),
    day("datePublicationDonnees", "Données publiées le"),
    number("montant", "Montant HT"),
    enum("variationPrix", "Variation du prix", ("Ferme", "Actualisable", "Révisable")),
)
SUBCONTRACTING_CHANGE = (
    integer("id", "Numéro de l'acte modifié"),
    integer("dureeMois", "Nouvelle durée (mois)").optional(),
    day("dateNotificationModificationSousTraitance", "Notifiée le"),
    number("montant", "Nouveau montant HT").optional(),
    day("datePublicationDonnees", "Données publiées le"),
)
HOLDERS = items("titulaires", "titulaire", "Titulaires", *IDENTIFIED, definition="Qui exécute le contrat.")
CHANGE = (
    integer("id", "Numéro de la modification"),
    day("dateNotificationModification", "Notifiée le"),
    day("datePublicationDonneesModification", "Données publiées le"),
    integer("dureeMois", "Nouvelle durée (mois)").optional(),
    number("montant", "Nouveau montant HT").optional(),
    HOLDERS.optional(),
)

CONTRACT: tuple[Field, ...] = (
    NUMBER,
    group("acheteur", "Acheteur", SIRET),
    enum("nature", "Nature", words.NATURES.values(), "Le genre de contrat public."),
    SUBJECT,
    text(
        "codeCPV",
        "Code CPV",
        "La famille d'achats dans la nomenclature européenne, sur huit chiffres.",
        pattern=r"[0-9]{8}(-[0-9])?",
    ),
    values(
        "techniques",
        "technique",
        "Techniques d'achat",
        words.TECHNIQUES.values(),
        "La manière d'organiser l'achat.",
    ),
    values(
        "modalitesExecution",
        "modaliteExecution",
        "Modalités d'exécution",
        words.EXECUTION_MODALITIES.values(),
        "La manière dont les prestations sont commandées.",
    ),
    text(
        "idAccordCadre",
        "Numéro de l'accord-cadre",
        "Pour un marché passé au titre d'un accord-cadre.",
        length=16,
        minimum_length=1,
    ).optional(),
    boolean("marcheInnovant", "Marché innovant", "Si l'achat porte sur une innovation."),
    enum("ccag", "CCAG", words.CCAGS.values(), "Le cahier de clauses générales auquel le contrat se réfère."),
    integer(
        "offresRecues", "Offres reçues", "Toutes les offres reçues, y compris celles qui ont été écartées."
    ),
    boolean("attributionAvance", "Avance", "Si une avance est versée au titulaire."),
    number(
        "tauxAvance", "Taux de l'avance", "La part du montant versée d'avance (0,1 pour 10 %).", low=0, high=1
    ).optional(),
    enum("typeGroupementOperateurs", "Groupement", words.GROUPINGS.values(), "Le lien entre les titulaires."),
    boolean(
        "sousTraitanceDeclaree", "Sous-traitance", "Si des sous-traitants étaient connus à la notification."
    ),
    items("actesSousTraitance", "acteSousTraitance", "Sous-traitants", *SUBCONTRACTING_ACT).optional(),
    enum(
        "procedure",
        "Procédure",
        words.PROCEDURES.values(),
        "La façon dont les concurrents ont été consultés.",
    ),
    group(
        "lieuExecution",
        "Lieu d'exécution",
        text("code", "Code du lieu"),
        enum("typeCode", "Type de code", words.PLACE_TYPES.values()),
    ),
    DURATION,
    day("dateNotification", "Notifié le", "Le jour où le titulaire a reçu le contrat signé."),
    PUBLISHED,
    number("montant", "Montant HT", "Le montant forfaitaire ou le maximum estimé, en euros hors taxes."),
    values(
        "typesPrix",
        "typePrix",
        "Types de prix",
        words.PRICE_TYPES.values(),
        "Si le prix peut évoluer, et comment.",
    ),
    enum("formePrix", "Forme du prix", words.PRICE_FORMS.values(), "Au forfait, à l'unité, ou les deux."),
    number(
        "origineUE", "Part européenne", "La part des produits venant de l'Union européenne.", low=0, high=1
    ).optional(),
    number(
        "origineFrance", "Part française", "La part des produits fabriqués en France.", low=0, high=1
    ).optional(),
    HOLDERS,
    social(words.SOCIAL.values()),
    ENVIRONMENT,
    items(
        "modificationsActesSousTraitance",
        "modificationActeSousTraitance",
        "Modifications de sous-traitance",
        *SUBCONTRACTING_CHANGE,
        xml_item="modificationActesSousTraitance",
    ).optional(),
    items("modifications", "modification", "Modifications", *CHANGE).optional(),
)

YEARLY = (
    day("datePublicationDonneesExecution", "Données publiées le"),
    number("depensesInvestissement", "Dépenses d'investissement", low=0),
    items(
        "tarifs",
        "tarif",
        "Tarifs",
        text("intituleTarif", "Intitulé", length=256),
        number("tarif", "Tarif", low=0),
    ),
)
CONCESSION_CHANGE = (
    integer("id", "Numéro de la modification"),
    day("dateSignatureModification", "Signée le"),
    day("datePublicationDonneesModification", "Données publiées le"),
    integer("dureeMois", "Nouvelle durée (mois)").optional(),
    number("valeurGlobale", "Nouvelle valeur globale").optional(),
)
CONCESSION: tuple[Field, ...] = (
    NUMBER,
    group("autoriteConcedante", "Autorité concédante", SIRET),
    enum("nature", "Nature", words.CONCESSION_NATURES.values(), "Le genre de concession."),
    SUBJECT,
    enum(
        "procedure",
        "Procédure",
        words.CONCESSION_PROCEDURES.values(),
        "La façon dont les candidats ont été choisis.",
    ),
    DURATION,
    day("dateSignature", "Signé le", "Le jour où l'autorité concédante a signé."),
    PUBLISHED,
    day("dateDebutExecution", "Début de l'exécution", "Le premier jour d'exploitation."),
    number(
        "valeurGlobale", "Valeur globale", "Le chiffre d'affaires attendu sur toute la durée, hors taxes."
    ),
    number(
        "montantSubventionPublique",
        "Subvention publique",
        "L'aide publique accordée, 0 s'il n'y en a pas.",
        low=0,
    ),
    replace(
        items("donneesExecution", "donneesAnnuelles", "Données d'exécution", *YEARLY).optional(),
        minimum_items=0,
    ),
    items(
        "concessionnaires",
        "concessionnaire",
        "Concessionnaires",
        *IDENTIFIED,
        definition="Qui exploite le service.",
    ),
    social(words.CONCESSION_SOCIAL.values()),
    ENVIRONMENT,
    items("modifications", "modification", "Modifications", *CONCESSION_CHANGE).optional(),
)

#: Key of the list in `marches` (JSON) and name of the element (XML) -> fields of the record.
RECORDS: dict[str, tuple[Field, ...]] = {"marche": CONTRACT, "contrat-concession": CONCESSION}
#: Kind of contract in the database -> key of the record.
RECORD_OF_KIND = {"contract": "marche", "concession": "contrat-concession"}


def walk(fields: Iterable[Field], prefix: str = "") -> Iterator[tuple[str, Field]]:
    """Every field with its dotted path, lists without index: `titulaires.titulaire.id`."""
    for field in fields:
        path = f"{prefix}{field.name}"
        yield path, field
        inner = f"{path}.{field.item}." if field.type == "items" else f"{path}."
        yield from walk(field.children, inner)
