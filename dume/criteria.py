"""Our table of the criteria of every taxonomy: identity, place in the form, French name, article of law.

Data (`data/criteria.json`), not an enum: codes changed in 3.0 and again in 5.0, and UUIDs in 4.0 and 5.0.
Versions: 1.0.2, 2.0.2, 2.1.1 (basic and extended), 3.3.0, 4.1.0 and 5.0.0-alpha. French names are ours, in the words
of the code; English names are those of the taxonomies.
Regulation (EU) 2016/7 fixes the parts of the form; articles are those of the code de la commande publique.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType

#: Parts of the form that hold criteria, in its order, as the screen names them.
PARTS: Mapping[str, str] = MappingProxyType(
    {
        "I": "Procédure",
        "II.A": "Situation de l'opérateur",
        "II.C": "Recours aux capacités d'autres entités",
        "II.D": "Sous-traitance",
        "III.A": "Condamnations pénales",
        "III.B": "Impôts, taxes et cotisations sociales",
        "III.C": "Insolvabilité, conflits d'intérêts et fautes professionnelles",
        "III.D": "Motifs d'exclusion nationaux",
        "IV.α": "Indication globale",
        "IV.A": "Aptitude à exercer l'activité",
        "IV.B": "Capacité économique et financière",
        "IV.C": "Capacités techniques et professionnelles",
        "IV.D": "Assurance de la qualité et environnement",
        "V": "Réduction du nombre de candidats",
        "": "Autres critères",
    }
)

#: Where a criterion of unknown UUID and code belongs, by the beginning of its code; longest match wins.
CODE_PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "CRITERION.EXCLUSION.CONVICTIONS": "III.A",
        "CRITERION.EXCLUSION.CONTRIBUTIONS": "III.B",
        "CRITERION.EXCLUSION.NATIONAL": "III.D",
        "CRITERION.EXCLUSION": "III.C",
        "EXCLUSION": "III.C",
        "CRITERION.SELECTION.ALL": "IV.α",
        "CRITERION.SELECTION.SUITABILITY": "IV.A",
        "CRITERION.SELECTION.ECONOMIC_FINANCIAL_STANDING": "IV.B",
        "CRITERION.SELECTION": "IV.C",
        "SELECTION": "IV.C",
        "CRITERION.OTHER.EO_DATA": "II.A",
        "exg-crim": "III.A",
        "exg-pmt": "III.B",
        "exg-natl": "III.D",
        "exg-": "III.C",
        "slc-suit": "IV.A",
        "slc-stand": "IV.B",
        "slc-sche": "IV.D",
        "slc-": "IV.C",
    }
)


@dataclass(frozen=True, slots=True)
class Known:
    """`codes` is taxonomy version -> code; `path` the first segment of its ids in 4.x ("C1_EG_crime-org").

    `profile` is "basic" or "extended" for a criterion that only one of the two profiles of 2.1.1 has.
    """

    uuid: str
    part: str
    name_fr: str
    name_en: str
    law: str
    path: str
    codes: Mapping[str, str]
    profile: str = ""


@cache
def table() -> tuple[Known, ...]:
    entries = json.loads(resources.files("dume").joinpath("data/criteria.json").read_text(encoding="utf-8"))
    return tuple(
        Known(
            uuid=entry["uuid"],
            part=entry["part"],
            name_fr=entry["fr"],
            name_en=entry["en"],
            law=entry.get("law", ""),
            path=entry.get("path", ""),
            codes=MappingProxyType(entry["codes"]),
            profile=entry.get("profile", ""),
        )
        for entry in entries
    )


@cache
def by_uuid() -> Mapping[str, Known]:
    return MappingProxyType({known.uuid.lower(): known for known in table()})


@cache
def by_code() -> Mapping[str, Known]:
    """Codes that name one criterion only: 1.0.2 reuses a few for several, and those prove nothing."""
    found: dict[str, list[Known]] = {}
    for known in table():
        for code in set(known.codes.values()):
            found.setdefault(code.lower(), []).append(known)
    return MappingProxyType({code: entries[-1] for code, entries in found.items() if same_meaning(entries)})


def of_taxonomy(version: str, profile: str = "") -> tuple[Known, ...]:
    """All criteria of one taxonomy, in the order of the form; `profile` leaves out those of the other one."""
    return tuple(
        known
        for known in table()
        if version in known.codes and (not profile or not known.profile or known.profile == profile)
    )


def same_meaning(entries: list[Known]) -> bool:
    return len({(known.part, known.name_fr) for known in entries}) == 1


def lookup(*, uuid: str, code: str) -> Known | None:
    """The criterion by UUID, else by an unambiguous code of any version; None for one nobody knows.

    Some 2.1 exports write the UUID as the code, hence the third look.
    """
    return by_uuid().get(uuid.lower()) or by_code().get(code.lower()) or by_uuid().get(code.lower())


@lru_cache(maxsize=1024)
def part_of(code: str) -> str:
    """The part of the form for a code that is in no table, by its beginning; "" when it says nothing."""
    matches = [prefix for prefix in CODE_PREFIXES if code.lower().startswith(prefix.lower())]
    return CODE_PREFIXES[max(matches, key=len)] if matches else ""


@cache
def question_labels() -> Mapping[str, str]:
    entries: dict[str, str] = json.loads(
        resources.files("dume").joinpath("data/questions.json").read_text(encoding="utf-8")
    )
    return MappingProxyType(entries)


def question_in_french(label: str) -> str:
    """Our wording for a question of the official taxonomies; any other label as it is written."""
    key = " ".join(label.lower().split()).rstrip(" ?:.;")
    return question_labels().get(key, label)
