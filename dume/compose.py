"""A simple French response as a model: every exclusion ground answered, turnover and staff declared.

This is the « DUME simplifié »: the operator gives only its turnover and its staff (dume.md §3). Requirements
shown in it are open ones (no minimum): the buyer's own request fixes them in a later version.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from uuid import NAMESPACE_URL, uuid5

from dume.coercion import sort_of
from dume.countries import ALPHA_2, ALPHA_3
from dume.elements import folded
from dume.model import (
    REQUEST_TYPE,
    Address,
    Answer,
    Contact,
    Criterion,
    Document,
    Dume,
    Family,
    Group,
    Identifier,
    Kind,
    Legislation,
    Lot,
    Operator,
    Party,
    Period,
    Procedure,
    Property,
    Recognised,
    Representative,
    Requirement,
)
from dume.trees import criteria_of, criterion_of
from dume.writing.editions import BOOLEAN_CONTROL
from dume.writing.model import time_of
from procurement.errors import DomainError

WHOLE_CONTRACT = "LOT-0000"
#: What every criterion of 1.0.2 rests on, its article aside (the rules of 1.0.2 want a text with a link).
DIRECTIVE = Legislation(
    title="Directive 2014/24/UE",
    description="Directive sur la passation des marchés publics",
    level="EU_DIRECTIVE",
    uri="http://data.europa.eu/eli/dir/2014/24/oj",
)
#: Data type of a requirement of the buyer -> what a simple response shows there: no minimum.
REQUIREMENTS = {
    "QUANTITY_YEAR": Requirement("1", "ExpectedValueNumeric"),
    "CODE_BOOLEAN": Requirement("CHECKBOX_FALSE", "ExpectedCode", scheme=BOOLEAN_CONTROL),
    "MINIMUM_AMOUNT": Requirement("0", "MinimumAmount", "EUR"),
    "MINIMUM_QUANTITY_YEAR": Requirement("1", "MinimumQuantity", "YEAR"),
    "DESCRIPTION": Requirement("Néant"),
}
#: Code of 4.1.0 -> that of the published list of 1.0.2, where its official samples have another.
V1_CODES = {
    "partic-confl": "CRITERION.EXCLUSION.CONFLICT_OF_INTEREST.PROCEDURE_PARTICIPATION",
    "misrepresent": "CRITERION.EXCLUSION.CONFLICT_OF_INTEREST.MISINTERPRETATION",
}
TURNOVER, MANPOWER = "gen-year-to", "year-manpower"


class UnknownGround(DomainError):
    """Ce motif d'exclusion n'existe pas dans le modèle ESPD 4.1.0."""

    code = "dume_unknown_ground"
    status = 422


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a simple response declares. `declared` are the 4.1.0 codes of the grounds answered « Oui »."""

    operator_name: str
    operator_siret: str
    country: str
    buyer_name: str
    reference: str
    title: str
    lots: Sequence[str]
    contact: Contact
    now: datetime
    turnover: Decimal
    staff: int
    size: str
    buyer_siret: str
    declared: frozenset[str]
    representative: Representative | None

    @property
    def last_year(self) -> Period:
        year = self.now.year - 1
        return Period(date(year, 1, 1), date(year, 12, 31))


def compose(said: Declaration, version: str) -> Dume:
    """The response as a model, ready for dume.build.write; UnknownGround for a code that is no ground."""
    is_v1 = version == "1.0.2"
    lots = lots_v1(said.lots) if is_v1 else lots_v4(said.lots)
    if unknown := said.declared - set(grounds()):
        raise UnknownGround(codes=sorted(unknown))
    announced = "" if is_v1 else f"ESPD-EDMv{version}"
    recognised = Recognised(Kind.RESPONSE, version, Family.V1 if is_v1 else Family.UBL, announced)
    seed = f"dume:{version}:{said.operator_siret}:{folded(said.reference)}:{said.now.isoformat()}"
    identifier = str(uuid5(NAMESPACE_URL, seed))
    return Dume(
        recognised=recognised,
        id=identifier,
        number="" if is_v1 else f"DUME-{identifier[:8].upper()}",
        issued_on=said.now.astimezone(UTC).date(),
        issued_time=time_of(said.now),
        procedure=procedure_of(said, lots, is_v1=is_v1),
        operator=operator_of(said, is_v1=is_v1),
        representatives=representatives_of(said, is_v1=is_v1),
        criteria=tuple(
            criterion_v1(code, said) if is_v1 else criterion_v4(code, said, lots) for code in simple_codes()
        ),
    )


@cache
def grounds() -> tuple[str, ...]:
    """The codes of all exclusion grounds of 4.1.0, in the order of the form."""
    return tuple(one.code for one in criteria_of("4.1.0") if one.is_exclusion)


def simple_codes() -> tuple[str, ...]:
    """What a « DUME simplifié » asks."""
    return (*grounds(), TURNOVER, MANPOWER)


def procedure_of(said: Declaration, lots: tuple[Lot, ...], *, is_v1: bool) -> Procedure:
    """The title of 1.0.2 travels with the reference to the request: it has no other place for it."""
    reference, title = folded(said.reference), folded(said.title)
    identifiers = (siret(said.buyer_siret, is_v1=is_v1),) if said.buyer_siret else ()
    return Procedure(
        reference=reference,
        code="" if is_v1 else "open",
        title=title,
        buyer=Party(folded(said.buyer_name), identifiers, Address(country="FR" if is_v1 else "FRA")),
        lots=lots,
        documents=(Document(reference, REQUEST_TYPE, title),) if is_v1 else (),
    )


