"""What differs between the rules of 2.0.2 and 2.1.1; the rest of the package is one set of rules for both."""

from dataclasses import dataclass

from dume.rules.findings import Flag


@dataclass(frozen=True, slots=True)
class Edition:
    """`number` is the element that holds a percentage, a whole number or a count of years."""

    version: str
    lead: str
    lot_data_type: str
    number: str
    exclusion: Flag

    @property
    def is_first(self) -> bool:
        """2.0.2: several rules were corrected or added after it."""
        return self.version == "2.0.2"


FIRST = Edition(
    version="2.0.2",
    lead="SCLE",
    lot_data_type="IDENTIFIER",
    number="ResponseMeasure",
    exclusion=Flag.FATAL,
)
SECOND = Edition(
    version="2.1.1",
    lead="LE",
    lot_data_type="LOT_IDENTIFIER",
    number="ResponseQuantity",
    exclusion=Flag.WARNING,
)
