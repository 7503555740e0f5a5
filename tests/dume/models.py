"""Models of documents in which every field says something, and strategies for any other."""

from collections.abc import Container
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from dume.build import NOT_HELD, NOT_IN_REQUESTS, REQUIREMENTS_NOT_HELD
from dume.model import (
    Address,
    Answer,
    Contact,
    Criterion,
    Document,
    Dume,
    Evidence,
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
    Standing,
)

RECOGNISED = {
    "4.1.0": Recognised(Kind.RESPONSE, "4.1.0", Family.UBL, "ESPD-EDMv4.1.0"),
    "2.1.1": Recognised(Kind.RESPONSE, "2.1.1", Family.UBL, "ESPD-EDMv2.1.1-BASIC", "BASIC"),
    "1.0.2": Recognised(Kind.RESPONSE, "1.0.2", Family.V1),
}
VERSIONS = tuple(RECOGNISED)
#: Fields that say how the document is written, or that come from our own table.
DERIVED = {
    "Criterion.name_fr", "Criterion.part", "Criterion.law", "Recognised.kind", "Recognised.version",
    "Recognised.family", "Recognised.announced", "Recognised.profile",
}  # fmt: skip
ADDRESS = Address("1 rue des Lilas", "99999", "Valfictif", "FR", "1 bis", "BP 1")
CONTACT = Contact(
    "Service des marchés", "+33 5 00 00 00 00", "marches@valfictif.example", "+33 5 00 00 00 01"
)
BUYER = Party(
    "Commune de Valfictif",
    (
        Identifier("99999900600011", "NATIONAL", "Annuaire"),
        Identifier("0009:1", "0009", "Réseau", is_endpoint=True),
    ),
    ADDRESS,
    CONTACT,
    "https://valfictif.example",
)
PLATFORM = Party("Profil d'acheteur", (Identifier("99999900600029"),))
OPERATOR = Operator(
    party=replace(BUYER, name="Menuiserie Imaginaire"),
    role="group-lead",
    size="micro",
    role_description="Mandataire du groupement",
    group_name="Groupement des Lilas",
    standings=(Standing("12", "850000", "EUR", PLATFORM, "small"),),
)
LEAD = Representative(
    "Camille", "Fictif", "Gérance", CONTACT, ADDRESS, "1980-02-29", "Valfictif", "Signe seule"
)
PROCEDURE = Procedure(
    reference="2026-001",
    code="open",
    title="Remplacement des menuiseries",
    description="École des Lilas",
    buyer=BUYER,
    notice="2026/S 001-000001",
    lots=(Lot("LOT-0001", "Fenêtres", "Bois", ("45421132",)), Lot("LOT-0002")),
    documents=(
        Document(
            "2026/S 001-000001", "TED_CN", "Remplacement des menuiseries", "École des Lilas",
            "https://valfictif.example/1", "2026-01-02", "10:00:00", "Avis",
        ),
        Document("DUME-A", "ESPD_REQUEST"),
    ),
    cpv=("45421000", "45421132"),
    contract_type="works",
    buyer_profile="https://marches.valfictif.example",
    provider=PLATFORM,
    weighting_type="PERCENTAGE",
    weighting_note="Note sur vingt",
)  # fmt: skip
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31), "Exercice 2025")


def answer(value: Any, value_type: str, question: str, **more: Any) -> Answer:
    return Answer(f"Question {question}", value, value_type, property_id=question, **more)


def question(place: str, data_type: str, *answers: Answer, **more: Any) -> Property:
    return Property(place, "QUESTION", data_type, f"Question {place}", answers=answers, **more)


