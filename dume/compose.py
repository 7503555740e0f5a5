"""A simple French response as a model: every exclusion ground answered, turnover and staff declared.

This is the « DUME simplifié »: the operator gives only its turnover and its staff (dume.md §3). Requirements
shown in it are open ones (no minimum): the buyer's own request fixes them in a later version.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from dume.countries import ALPHA_2, ALPHA_3
from dume.criteria import Known, of_version
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
from dume.shapes import (
    BARE,
    BREACH,
    CONFLICT,
    CONTRIBUTION,
    CONVICTION,
    MAIN_PLACE,
    MAIN_PLACES,
    MISCONDUCT,
    NATIONAL,
    SHAPES,
    SITUATION,
    Shape,
)
from dume.write_editions import BOOLEAN_CONTROL
from dume.write_model import time_of
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
#: 1.0.2: the yes/no question of the exclusion grounds, and its group by the tree that 4.1.0 gives them.
V1_YES_NO = "974c8196-9d1c-419c-9ca9-45bb9f5fd59a"
V1_GROUPS = (
    (CONVICTION, "7c637c0c-7703-4389-ba52-02997a055bd7"),
    (CONTRIBUTION, "098fd3cc-466e-4233-af1a-affe09471bce"),
    (BREACH, "976b5acb-c00f-46ca-8f83-5ce6abfdfe43"),
    (SITUATION, "d91c11a1-f19e-4b83-8ade-c4be2bf00555"),
    (MISCONDUCT, "67362ec7-cec3-4cb8-a38e-5d7a2a31e6d8"),
    (CONFLICT, "30450436-f559-4dfa-98ba-f0842ed9d2a0"),
    (BARE, "ddea7091-f238-4fcb-9d93-eacb13190243"),
    (NATIONAL, "77ae3f29-7c5f-4afa-af97-24afec48c5bf"),
)
V1_TURNOVER = "c0cd9c1c-e90a-4ff9-bce3-ac0fe31abf16"
V1_START = "42ec8116-31a7-4118-8612-5b04f5c8bde7"
V1_END = "3641b897-f9f0-4d90-909a-b6d4c4b1d645"
V1_AMOUNT = "42db0eaa-d2dd-48cb-83ac-38d73cab9b50"
V1_MANPOWER = "96defecc-7d32-4957-82e9-aad5f3c5b736"
V1_YEAR = "5aacceb3-280e-42f1-b2da-3d8ac7877fe9"
V1_NUMBER = "42037f41-53af-44df-b6b8-2395cee98087"


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
    if unknown := said.declared - {code for code in SHAPES if known_of(code).part.startswith("III")}:
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
            criterion_v1(code, said) if is_v1 else criterion_v4(code, said, lots) for code in SHAPES
        ),
    )


def known_of(code: str) -> Known:
    known = of_version("4.1.0", code)
    if known is None:
        raise UnknownGround(codes=[code])
    return known


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


def criterion_v4(code: str, said: Declaration, lots: tuple[Lot, ...]) -> Criterion:
    known = known_of(code)
    targets = tuple(lot.id for lot in lots) if known.part.startswith("IV") else ()
    answers = {place: replace(answer, lots=targets) for place, answer in answers_v4(code, said).items()}
    groups = places(known.path, "", SHAPES[code], answers, lots[0].id)
    return replace(head(known, code), lots=targets, groups=groups)


def head(known: Known, code: str) -> Criterion:
    return Criterion(
        uuid=known.uuid,
        code=code,
        name=known.name_fr,
        description=known.name_fr,
        name_fr=known.name_fr,
        part=known.part,
        law=known.law,
    )


def answers_v4(code: str, said: Declaration) -> dict[str, Answer]:
    """Answers by place in the tree of the criterion, without the criterion's own id."""
    if code == "gen-year-to":
        return {
            "RG1/RSG1/QSG1/Q1": Answer("", value=True, value_type="indicator"),
            "RG1/RSG1/QSG2/Q1": Answer("", said.last_year, "period"),
            "RG1/RSG1/QSG2/Q2": Answer("", said.turnover, "amount", unit="EUR"),
        }
    if code == "year-manpower":
        return {
            "RG1/RSG1/QSG1/Q1": Answer("", value=True, value_type="indicator"),
            "RG1/RSG1/QSG2/Q1": Answer("", Decimal(said.now.year - 1), "quantity", unit="YEAR"),
            "RG1/RSG1/QSG2/Q2": Answer("", Decimal(said.staff), "quantity", unit="INTEGER"),
        }
    place = MAIN_PLACES.get(code, MAIN_PLACE)
    return {place: Answer("", value=code in said.declared, value_type="indicator")}


