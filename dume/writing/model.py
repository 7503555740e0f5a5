"""The model as a version holds it: what a writer is given, and what reading its file must give again.

Texts are folded as reading folds them, derived fields are derived again, and what a version wants said twice (the
notice among the documents) is said. `NOT_HELD` is what a version has no place for: a document that says such a thing
is refused, never written without it. Conversion blanks these fields first and reports them.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, cast

from dume.elements import folded
from dume.model import (
    REQUEST_TYPE,
    Answer,
    Criterion,
    Document,
    Dume,
    Evidence,
    Family,
    Group,
    Kind,
    Lot,
    Period,
    Procedure,
    Property,
    Recognised,
    Representative,
    Requirement,
)
from dume.reading.procedure import description_of, notice_of, title_of
from dume.reading.ubl import APPLICABLE, REQUIREMENT_VALUES, identified, interval
from dume.reading.ubl import VALUE_TYPES as TYPES_OF_VALUES
from dume.writing.editions import BOOLEAN_CONTROL

#: The version written -> the fields that it cannot hold, as "Type.field".
NOT_HELD: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "4.1.0": frozenset(),
        "2.1.1": frozenset({"Answer.lots", "Criterion.lots"}),
        "1.0.2": frozenset(
            {
                "Answer.confidentiality",
                "Answer.lots",
                "Criterion.evaluation",
                "Criterion.lots",
                "Criterion.weight",
                "Criterion.weighting",
                "Dume.orphans",
                "Dume.unmatched",
                "Evidence.code",
                "Evidence.confidential",
                "Evidence.confidentiality",
                "Evidence.description",
                "Group.code",
                "Legislation.id",
                "Lot.cpv",
                "Operator.standings",
                "Procedure.code",
                "Procedure.contract_type",
                "Procedure.cpv",
                "Procedure.weighting_note",
                "Procedure.weighting_type",
                "Property.element",
                "Property.name",
                "Property.requirements",
            }
        ),
    }
)
#: What a buyer's request, or criteria alone, cannot hold in any version.
NOT_IN_REQUESTS = frozenset(
    {"Dume.evidences", "Dume.orphans", "Dume.unmatched", "Operator.group_name", "Property.answers"}
)
#: The version written -> the elements of Requirement that it cannot hold.
REQUIREMENTS_NOT_HELD: Mapping[str, frozenset[str]] = MappingProxyType(
    {"2.1.1": frozenset({"ExpectedIndicator", "ExpectedURI", "MaximumQuantity", "MinimumQuantity"})}
)
#: Fields that reading gathers from several elements, one a line.
LINES = frozenset(
    {
        "Criterion.description", "Criterion.weighting", "Document.description", "Document.summary",
        "Legislation.description", "Legislation.title", "Lot.description", "Operator.role_description",
        "Period.text", "Procedure.description", "Procedure.weighting_note", "Property.label",
        "Representative.capacity", "Representative.mandate",
    }
)  # fmt: skip
V1_LINES = frozenset(
    {
        "Document.description",
        "Document.summary",
        "Period.text",
        "Procedure.description",
        "Representative.mandate",
    }
)
V1 = "1.0.2"
CONFIDENTIAL = "CONFIDENTIAL"
#: Fields with a vocabulary of their own, and its words.
WORDS: Mapping[str, Container[str]] = MappingProxyType(
    {
        "Answer.value_type": frozenset({*TYPES_OF_VALUES.values(), "period", "evidence"}),
        "Requirement.element": frozenset(REQUIREMENT_VALUES),
        "Group.condition": frozenset({"", "true", "false"}),
    }
)


def edition_of(recognised: Recognised) -> str:
    """The version in `NOT_HELD` that writes such a document; "" for one that is not written."""
    match recognised.family, recognised.version:
        case Family.V1, "1.0.2" if recognised.kind is Kind.RESPONSE:
            return "1.0.2"
        case Family.UBL, version if recognised.kind is not Kind.UNKNOWN:
            return "4.1.0" if version == "4.1.0" else "2.1.1" if version.startswith("2.") else ""
        case _:
            return ""


def unheld(dume: Dume) -> list[str]:
    """The names of what the document says and its own version has no place for."""
    edition = edition_of(dume.recognised)
    names = NOT_HELD.get(edition, frozenset())
    if dume.kind is not Kind.RESPONSE:
        names |= NOT_IN_REQUESTS
    elements = REQUIREMENTS_NOT_HELD.get(edition, frozenset())
    found = set()
    for one in instances(dume):
        kind = type(one).__name__
        for place in fields_of(one):
            name = f"{kind}.{place.name}"
            if name in names and getattr(one, place.name) != default_of(name, place):
                found.add(name)
        if isinstance(one, Requirement) and one.element in elements:
            found.add(f"Requirement.element {one.element}")
    return sorted(found)


def unknown(dume: Dume) -> list[str]:
    """The names of the fields that say a word of no vocabulary."""
    return sorted(
        {
            name
            for one in instances(dume)
            for place in fields_of(one)
            if (words := WORDS.get(name := f"{type(one).__name__}.{place.name}")) is not None
            and getattr(one, place.name) not in words
        }
    )


def instances(held: object) -> Iterator[Any]:
    if isinstance(held, tuple):
        for one in held:
            yield from instances(one)
    elif is_dataclass(held):
        yield held
        for place in fields_of(held):
            yield from instances(getattr(held, place.name))


def fields_of(held: object) -> tuple[Field[Any], ...]:
    return fields(cast("Any", held))


def default_of(name: str, place: Field[Any]) -> object:
    """1.0.2 knows questions only."""
    if name == "Property.element":
        return "QUESTION"
    return "" if place.default is MISSING else place.default


def as_written(dume: Dume, now: datetime) -> Dume:
    version = dume.version
    dume = cast("Dume", tidy(dume, V1_LINES if version == V1 else LINES))
    orphans = tuple(one for answer in dume.orphans for one in answers_in(answer, version))
    ids = tuple(dict.fromkeys((*dume.unmatched, *(one.property_id for one in orphans))))
    criteria = tuple(criterion_as_written(one, version) for one in dume.criteria)
    evidences = tuple(map(evidence_as_written, dume.evidences))
    dated = dume.issued_on is not None or bool(dume.issued_time)
    return replace(
        dume,
        number="" if dume.number == dume.id else dume.number,
        issued_on=dume.issued_on if dated else now.astimezone(UTC).date(),
        issued_time=dume.issued_time if dated else time_of(now),
        recognised=replace(dume.recognised, profile=profile_of(dume.recognised)),
        procedure=procedure_as_written(dume.procedure, version),
        representatives=tuple(representative_as_written(one, version) for one in dume.representatives),
        criteria=criteria,
        evidences=in_answers(evidences, criteria) if version == V1 else evidences,
        unmatched=ids,
        orphans=tuple(one for property_id in ids for one in orphans if one.property_id == property_id),
    )


def time_of(now: datetime) -> str:
    return f"{now.astimezone(UTC):%H:%M:%S}+00:00"


def profile_of(recognised: Recognised) -> str:
    """2.x only; EXTENDED when nothing says which."""
    if not recognised.version.startswith("2."):
        return ""
    return (recognised.profile or recognised.announced.rpartition("-")[2] or "EXTENDED").upper()


def representative_as_written(one: Representative, version: str) -> Representative:
    """1.0.2 alone tells the capacity from the mandate."""
    capacity, mandate = one.capacity, one.mandate
    if version != V1 or not capacity:
        capacity, mandate = "\n".join(filter(None, [capacity, mandate])), ""
    return replace(one, capacity=capacity, mandate=mandate)


def tidy(held: object, in_lines: Container[str], name: str = "") -> object:
    """The same with every text folded: on one line, or line by line for the fields `in_lines`."""
    if isinstance(held, str):
        kept = map(folded, held.split("\n")) if name in in_lines else (folded(held),)
        return "\n".join(filter(None, kept))
    if isinstance(held, tuple):
        return tuple([tidy(one, in_lines) for one in held])
    if not is_dataclass(held) or isinstance(held, Recognised):
        return held
    kind: Callable[..., object] = type(held)
    return kind(
        **{
            place.name: tidy(getattr(held, place.name), in_lines, f"{type(held).__name__}.{place.name}")
            for place in fields_of(held)
        }
    )


def procedure_as_written(procedure: Procedure, version: str) -> Procedure:
    """A notice is a document cited; in 1.0.2 a title has no other place than the request cited."""
    documents = procedure.documents
    if procedure.notice and notice_of(documents) != procedure.notice:
        documents = (Document(id=procedure.notice, type="TED_CN"), *documents)
    title, description = title_of(documents), description_of(documents)
    if version == V1 and procedure.title and not title:
        request = Document(
            procedure.reference or "-",
            REQUEST_TYPE,
            procedure.title,
            procedure.description if not description else "",
        )
        documents = (*documents, request)
    return replace(
        procedure,
        documents=documents,
        title=procedure.title or title,
        description=procedure.description or description,
        reference=procedure.reference or ("-" if version == V1 else ""),
        lots=procedure.lots or ((Lot("0"),) if version == V1 else ()),
    )


def in_answers(evidences: tuple[Evidence, ...], criteria: tuple[Criterion, ...]) -> tuple[Evidence, ...]:
    """1.0.2 has its evidence in the answers that cite it, once or more; what no answer cites comes last."""
    known = {evidence.id: evidence for evidence in evidences}
    cited = dict.fromkeys(
        one for criterion in criteria for answer in criterion.answers for one in answer.evidences
    )
    return (
        *(known.get(one, Evidence(one)) for one in cited),
        *(evidence for evidence in evidences if evidence.id not in cited),
    )


def evidence_as_written(evidence: Evidence) -> Evidence:
    level = (evidence.confidentiality or (CONFIDENTIAL if evidence.confidential else "")).upper()
    return replace(evidence, confidentiality=level, confidential=level == CONFIDENTIAL)


def criterion_as_written(criterion: Criterion, version: str) -> Criterion:
    name_fr, part, law = identified(criterion.uuid, criterion.code)
    return replace(
        criterion,
        name_fr=name_fr,
        part=part,
        law=law,
        groups=tuple([group_as_written(one, version) for one in criterion.groups]),
        national=tuple([criterion_as_written(one, version) for one in criterion.national]),
    )


def group_as_written(group: Group, version: str) -> Group:
    return replace(
        group,
        properties=tuple([property_as_written(one, version) for one in group.properties]),
        groups=tuple([group_as_written(one, version) for one in group.groups]),
    )


def property_as_written(prop: Property, version: str) -> Property:
    label, name = prop.label or prop.name, prop.name if prop.label else ""
    required = [requirement_as_written(one, version) for one in prop.requirements if says(one)]
    return replace(
        prop,
        element=(prop.element or "QUESTION").upper(),
        data_type=prop.data_type.upper(),
        label=label,
        name=name,
        requirements=tuple(sorted(required, key=place_of)),
        answers=tuple(
            replace(one, label=label, property_id=prop.id)
            for answer in prop.answers
            for one in answers_in(answer, version)
        ),
    )


def place_of(one: Requirement) -> int:
    """In the order in which reading finds them."""
    known = one.element in REQUIREMENT_VALUES
    return REQUIREMENT_VALUES.index(one.element) if known else len(REQUIREMENT_VALUES)


def says(one: Requirement) -> bool:
    return one.period != Period() if one.period is not None else bool(one.value)


def requirement_as_written(one: Requirement, version: str) -> Requirement:
    if one.element == APPLICABLE and one.period is None:
        return replace(one, period=Period(text=one.value))
    if one.element == "ExpectedCode" and not one.scheme:
        return replace(one, scheme=BOOLEAN_CONTROL if version.startswith("4.") else "BooleanGUIControlType")
    if one.period is None:
        return one
    return replace(one, element=APPLICABLE, value=interval(one.period))


def answers_in(answer: Answer, version: str) -> Iterator[Answer]:
    """Evidence beside a value is an answer of its own; so is each evidence in 1.0.2. No value, no answer."""
    answer = replace(typed(answer), confidentiality=answer.confidentiality.upper())
    if answer.value_type == "evidence":
        cited = answer.evidences or ((str(answer.value),) if answer.value else ())
    else:
        cited = answer.evidences
        if answer.value is not None and answer.value != "":
            yield replace(answer, evidences=())
    groups = [(one,) for one in cited] if version == V1 else [cited] if cited else []
    for group in groups:
        yield replace(answer, value=group[0], value_type="evidence", unit="", scheme="", evidences=group)


def typed(answer: Answer) -> Answer:
    """A period in words is a period."""
    if isinstance(answer.value, Period):
        return replace(answer, value_type="period")
    if answer.value_type == "period" and answer.value:
        return replace(answer, value=Period(text=str(answer.value)))
    return answer


def differences(first: object, second: object, where: str = "Dume") -> Iterator[str]:
    """The names of the fields in which two models differ."""
    if type(first) is not type(second):
        yield where
    elif isinstance(first, tuple) and isinstance(second, tuple):
        if len(first) != len(second):
            yield where
        for one, other in zip(first, second, strict=False):
            yield from differences(one, other, where)
    elif is_dataclass(first):
        for place in fields_of(first):
            name = f"{type(first).__name__}.{place.name}"
            yield from differences(getattr(first, place.name), getattr(second, place.name), name)
    elif first != second:
        yield where
