"""Justificatifs en ligne: a link, a name and an issuer, described once in the document and cited by an answer."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from dume.answering.answers import field_name, with_answers
from dume.answering.tree import Asked, Question
from dume.answering.values import Control, Words
from dume.elements import folded
from dume.model import Answer, Criterion, Dume, Evidence, Group, Property


def shown_evidence(dume: Dume, question: Question) -> dict[str, str]:
    known = cited(dume, question)
    return {"uri": known.uri, "name": known.name, "issuer": known.issuer}


def cited(dume: Dume, question: Question) -> Evidence:
    ids = question.answer.evidences if question.answer else ()
    return next((one for one in dume.evidences if one.id in ids), Evidence(""))


def with_evidences(dume: Dume, forms: Iterable[Asked], words: Words) -> Dume:
    """The document with what these words say of its evidence; « available online » follows from it."""
    for form in forms:
        for section in form.sections:
            for question in section.walk():
                if question.control is Control.EVIDENCE and is_sent(question, words):
                    dume = with_evidence(dume, question, words, section.lots)
    return dume


def is_sent(question: Question, words: Words) -> bool:
    return field_name(question.place.name, "uri") in words


def with_evidence(dume: Dume, question: Question, words: Words, lots: tuple[str, ...]) -> Dume:
    said = {
        end: folded(words.get(field_name(question.place.name, end), "")) for end in ("uri", "name", "issuer")
    }
    before = cited(dume, question)
    others = tuple(one for one in dume.evidences if one is not before)
    beside = tuple(
        one for one in question.prop.answers if question.answer is None or one is not question.answer
    )
    if not any(said.values()):
        return answered(replace(dume, evidences=others), question.prop, beside)
    identifier = before.id or f"EVIDENCE-{question.place.name}"
    found = replace(before, id=identifier, uri=said["uri"], name=said["name"], issuer=said["issuer"])
    answer = Answer("", identifier, "evidence", lots=lots, evidences=(identifier,))
    return answered(replace(dume, evidences=(*others, found)), question.prop, (*beside, answer))


def answered(dume: Dume, prop: Property, answers: tuple[Answer, ...]) -> Dume:
    indicator = online_question(dume.criteria, prop.id)
    lots = answers[0].lots if answers else ()
    online = (Answer("", value=True, value_type="indicator", lots=lots),) if answers else ()
    return with_answers(dume, {prop.id: answers} | ({indicator.id: online} if indicator else {}))


def online_question(criteria: Iterable[Criterion], property_id: str) -> Property | None:
    """« Available online? »: the yes or no of the group above the one that holds this property."""
    for group in (group for criterion in criteria for group in criterion.groups):
        for parent, child in pairs(group):
            if any(prop.id == property_id for prop in child.properties):
                return next((prop for prop in parent.properties if prop.data_type == "INDICATOR"), None)
    return None


def pairs(group: Group) -> Iterator[tuple[Group, Group]]:
    for sub in group.groups:
        yield group, sub
        yield from pairs(sub)
