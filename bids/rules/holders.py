"""How the essential data name a holder: the type of its identifier (arrêté du 22 décembre 2022)."""

from tenders.rules.contracts import Holder

#: Countries and territories with a register of their own.
REGISTERS = {"PF": "TAHITI", "NC": "RIDET", "WF": "FRWF"}
EUROPEAN_UNION = frozenset(
    ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
     "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK")
)  # fmt: skip


def as_holder(*, name: str, siret: str, foreign_id: str, country: str) -> Holder:
    """A company as the holder of a contract; a French one is known by its SIRET."""
    if siret:
        return Holder(name, siret, "SIRET")
    kind = REGISTERS.get(country, "TVA" if country in EUROPEAN_UNION else "HORS-UE")
    return Holder(name, foreign_id, kind)
