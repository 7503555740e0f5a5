"""Responses and requests as models, with only what a test speaks of."""

from dataclasses import replace
from decimal import Decimal

from dume.analysis.model import Candidate, Paper
from dume.model import (
    Answer,
    Criterion,
    Dume,
    Family,
    Group,
    Identifier,
    Kind,
    Lot,
    Operator,
    Party,
    Procedure,
    Property,
    Recognised,
    Requirement,
)

SIRET = "99999900600011"
OTHER_SIRET = "99999900700019"


#: Data type -> how its answers are read.
TYPES = {"AMOUNT": "amount", "INDICATOR": "indicator", "DESCRIPTION": "text"}


def question(data_type, *values, lots=(), unit="EUR"):
    kind = TYPES.get(data_type, "quantity")
    shown = unit if data_type == "AMOUNT" else ""
    answers = tuple(Answer("", value, kind, shown, lots) for value in values)
    return Property(f"{data_type}-{values}-{lots}", "QUESTION", data_type, "", answers=answers)


def requirement(data_type, value, unit=""):
    return Property(f"R-{data_type}", "REQUIREMENT", data_type, "", (Requirement(value, unit=unit),))


def group(*parts, condition="", name="G"):
    return Group(
        name,
        condition,
        tuple(part for part in parts if isinstance(part, Property)),
        tuple(part for part in parts if isinstance(part, Group)),
    )


def criterion(code, *groups, lots=(), part="IV.B", title=""):
    return Criterion("", code, title or code, name_fr=title, part=part, lots=lots, groups=groups)


def year(name, amount, *, unit="EUR", lots=()):
    return group(
        question("QUANTITY_YEAR", Decimal(name), lots=lots),
        question("AMOUNT", Decimal(amount), unit=unit, lots=lots),
        name=f"Y{name}",
    )


def turnover(minimum, *years, per_year=False, asked_years="", lots=(), currency="EUR"):
    demands = [requirement("MINIMUM_AMOUNT", minimum, currency)] if minimum else []
    demands += [requirement("CODE_BOOLEAN", "CHECKBOX_TRUE")] if per_year else []
    demands += [requirement("QUANTITY_YEAR", asked_years)] if asked_years else []
    return criterion(
        "gen-year-to", group(*demands, *years), lots=lots, title="Chiffre d'affaires annuel global"
    )


def dume(
    *criteria,
    kind=Kind.RESPONSE,
    name="Menuiserie Imaginaire",
    siret=SIRET,
    role="sole-tenderer",
    lots=(),
    reference="R1",
    version="4.1.0",
):
    return Dume(
        Recognised(kind, version, Family.UBL),
        procedure=Procedure(reference=reference, lots=tuple(map(Lot, lots))),
        operator=Operator(Party(name, (Identifier(siret, "SIRET"),)), role, "small"),
        criteria=criteria,
    )  # fmt: skip


def candidate(*documents, lots=(), **facts):
    papers = tuple(Paper(f"dume-{rank}.xml", one, key=str(rank)) for rank, one in enumerate(documents, 1))
    return replace(Candidate(1, "Menuiserie Imaginaire", SIRET, lots, papers), **facts)


def ground(title, answer, *more, code="tax-pay"):
    main = question("INDICATOR", *([] if answer is None else [answer]))
    return criterion(code, group(replace(main, id=f"main-{title}"), *more), part="III.B", title=title)
