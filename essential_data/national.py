"""What the national consolidation sets aside or marks although the schemas accept it. Pure.

Source: the rules of the State's aggregator (139bercy/decp-arr2022, cleaning step of 2026); nobody tells the buyer, so
we do. Each finding is (path, label, code, French message, gates that refuse it).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from stdnum import luhn

from procurement.identifiers import is_siret

Finding = tuple[str, str, str, str, frozenset[str]]

#: Set aside by the State, and wrong: we do not publish it either.
WRONG = frozenset({"national", "platform"})
#: Set aside by the State although it may well be lawful: the duty to publish stands, the buyer is told.
ASIDE = frozenset({"national"})
PLATFORM = frozenset({"platform"})
ADVICE: frozenset[str] = frozenset()

NUMBER = re.compile(r"[A-Za-z0-9/\-_ .#]{1,16}")
DAY = re.compile(r"20[1-3][0-9]-[01][0-9]-[0-3][0-9]")
IDENTIFIERS = {
    "TAHITI": (re.compile(r"[a-zA-Z0-9]{9}"), "un numéro TAHITI compte 9 caractères"),
    "RIDET": (re.compile(r"[a-zA-Z0-9]{10}"), "un numéro RIDET compte 10 caractères"),
    "FRWF": (re.compile(r"FRWF[a-zA-Z0-9]{14}"), "un numéro FRWF compte FRWF puis 14 caractères"),
    "IREP": (re.compile(r"[0-9]{5}[a-zA-Z0-9]*"), "un numéro IREP commence par 5 chiffres"),
    "HORS-UE": (
        re.compile(r"[A-Z]{2}[a-zA-Z0-9]{0,16}"),
        "écrivez le pays en deux majuscules puis l'identifiant",
    ),
}
#: The consolidation looks at the first three holders only; we look at all.
HOLDERS_EXAMINED = 3
FILLER_FROM, MOST_REPEATED = 100_000_000, 6
SIRET_LENGTH, CPV_WITH_CHECK_DIGIT, VAGUE = 14, 10, 5
ORIGIN_RANGES = (
    (15100000, 15982200), (34100000, 34144910), (34510000, 34522700), (34600000, 34622500), (34710000, 34722200),
    (33100000, 33198200), (33600000, 33698300), (18100000, 18453000), (18800000, 18843000),
)  # fmt: skip
NONE_OF = {
    "considerationsSociales": ("considerationSociale", "Pas de considération sociale"),
    "considerationsEnvironnementales": (
        "considerationEnvironnementale",
        "Pas de considération environnementale",
    ),
}


def find_national(record: Mapping[str, Any], file_date: date) -> Iterator[Finding]:
    """Every rule that a value of the right type breaks; wrong types are the schemas' business."""
    concession = "autoriteConcedante" in record or "valeurGlobale" in record
    yield from find_in_identity(record)
    yield from find_in_amount(record, "valeurGlobale" if concession else "montant", concession=concession)
    yield from find_in_duration(record, 360 if concession else 180)
    yield from find_in_dates(record, file_date)
    yield from find_in_considerations(record)
    if not concession:
        yield from find_in_conditions(record)


def find_in_identity(record: Mapping[str, Any]) -> Iterator[Finding]:
    number = record.get("id")
    if isinstance(number, str) and number and not NUMBER.fullmatch(number):
        yield (
            "id", "Numéro du contrat", "number",
            "Le numéro ne peut contenir ni accent ni signe rare : lettres, chiffres, / - _ . # et espace, 16 au plus.",
            WRONG,
        )  # fmt: skip
    for name in ("acheteur", "autoriteConcedante"):
        buyer = record.get(name)
        identifier = buyer.get("id") if isinstance(buyer, Mapping) else None
        if isinstance(identifier, str):
            yield from find_in_siret(identifier, f"{name}.id", "SIRET de l'acheteur", WRONG)
    for name, item in (("titulaires", "titulaire"), ("concessionnaires", "concessionnaire")):
        holders = record.get(name)
        for index, entry in enumerate(holders if isinstance(holders, Sequence) else ()):
            holder = entry.get(item) if isinstance(entry, Mapping) else None
            if isinstance(holder, Mapping):
                gates = WRONG if index < HOLDERS_EXAMINED else PLATFORM
                yield from find_in_holder(holder, f"{name}[{index}].{item}.id", gates)


def find_in_siret(siret: str, path: str, label: str, gates: frozenset[str]) -> Iterator[Finding]:
    """The consolidation applies Luhn to the 14 digits; INSEE also to the first nine, except for La Poste."""
    plain = len(siret) == SIRET_LENGTH and siret.isdecimal() and luhn.is_valid(siret)
    if not plain and not is_siret(siret):
        yield (
            path,
            label,
            "siret",
            f"Le SIRET « {siret} » est faux : 14 chiffres dont une clé de contrôle.",
            gates,
        )
    elif not is_siret(siret):
        yield path, label, "siret", f"Le SIRET « {siret} » n'existe pas : son SIREN est faux.", PLATFORM
    elif not plain:
        message = "Ce SIRET de La Poste est juste, mais la consolidation nationale l'écarte à tort."
        yield path, label, "siret_la_poste", message, ASIDE & gates


