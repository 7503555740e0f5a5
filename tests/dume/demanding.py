"""A request in two lots, as the model holds it: grounds, turnover by lot, a register described by the buyer."""

from dume.model import (
    Contact,
    Criterion,
    Dume,
    Family,
    Group,
    Identifier,
    Kind,
    Lot,
    Party,
    Procedure,
    Property,
    Recognised,
    Requirement,
)


def asks(data_type: str, label: str) -> Property:
    return Property(label, "QUESTION", data_type, label)


def demands(data_type: str, label: str, *values: Requirement) -> Property:
    return Property(label, "REQUIREMENT", data_type, label, values)


ONLINE = Group(
    "online",
    properties=(asks("INDICATOR", "Is this information available electronically?"),),
    groups=(Group("which", "true", (asks("EVIDENCE_IDENTIFIER", "Evidence supplied"),)),),
)
FRAUD = Criterion(
    "297d2323-3ede-424e-94bc-a91561e6f320",
    "fraud",
    "Fraud",
    name_fr="Condamnation pour fraude ou escroquerie",
    part="III.A",
    law="L2141-1",
    groups=(
        Group(
            "main",
            properties=(asks("INDICATOR", "Your answer"),),
            groups=(
                Group(
                    "details",
                    "true",
                    (asks("DATE", "Date of conviction"), asks("DESCRIPTION", "Reason")),
                    (
                        Group(
                            "cleaning",
                            properties=(
                                asks("INDICATOR", "Have you taken measures to demonstrate your reliability"),
                            ),
                            groups=(
                                Group("measures", "true", (asks("DESCRIPTION", "Please describe them"),)),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        ONLINE,
    ),
)


def turnover_of(lot: str, amount: str) -> Group:
    return Group(
        lot,
        properties=(demands("LOT_IDENTIFIER", "Lot ID", Requirement(lot, "ExpectedID")),),
        groups=(
            Group(
                f"{lot}/values",
                properties=(
                    demands("QUANTITY_YEAR", "Number of years", Requirement("3", "ExpectedValueNumeric")),
                    demands("MINIMUM_AMOUNT", "Threshold", Requirement(amount, "MinimumAmount", "EUR")),
                    demands(
                        "CODE_BOOLEAN", "Threshold per year", Requirement("CHECKBOX_TRUE", "ExpectedCode")
                    ),
                    asks("AMOUNT", "Amount"),
                ),
            ),
        ),
    )


TURNOVER = Criterion(
    "499efc97-2ac1-4af2-9e84-323c2ca67747",
    "gen-year-to",
    "General yearly turnover",
    name_fr="Chiffre d'affaires annuel global",
    part="IV.B",
    law="R2142-6",
    lots=("LOT-0001", "LOT-0002"),
    groups=(turnover_of("LOT-0001", "100000"), turnover_of("LOT-0002", "250000.50")),
)
OWN = Criterion(
    "C99_OT_own",
    "own",
    "Visite des lieux",
    description="Une visite des lieux est demandée.",
    groups=(
        Group(
            "own", properties=(demands("DESCRIPTION", "Requirement", Requirement("Attestation de visite")),)
        ),
    ),
)
REQUEST = Dume(
    Recognised(Kind.REQUEST, "4.1.0", Family.UBL),
    id="9a7e1d3c-0000-4000-8000-000000000000",
    number="DUME-9A7E1D3C",
    procedure=Procedure(
        reference="2026-VAL-014",
        title="Réfection de l'école des Tilleuls",
        buyer=Party(
            "Commune de Valfictif",
            (Identifier("99999900600011", "SIRET"),),
            contact=Contact("Service des marchés"),
        ),
        lots=(Lot("LOT-0001", "Toiture"), Lot("LOT-0002", "Menuiseries")),
    ),
    criteria=(FRAUD, TURNOVER, OWN),
)
