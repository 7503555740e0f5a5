"""Who answers: identity, representatives, role, lot, and what its role asks for.

Follows « ESPD Response » 02 (cardinality) and 05 (economic operator, qualification, role, specific).
"""

from collections.abc import Callable, Iterator

from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.ubl.index import (
    ANSWERED_PROPERTY,
    CAC,
    CBC,
    CRITERION,
    CRITERION_RESPONSE,
    GROUP,
    ID,
    PROPERTY,
    RESPONSE_ROOT,
    SUBGROUP,
    Index,
    along,
    child_texts,
    has,
    shown,
    string,
)
from dume.rules.ubl.words import NBSP
from dume.rules.v4.edition import Edition
from dume.rules.v4.families import is_exclusion, is_selection
from dume.rules.v4.presence import ROOT_PARTS, Wanted, missing

CODE = f"{CBC}CriterionTypeCode"
TYPE = f"{CBC}TypeCode"
ROLE = f"{CBC}RoleCode"
PARTY = f"{CAC}Party"
OPERATOR = f"{CAC}EconomicOperatorParty"
PARTY_ID = (f"{CAC}PartyIdentification", ID)
PARTY_NAME = (f"{CAC}PartyName", f"{CBC}Name")
PARTY_COUNTRY = (f"{CAC}PostalAddress", f"{CAC}Country", f"{CBC}IdentificationCode")
PERSON = (f"{CAC}AgentParty", f"{CAC}Person")
QUALIFYING = (OPERATOR, f"{CAC}QualifyingParty", PARTY, *PARTY_ID)
SERVICE_PROVIDER = (f"{CAC}ContractingParty", PARTY, f"{CAC}ServiceProviderParty")

ANSWERS = Wanted(
    "BR-OTH-04-07",
    (CRITERION_RESPONSE,),
    "Le document ne contient aucune réponse (TenderingCriterionResponse). Répondez aux critères.",
)
OF_OPERATOR = (
    Wanted(
        "BR-RESP-10-02",
        (f"{CAC}EconomicOperatorRole",),
        "Le rôle de l'entreprise n'est pas indiqué (partie II.A). Dites si elle répond seule ou en groupement.",
        Flag.ERROR,
    ),
    Wanted(
        "BR-RESP-10-03",
        (f"{CAC}EconomicOperatorRole", ROLE),
        "Le code du rôle de l'entreprise manque (partie II.A). Ajoutez RoleCode, par exemple sole-tenderer.",
        Flag.ERROR,
    ),
)
OF_PARTY = (
    Wanted(
        "BR-RESP-10-04",
        PARTY_ID,
        "Aucun identifiant de l'entreprise n'est indiqué (partie II.A). Ajoutez son SIRET ou son numéro de TVA.",
        Flag.ERROR,
    ),
    Wanted(
        "BR-RESP-10-05",
        PARTY_NAME,
        "Le nom de l'entreprise manque (partie II.A). Ajoutez-le.",
        Flag.ERROR,
    ),
    Wanted(
        "BR-RESP-10-06",
        (f"{CBC}IndustryClassificationCode",),
        "La taille de l'entreprise n'est pas indiquée (partie II.A). Choisissez micro, petite, moyenne ou grande.",
        Flag.ERROR,
    ),
    Wanted(
        "BR-RESP-10-07",
        PARTY_COUNTRY,
        "Le pays de l'entreprise manque (partie II.A). Ajoutez-le à son adresse.",
        Flag.ERROR,
    ),
)
OF_SERVICE_PROVIDER = (
    Wanted(
        "BR-RESP-10-09",
        PARTY_NAME,
        "Le nom du prestataire du service DUME manque. Indiquez-le (PartyName/Name).",
        Flag.ERROR,
    ),
    Wanted(
        "BR-RESP-10-10",
        PARTY_COUNTRY,
        "Le pays du prestataire du service DUME manque. Ajoutez-le à son adresse.",
        Flag.ERROR,
    ),
    Wanted(
        "BR-RESP-10-11",
        PARTY_ID,
        "L'identifiant du prestataire du service DUME manque. Ajoutez-le (PartyIdentification/ID).",
        Flag.ERROR,
    ),
)
OF_REPRESENTATIVE = (
    Wanted(
        "BR-RESP-20-01",
        (*PERSON, f"{CBC}FirstName"),
        "Le prénom d'un représentant manque (partie II.B). Ajoutez-le.",
        Flag.ERROR,
    ),
    Wanted(
        "BR-RESP-20-02",
        (*PERSON, f"{CBC}FamilyName"),
        "Le nom d'un représentant manque (partie II.B). Ajoutez-le.",
        Flag.ERROR,
    ),
    Wanted(
        "BR-RESP-20-03",
        (*PERSON, f"{CAC}ResidenceAddress", f"{CAC}Country", f"{CBC}IdentificationCode"),
        "Le pays de résidence d'un représentant manque (partie II.B). Ajoutez-le à son adresse.",
        Flag.ERROR,
    ),
)
#: How the code of the criterion begins -> the rule asked of the lead of a group, and what it must tell.
ASKED_OF_LEAD = (
    ("eo-group", "BR-LAED-10", "les autres membres du groupement (partie II.A)"),
    ("relied", "BR-LEAD-10-S20", "les entités aux capacités desquelles il recourt (partie II.C)"),
    ("subco-ent", "BR-LEAD-10-S30", "ses sous-traitants (partie II.D)"),
)


