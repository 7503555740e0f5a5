"""Any model that can be written is read the same, in each version."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dume.build import as_written, write
from dume.elements import folded
from dume.model import (
    Address,
    Answer,
    Contact,
    Criterion,
    Document,
    Dume,
    Evidence,
    Group,
    Identifier,
    Legislation,
    Lot,
    Operator,
    Party,
    Period,
    Procedure,
    Property,
    Representative,
    Requirement,
)
from dume.parse import read
from dume.sniff import root_of
from dume.structure import ubl, v1
from tests.conftest import NOW
from tests.dume.models import RECOGNISED

#: Whatever a person may type: accents, emoji, odd spaces, characters that XML cannot hold.
texts = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\u00a0\u2028\t\n\x00\x0b&<>\"'é€"), max_size=12
) | st.sampled_from(["", "  deux  mots ", "a\u00a0b", "\U0001f600"])
words = st.from_regex(r"[a-zé][a-zé \u00a0]{0,8}", fullmatch=True)
dates = st.none() | st.dates(date(1900, 1, 1))
periods = st.builds(Period, dates, dates, texts)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)
lots = st.lists(st.sampled_from(["LOT-0001", "LOT-0002"]), unique=True, max_size=2).map(tuple)
addresses = st.builds(Address, texts, texts, texts, st.sampled_from(["", "FR", "FRA"]), texts)
contacts = st.builds(Contact, texts, texts, texts, texts)
identifiers = st.lists(
    st.builds(Identifier, words, st.sampled_from(["", "VAT"]), st.sampled_from(["", "Annuaire"])),
    max_size=2,
    unique_by=lambda one: " ".join(one.value.split()),
).map(lambda found: tuple(replace(one, scheme=one.scheme or one.agency) for one in found))
parties = st.builds(Party, texts, identifiers, addresses, contacts, texts)
VALUES: dict[str, tuple[st.SearchStrategy[Any], tuple[str, ...]]] = {
    "indicator": (st.booleans(), ("",)),
    "text": (texts, ("",)),
    "amount": (numbers, ("EUR", "CHF")),
    "quantity": (numbers, ("", "YEAR")),
    "number": (numbers, ("",)),
    "date": (st.dates(date(1900, 1, 1)), ("",)),
    "code": (words, ("",)),
    "period": (periods, ("",)),
    "identifier": (words, ("",)),
    "uri": (words, ("",)),
    "evidence": (st.just("E1"), ("",)),
}
V1 = "1.0.2"
LATER = ("identifier", "uri")


@st.composite
def answers(draw: st.DrawFn, *, version: str) -> Answer:
    kind = draw(st.sampled_from([one for one in VALUES if version != V1 or one not in LATER]))
    values, units = VALUES[kind]
    return Answer(
        label=draw(texts),
        value=draw(values),
        value_type=kind,
        unit=draw(st.sampled_from(units)),
        lots=draw(lots) if version == "4.1.0" else (),
        evidences=draw(st.sampled_from([(), ("E1",), ("E1", "E2")])),
        scheme=draw(st.sampled_from(["", "liste"])) if kind == "code" else "",
        confidentiality=draw(st.sampled_from(["", "PUBLIC", "confidential"])) if version != V1 else "",
    )


requirements = st.one_of(
    st.builds(Requirement, words, st.sampled_from(["ExpectedDescription", "ExpectedID", "ExpectedCode"])),
    st.builds(
        lambda number, element: Requirement(str(number), element, "EUR"),
        numbers,
        st.sampled_from(["ExpectedAmount", "MinimumAmount", "MaximumAmount"]),
    ),
    st.builds(lambda period: Requirement("", "ApplicablePeriod", period=period), periods),
)


@st.composite
def groups(draw: st.DrawFn, name: str, *, version: str, depth: int = 0) -> Group:
    properties = [
        Property(
            id=f"{name}/{place}",
            element=draw(st.sampled_from(["QUESTION", "CAPTION", "REQUIREMENT"]))
            if version != V1
            else "QUESTION",
            data_type=draw(st.sampled_from(["INDICATOR", "DESCRIPTION", "PERIOD"])),
            label=draw(texts),
            requirements=tuple(draw(st.lists(requirements, max_size=2, unique_by=lambda one: one.element)))
            if version != V1
            else (),
            answers=tuple(draw(st.lists(answers(version=version), max_size=3))),
            name=draw(texts) if version != V1 else "",
        )
        for place in range(draw(st.integers(1, 2)))
    ]
    below = draw(st.integers(0, 2)) if depth < 2 else 0
    return Group(
        id=name,
        condition=draw(st.sampled_from(["", "true", "false"])),
        properties=tuple(properties),
        groups=tuple(draw(groups(f"{name}.{one}", version=version, depth=depth + 1)) for one in range(below)),
    )


@st.composite
def criteria(draw: st.DrawFn, name: str, *, version: str, national: bool = False) -> Criterion:
    subs = 0 if national else draw(st.integers(0, 1))
    return Criterion(
        uuid=name,
        code=draw(words),
        name=draw(texts),
        description=draw(texts),
        lots=draw(lots) if version == "4.1.0" else (),
        groups=tuple(
            draw(groups(f"{name}-{one}", version=version)) for one in range(draw(st.integers(1, 2)))
        ),
        national=tuple(
            draw(criteria(f"{name}n{one}", version=version, national=True)) for one in range(subs)
        ),
        legislation=tuple(
            draw(st.lists(st.builds(Legislation, texts, texts, texts, texts, texts), max_size=1))
        ),
    )


@st.composite
def dumes(draw: st.DrawFn, version: str) -> Dume:
    return Dume(
        recognised=RECOGNISED[version],
        id=draw(st.uuids().map(str)),
        number=draw(texts),
        issued_on=draw(dates),
        procedure=Procedure(
            reference=draw(texts),
            title=draw(texts),
            buyer=draw(parties),
            lots=(Lot("LOT-0001", draw(texts), draw(texts)), Lot("LOT-0002")),
            documents=tuple(draw(st.lists(st.builds(Document, words, st.just("ESPD_REQUEST")), max_size=1))),
            provider=draw(parties),
        ),
        operator=draw(
            st.none()
            | st.builds(
                Operator,
                parties,
                st.sampled_from(["", "sole-tenderer"]),
                st.sampled_from(["", "micro", "large"]),
                words,
            )
        ),
        representatives=tuple(
            draw(st.lists(st.builds(Representative, words, texts, texts, contacts, addresses), max_size=2))
        ),
        criteria=tuple(draw(criteria(f"c{one}", version=version)) for one in range(draw(st.integers(1, 2)))),
        evidences=(Evidence("E1", draw(texts), draw(texts), draw(texts)), Evidence("E2"))
        if version != V1
        else (),
    )


@pytest.mark.parametrize("version", sorted(RECOGNISED))
@given(st.data())
@settings(max_examples=25, deadline=None)
def test_any_model_is_read_as_it_was_written(version, data):
    dume = data.draw(dumes(version))
    written = write(dume, now=NOW)
    again = read(written)
    assert again == as_written(dume, NOW)
    assert write(again, now=NOW) == written
    assert said(again) == said(dume)


def said(dume: Dume) -> list[str]:
    """Every value that somebody answered and every evidence cited, as they count for a reader."""
    found = []
    for answer in (answer for criterion in dume.criteria for answer in criterion.answers):
        found += answer.evidences or (["E1"] if answer.value_type == "evidence" else [])
        if answer.value_type != "evidence" and (text := plain(answer.value)):
            found.append(text)
    return sorted(found)


def plain(value: object) -> str:
    if isinstance(value, Period):
        return f"{value.start} {value.end} {folded(value.text)}"
    return folded(value) if isinstance(value, str) else repr(value)


@pytest.mark.parametrize("version", sorted(RECOGNISED))
@given(st.data())
@settings(max_examples=5, deadline=None)
def test_any_model_written_is_well_built(version, data):
    """A response may lack what the schema wants of one (an answer); all it has is built right."""
    dume = replace(data.draw(dumes(version)), issued_on=date(2026, 3, 2))
    structure = v1 if version == V1 else ubl
    codes = {one.code for one in structure.check(root_of(write(dume, now=NOW)))}
    assert codes <= {"missing-element"}
