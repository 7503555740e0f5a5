"""What only the operator's response must hold: operator, representatives, role, grounds and criteria answered."""

from collections.abc import Iterable, Iterator

from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.ubl.index import (
    CRITERION,
    CRITERION_RESPONSE,
    GROUP,
    ID,
    PROPERTY,
    RESPONSE_ROOT,
    SUBGROUP,
    along,
    has,
    string,
)
from dume.rules.v2.case import CRITERION_CODE, Case, cac, cbc, fire, known_as, missing
from dume.rules.v2.criteria import TYPE
from dume.rules.v2.headers import CUSTOMIZATION, fixed
from dume.rules.v2.request import ALWAYS, IDENTIFIED, LOCATED, NAMED, SELECTION, SERVICE_PROVIDER, on_parties
from dume.rules.v2.taxonomy import EXCLUSION

(OPERATOR,) = cac("EconomicOperatorParty")
(OPERATOR_ROLE,) = cac("EconomicOperatorRole")
(MANDATE,) = cac("PowerOfAttorney")
TRANSACTION = "urn:www.cenbii.eu:transaction:biitrdm092:ver3.0"
QUALIFIED = (*cac("EconomicOperatorParty", "QualifyingParty", "Party", "PartyIdentification"), ID)
SERVED = cac("ContractingParty", "Party", "ServiceProviderParty")
#: An entity that the operator does not rely on: it answers no selection criterion.
NOT_RELIED_UPON = "OENRON"

OF_RESPONSE = (*ALWAYS, (CRITERION_RESPONSE, "BR-OTH-04-07"))
OF_OPERATOR = (
    (IDENTIFIED, "BR-RESP-10-04"),
    (NAMED, "BR-RESP-10-05"),
    ((cbc("IndustryClassificationCode"),), "BR-RESP-10-06"),
    (LOCATED, "BR-RESP-10-07"),
)
OF_SERVICE_PROVIDER = ((NAMED, "BR-RESP-10-09"), (LOCATED, "BR-RESP-10-10"), (IDENTIFIED, "BR-RESP-10-11"))
OF_MANDATE = (
    ((*cac("AgentParty", "Person"), cbc("FirstName")), "BR-RESP-20-01"),
    ((*cac("AgentParty", "Person"), cbc("FamilyName")), "BR-RESP-20-02"),
    (
        (*cac("AgentParty", "Person", "ResidenceAddress", "Country"), cbc("IdentificationCode")),
        "BR-RESP-20-03",
    ),
)
#: What the lead of a group answers in any case.
OF_LEAD = (
    ("CRITERION.OTHER.EO_DATA.TOGETHER_WITH_OTHERS", "BR-LAED-10"),
    ("CRITERION.OTHER.EO_DATA.RELIES_ON_OTHER_CAPACITIES", "BR-LEAD-10-S20"),
    ("CRITERION.OTHER.EO_DATA.SUBCONTRACTS_WITH_THIRD_PARTIES", "BR-LEAD-10-S30"),
)


def rules(case: Case) -> Iterator[Fired]:
    if case.root.tag == RESPONSE_ROOT:
        yield from missing(case, case.root, OF_RESPONSE)
        yield from on_coverage(case)
        yield from on_role(case)
    for node in case.all(CUSTOMIZATION):
        yield from fixed(node, TRANSACTION, "CEN-BII", ("BR-OTH-06-01", "BR-OTH-06-02"), Flag.ERROR)
    yield from on_operator(case)
    yield from on_lead(case)


def on_operator(case: Case) -> Iterator[Fired]:
    if case.is_extended:
        for operator in case.all(OPERATOR):
            if not has(operator, OPERATOR_ROLE):
                yield fire("BR-RESP-10-02", operator)
            if not has(operator, OPERATOR_ROLE, cbc("RoleCode")):
                yield fire("BR-RESP-10-03", operator)
    yield from on_parties(case, OPERATOR, OF_OPERATOR)
    yield from on_parties(case, SERVICE_PROVIDER, OF_SERVICE_PROVIDER)
    for mandate in case.all(MANDATE):
        for path, rule in OF_MANDATE:
            if not has(mandate, *path):
                yield fire(rule, mandate)