def places(
    root: str, above: str, shapes: Iterable[Shape], answers: Mapping[str, Answer], lot: str
) -> tuple[Group, ...]:
    """Groups with the ids of 4.x: their path, RG for requirements and QG for questions, then RSG and QSG."""
    counts = {"R": 0, "Q": 0}
    found = []
    for shape in shapes:
        letter = "R" if shape.leaves[0].startswith("R ") else "Q"
        counts[letter] += 1
        name = f"{letter}{'S' if above else ''}G{counts[letter]}"
        place = f"{above}/{name}" if above else name
        properties = leaves(root, place, shape.leaves, answers, lot)
        groups = places(root, place, shape.groups, answers, lot)
        found.append(Group(f"{root}/{place}", shape.condition, properties, groups))
    return tuple(found)


def leaves(
    root: str, above: str, written: Iterable[str], answers: Mapping[str, Answer], lot: str
) -> tuple[Property, ...]:
    names = {"Q": ("QUESTION", "Q"), "R": ("REQUIREMENT", "RQ"), "C": ("CAPTION", "CA")}
    counts = dict.fromkeys(names, 0)
    found = []
    for leaf in written:
        letter, data_type, label = leaf.split(" ", 2)
        element, prefix = names[letter]
        counts[letter] += 1
        place = f"{above}/{prefix}{counts[letter]}"
        identifier = f"{root}/{place}"
        answer = answers.get(place)
        found.append(
            Property(
                id=identifier,
                element=element,
                data_type=data_type,
                label=label,
                requirements=(requirement(data_type, lot),) if letter == "R" else (),
                answers=(replace(answer, label=label, property_id=identifier),) if answer else (),
            )
        )
    return tuple(found)


def requirement(data_type: str, lot: str) -> Requirement:
    return Requirement(lot, "ExpectedID") if data_type == "LOT_IDENTIFIER" else REQUIREMENTS[data_type]


def criterion_v1(code: str, said: Declaration) -> Criterion:
    known = known_of(code)
    if code == "gen-year-to":
        period = said.last_year
        groups = (
            group_v1(
                V1_TURNOVER,
                (V1_START, "DATE", "Début", Answer("", period.start, "date")),
                (V1_END, "DATE", "Fin", Answer("", period.end, "date")),
                (V1_AMOUNT, "AMOUNT", "Montant", Answer("", said.turnover, "amount", unit="EUR")),
            ),
        )
    elif code == "year-manpower":
        year, staff = Decimal(said.now.year - 1), Decimal(said.staff)
        groups = (
            group_v1(
                V1_MANPOWER,
                (V1_YEAR, "QUANTITY_YEAR", "Année", Answer("", year, "quantity", unit="YEAR")),
                (V1_NUMBER, "QUANTITY_INTEGER", "Nombre", Answer("", staff, "quantity", unit="NUMBER")),
            ),
        )
    else:
        answer = Answer("", value=code in said.declared, value_type="indicator")
        groups = (group_v1(group_of_v1(code), (V1_YES_NO, "INDICATOR", "Votre réponse", answer)),)
    article = "57" if known.part.startswith("III") else "58"
    law = replace(DIRECTIVE, article=article)
    v1_code = V1_CODES.get(code, known.codes["1.0.2"])
    return replace(head(known, v1_code), groups=groups, legislation=(law,))


def group_of_v1(code: str) -> str:
    return next(group for shape, group in V1_GROUPS if SHAPES[code] is shape)


def group_v1(identifier: str, *leaves: tuple[str, str, str, Answer]) -> Group:
    return Group(
        identifier,
        properties=tuple(
            Property(
                id=property_id,
                element="QUESTION",
                data_type=data_type,
                label=label,
                answers=(replace(answer, label=label, property_id=property_id),),
            )
            for property_id, data_type, label, answer in leaves
        ),
    )
