"""File 04 of ESPD 1.0.2 and the operator of file 05: what the document must hold, at its exact place."""

from collections.abc import Iterable, Iterator

from lxml import etree

from dume.rules.v1.reading import (
    CAC,
    CBC,
    CCV,
    CCV_CBC,
    COUNTRY,
    CRITERION,
    ESPD_CAC,
    GROUP,
    REQUIREMENT,
    ROOTS,
    Broken,
    french,
    string,
    text_in,
    texts_beside,
)

Found = tuple[etree._Element, Broken]  # noqa: SLF001  lxml's own name for the type

LAW = f"{CCV}LegislationReference"
NOTICE = f"{CAC}AdditionalDocumentReference"
PARTY = f"{CAC}Party"
#: Short name, tag of the child that must hold a text, sentence.
ROOT_TEXTS = (
    ("id", f"{CBC}ID", "Le DUME n'a pas d'identifiant : remplissez l'élément ID à la racine du fichier."),
    ("issue-date", f"{CBC}IssueDate", "Le DUME n'est pas daté : remplissez l'élément IssueDate à la racine."),
)
CRITERION_TEXTS = (
    ("criterion-id", f"{CBC}ID", "Ce critère n'a pas d'identifiant : remplissez son élément ID."),
    ("criterion-name", f"{CBC}Name", "Ce critère n'a pas d'intitulé : remplissez son élément Name."),
    (
        "criterion-text",
        f"{CBC}Description",
        "Ce critère n'est pas décrit : remplissez son élément Description.",
    ),
    ("criterion-code", f"{CBC}TypeCode", "Ce critère n'a pas de code : remplissez son élément TypeCode."),
)
GROUP_TEXTS = (
    ("group-id", f"{CBC}ID", "Ce groupe de questions n'a pas d'identifiant : remplissez son élément ID."),
)
QUESTION_TEXTS = (
    (
        "question-text",
        f"{CBC}Description",
        "Cette question n'a pas de libellé : remplissez son élément Description.",
    ),
    ("question-id", f"{CBC}ID", "Cette question n'a pas d'identifiant : remplissez son élément ID."),
)
LAW_TEXTS = (
    ("law-uri", f"{CBC}URI", "Ce texte de loi n'a pas de lien : remplissez l'élément URI."),
    ("law-article", f"{CCV_CBC}Article", "L'article du texte de loi manque : remplissez l'élément Article."),
    (
        "law-level",
        f"{CCV_CBC}JurisdictionLevelCode",
        "On ne sait pas si ce texte de loi est européen ou national : remplissez l'élément JurisdictionLevelCode.",
    ),
    ("law-title", f"{CCV_CBC}Title", "Ce texte de loi n'a pas de titre : remplissez l'élément Title."),
    ("law-text", f"{CBC}Description", "Ce texte de loi n'est pas décrit : remplissez l'élément Description."),
)
OPERATOR_TEXTS = (
    (
        f"{CAC}PartyIdentification",
        "operator-id",
        f"{CBC}ID",
        "Partie II.A : l'identifiant de l'entreprise (SIRET, numéro de TVA…) est vide : remplissez-le.",
    ),
    (
        f"{CAC}PartyName",
        "operator-name",
        f"{CBC}Name",
        "Partie II.A : le nom de l'entreprise est vide : remplissez-le.",
    ),
)
NO_COUNTRY = french("Partie II.A : le pays de l'entreprise est vide : choisissez-le dans son adresse.")
NO_TYPE = french(
    "Cette question ne dit pas quel type de réponse elle attend : ajoutez l'attribut responseDataType."
)
NO_NOTICE = french(
    "Partie I : aucun document de référence : ajoutez l'avis de marché (élément AdditionalDocumentReference)."
)
NO_NOTICE_ID = french("Partie I : ce document de référence n'a pas de numéro : remplissez son élément ID.")
WRONG_NOTICE_ID = french(
    "Partie I : le numéro de l'avis publié au TED s'écrit AAAA/S NNN-NNNNNN, par exemple « 2016/S 003-002226 », "
    "avec une espace après le S : corrigez-le."
)
NO_LAW = french(
    "Ce motif d'exclusion ne cite aucun texte de loi : ajoutez-lui au moins un élément LegislationReference."
)
LOT = french(
    "Un DUME 1.0.2 vaut pour le marché entier : l'identifiant de l'élément ProcurementProjectLot doit être 0. "
    "Faites un DUME par lot ou passez à une version plus récente."
)
NOTICE_LENGTH = 17