def siret(value: str, *, is_v1: bool) -> Identifier:
    """A national number for 4.x, whose list of schemes (EOIDType) does not name the SIRET."""
    return Identifier(folded(value), "SIRET" if is_v1 else "NATIONAL")


def representatives_of(said: Declaration, *, is_v1: bool) -> tuple[Representative, ...]:
    """BR-RESP-20-03 asks for a country of residence: the operator's when none is said."""
    one = said.representative
    if one is None:
        return ()
    address = (
        one.address if one.address.country else replace(one.address, country=country_of(said, is_v1=is_v1))
    )
    return (replace(one, address=address),)


def country_of(said: Declaration, *, is_v1: bool) -> str:
    codes = ALPHA_2 if is_v1 else ALPHA_3
    country = said.country.upper()
    return codes.get(country, country)


def operator_of(said: Declaration, *, is_v1: bool) -> Operator:
    size = said.size if not is_v1 else ("large" if said.size == "large" else "sme")
    contact = Contact(folded(said.contact.name), folded(said.contact.telephone), folded(said.contact.email))
    party = Party(
        name=folded(said.operator_name),
        identifiers=(siret(said.operator_siret, is_v1=is_v1),),
        address=Address(country=country_of(said, is_v1=is_v1)),
        contact=contact,
    )
    return Operator(party, role="sole-tenderer" if not is_v1 else "", size=size)


def lots_v4(lots: Iterable[str]) -> tuple[Lot, ...]:
    """LOT-0001 and so on for numbers, as 4.x wants them; LOT-0000 for a contract without lots."""
    ids = [f"LOT-{int(lot):04d}" if lot.isascii() and lot.isdigit() else folded(lot) for lot in lots]
    return tuple(Lot(one) for one in dict.fromkeys(ids)) or (Lot(WHOLE_CONTRACT),)


def lots_v1(lots: Iterable[str]) -> tuple[Lot, ...]:
    return tuple(Lot(one) for one in dict.fromkeys(folded(lot) for lot in lots)) or (Lot("0"),)


def tree_of(version: str, code: str) -> Criterion:
    """The empty tree of a code of 4.1.0."""
    found = criterion_of(version, code)
    if found is None:
        raise UnknownGround(codes=[code])
    return found


def asked_v4(code: str, lots: Sequence[Lot]) -> Criterion:
    """A criterion of 4.1.0 for these lots, without minimum and without answer."""
    tree = tree_of("4.1.0", code)
    targets = tuple(lot.id for lot in lots) if tree.is_selection else ()
    groups = tuple(opened(group, lots[0].id) for group in tree.groups)
    return replace(tree, lots=targets, groups=groups)


def opened(group: Group, lot: str) -> Group:
    properties = tuple(
        replace(one, requirements=(requirement(one.data_type, lot),)) if one.element == "REQUIREMENT" else one
        for one in group.properties
    )
    return replace(group, properties=properties, groups=tuple(opened(one, lot) for one in group.groups))


def requirement(data_type: str, lot: str) -> Requirement:
    return Requirement(lot, "ExpectedID") if data_type == "LOT_IDENTIFIER" else REQUIREMENTS[data_type]


def criterion_v4(code: str, said: Declaration, lots: tuple[Lot, ...]) -> Criterion:
    asked = asked_v4(code, lots)
    return answered(asked, [replace(one, lots=asked.lots) for one in answers_v4(code, said)])


def criterion_v1(code: str, said: Declaration) -> Criterion:
    asked = tree_of("1.0.2", code)
    law = replace(DIRECTIVE, article="57" if asked.is_exclusion else "58")
    asked = replace(asked, code=V1_CODES.get(code, asked.code), legislation=(law,))
    return answered(asked, answers_v1(code, said))


def answers_v4(code: str, said: Declaration) -> list[Answer]:
    if code == TURNOVER:
        return [yes_no(yes=True), Answer("", said.last_year, "period"), amount(said.turnover)]
    if code == MANPOWER:
        return [yes_no(yes=True), year_of(said), Answer("", Decimal(said.staff), "quantity", unit="INTEGER")]
    return [yes_no(yes=code in said.declared)]


def answers_v1(code: str, said: Declaration) -> list[Answer]:
    if code == TURNOVER:
        period = said.last_year
        return [Answer("", period.start, "date"), Answer("", period.end, "date"), amount(said.turnover)]
    if code == MANPOWER:
        return [year_of(said), Answer("", Decimal(said.staff), "quantity", unit="NUMBER")]
    return [yes_no(yes=code in said.declared)]


def yes_no(*, yes: bool) -> Answer:
    return Answer("", yes, "indicator")


def amount(value: Decimal) -> Answer:
    return Answer("", value, "amount", unit="EUR")


def year_of(said: Declaration) -> Answer:
    return Answer("", Decimal(said.now.year - 1), "quantity", unit="YEAR")


def answered(criterion: Criterion, answers: Iterable[Answer]) -> Criterion:
    """Each answer goes to the next question that asks for its kind of value."""
    waiting = list(answers)

    def prop(one: Property) -> Property:
        if one.element != "QUESTION" or not waiting or sort_of(one.data_type) != waiting[0].value_type:
            return one
        return replace(one, answers=(replace(waiting.pop(0), label=one.label, property_id=one.id),))

    def group(one: Group) -> Group:
        properties = tuple(prop(each) for each in one.properties)
        return replace(one, properties=properties, groups=tuple(group(each) for each in one.groups))

    return replace(criterion, groups=tuple(group(one) for one in criterion.groups))
