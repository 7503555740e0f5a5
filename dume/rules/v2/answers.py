"""Answers against the questions they point to (BR-TCR) and the lots they name (BR-LOT-10)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from lxml import etree

from dume.rules.findings import Fired
from dume.rules.ubl.index import (
    ANSWERED_PROPERTY,
    CRITERION_RESPONSE,
    GROUP,
    ID,
    PROPERTY,
    SUBGROUP,
    along,
    child_texts,
    string,
)
from dume.rules.v2.case import CRITERION_CODE, VALUE, Case, cac, cbc, distinct, fire
from dume.rules.v2.criteria import CONDITION
from dume.rules.v2.edition import Edition
from dume.rules.v2.request import LOT

PERIOD, SUPPLIED, EVIDENCE = cac("ApplicablePeriod", "EvidenceSupplied", "Evidence")
NUMBER = "number"
#: data type of the question -> rule, element of the answer (in cac:ResponseValue), what it is in French.
TYPED = {
    "AMOUNT": ("01", "ResponseAmount", "un montant"),
    "CODE": ("02", "ResponseCode", "un code"),
    "CODE_COUNTRY": ("03", "ResponseCode", "un code de pays"),
    "DATE": ("04", "ResponseDate", "une date"),
    "DESCRIPTION": ("05", "Description", "un texte"),
    "EVIDENCE_IDENTIFIER": ("06", "", "un justificatif"),
    "INDICATOR": ("07", "ResponseIndicator", "oui ou non"),
    "PERCENTAGE": ("08", NUMBER, "un pourcentage, d'unité PERCENTAGE"),
    "PERIOD": ("09", "", "une période"),
    "QUANTITY_INTEGER": ("10", NUMBER, "un nombre entier"),
    "QUANTITY_YEAR": ("11", NUMBER, "un nombre d'années, d'unité YEAR"),
    "QUANTITY": ("12", "ResponseQuantity", "une quantité"),
    "IDENTIFIER": ("13", "ResponseID", "un identifiant"),
    "URL": ("14", "ResponseURI", "une adresse web"),
    "MAXIMUM_AMOUNT": ("15", "ResponseAmount", "un montant maximal"),
    "MINIMUM_AMOUNT": ("16", "ResponseAmount", "un montant minimal"),
    "MAXIMUM_VALUE_NUMERIC": ("17", "ResponseNumeric", "un nombre maximal"),
    "TRANSLATION_TYPE_CODE": ("18", "ResponseCode", "un code de type de traduction"),
    "CERTIFICATION_LEVEL_DESCRIPTION": ("19", "Description", "un niveau de certification"),
    "COPY_QUALITY_TYPE_CODE": ("20", "ResponseCode", "un code de qualité de copie"),
    "TIME": ("21", "ResponseTime", "une heure"),
}
#: Added by 2.1.1.
TYPED_LATER = {
    "ECONOMIC_OPERATOR_IDENTIFIER": ("22", "ResponseID", "l'identifiant d'un opérateur"),
    "LOT_IDENTIFIER": ("23", "ResponseID", "un numéro de lot"),
    "WEIGHT_INDICATOR": ("24", "ResponseIndicator", "oui ou non"),
    "QUAL_IDENTIFIER": ("25", "ResponseID", "un identifiant de qualification"),
    "CODE_BOOLEAN": ("26", "ResponseCode", "un code oui ou non"),
}
UNITS = {"PERCENTAGE": "PERCENTAGE", "QUANTITY_YEAR": "YEAR"}
ELSEWHERE = {"EVIDENCE_IDENTIFIER": (SUPPLIED, ID), "PERIOD": (PERIOD, "")}
LOTS_TENDERED = "CRITERION.OTHER.EO_DATA.LOTS_TENDERED"
GROUP_OF_LOTS = "289f39b3-2a15-421a-8050-a29858031f35"


@dataclass(frozen=True, slots=True)
class Expected:
    """What answers one type of question: an element (any, if it is "") in a part of the answer, of one unit."""

    rule: str
    holder: str
    element: str
    unit: str
    described: str


def rules(case: Case) -> Iterator[Fired]:
    answered = case.keyed(CRITERION_RESPONSE, ANSWERED_PROPERTY)
    for prop in case.all(PROPERTY):
        for node in case.parts(prop).get(ID, ()):
            times = len(answered.get(string(node), ()))
            if times > 1:
                yield fire("BR-TCR-01-03", node, string(node), times=times)
    for answer in case.all(CRITERION_RESPONSE):
        yield from on_answer(case, answer)
    for group in case.all(SUBGROUP):
        yield from on_condition(case, group)
    if case.is_extended:
        yield from on_lots(case)


def on_answer(case: Case, answer: etree._Element) -> Iterator[Fired]:
    held = case.parts(answer)
    pointed = [string(one) for one in held.get(ANSWERED_PROPERTY, ())]
    properties = case.keyed(PROPERTY, ID)
    asked = next((properties[one][0] for one in pointed if one in properties), None)
    if not pointed:
        yield fire("BR-TCR-01-01", answer)
    elif distinct(properties, pointed) != 1:
        yield fire("BR-TCR-01-02", answer, pointed[0])
    yield from on_values(case, answer, asked)
    if SUPPLIED in held:
        cited = dict.fromkeys(string(one) for one in along(answer, SUPPLIED, ID))
        if distinct(case.keyed(EVIDENCE, ID), cited) != 1:
            yield fire("BR-TCR-09", answer, ", ".join(cited), about=asked)
    for data_type in {one for property_id in pointed for one in case.data_types_of(property_id)}:
        yield from on_type(case, answer, asked, data_type)


def on_values(case: Case, answer: etree._Element, asked: etree._Element | None) -> Iterator[Fired]:
    """One value, or one period, or one evidence."""
    held = case.parts(answer)
    values = len(held.get(VALUE, ()))
    others = len(held.get(PERIOD, ())) + len(held.get(SUPPLIED, ()))
    if case.edition.is_first:
        if values + others != 1:
            yield fire("BR-TCR-03", answer, about=asked)
        for node in held.get(VALUE, ()):
            inside = sum(1 for _ in node.iterchildren("*"))
            if inside > 2:  # noqa: PLR2004 - its identifier and one value
                yield fire("BR-TCR-04", node, values=inside - 1, about=asked)
        return
    if (values == 0 and others != 1) or (values > 0 and others > 0):
        yield fire("BR-TCR-03", answer, about=asked)
    if values > 1:
        yield fire("BR-TCR-04", answer, values=values, about=asked)


def on_type(case: Case, answer: etree._Element, asked: etree._Element | None, data_type: str) -> list[Fired]:
    expected = expectations(case.edition).get(data_type)
    if expected is None:
        return []
    for holder in case.parts(answer).get(expected.holder, ()):
        if not expected.element:
            return []
        for node in holder.iterchildren(expected.element):
            if not expected.unit or node.get("unitCode") == expected.unit:
                return []
    return [fire(expected.rule, answer, data_type, about=asked, described=expected.described)]


@cache
def expectations(edition: Edition) -> Mapping[str, Expected]:
    typed = TYPED if edition.is_first else {**TYPED, **TYPED_LATER}
    return {
        data_type: Expected(
            f"BR-TCR-08-{number}",
            *ELSEWHERE.get(data_type, (VALUE, cbc(edition.number if name is NUMBER else name))),
            UNITS.get(data_type, ""),
            described,
        )
        for data_type, (number, name, described) in typed.items()
    }


def on_condition(case: Case, group: etree._Element) -> Iterator[Fired]:
    """A group that opens on yes (ONTRUE) or on no (ONFALSE) is answered then, and only then."""
    conditions = case.said(group, CONDITION)
    opens_on = next((one for one in ("ONTRUE", "ONFALSE") if one in conditions), None)
    above = group.getparent()
    if opens_on is None or above is None or PROPERTY not in case.parts(group):
        return
    said = said_in(case, above)
    is_open = (opens_on == "ONTRUE") in said
    is_closed = (opens_on == "ONFALSE") in said
    rule = "BR-TCR-06" if opens_on == "ONTRUE" else "BR-TCR-07"
    answers = case.keyed(CRITERION_RESPONSE, ANSWERED_PROPERTY)
    for prop in case.parts(group)[PROPERTY] if said else ():
        times = distinct(answers, case.ids(prop))
        if is_open and times != 1:
            yield fire(f"{rule}-01", prop, times=times)
        if is_closed and times:
            yield fire(f"{rule}-02", prop)


def said_in(case: Case, group: etree._Element) -> frozenset[bool]:
    """What was answered by yes or no to the questions of this group itself."""
    if group not in case.said_above:
        asked = {one for prop in case.parts(group).get(PROPERTY, ()) for one in case.ids(prop)}
        case.said_above[group] = frozenset(said for one in asked for said in case.yes_or_no(one))
    return case.said_above[group]


def on_lots(case: Case) -> Iterator[Fired]:
    """The lots that the operator tenders for are lots of the procedure."""
    asking = {
        string(node)
        for criterion in case.criteria
        if LOTS_TENDERED in case.said(criterion, CRITERION_CODE)
        for group in case.parts(criterion).get(GROUP, ())
        if GROUP_OF_LOTS in case.ids(group)
        for node in along(group, PROPERTY, ID)
    }
    lots = {string(node) for node in along(case.root, LOT, ID)}
    for answer in case.all(CRITERION_RESPONSE) if asking else ():
        if asking.isdisjoint(case.said(answer, ANSWERED_PROPERTY)):
            continue
        for value in case.parts(answer).get(VALUE, ()):
            tendered = child_texts(value, cbc("ResponseID"))
            if lots.isdisjoint(tendered):
                yield fire("BR-LOT-10", value, ", ".join(tendered))
