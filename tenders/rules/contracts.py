"""What may be said of a contract, and what must not contradict itself. Pure.

The right-hand values are the words of the official enumerations of the essential data (arrêté du 22 décembre 2022,
annexe 15 of the code): they go to the files letter for letter, straight apostrophes included.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

#: What the national data keep of a number, without the space and "#" that break an address.
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.\-]{0,15}")

LONGEST_SUBJECT = 1000

KINDS = {"contract": "Marché public", "concession": "Contrat de concession"}

NATURES = {
    "contract": "Marché",
    "partnership": "Marché de partenariat",
    "defence": "Marché de défense ou de sécurité",
}
CONCESSION_NATURES = {
    "works_concession": "Concession de travaux",
    "service_concession": "Concession de service",
    "public_service_concession": "Concession de service public",
    "public_service_delegation": "Délégation de service public",
}
PROCEDURES = {
    "adapted": "Procédure adaptée",
    "open": "Appel d'offres ouvert",
    "restricted": "Appel d'offres restreint",
    "negotiated": "Procédure avec négociation",
    "without_competition": "Marché passé sans publicité ni mise en concurrence préalable",
    "dialogue": "Dialogue compétitif",
}
CONCESSION_PROCEDURES = {
    "negotiated_open": "Procédure négociée ouverte",
    "open_without_negotiation": "Procédure non négociée ouverte",
    "negotiated_restricted": "Procédure négociée restreinte",
    "restricted_without_negotiation": "Procédure non négociée restreinte",
}
NO_TECHNIQUE = "none"
TECHNIQUES = {
    "framework": "Accord-cadre",
    "design_contest": "Concours",
    "qualification_system": "Système de qualification",
    "dynamic_purchasing": "Système d'acquisition dynamique",
    "electronic_catalogue": "Catalogue électronique",
    "electronic_auction": "Enchère électronique",
    NO_TECHNIQUE: "Sans objet",
}
EXECUTION_MODALITIES = {
    "tranches": "Tranches",
    "purchase_orders": "Bons de commande",
    "call_offs": "Marchés subséquents",
    NO_TECHNIQUE: "Sans objet",
}
CCAGS = {
    "works": "Travaux",
    "project_management": "Maitrise d'œuvre",
    "supplies_and_services": "Fournitures courantes et services",
    "industrial": "Marchés industriels",
    "intellectual": "Prestations intellectuelles",
    "it": "Techniques de l'information et de la communication",
    "none": "Pas de CCAG",
}
GROUPINGS = {"joint": "Conjoint", "several": "Solidaire", "none": "Pas de groupement"}
PLACE_TYPES = {
    "postcode": "Code postal",
    "commune": "Code commune",
    "arrondissement": "Code arrondissement",
    "canton": "Code canton",
    "department": "Code département",
    "region": "Code région",
    "country": "Code pays",
}
PRICE_TYPES = {
    "firm": "Définitif ferme",
    "updatable": "Définitif actualisable",
    "revisable": "Définitif révisable",
    "provisional": "Provisoire",
}
PRICE_FORMS = {"unit": "Unitaire", "lump_sum": "Forfaitaire", "mixed": "Mixte"}
NO_CONSIDERATION = "none"
SOCIAL = {
    "clause": "Clause sociale",
    "criterion": "Critère social",
    "reserved": "Marché réservé",
    NO_CONSIDERATION: "Pas de considération sociale",
}
CONCESSION_SOCIAL = {**SOCIAL, "reserved": "Concession réservée"}
ENVIRONMENTAL = {
    "clause": "Clause environnementale",
    "criterion": "Critère environnemental",
    NO_CONSIDERATION: "Pas de considération environnementale",
}
IDENTIFIER_TYPES = ("SIRET", "TVA", "TAHITI", "RIDET", "FRWF", "IREP", "HORS-UE")

LISTS: dict[str, Mapping[str, str]] = {
    "techniques": TECHNIQUES,
    "execution_modalities": EXECUTION_MODALITIES,
    "price_types": PRICE_TYPES,
    "social": SOCIAL,
    "environmental": ENVIRONMENTAL,
}
CHOICES: dict[str, Mapping[str, str]] = {
    "nature": {**NATURES, **CONCESSION_NATURES},
    "procedure": {**PROCEDURES, **CONCESSION_PROCEDURES},
    "ccag": CCAGS,
    "grouping": GROUPINGS,
    "place_type": PLACE_TYPES,
    "price_form": PRICE_FORMS,
}


@dataclass(frozen=True)
class Holder:
    """An economic operator that holds the contract, as plain values."""

    name: str
    identifier: str
    identifier_type: str = "SIRET"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the buyer says of a contract; None and () mean "not said yet", never "no".

    Rates and shares are fractions between 0 and 1; amounts are euros excluding tax; `duration_months` counts options
    and renewals and is rounded up.
    """

    nature: str | None = None
    subject: str | None = None
    cpv: str | None = None
    techniques: tuple[str, ...] = ()
    execution_modalities: tuple[str, ...] = ()
    framework_number: str | None = None
    innovative: bool | None = None
    ccag: str | None = None
    offers_received: int | None = None
    advance_granted: bool | None = None
    advance_rate: Decimal | None = None
    grouping: str | None = None
    procedure: str | None = None
    place_code: str | None = None
    place_type: str | None = None
    duration_months: int | None = None
    price_types: tuple[str, ...] = ()
    price_form: str | None = None
    subcontracting_declared: bool | None = None
    social: tuple[str, ...] = ()
    environmental: tuple[str, ...] = ()
    eu_share: Decimal | None = None
    french_share: Decimal | None = None
    execution_starts_on: date | None = None
    public_subsidy: Decimal | None = None