def find_in_holder(holder: Mapping[str, Any], path: str, gates: frozenset[str]) -> Iterator[Finding]:
    kind, identifier = holder.get("typeIdentifiant"), holder.get("id")
    if not isinstance(identifier, str) or not isinstance(kind, str):
        return
    if kind == "SIRET":
        yield from find_in_siret(identifier, path, "Identifiant du titulaire", gates)
    elif kind in IDENTIFIERS:
        pattern, rule = IDENTIFIERS[kind]
        if not pattern.fullmatch(identifier):
            message = f"L'identifiant « {identifier} » du titulaire n'est pas valide : {rule}."
            yield path, "Identifiant du titulaire", "identifier", message, gates


def find_in_amount(record: Mapping[str, Any], name: str, *, concession: bool) -> Iterator[Finding]:
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return
    highest = 15_000_000_000 if concession else 3_000_000_000
    digits = str(value).split(".", maxsplit=1)[0]
    if value > highest:
        message = "Ce montant est jugé invraisemblable par la consolidation nationale."
        yield name, "Montant HT", "amount_too_high", message, ASIDE
    elif value > FILLER_FROM and looks_like_filler(digits):
        message = "Ce montant ressemble à un remplissage : la consolidation nationale l'écarte."
        yield name, "Montant HT", "amount_filler", message, ASIDE


def looks_like_filler(digits: str) -> bool:
    repeated = (count for digit, count in Counter(digits).items() if digit not in "06")
    return digits.startswith("123456789") or max(repeated, default=0) > MOST_REPEATED


def find_in_duration(record: Mapping[str, Any], longest: int) -> Iterator[Finding]:
    value = record.get("dureeMois")
    if isinstance(value, int) and not isinstance(value, bool) and value > longest:
        message = (
            f"Au-delà de {longest} mois, la consolidation nationale écarte le contrat, même s'il est légal."
        )
        yield "dureeMois", "Durée (mois)", "too_long", message, ASIDE


def find_in_dates(record: Mapping[str, Any], file_date: date) -> Iterator[Finding]:
    for name, label in (
        ("dateNotification", "Notifié le"),
        ("datePublicationDonnees", "Données publiées le"),
        ("dateSignature", "Signé le"),
    ):
        value = record.get(name)
        if not isinstance(value, str):
            continue
        if not DAY.fullmatch(value):
            yield name, label, "date", f"« {label} » : écrivez seulement AAAA-MM-JJ.", WRONG
        elif value > file_date.isoformat():
            yield name, label, "future", f"« {label} » est dans le futur.", WRONG
    start = record.get("dateDebutExecution")
    if isinstance(start, str) and DAY.fullmatch(start) and start > file_date.isoformat():
        message = (
            "La loi fait publier avant ce jour, mais la consolidation nationale n'affiche la concession qu'après: "
            "la plateforme la transmet de nouveau."
        )
        yield "dateDebutExecution", "Début de l'exécution", "not_started", message, ADVICE


def find_in_considerations(record: Mapping[str, Any]) -> Iterator[Finding]:
    for name, (item, none) in NONE_OF.items():
        group = record.get(name)
        words = group.get(item) if isinstance(group, Mapping) else None
        if isinstance(words, Sequence) and none in words and len(words) > 1:
            yield name, "Considérations", "contradiction", f"« {none} » contredit l'autre réponse.", WRONG


def find_in_conditions(record: Mapping[str, Any]) -> Iterator[Finding]:
    if record.get("attributionAvance") is True and not record.get("tauxAvance"):
        message = "Une avance est accordée : indiquez son taux (0,1 pour 10 %)."
        yield "tauxAvance", "Taux de l'avance", "advance_rate", message, PLATFORM
    if record.get("attributionAvance") is False and "tauxAvance" in record:
        yield "tauxAvance", "Taux de l'avance", "advance_rate", "Aucune avance : retirez le taux.", ADVICE
    eu, france = record.get("origineUE"), record.get("origineFrance")
    if isinstance(eu, int | float) and isinstance(france, int | float) and france > eu:
        message = "La part française ne peut pas dépasser la part européenne."
        yield "origineFrance", "Part française", "origin", message, PLATFORM
    cpv = record.get("codeCPV")
    if isinstance(cpv, str) and re.fullmatch(r"[0-9]{8}(-[0-9])?", cpv):
        needs_origin = any(low <= int(cpv[:8]) <= high for low, high in ORIGIN_RANGES)
        if needs_origin and ("origineUE" not in record or "origineFrance" not in record):
            message = "Pour ces produits, l'origine européenne et française est attendue : le contrat serait incomplet."
            yield "origineUE", "Part européenne", "origin", message, ADVICE
        subject = record.get("objet")
        if len(cpv) < CPV_WITH_CHECK_DIGIT and isinstance(subject, str) and len(subject.strip()) < VAGUE:
            yield "objet", "Objet", "too_vague", "Un objet de moins de 5 caractères ne dit rien.", ASIDE
