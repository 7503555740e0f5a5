"""Documents that say anything the questions of a version allow: what moves are tested with."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from dume.filling import Filling, Place
from dume.leaves import Leaf, leaves
from dume.model import Answer, Criterion, Dume, Evidence, Family, Kind, Operator, Party, Period, Recognised
from dume.trees import criteria_of

FAMILIES = {"1.0.2": Family.V1, "2.1.1": Family.UBL, "4.1.0": Family.UBL}
#: Not of every kind: a yes or no that closes a group may have its « Non » dropped (told), which is tested apart.
WORDS = st.sampled_from(["Atelier", "Menuiserie de chêne", "42", "Réponse longue\u00a0: oui"])
DATES = st.dates(date(2015, 1, 1), date(2026, 1, 1))
NUMBERS = st.integers(1, 10**6).map(Decimal)


def periods():
    return st.tuples(DATES, DATES).map(lambda two: Period(min(two), max(two)))


VALUES = {
    "INDICATOR": st.just(True).map(lambda value: (value, "indicator", "")),
    "DESCRIPTION": WORDS.map(lambda value: (value, "text", "")),
    "AMOUNT": NUMBERS.map(lambda value: (value, "amount", "EUR")),
    "QUANTITY": NUMBERS.map(lambda value: (value, "quantity", "")),
    "QUANTITY_INTEGER": NUMBERS.map(lambda value: (value, "quantity", "")),
    "QUANTITY_YEAR": st.integers(2000, 2026).map(lambda value: (Decimal(value), "quantity", "YEAR")),
    "PERCENTAGE": st.integers(0, 100).map(lambda value: (Decimal(value), "number", "")),
    "DATE": DATES.map(lambda value: (value, "date", "")),
    "PERIOD": periods().map(lambda value: (value, "period", "")),
    "CODE": st.just(("un-code", "code", "")),
    "CODE_COUNTRY": st.just(("XX", "code", "")),
    "URL": st.just(("https://example.invalid/preuve", "uri", "")),
    "EVIDENCE_IDENTIFIER": st.sampled_from(["P1", "P2"]).map(lambda value: (value, "evidence", "")),
    "EVIDENCE_URL": st.sampled_from(["P1", "P2"]).map(lambda value: (value, "evidence", "")),
}
OTHERS = st.just(("ID-1", "identifier", ""))
EVIDENCES = (
    Evidence("P1", uri="https://example.invalid/1"),
    Evidence("P2", uri="https://example.invalid/2"),
)


@st.composite
def responses(draw: st.DrawFn, version: str) -> Dume:
    answers_in = answered_where_they_are if version == "1.0.2" else answered
    criteria = draw(st.lists(st.sampled_from(criteria_of(version)), min_size=1, max_size=4, unique=True))
    return response_of(version, [draw(answers_in(one)) for one in criteria])


def response_of(version: str, criteria: list[Criterion]) -> Dume:
    return Dume(
        recognised=Recognised(Kind.RESPONSE, version, FAMILIES[version]),
        id="0b1c5a52-2f0c-4f0e-9a55-6d1d5b3f0a01",
        operator=Operator(Party(name="Menuiserie Imaginaire")),
        criteria=tuple(criteria),
        evidences=EVIDENCES,
    )


@st.composite
def answered(draw: st.DrawFn, criterion: Criterion) -> Criterion:
    """Some of its questions answered, and one of its groups perhaps several times."""
    questions = [one for one in leaves(criterion) if one.prop.element == "QUESTION"]
    chosen = (
        draw(st.lists(st.sampled_from(questions), max_size=12, unique_by=lambda one: one.slot))
        if questions
        else []
    )
    times = draw(st.integers(1, 3))
    repeated = draw(st.sampled_from(chosen)).classes if chosen else ()
    filling = Filling(criterion)
    for leaf in chosen:
        for turn in range(times if leaf.classes == repeated else 1):
            filling.put(place(leaf, repeated, turn), draw(answer_to(leaf.prop.data_type)))
    return filling.filled()


def place(leaf: Leaf, repeated: tuple[int, ...], turn: int) -> Place:
    keys = {repeated: [turn]} if leaf.classes == repeated else {}
    return Place(leaf.classes, leaf.place, keys, frozenset())


@st.composite
def answered_where_they_are(draw: st.DrawFn, criterion: Criterion) -> Criterion:
    """1.0.2: its leaves are joined, so that its properties are answered one by one."""

    def group(one):
        return replace(
            one,
            properties=tuple(prop(each) for each in one.properties),
            groups=tuple(group(each) for each in one.groups),
        )

    def prop(one):
        given = (draw(answer_to(one.data_type)),) if draw(st.booleans()) else ()
        return replace(
            one, answers=tuple(replace(each, label=one.label, property_id=one.id) for each in given)
        )

    return replace(criterion, groups=tuple(group(one) for one in criterion.groups))


@st.composite
def answer_to(draw: st.DrawFn, data_type: str) -> Answer:
    value, value_type, unit = draw(VALUES.get(data_type, OTHERS))
    evidences = (value,) if value_type == "evidence" else ()
    return Answer("", value, value_type, unit, evidences=evidences)
