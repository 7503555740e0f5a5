"""Ready-made requests, what is proposed for a procedure, and what the law says of the capacities required.

No preset sets a minimum turnover: drawn from the estimated value, it would publish what the buyer keeps to itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from dume.model import Lot
from dume.requesting import (
    MANPOWER,
    TURNOVER,
    TURNOVERS,
    UNCHECKED,
    Demand,
    Request,
    demand_of,
    places_of,
    required_of,
    trees,
)
from procurement.money import NO_BREAK_SPACE, format_euros

SIMPLIFIED = "simplified"
#: The last three years at most (annexe 9 of the code, arrêté of 22 March 2019, article 2).
MOST_YEARS = 3
#: R2142-7: the minimum turnover required is at most twice the estimated value of the contract or of the lot.
MOST_TIMES = 2
TURNOVER_ASKED = (TURNOVER, ("3", UNCHECKED))
MANPOWER_ASKED = (MANPOWER, ("3",))
INSURANCE = ("indem-insu", ("Assurance de responsabilité civile professionnelle",))
WORKS = ("work-perform", ("", "Travaux comparables exécutés au cours des cinq dernières années"))
SUPPLIES = ("supply-perform", ("", "Livraisons comparables effectuées au cours des trois dernières années"))
SERVICES = ("service-perform", ("", "Services comparables fournis au cours des trois dernières années"))
EQUIPMENT = ("tech-equip", ("Outillage, matériel et équipement technique dont l'entreprise disposera",))
DIPLOMAS = ("qualification", ("Titres d'études et professionnels des responsables de la prestation",))


@dataclass(frozen=True, slots=True)
class Preset:
    """`asked` are codes of criteria with the texts set in them, one a place of the criterion."""

    name: str
    about: str
    asked: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(trees()[code].title for code, _texts in self.asked)

    def demands(self, lots: Sequence[Lot]) -> tuple[Demand, ...]:
        ids = [lot.id for lot in lots]
        order = list(trees())
        asked = sorted(self.asked, key=lambda one: order.index(one[0]))
        return tuple(demand_of(code, ids, texts) for code, texts in asked)


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        SIMPLIFIED: Preset(
            "DUME simplifié",
            "L'entreprise ne donne que son chiffre d'affaires et ses effectifs.",
            (TURNOVER_ASKED, MANPOWER_ASKED),
        ),
        "works": Preset(
            "Travaux",
            "Chiffre d'affaires, effectifs, assurance, travaux comparables et matériel.",
            (TURNOVER_ASKED, MANPOWER_ASKED, INSURANCE, WORKS, EQUIPMENT),
        ),
        "supplies": Preset(
            "Fournitures",
            "Chiffre d'affaires, effectifs et livraisons comparables.",
            (TURNOVER_ASKED, MANPOWER_ASKED, SUPPLIES),
        ),
        "services": Preset(
            "Services courants",
            "Chiffre d'affaires, effectifs, assurance et services comparables.",
            (TURNOVER_ASKED, MANPOWER_ASKED, INSURANCE, SERVICES),
        ),
        "studies": Preset(
            "Prestations intellectuelles",
            "Chiffre d'affaires, effectifs, assurance, services comparables et qualifications.",
            (TURNOVER_ASKED, MANPOWER_ASKED, INSURANCE, SERVICES, DIPLOMAS),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Estimates:
    """What the buyer thinks it will pay, and never publishes: for the whole, and by id of lot."""

    total: Decimal | None = None
    by_lot: Mapping[str, Decimal | None] = field(default_factory=dict)

    def least(self, lots: Sequence[str]) -> Decimal | None:
        """The smallest estimate among these lots, the whole where a lot has none."""
        known = [value for lot in lots if (value := self.by_lot.get(lot) or self.total) is not None]
        return min(known, default=None)


@dataclass(frozen=True, slots=True)
class Advice:
    """A second look that forbids nothing; `article` of the code de la commande publique, "" where none says it."""

    code: str
    text: str
    article: str = ""

    @property
    def sentence(self) -> str:
        """« … (R2142-7). »"""
        return f"{self.text.removesuffix('.')} ({self.article})." if self.article else self.text


def propose(*, procedure: str, nature: str) -> str:
    """The preset to begin with: simplified for a procédure adaptée, else the one of the nature of the purchase."""
    if procedure == "mapa":
        return SIMPLIFIED
    return nature if nature in PRESETS else "services"


def advise(request: Request, estimates: Estimates) -> list[Advice]:
    if not request.demands:
        return [
            Advice(
                "nothing_required",
                "Aucun critère de sélection n'est demandé dans le DUME : vous ne saurez rien des capacités.",
                "R2142-1",
            )
        ]
    found = [one for demand in request.demands for one in advise_on(demand, estimates)]
    covered = {lot for demand in request.demands for lot in demand.lots}
    if bare := [lot for lot in request.lots if lot not in covered]:
        found.append(
            Advice(
                "lot_without_demand", f"Aucun critère de sélection n'est demandé pour {spoken_lots(bare)}."
            )
        )
    return found


def advise_on(demand: Demand, estimates: Estimates) -> list[Advice]:
    if demand.code not in TURNOVERS:
        return [] if is_specified(demand) else [unspecified(demand)]
    found = []
    amount = number_in(required_of(demand, "MINIMUM_AMOUNT"))
    estimate = estimates.least(demand.lots)
    if amount is not None and estimate is not None and amount > MOST_TIMES * estimate:
        found.append(
            Advice(
                "turnover_too_high",
                f"Le chiffre d'affaires exigé{for_lots(demand.lots)}, {format_euros(amount)}, dépasse deux fois le "
                f"montant estimé, {format_euros(estimate)}. Baissez-le, ou justifiez-le dans les documents.",
                "R2142-7",
            )
        )
    years = number_in(required_of(demand, "QUANTITY_YEAR"))
    if years is not None and years > MOST_YEARS:
        found.append(
            Advice(
                "too_many_years",
                "Le chiffre d'affaires ne peut être demandé que pour les trois derniers exercices au plus.",
                "annexe 9",
            )
        )
    return found


def is_specified(demand: Demand) -> bool:
    """Whether a criterion that is described in words has its words."""
    described = any(place.data_type == "DESCRIPTION" for place in places_of(demand.code))
    return not described or any(demand.values) or demand.code in {MANPOWER, "manage-staff"}


def unspecified(demand: Demand) -> Advice:
    title = trees()[demand.code].title
    return Advice("unspecified", f"« {title} » : précisez ce qui est exigé.", "R2142-1")


def number_in(text: str) -> Decimal | None:
    """None for what an imported request wrote and nobody can read."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def lot_number(lot: str) -> int:
    """0 for the whole contract and for an id that has no number."""
    digits = lot.removeprefix("LOT-")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def for_lots(lots: Sequence[str]) -> str:
    """« pour le lot 3 », with a space before; "" for the whole contract."""
    return f" pour {spoken_lots(lots)}" if any(lot_number(lot) for lot in lots) else ""


def spoken_lots(lots: Sequence[str]) -> str:
    """« le lot 3 », « les lots 1, 2 et 5 »."""
    names = [str(lot_number(lot) or lot) for lot in lots]
    if len(names) == 1:
        return f"le lot{NO_BREAK_SPACE}{names[0]}"
    return f"les lots{NO_BREAK_SPACE}{', '.join(names[:-1])} et {names[-1]}"