def find_incoherences(facts: Facts) -> dict[str, str]:
    """Field name -> French sentence, for what is said and cannot be true; silence about what is not said."""
    found = dict(find_unknown_words(facts))
    found.update(find_impossible_numbers(facts))
    for field, none in (
        ("techniques", NO_TECHNIQUE),
        ("execution_modalities", NO_TECHNIQUE),
        ("social", NO_CONSIDERATION),
        ("environmental", NO_CONSIDERATION),
    ):
        values = getattr(facts, field)
        if none in values and len(values) > 1:
            label = LISTS[field][none]
            found.setdefault(field, f"« {label} » ne peut pas être coché avec une autre réponse.")
    if facts.advance_granted is False and facts.advance_rate is not None:
        found.setdefault("advance_rate", "Aucune avance n'est accordée : laissez le taux vide.")
    if facts.eu_share is not None and facts.french_share is not None and facts.french_share > facts.eu_share:
        found.setdefault(
            "french_share", "La part française ne peut pas dépasser la part de l'Union européenne."
        )
    if facts.framework_number and not NUMBER.fullmatch(facts.framework_number):
        found.setdefault(
            "framework_number", "Le numéro de l'accord-cadre compte 1 à 16 caractères, sans espace."
        )
    return found


def find_unknown_words(facts: Facts) -> Iterable[tuple[str, str]]:
    for field, known in LISTS.items():
        values = getattr(facts, field)
        if any(value not in known for value in values) or len(set(values)) != len(values):
            yield field, "Choisissez dans la liste, chaque réponse une seule fois."
    for field, known in CHOICES.items():
        value = getattr(facts, field)
        if value is not None and value not in known:
            yield field, "Choisissez dans la liste."
    if facts.subject is not None and len(facts.subject) > LONGEST_SUBJECT:
        yield "subject", "L'objet compte 1 000 caractères au plus."


def find_impossible_numbers(facts: Facts) -> Iterable[tuple[str, str]]:
    for field in ("duration_months", "offers_received"):
        value = getattr(facts, field)
        if value is not None and value < 1:
            yield field, "Ce nombre est au moins 1."
    for field in ("advance_rate", "eu_share", "french_share"):
        value = getattr(facts, field)
        if value is not None and not 0 <= value <= 1:
            yield field, "Un taux est compris entre 0 et 100 %."
    if facts.public_subsidy is not None and facts.public_subsidy < 0:
        yield "public_subsidy", "Un montant ne peut pas être négatif."


def procedure_of(consultation_procedure: str) -> str | None:
    """The official procedure of a consultation's own word (`mapa` or `open`), None where it has no equivalent."""
    return {"mapa": "adapted", "open": "open"}.get(consultation_procedure)


def next_number(taken: Iterable[str], year: int) -> str:
    """The first free `AAAA-NNN` of a buyer's year."""
    prefix = f"{year}-"
    used = [int(number[5:]) for number in taken if number.startswith(prefix) and number[5:].isdigit()]
    return f"{prefix}{max(used, default=0) + 1:03d}"
