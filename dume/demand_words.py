"""How the places of a demand are called on the screen, and how what is set in them is said."""

from collections.abc import Mapping
from types import MappingProxyType

from dume.model import Property, Requirement
from dume.presets import lot_number, number_in
from dume.requesting import CHECKED, TURNOVERS, Demand, places_of, trees
from procurement.money import NO_BREAK_SPACE, format_euros

#: Label and hint by the data type of a place.
PLACES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "DESCRIPTION": ("Ce qui est exigé", "Quelques mots suffisent. L'entreprise les lira tels quels."),
        "MINIMUM_AMOUNT": (
            "Montant minimal",
            "En euros hors taxes. Laissez vide pour n'exiger aucun minimum.",
        ),
        "MINIMUM_QUANTITY_INTEGER": (
            "Nombre minimal de références",
            "Laissez vide pour n'exiger aucun minimum.",
        ),
        "MINIMUM_QUANTITY_YEAR": ("Nombre d'années", "Par exemple 3, pour les trois dernières années."),
        "QUANTITY_YEAR": ("Nombre d'exercices", "Les trois derniers au plus (annexe 9 du code)."),
        "CODE_BOOLEAN": ("Le minimum vaut pour chaque exercice", ""),
        "URL": ("Adresse internet", "Celle du registre, si elle est utile."),
    }
)
TURNOVER_HINT = (
    "En euros hors taxes. Au plus deux fois le montant estimé du marché ou du lot (R2142-7). "
    "Laissez vide pour n'exiger aucun minimum."
)
#: Places whose data type says too little: (criterion, data type) -> label and hint.
SPECIAL: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {
        **{(code, "MINIMUM_AMOUNT"): ("Chiffre d'affaires minimal", TURNOVER_HINT) for code in TURNOVERS},
        ("spec-year-to", "DESCRIPTION"): ("Domaine d'activité", "Celui de l'objet du marché."),
        ("spec-aver-to", "DESCRIPTION"): ("Domaine d'activité", "Celui de l'objet du marché."),
        ("indem-insu", "DESCRIPTION"): (
            "Type d'assurance",
            "Par exemple responsabilité civile professionnelle.",
        ),
        ("trade-regist", "DESCRIPTION"): (
            "Nom du registre",
            "Par exemple registre national des entreprises.",
        ),
        ("authorisation", "DESCRIPTION"): ("Autorisation exigée", "Et l'organisme qui la délivre."),
        ("membership", "DESCRIPTION"): ("Organisation", "Celle dont l'entreprise doit être membre."),
        ("year-manpower", "DESCRIPTION"): ("Précisions", ""),
        ("manage-staff", "DESCRIPTION"): ("Précisions", ""),
        ("qualification", "DESCRIPTION"): (
            "Titres exigés",
            "Titres d'études ou professionnels, et des personnes concernées.",
        ),
    }
)
#: What a clerk may set by hand; other data types of imported requests are kept as they are.
EDITABLE = frozenset(PLACES)
#: What needs words, and would be empty without them.
NEED_HELP: Mapping[str, str] = MappingProxyType(
    {
        "prof-regist": "L'entreprise dira si elle est inscrite, et sous quel numéro.",
        "suncont-port": "L'entreprise dira quelle part elle envisage de sous-traiter.",
        "wo-autent": "L'entreprise fournira des échantillons, descriptions ou photographies.",
        "w-autent": "L'entreprise fournira ces pièces, certifiées authentiques.",
    }
)
#: Too intricate to be asked by hand: periods and ratios.
NOT_OFFERED = frozenset({"finan-rat"})


def label_of(code: str, place: Property) -> tuple[str, str]:
    """(label, hint)."""
    return SPECIAL.get((code, place.data_type)) or PLACES.get(place.data_type) or (place.label, "")


def title_of(code: str) -> str:
    return trees()[code].title


def told(demand: Demand) -> list[tuple[str, str]]:
    """(label, what is set), for the places where something is."""
    return [
        (label_of(demand.code, place)[0], said(place.data_type, values[0]))
        for place, values in zip(places_of(demand.code), demand.values, strict=False)
        if values and said(place.data_type, values[0])
    ]


def said(data_type: str, value: Requirement) -> str:
    """« oui » only: a box that is not ticked says nothing."""
    if data_type == "CODE_BOOLEAN":
        return "oui" if value.value == CHECKED else ""
    amount = number_in(value.value) if data_type.endswith("AMOUNT") else None
    if amount is None:
        return value.value
    return format_euros(amount) if value.unit in {"", "EUR"} else f"{value.value} {value.unit}"


def lots_label(lots: tuple[str, ...], every: tuple[str, ...]) -> str:
    """« Tous les lots », « Lots 1, 3 »; for a contract that is not divided, « Tout le marché »."""
    if len(every) == 1 and not lot_number(every[0]):
        return "Tout le marché"
    if set(every) <= set(lots):
        return "Tous les lots"
    names = ", ".join(str(lot_number(lot) or lot) for lot in lots)
    return f"Lot{'s' if len(lots) > 1 else ''}{NO_BREAK_SPACE}{names}"
