"""What criteria, their groups and their questions must hold, against the taxonomy (BR-TC)."""

from collections.abc import Iterator

from lxml import etree

from dume.rules.findings import Fired
from dume.rules.ubl.index import CRITERION, GROUP, PROPERTY, SUB_CRITERION, SUBGROUP, is_blank
from dume.rules.v2.case import CRITERION_CODE, DATA_TYPE, Case, cac, cbc, fire, missing
from dume.rules.v2.taxonomy import KnownCriterion, Place

(LEGISLATION,) = cac("Legislation")
CONDITION = cbc("PropertyGroupTypeCode")
TYPE = cbc("TypeCode")

OF_CRITERION = (
    (CRITERION_CODE, "BR-TC-03"),
    (cbc("Name"), "BR-TC-05"),
    (cbc("Description"), "BR-TC-06"),
)
OF_LEGISLATION = (
    (cbc("Title"), "BR-TC-09"),
    (cbc("Description"), "BR-TC-10"),
    (cbc("Article"), "BR-TC-11"),
)
OF_GROUP = ((cbc("ID"), "BR-TC-12"), (CONDITION, "BR-TC-14"))
OF_PROPERTY = (
    (cbc("ID"), "BR-TC-18"),
    (cbc("Description"), "BR-TC-19"),
    (TYPE, "BR-TC-20"),
    (DATA_TYPE, "BR-TC-21-01"),
)


def rules(case: Case) -> Iterator[Fired]:
    for criterion in case.all(CRITERION):
        yield from on_criterion(case, criterion)
    for legislation in case.all(LEGISLATION):
        yield from missing(case, legislation, OF_LEGISLATION)
    for group in case.all(GROUP, SUBGROUP):
        yield from on_group(case, group)
    for prop in case.all(PROPERTY):
        yield from on_property(case, prop)


def on_criterion(case: Case, criterion: etree._Element) -> Iterator[Fired]:
    written = case.ids(criterion)
    identified = stated(written)
    known = case.taxonomy.criterion(written)
    if not identified:
        yield fire("BR-TC-02-01", criterion)
    elif known is None:
        yield fire("BR-TC-02-02", criterion, written[0], version=case.edition.version)
    yield from missing(case, criterion, OF_CRITERION)
    if known:
        yield from against_known(case, criterion, known)


def against_known(case: Case, criterion: etree._Element, known: KnownCriterion) -> Iterator[Fired]:
    lacking = known.groups - len(case.parts(criterion).get(GROUP, ()))
    if lacking > 0:
        yield fire("BR-TC-07", criterion, lacking=lacking)
    codes = case.said(criterion, CRITERION_CODE)
    if known.code not in codes:
        yield fire("BR-TC-04", criterion, " ".join(codes), expected=known.code)


def on_group(case: Case, group: etree._Element) -> Iterator[Fired]:
    yield from missing(case, group, OF_GROUP)
    written = case.ids(group)
    if not stated(written):
        return
    places = list(case.taxonomy.places_of(case.parents(group), written))
    if not places:
        if case.edition.is_first or next(group.iterancestors(SUB_CRITERION), None) is None:
            yield fire("BR-TC-13", group, written[0], version=case.edition.version)
        return
    for subsidiary, suffix in ((False, "01"), (True, "02")):
        place = next((one for one in places if one.subsidiary is subsidiary), None)
        if place:
            yield from at_place(case, group, place, suffix)


def at_place(case: Case, group: etree._Element, place: Place, suffix: str) -> Iterator[Fired]:
    held = case.parts(group)
    properties = place.properties - len(held.get(PROPERTY, ()))
    if properties > 0:
        yield fire(f"BR-TC-16-{suffix}", group, lacking=properties)
    groups = place.groups - len(held.get(SUBGROUP, ()))
    if groups > 0:
        yield fire(f"BR-TC-17-{suffix}", group, lacking=groups)
    conditions = case.said(group, CONDITION)
    if place.condition not in conditions:
        yield fire(f"BR-TC-15-{suffix}", group, " ".join(conditions), expected=place.condition)


def on_property(case: Case, prop: etree._Element) -> Iterator[Fired]:
    yield from missing(case, prop, OF_PROPERTY)
    allowed = case.allowed_in(prop.getparent())
    if allowed is None:
        return
    types = case.said(prop, TYPE)
    data_types = case.said(prop, DATA_TYPE)
    yield from unexpected(prop, "BR-TC-20-02", types, allowed.types)
    yield from unexpected(prop, "BR-TC-21-03", data_types, allowed.data_types)
    if case.edition.is_first and stated(types) and stated(data_types) and not agree(types, data_types):
        yield fire("BR-TC-21-02", prop, " ".join(data_types), type=" ".join(types))


def stated(texts: list[str]) -> bool:
    return not is_blank("".join(texts))


def unexpected(prop: etree._Element, rule: str, written: list[str], allowed: frozenset[str]) -> list[Fired]:
    if not allowed.isdisjoint(written) or not stated(written):
        return []
    return [fire(rule, prop, " ".join(written), allowed=", ".join(sorted(allowed)))]


def agree(types: list[str], data_types: list[str]) -> bool:
    """A caption expects no answer, a question or a requirement expects one."""
    silent = "NONE" in data_types
    return ("CAPTION" in types and silent) or (
        not silent and not {"QUESTION", "REQUIREMENT"}.isdisjoint(types)
    )
