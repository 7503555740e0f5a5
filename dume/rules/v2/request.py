"""What only the buyer's request must hold: procedure, buyer, lots, choice and weighting of the criteria."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.ubl.index import CRITERION, GROUP, ID, PROPERTY, REQUEST_ROOT, along, child_texts, has, texts
from dume.rules.v2.case import CRITERION_CODE, DATA_TYPE, Case, cac, cbc, fire, missing
from dume.rules.v2.criteria import TYPE
from dume.rules.v2.headers import CUSTOMIZATION, fixed
from dume.rules.v2.taxonomy import EXCLUSION, NATIONAL

(LOT,) = cac("ProcurementProjectLot")
(BUYER,) = cac("ContractingParty")
(PARTY,) = cac("Party")
(SERVICE_PROVIDER,) = cac("ServiceProviderParty")
PROCEDURE = cbc("ProcedureCode")
METHOD = cbc("EvaluationMethodTypeCode")
WEIGHT = cbc("WeightNumeric")
SELECTION = "CRITERION.SELECTION."
EVERY_SELECTION = "CRITERION.SELECTION.ALL"
TECHNICAL = "CRITERION.SELECTION.TECHNICAL_PROFESSIONAL_ABILITY.TECHNICAL."
#: The group of a criterion that says to which lots it applies.
GROUP_OF_LOTS = "a53561d5-6614-4dbe-987e-b96f35387f46"
TRANSACTION = "urn:www.cenbii.eu:transaction:biitrdm070:ver3.0"

ALWAYS = (
    (cbc("UBLVersionID"), "BR-OTH-04-01"),
    (CUSTOMIZATION, "BR-OTH-04-02"),
    (ID, "BR-OTH-04-03"),
    (cbc("UUID"), "BR-OTH-04-04"),
    (cbc("QualificationApplicationTypeCode"), "BR-OTH-04-05"),
    (CRITERION, "BR-OTH-04-06"),
)
IDENTIFIED = (*cac("PartyIdentification"), ID)
NAMED = (*cac("PartyName"), cbc("Name"))
LOCATED = (*cac("PostalAddress", "Country"), cbc("IdentificationCode"))
OF_BUYER = ((NAMED, "BR-REQ-20-02"), (LOCATED, "BR-REQ-20-03"), (IDENTIFIED, "BR-REQ-20-04"))
OF_SERVICE_PROVIDER = ((IDENTIFIED, "BR-REQ-20-05"), (NAMED, "BR-REQ-20-06"), (LOCATED, "BR-REQ-20-07"))


def rules(case: Case) -> Iterator[Fired]:
    if case.root.tag == REQUEST_ROOT:
        yield from missing(case, case.root, ALWAYS)
        yield from on_choice(case)
        yield from on_buyers(case)
        if case.is_extended:
            yield from on_procedure(case)
    for node in case.all(CUSTOMIZATION):
        yield from fixed(node, TRANSACTION, "CEN-BII", ("BR-OTH-06-01", "BR-OTH-06-02"), Flag.FATAL)
    yield from on_parties(case, BUYER, OF_BUYER)
    yield from on_parties(case, SERVICE_PROVIDER, OF_SERVICE_PROVIDER)
    if case.is_extended:
        yield from on_lots_of_criteria(case)
        yield from on_weighting(case)


def on_choice(case: Case) -> Iterator[Fired]:
    """Every exclusion ground, at least one selection criterion, and none beside the global indication."""
    national = case.edition.is_first
    exclusions = case.coded(EXCLUSION)
    if not national:
        exclusions = [
            one for one in exclusions if any(code != NATIONAL for code in case.said(one, CRITERION_CODE))
        ]
    lacking = case.taxonomy.exclusions(national=national) - len(exclusions)
    if lacking > 0:
        yield fire("BR-REQ-30", case.root, flag=case.edition.exclusion, lacking=lacking)
    selections = case.coded(SELECTION)
    if not selections:
        yield fire("BR-REQ-40", case.root)
    every = [one for one in case.criteria if EVERY_SELECTION in case.said(one, CRITERION_CODE)]
    if not case.edition.is_first and every and (len(every) > 1 or len(selections) > 1):
        yield fire("BR-REQ-41", every[0], others=len(selections) - len(every))


def on_buyers(case: Case) -> Iterator[Fired]:
    buyers = len(case.parts(case.root).get(BUYER, ()))
    if buyers != 1:
        yield fire("BR-REQ-20-01", case.root, buyers=buyers)


def on_parties(case: Case, whose: str, needed: tuple[tuple[tuple[str, ...], str], ...]) -> Iterator[Fired]:
    for party in case.under(PARTY, whose):
        for path, rule in needed:
            if not has(party, *path):
                yield fire(rule, party)


def on_procedure(case: Case) -> Iterator[Fired]:
    held = case.parts(case.root)
    if PROCEDURE not in held:
        yield fire("BR-SC-10", case.root)
    numbers = [text for node in along(case.root, LOT, ID) for text in texts(node)]
    repeated = [number for number, times in Counter(numbers).items() if times > 1]
    if repeated:
        yield fire("BR-LOT-30-S10", case.root, ", ".join(repeated))


def on_lots_of_criteria(case: Case) -> Iterator[Fired]:
    lots = Counter(
        lot
        for node in case.parts(case.root).get(LOT, ())
        for lot in set(child_texts(node, ID))
        for _ in case.ids(node)
    )
    if not lots:
        return
    for prop in case.under(PROPERTY, GROUP):
        expected = case.said(prop, cbc("ExpectedID"))
        if expected and names_lots(case, prop) and sum(lots[one] for one in set(expected)) != 1:
            yield fire("BR-LOT-40", prop, ", ".join(expected))


def names_lots(case: Case, prop: etree._Element) -> bool:
    return (
        GROUP_OF_LOTS in case.ids(prop.getparent())
        and "REQUIREMENT" in case.said(prop, TYPE)
        and case.edition.lot_data_type in case.said(prop, DATA_TYPE)
    )


def on_weighting(case: Case) -> Iterator[Fired]:
    """In a procedure of two phases only technical ability is weighted, and then with a weight."""
    if not any(code != "OPEN" for code in case.said(case.root, PROCEDURE)):
        return
    for criterion in case.all(CRITERION):
        methods = case.said(criterion, METHOD)
        weighted = "WEIGHTED" in methods
        weight = WEIGHT in case.parts(criterion)
        technical = case.has_code(criterion, TECHNICAL)
        if technical and weighted and not weight:
            yield fire("BR-2P-10-S10_01", criterion)
        if not technical and weighted:
            yield fire("BR-2P-10-S10_02", criterion)
        if not technical and weight and any(method != "WEIGHTED" for method in methods):
            yield fire("BR-2P-10-S20", criterion)