def judge(index: Index, edition: Edition) -> Iterator[Fired]:
    yield from judge_parties(index)
    for root in index.all(RESPONSE_ROOT):
        yield from missing(root, (*ROOT_PARTS, ANSWERS))
        yield from judge_lot(root)
        yield from judge_qualification(index, root, edition)
        yield from judge_role(index, root)
    if index.counted(ROLE, "group-lead") == 1:
        yield from judge_lead(index)


def judge_parties(index: Index) -> Iterator[Fired]:
    for node in index.all(OPERATOR):
        yield from missing(node, OF_OPERATOR)
    for node in index.under(PARTY, OPERATOR):
        yield from missing(node, OF_PARTY)
    for node in index.under(PARTY, f"{CAC}ServiceProviderParty"):
        yield from missing(node, OF_SERVICE_PROVIDER)
    for node in index.all(f"{CAC}PowerOfAttorney"):
        yield from missing(node, OF_REPRESENTATIVE)


def judge_lot(root: etree._Element) -> Iterator[Fired]:
    lots = sum(1 for _ in along(root, f"{CAC}ProcurementProjectLot", ID))
    if lots != 1:
        message = (
            f"La réponse indique {lots} lot(s), elle doit en indiquer un (ProcurementProjectLot). "
            "Nommez le lot visé, ou LOT-0000 si le marché n'est pas alloti."
        )
        yield Fired("BR-LOT-10", Flag.FATAL, root, message, str(lots))


def codes_of(criteria: list[etree._Element]) -> list[str]:
    return [code for criterion in criteria for code in child_texts(criterion, CODE)]


def of_family(root: etree._Element, belongs: Callable[[str], bool]) -> list[etree._Element]:
    return [one for one in root.iterchildren(CRITERION) if belongs(" ".join(child_texts(one, CODE)))]


def answered_in(index: Index, root: etree._Element) -> set[str]:
    by_question = index.keyed(CRITERION_RESPONSE, ANSWERED_PROPERTY)
    return {id_ for id_, answers in by_question.items() if any(one.getparent() is root for one in answers)}


def is_answered(question: etree._Element, answered: set[str]) -> bool:
    return "QUESTION" in child_texts(question, TYPE) and not answered.isdisjoint(child_texts(question, ID))


def answered_at_once(criterion: etree._Element, answered: set[str]) -> bool:
    return any(is_answered(question, answered) for question in along(criterion, GROUP, PROPERTY))


def answered_below(criterion: etree._Element, answered: set[str], *, selection: bool) -> bool:
    """An answer in a subgroup counts below a requirement; for a selection criterion below anything but a question,
    and at any depth."""
    for group in criterion.iterchildren(GROUP):
        types = [type_ for one in group.iterchildren(PROPERTY) for type_ in child_texts(one, TYPE)]
        leads = any(type_ != "QUESTION" for type_ in types) if selection else "REQUIREMENT" in types
        if not leads:
            continue
        for below in group.iterchildren(SUBGROUP):
            questions = below.iterdescendants(PROPERTY) if selection else below.iterchildren(PROPERTY)
            if any(is_answered(question, answered) for question in questions):
                return True
    return False


