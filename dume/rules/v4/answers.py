"""BR-TCR: each answer has its question, and the form that the question asks for.

Follows « ESPD Response Criterion » (03).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.ubl.index import (
    ANSWERED_PROPERTY,
    CAC,
    CBC,
    CRITERION_RESPONSE,
    ID,
    PROPERTY,
    SUBGROUP,
    WHITE_SPACE,
    Index,
    Nodes,
    Parts,
    along,
    child_texts,
    shown,
    string,
    texts,
)
from dume.rules.ubl.words import NBSP, quoted
from dume.rules.v4.edition import Edition

VALUE = f"{CAC}ResponseValue"
PERIOD = f"{CAC}ApplicablePeriod"
SUPPLIED = f"{CAC}EvidenceSupplied"
EVIDENCE = f"{CAC}Evidence"
DATA_TYPE = f"{CBC}ValueDataTypeCode"
GROUP_CODE = f"{CBC}PropertyGroupTypeCode"
INDICATOR = f"{CBC}ResponseIndicator"
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Form:
    """Where an answer of a data type is written; `attribute` (name, value) if the last element must carry it."""

    number: str
    path: tuple[str, ...]
    words: str
    attribute: tuple[str, str] = ("", "")


def value(number: str, name: str, words: str, attribute: tuple[str, str] = ("", "")) -> Form:
    return Form(number, (VALUE, f"{CBC}{name}"), words, attribute)


#: Data type of the question -> BR-TCR-08-number.
FORMS = {
    "AMOUNT": value("01", "ResponseAmount", "un montant"),
    "CODE": value("02", "ResponseCode", "un code"),
    "CODE_COUNTRY": value("03", "ResponseCode", "un code de pays"),
    "DATE": value("04", "ResponseDate", "une date"),
    "DESCRIPTION": value("05", "Description", "un texte"),
    "EVIDENCE_IDENTIFIER": Form("06", (SUPPLIED, ID), "la référence d'un justificatif"),
    "INDICATOR": value("07", "ResponseIndicator", "oui ou non"),
    "PERCENTAGE": value("08", "ResponseNumeric", "un pourcentage", ("format", "PERCENTAGE")),
    "PERIOD": Form("09", (PERIOD,), "une période"),
    "QUANTITY_INTEGER": value("10", "ResponseQuantity", "un nombre entier"),
    "QUANTITY_YEAR": value("11", "ResponseQuantity", "un nombre d'années", ("unitCode", "YEAR")),
    "QUANTITY": value("12", "ResponseQuantity", "une quantité"),
    "IDENTIFIER": value("13", "ResponseID", "un identifiant"),
    "URL": value("14", "ResponseURI", "une adresse internet"),
    "MAXIMUM_AMOUNT": value("15", "ResponseAmount", "un montant maximal"),
    "MINIMUM_AMOUNT": value("16", "ResponseAmount", "un montant minimal"),
    "MAXIMUM_VALUE_NUMERIC": value("17", "ResponseNumeric", "une valeur maximale"),
    "TRANSLATION_TYPE_CODE": value("18", "ResponseCode", "un code de traduction"),
    "CERTIFICATION_LEVEL_DESCRIPTION": value("19", "Description", "un niveau de certification"),
    "COPY_QUALITY_TYPE_CODE": value("20", "ResponseCode", "un code de qualité de copie"),
    "TIME": value("21", "ResponseTime", "une heure"),
    "ECONOMIC_OPERATOR_IDENTIFIER": value("22", "ResponseID", "l'identifiant d'un opérateur"),
    "QUAL_IDENTIFIER": value("25", "ResponseID", "un identifiant de qualification"),
    "CODE_BOOLEAN": value("26", "ResponseCode", "un code oui ou non"),
}


class Links:
    """Answers, questions and evidences by the ids that join them, each id resolved once.

    A document may give one id to thousands of questions and to thousands of answers: nothing here looks at them pair
    by pair.
    """

    def __init__(self, index: Index) -> None:
        self.parts = index.parts
        self.questions = index.keyed(PROPERTY, ID)
        self.answers = index.keyed(CRITERION_RESPONSE, ANSWERED_PROPERTY)
        self.evidences = index.keyed(EVIDENCE, ID)
        self.forms: dict[str, frozenset[str]] = {}
        self.said: dict[str, frozenset[bool]] = {}

    def forms_of(self, id_: str) -> frozenset[str]:
        """The data types of the questions of this id, those that ask for a form."""
        if id_ not in self.forms:
            self.forms[id_] = frozenset(
                text
                for question in self.questions.get(id_, ())
                for code in self.parts(question).get(DATA_TYPE, ())
                for text in texts(code)
                if text in FORMS
            )
        return self.forms[id_]

    def said_to(self, id_: str) -> frozenset[bool]:
        """What was answered by yes or no; anything else is for the structure to refuse."""
        if id_ not in self.said:
            self.said[id_] = frozenset(
                BOOLEANS[word]
                for answer in self.answers.get(id_, ())
                for node in along(answer, VALUE, INDICATOR)
                if (word := string(node).strip(WHITE_SPACE)) in BOOLEANS
            )
        return self.said[id_]

    def count_to(self, ids: list[str]) -> int:
        return sum(len(self.answers.get(id_, ())) for id_ in set(ids))


def up_to_two(by_id: Mapping[str, Nodes], ids: list[str]) -> int:
    """How many elements have one of these ids: 0, 1, or 2 for more than one."""
    if len(ids) == 1:
        return min(len(by_id.get(ids[0], ())), 2)
    found: set[etree._Element] = set()
    for id_ in ids:
        for node in by_id.get(id_, ()):
            found.add(node)
            if len(found) > 1:
                return 2
    return len(found)


def judge(index: Index, edition: Edition) -> Iterator[Fired]:
    links = Links(index)
    for node in index.all(CRITERION_RESPONSE):
        yield from judge_answer(links, node)
    yield from judge_conditions(index, links, edition)
    if edition.answer_once:
        yield from answered_twice(index, links)


def judge_answer(links: Links, node: etree._Element) -> Iterator[Fired]:
    own = links.parts(node)
    asked = [string(part) for part in own.get(ANSWERED_PROPERTY, ())]
    if not asked:
        message = (
            "Une réponse ne dit pas à quelle question elle répond. "
            "Ajoutez l'identifiant de la question (ValidatedCriterionPropertyID)."
        )
        yield Fired("BR-TCR-01-01", Flag.FATAL, node, message)
    elif (questions := up_to_two(links.questions, asked)) != 1:
        found = "plusieurs questions" if questions else "aucune question"
        message = (
            f"La réponse renvoie à {found} de ce document par l'identifiant {quoted(shown(asked))}. "
            "Indiquez celui d'une seule question présente."
        )
        yield Fired("BR-TCR-01-02", Flag.FATAL, node, message, shown(asked))
    if len(own.get(VALUE, ())) != 1 or PERIOD in own or SUPPLIED in own:
        yield from judge_content(node, own)
    if SUPPLIED in own:
        yield from judge_evidence(links, node, own)
    names = (
        links.forms_of(asked[0])
        if len(asked) == 1
        else {name for id_ in asked for name in links.forms_of(id_)}
    )
    for name in sorted(names):
        if not is_given(own, FORMS[name]):
            yield misshapen(node, name)


def judge_content(node: etree._Element, own: Parts) -> Iterator[Fired]:
    values = len(own.get(VALUE, ()))
    others = len(own.get(PERIOD, ())) + len(own.get(SUPPLIED, ()))
    if not ((values == 0 and others == 1) or (values > 0 and others == 0)):
        message = (
            "Une réponse contient une valeur, une période ou un justificatif, un seul des trois. "
            "Ajoutez ce qui manque ou retirez ce qui est en trop."
        )
        yield Fired("BR-TCR-03", Flag.FATAL, node, message, str(values + others))
    if values > 1:
        message = f"La réponse contient {values} valeurs (ResponseValue). Gardez-en une."
        yield Fired("BR-TCR-04", Flag.FATAL, node, message, str(values))


def judge_evidence(links: Links, node: etree._Element, own: Parts) -> Iterator[Fired]:
    cited = [id_ for supplied in own[SUPPLIED] for id_ in child_texts(supplied, ID)]
    if up_to_two(links.evidences, cited) != 1:
        message = (
            f"Le justificatif {quoted(shown(cited))} auquel la réponse renvoie n'est pas décrit une seule fois dans "
            "le document. Ajoutez sa description (Evidence) avec le même identifiant, ou corrigez le renvoi."
        )
        yield Fired("BR-TCR-09", Flag.FATAL, node, message, shown(cited))


def is_given(own: Parts, form: Form) -> bool:
    head, *rest = form.path
    attribute, wanted = form.attribute
    for part in own.get(head, ()):
        for last in along(part, *rest) if rest else (part,):
            if not attribute or last.get(attribute) == wanted:
                return True
    return False


def misshapen(node: etree._Element, name: str) -> Fired:
    form = FORMS[name]
    attribute, wanted = form.attribute
    element = form.path[-1].rpartition("}")[2]
    detail = f" avec {attribute}={wanted}" if attribute else ""
    message = f"La question attend {form.words}{NBSP}: écrivez la réponse dans {element}{detail}."
    return Fired(f"BR-TCR-08-{form.number}", Flag.FATAL, node, message, name)


def judge_conditions(index: Index, links: Links, edition: Edition) -> Iterator[Fired]:
    """A subgroup applies after a yes (ONTRUE) or after a no (ONFALSE) of the group above it."""
    said_in: dict[etree._Element, frozenset[bool]] = {}
    for node in index.all(SUBGROUP):
        conditions = [string(code) for code in index.parts(node).get(GROUP_CODE, ())]
        on_true = "ONTRUE" in conditions
        above = node.getparent()
        if above is None or not (on_true or "ONFALSE" in conditions):
            continue
        if above not in said_in:
            said_in[above] = frozenset(
                said
                for question in index.parts(above).get(PROPERTY, ())
                for id_ in index.parts(question).get(ID, ())
                for said in links.said_to(string(id_))
            )
        if said_in[above]:
            yield from judge_condition(links, node, said_in[above], on_true=on_true, edition=edition)


def judge_condition(
    links: Links, group: etree._Element, said: frozenset[bool], *, on_true: bool, edition: Edition
) -> Iterator[Fired]:
    applies, waived = on_true in said, (not on_true) in said
    exactly = edition.answer_once or not on_true
    family, word = ("06", "oui") if on_true else ("07", "non")
    for question in links.parts(group).get(PROPERTY, ()):
        count = links.count_to([string(id_) for id_ in links.parts(question).get(ID, ())])
        if applies and (count != 1 if exactly else count == 0):
            message = (
                f"La question qui précède a reçu {quoted(word)}{NBSP}: celle-ci doit avoir "
                f"{'une réponse' if exactly else 'au moins une réponse'}, elle en a {count}."
            )
            yield Fired(f"BR-TCR-{family}-01", Flag.FATAL, question, message, str(count))
        if waived and count:
            message = (
                f"Cette question n'est posée qu'après {quoted(word)}, ce qui n'a pas été répondu. "
                "Retirez sa réponse, ou corrigez la réponse précédente."
            )
            yield Fired(f"BR-TCR-{family}-02", Flag.FATAL, question, message, str(count))


def answered_twice(index: Index, links: Links) -> Iterator[Fired]:
    for node in index.under(ID, PROPERTY):
        count = len(links.answers.get(string(node), ()))
        if count > 1:
            message = f"La question {quoted(string(node))} a {count} réponses, elle n'en admet qu'une. Gardez la bonne."
            yield Fired("BR-TCR-01-03", Flag.FATAL, node, message, str(count))