Texts = Iterable[tuple[str, str, str]]


def missing(element: etree._Element, texts: Texts) -> Iterator[Found]:
    for short, tag, sentence in texts:
        if not text_in(element, tag):
            yield element, (short, french(sentence), "")


def at_root(root: etree._Element, kind: str) -> Iterator[Found]:
    """All that the official paths reach from the root; nothing where the root is in another namespace."""
    if root.tag != ROOTS[kind]:
        return
    yield from missing(root, ROOT_TEXTS)
    if next(root.iterchildren(NOTICE), None) is None:
        yield root, ("notice", NO_NOTICE, "")
    for lot in root.iterchildren(f"{CAC}ProcurementProjectLot"):
        yield from of_lot(lot)
    for notice in root.iterchildren(NOTICE):
        yield from of_notice(notice)
    for criterion in root.iterchildren(CRITERION):
        yield from of_criterion(criterion)
    if kind == "response":
        for operator in root.iterchildren(f"{ESPD_CAC}EconomicOperatorParty"):
            yield from of_operator(operator)


def of_lot(lot: etree._Element) -> Iterator[Found]:
    wrong = [value for child in lot.iterchildren(f"{CBC}ID") if (value := string(child)) != "0"]
    if wrong:
        yield lot, ("lot-zero", LOT, wrong[0])


def of_notice(notice: etree._Element) -> Iterator[Found]:
    ids = [string(child) for child in notice.iterchildren(f"{CBC}ID")]
    if not ids or not ids[0]:
        yield notice, ("notice-id", NO_NOTICE_ID, "")
    if ids and says_ted(notice) and not (len(ids) == 1 and is_notice_number(ids[0])):
        yield notice, ("notice-number", WRONG_NOTICE_ID, ids[0])


def says_ted(notice: etree._Element) -> bool:
    types = notice.iterchildren(f"{CBC}DocumentTypeCode")
    return any("TED_CN" in texts_beside(code) for code in types)


def is_notice_number(value: str) -> bool:
    """As the official rule reads it: the digits are not looked at."""
    return len(value) == NOTICE_LENGTH and value[4:7] == "/S " and value[10] == "-"


def of_criterion(criterion: etree._Element) -> Iterator[Found]:
    yield from missing(criterion, CRITERION_TEXTS)
    laws = list(criterion.iterchildren(LAW))
    code = text_in(criterion, f"{CBC}TypeCode")
    if not laws and "CRITERION.EXCLUSION." in code:
        yield criterion, ("criterion-law", NO_LAW, code)
    for law in laws:
        yield from missing(law, LAW_TEXTS)
    for group in criterion.iterchildren(GROUP):
        yield from missing(group, GROUP_TEXTS)
        for question in group.iterchildren(REQUIREMENT):
            yield from missing(question, QUESTION_TEXTS)
            if not question.get("responseDataType"):
                yield question, ("question-type", NO_TYPE, "")


def of_operator(operator: etree._Element) -> Iterator[Found]:
    for party in operator.iterchildren(PARTY):
        for holder, short, tag, sentence in OPERATOR_TEXTS:
            for element in party.iterchildren(holder):
                yield from missing(element, ((short, tag, sentence),))
        for address in party.iterchildren(f"{CAC}PostalAddress"):
            for country in address.iterchildren(COUNTRY):
                if not text_in(country, f"{CBC}IdentificationCode"):
                    yield country, ("operator-country", NO_COUNTRY, "")