def on_coverage(case: Case) -> Iterator[Fired]:
    """Grounds and criteria without an answer, unless a qualification system stands for them."""
    qualified = has(case.root, *QUALIFIED)
    exclusions = case.coded(EXCLUSION)
    silent = [one for one in exclusions if not is_answered(case, one, deep=False)]
    if not qualified and times_answered(case, exclusions, deep=False) != len(exclusions):
        yield fire("BR-RESP-30", case.root, named(silent))
    selections = case.coded(SELECTION)
    covered = times_answered(case, selections, deep=True) == len(selections)
    unanswered = named([one for one in selections if not is_answered(case, one, deep=True)])
    relies = qualified and not case.plays(NOT_RELIED_UPON)
    if not relies and not covered:
        yield fire("BR-RESP-40", case.root, unanswered)
    if relies and has(case.root, *SERVED) and not covered:
        yield fire("BR-RESP-80-S10", case.root, unanswered)
    if relies and not has(case.root, *SERVED) and any(answered_directly(case, one) for one in selections):
        yield fire("BR-RESP-80-S20", case.root)


def named(criteria: Iterable[etree._Element]) -> str:
    return ", ".join(known_as(one)[1] for one in criteria)


def is_answered(case: Case, criterion: etree._Element, *, deep: bool) -> bool:
    return answered_directly(case, criterion) or answered_below(case, criterion, deep=deep)


def times_answered(case: Case, criteria: Iterable[etree._Element], *, deep: bool) -> int:
    """As the official rules count: a criterion answered in both ways counts twice, and then disagrees."""
    return sum(
        len(case.said(one, CRITERION_CODE))
        * (answered_directly(case, one) + answered_below(case, one, deep=deep))
        for one in criteria
    )


def answered_directly(case: Case, criterion: etree._Element) -> bool:
    """A question of one of its first groups has an answer; 2.0.2 takes any property for a question."""
    return any(is_answer(case, prop) for prop in along(criterion, GROUP, PROPERTY))


def answered_below(case: Case, criterion: etree._Element, *, deep: bool) -> bool:
    """A group that begins with a requirement asks its questions in the groups below: one has an answer."""
    if case.edition.is_first:
        return False
    for group in case.parts(criterion).get(GROUP, ()):
        if not any(is_required(case, prop, deep=deep) for prop in case.parts(group).get(PROPERTY, ())):
            continue
        for below in case.parts(group).get(SUBGROUP, ()):
            if any(is_answer(case, prop) for prop in properties_of(case, below, deep=deep)):
                return True
    return False


def properties_of(case: Case, group: etree._Element, *, deep: bool) -> Iterable[etree._Element]:
    return group.iterdescendants(PROPERTY) if deep else case.parts(group).get(PROPERTY, ())


def is_required(case: Case, prop: etree._Element, *, deep: bool) -> bool:
    """Exclusion grounds: a requirement. Selection criteria: anything but a question."""
    types = case.said(prop, TYPE)
    return any(one != "QUESTION" for one in types) if deep else "REQUIREMENT" in types


def is_answer(case: Case, prop: etree._Element) -> bool:
    asked = case.edition.is_first or "QUESTION" in case.said(prop, TYPE)
    return asked and not case.answered.isdisjoint(case.ids(prop))


def on_role(case: Case) -> Iterator[Fired]:
    if case.plays(case.edition.lead) and not has(case.root, cbc("EconomicOperatorGroupName")):
        yield fire("BR-LEAD-10-S10", case.root)
    if case.plays(NOT_RELIED_UPON):
        asked = (string(one) for node in case.coded(SELECTION) for one in along(node, GROUP, PROPERTY, ID))
        if not case.answered.isdisjoint(asked):
            yield fire("BR-OENRON-01", case.root)


def on_lead(case: Case) -> Iterator[Fired]:
    if not case.plays(case.edition.lead):
        return
    for criterion in case.all(CRITERION):
        for code, rule in OF_LEAD:
            if case.has_code(criterion, code):
                asked = (string(one) for one in along(criterion, GROUP, PROPERTY, ID))
                if case.answered.isdisjoint(asked):
                    yield fire(rule, criterion)
                break