LOTS = ("LOT-0001", "LOT-0002")
QUESTIONS = (
    question("q1", "INDICATOR", answer(value=True, value_type="indicator", question="q1", lots=LOTS)),
    question("q2", "AMOUNT", answer(Decimal("850000.50"), "amount", "q2", unit="EUR")),
    question("q3", "QUANTITY", answer(Decimal(3), "quantity", "q3", unit="YEAR")),
    question("q4", "PERCENTAGE", answer(Decimal("0.7"), "number", "q4")),
    question("q5", "DATE", answer(date(2025, 6, 1), "date", "q5")),
    question("q6", "CODE", answer("FR", "code", "q6", scheme="country")),
    question("q7", "PERIOD", answer(YEAR, "period", "q7"), answer(Period(), "period", "q7")),
    question(
        "q8",
        "DESCRIPTION",
        answer("Première", "text", "q8", confidentiality="CONFIDENTIAL"),
        answer("Seconde", "text", "q8"),
        name="Titre court",
    ),
    question("q9", "EVIDENCE_IDENTIFIER", answer("E1", "evidence", "q9", evidences=("E1",))),
)
#: What 1.0.2 has no element for.
LATER_QUESTIONS = (
    question("q10", "URL", answer("https://valfictif.example/2", "uri", "q10")),
    question("q11", "IDENTIFIER", answer("99999900600011", "identifier", "q11", scheme="NATIONAL")),
)
REQUIRED = Property(
    "r1",
    "REQUIREMENT",
    "AMOUNT",
    "Chiffre d'affaires minimal",
    requirements=(
        Requirement("Détail"),
        Requirement("CHECKBOX_TRUE", "ExpectedCode", scheme="boolean-gui-control-type"),
        Requirement("100000", "MinimumAmount", "EUR"),
        Requirement("3", "MinimumQuantity", "YEAR"),
        Requirement("2025-01-01/2025-12-31 Exercice 2025", "ApplicablePeriod", period=YEAR),
    ),
)
CRITERION = Criterion(
    uuid="00000000-0000-4000-8000-000000000001",
    code="new-code",
    name="Critère local",
    description="Ce que l'acheteur demande",
    lots=LOTS,
    groups=(
        Group(
            "g1",
            properties=(*QUESTIONS, *LATER_QUESTIONS, REQUIRED),
            groups=(
                Group("g2", "true", (question("q12", "INDICATOR"),)),
                Group("g3", "false", (question("q13", "DATE"),)),
            ),
        ),
        Group("g4", properties=(Property("c1", "CAPTION", "NONE", "Légende"),), code="Financial"),
    ),
    national=(
        Criterion(
            "n1",
            "",
            "Motif national",
            "Décrit",
            groups=(Group("g5", properties=(question("q14", "INDICATOR"),)),),
        ),
    ),
    legislation=(
        Legislation(
            "Code",
            "De la commande publique",
            "NATIONAL_LEGISLATION",
            "L2141-1",
            "https://loi.example",
            "l1",
            "FR",
        ),
    ),
    evaluation="WEIGHTED",
    weight="0.2",
    weighting="Sur vingt",
)
FULL = Dume(
    recognised=RECOGNISED["4.1.0"],
    id="00000000-0000-4000-8000-000000000000",
    number="DUME-2026",
    issued_on=date(2026, 3, 2),
    procedure=PROCEDURE,
    operator=OPERATOR,
    representatives=(LEAD,),
    criteria=(CRITERION,),
    evidences=(
        Evidence(
            "E1", "Bilan", "https://valfictif.example/3", "Greffe", "B1",
            confidential=True, confidentiality="CONFIDENTIAL", description="Comptes", issuer_id="i1",
        ),
    ),
    unmatched=("nowhere", "silent"),
    orphans=(Answer("", "Perdue", "text", property_id="nowhere"),),
    issued_time="10:00:00+01:00",
    is_copy=True,
)  # fmt: skip


def of_version(version: str, kind: Kind = Kind.RESPONSE) -> Dume:
    """All of it that the version holds."""
    names = NOT_HELD[version] | (NOT_IN_REQUESTS if kind is Kind.REQUEST else frozenset())
    held = without(FULL, names, REQUIREMENTS_NOT_HELD.get(version, frozenset()))
    if version == "1.0.2":
        held = with_questions(held, QUESTIONS)
    return replace(held, recognised=replace(RECOGNISED[version], kind=kind))


def with_questions(dume: Dume, questions: tuple[Property, ...]) -> Dume:
    names = {one.id for one in questions} | {"q12", "q13", "q14", "r1", "c1"}

    def kept(group: Group) -> Group:
        properties = tuple(one for one in group.properties if one.id in names)
        return replace(group, properties=properties, groups=tuple(map(kept, group.groups)))

    criteria = tuple(replace(one, groups=tuple(map(kept, one.groups))) for one in dume.criteria)
    return replace(dume, criteria=criteria)


def without(held: Any, names: Container[str], elements: Container[str] = frozenset()) -> Any:
    """The same with the fields named as they are by default."""
    if isinstance(held, tuple):
        return tuple(
            without(one, names, elements)
            for one in held
            if not (isinstance(one, Requirement) and one.element in elements)
        )
    if not is_dataclass(held):
        return held
    kind = type(held).__name__
    defaults = {"Property.element": "QUESTION"}
    changed = {
        place.name: defaults.get(name, place.default)
        if (name := f"{kind}.{place.name}") in names
        else without(getattr(held, place.name), names, elements)
        for place in fields(held)
    }
    return type(held)(**changed)


def only(name: str, version: str) -> Dume:
    """What the version holds, and one field more that it does not."""
    rest = NOT_HELD[version] - {name}
    return replace(
        without(FULL, rest, REQUIREMENTS_NOT_HELD.get(version, frozenset())), recognised=RECOGNISED[version]
    )