def judge_qualification(index: Index, root: etree._Element, edition: Edition) -> Iterator[Fired]:
    """Registered in a pre-qualification system, an operator need not repeat what the register holds.

    The official rules add the criteria answered in either way and compare the sum with the criteria asked: one
    answered in both ways counts twice there, so it does here.
    """
    answered = answered_in(index, root)
    registered = has(root, *QUALIFYING)
    if edition.grounds_answered and not registered:
        yield from judge_grounds(root, answered)
    asked = of_family(root, is_selection)
    at_once = codes_of([one for one in asked if answered_at_once(one, answered)])
    below = codes_of([one for one in asked if answered_below(one, answered, selection=True)])
    complete = len(asked) == len(at_once) + len(below)
    exempt = registered and index.counted(ROLE, "subcont") != 1
    silent = shown(code for code in codes_of(asked) if code not in {*at_once, *below})
    if not exempt and not complete:
        message = f"Des critères de sélection sont sans réponse, ou répondus deux fois (partie IV){NBSP}: vérifiez-les."
        yield Fired("BR-RESP-40", Flag.WARNING, root, message, silent)
    if exempt and has(root, *SERVICE_PROVIDER):
        if not complete:
            message = (
                "L'inscription sur une liste officielle ne couvre pas tous les critères de sélection. "
                "Répondez à ceux qui restent (partie IV)."
            )
            yield Fired("BR-RESP-80-S10", Flag.WARNING, root, message, silent)
    elif exempt and at_once:
        message = (
            "L'inscription sur une liste officielle couvre les critères de sélection. "
            "Les réponses de la partie IV ne sont pas nécessaires."
        )
        yield Fired("BR-RESP-80-S20", Flag.WARNING, root, message, shown(at_once))


def judge_grounds(root: etree._Element, answered: set[str]) -> Iterator[Fired]:
    asked = of_family(root, is_exclusion)
    at_once = codes_of([one for one in asked if answered_at_once(one, answered)])
    below = codes_of([one for one in asked if answered_below(one, answered, selection=False)])
    if len(asked) != len(at_once) + len(below):
        silent = shown(code for code in codes_of(asked) if code not in {*at_once, *below})
        message = (
            "Des motifs d'exclusion n'ont pas reçu de réponse (partie III). Répondez par oui ou non à chacun."
        )
        yield Fired("BR-RESP-30", Flag.FATAL, root, message, silent)


def judge_role(index: Index, root: etree._Element) -> Iterator[Fired]:
    if index.counted(ROLE, "group-lead") == 1 and not has(root, f"{CBC}EconomicOperatorGroupName"):
        message = (
            "L'entreprise est mandataire d'un groupement dont le nom manque. "
            "Ajoutez-le (EconomicOperatorGroupName, partie II.A)."
        )
        yield Fired("BR-LEAD-10-S10", Flag.WARNING, root, message)
    if index.counted(ROLE, "subcont") != 1:
        return
    # As published, the rule compares the id of the question with all the text of the criterion.
    selection = {string(one) for one in of_family(root, is_selection)}
    for answer in root.iterchildren(CRITERION_RESPONSE):
        if not selection.isdisjoint(child_texts(answer, ANSWERED_PROPERTY)):
            message = "Un sous-traitant n'a pas à répondre aux critères de sélection. Retirez ces réponses."
            yield Fired("BR-SUBCONT-01", Flag.WARNING, root, message)
            return


def judge_lead(index: Index) -> Iterator[Fired]:
    answered = answered_in(index, index.root)
    for criterion in index.all(CRITERION):
        code = " ".join(child_texts(criterion, CODE))
        for start, rule, what in ASKED_OF_LEAD:
            if not code.startswith(start):
                continue
            if answered.isdisjoint(string(id_) for id_ in along(criterion, GROUP, PROPERTY, ID)):
                message = f"Le mandataire d'un groupement doit indiquer {what}. Répondez à ce critère."
                yield Fired(rule, Flag.FATAL, criterion, message, code)
