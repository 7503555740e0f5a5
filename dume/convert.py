"""A document of any version as 4.1.0 or 2.1.1 (extended), and what these cannot hold.

Criteria are found by UUID and code in our table, answers by their place and meaning. What nobody knows, national
criteria above all, is carried as it is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, UUID, uuid5

from dume import crosswalk
from dume.carrying import REQUIRED, SAID, Carried, Moved, Unmoved, carry, lost
from dume.coercion import in_element
from dume.criteria import lookup, question_in_french
from dume.leaves import joined
from dume.model import (
    Answer,
    Criterion,
    Dume,
    Evidence,
    Family,
    Group,
    Kind,
    Lot,
    Operator,
    Procedure,
    Property,
    Recognised,
    Requirement,
)
from dume.trees import criterion_of
from dume.values import text_of
from procurement.errors import DomainError

TARGETS = ("4.1.0", "2.1.1")
ANNOUNCED = {"4.1.0": "ESPD-EDMv4.1.0", "2.1.1": "ESPD-EDMv2.1.1-EXTENDED"}
PROFILES = {"4.1.0": "", "2.1.1": "EXTENDED"}
WHOLE_CONTRACT = {"4.1.0": "LOT-0000", "2.1.1": "0"}
#: As schemas want it; a time without its day, or written otherwise, is left out.
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
TOGETHER = "eo-group"
#: How a percentage is answered: type of value and unit.
PERCENTAGES = {"4.1.0": ("number", ""), "2.1.1": ("quantity", "PERCENTAGE")}
#: Elements of requirements that 2.x does not have -> those that hold the same there.
ELEMENTS_OF_2 = {
    "ExpectedURI": "ExpectedDescription",
    "ExpectedIndicator": "ExpectedDescription",
    "MinimumQuantity": "MinimumValueNumeric",
    "MaximumQuantity": "MaximumValueNumeric",
}
#: Data types that only 1.0.2 has.
TYPES = {"TEXT": "DESCRIPTION", "EVIDENCE_URL": "EVIDENCE_IDENTIFIER"}


class VersionNotATarget(DomainError):
    """Un DUME ne peut être converti que dans les versions 4.1.0 et 2.1.1 du modèle ESPD."""

    code = "dume_version_not_a_target"
    status = 422


@dataclass(frozen=True, slots=True)
class Conversion:
    """Every answer of the source is in one of `moved` and `losses`; these also hold other things lost."""

    dume: Dume
    losses: tuple[Unmoved, ...] = ()
    moved: tuple[Moved, ...] = ()

    def losses_told(self) -> list[dict[str, str]]:
        """What the command and the API answer."""
        return [
            {"what": one.what, "where": one.place, "value": one.value, "reason": one.reason}
            for one in self.losses
        ]


def convert(dume: Dume, to: str) -> Conversion:
    """A document of this version already is itself. Criteria alone become a request that says no more."""
    if to not in TARGETS:
        raise VersionNotATarget(version=to)
    if dume.version == to:
        return Conversion(dume, moved=tuple(moved_as_it_is(dume.criteria)))
    lots = crosswalk.lot_ids((*dume.procedure.lots, *named_lots(dume.criteria)), to)
    is_response = dume.kind is Kind.RESPONSE
    criteria = dume.criteria if is_response else tuple(map(without_answers, dume.criteria))
    copies: Counter[str] = Counter()
    carried = [converted(one, to, lots, copies) for one in criteria]
    given = tuple(evidence for one in carried for evidence in one.evidences)
    kind = Kind.RESPONSE if is_response else Kind.REQUEST
    recognised = Recognised(kind, to, Family.UBL, ANNOUNCED[to], PROFILES[to])
    known_as = dume.number or dume.id
    identifier = as_uuid(dume.id or dume.number)
    result = replace(
        dume,
        recognised=recognised,
        id=identifier,
        number=known_as if known_as != identifier else "",
        issued_time=dume.issued_time if dume.issued_on and TIME.fullmatch(dume.issued_time) else "",
        procedure=procedure_in(dume.procedure, to, lots),
        operator=operator_in(dume, to),
        representatives=tuple(crosswalk.representative(one, to) for one in dume.representatives),
        criteria=tuple(one.criterion for one in carried if one.criterion.groups or one.criterion.national),
        evidences=evidences_with(dume.evidences, given) if is_response else (),
        unmatched=(),
        orphans=(),
    )
    losses = [loss for one in carried for loss in one.unmoved]
    losses += losses_of_document(dume, to)
    losses += [] if is_response else answers_lost(dume)
    return Conversion(result, tuple(losses), tuple(move for one in carried for move in one.moved))


def without_answers(criterion: Criterion) -> Criterion:
    return replace(
        criterion,
        groups=tuple(map(unanswered_group, criterion.groups)),
        national=tuple(map(without_answers, criterion.national)),
    )


def unanswered_group(group: Group) -> Group:
    return replace(
        group,
        properties=tuple(replace(one, answers=()) for one in group.properties),
        groups=tuple(map(unanswered_group, group.groups)),
    )


def answers_lost(dume: Dume) -> Iterator[Unmoved]:
    reason = "Une demande (DUME acheteur) ne porte pas de réponses."
    for criterion in dume.criteria:
        yield from (loss for loss in lost(criterion, reason) if loss.what == SAID)
    for evidence in dume.evidences:
        yield Unmoved("justificatif", "", evidence.name, evidence.uri or evidence.id, reason)


def as_uuid(identifier: str) -> str:
    try:
        return str(UUID(identifier))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, identifier))


def converted(source: Criterion, to: str, lots: dict[str, str], copies: Counter[str]) -> Carried:
    """An empty criterion for one that the version does not have: the losses tell what it said.

    `copies` counts the criteria by UUID: one asked several times has as many sets of ids.
    """
    known = lookup(uuid=source.uuid, code=source.code)
    target = criterion_of(to, source.uuid) or criterion_of(to, source.code)
    if target is None and known is not None:
        reason = f"La version {to} n'a pas ce critère."
        return Carried(Criterion(source.uuid, source.code, source.name), (), tuple(lost(source, reason)), ())
    copies[target.uuid if target else source.uuid] += 1
    copy = copies[target.uuid if target else source.uuid]
    target = target or emptied(source, source.uuid)
    absent = f"La version {to} ne pose pas cette question pour ce critère."
    result = carry(source, target, absent=absent, requirements=True, copy=copy)
    national = [
        carry(one, emptied(one, f"{target.uuid}/{copy}/{index}"), absent=absent, requirements=True)
        for index, one in enumerate(source.national)
    ]
    groups = in_codes(result.criterion.groups, to)
    criterion = replace(
        source,
        uuid=target.uuid,
        code=target.code,
        name=source.name or target.name,
        description=source.description or target.description,
        name_fr=target.name_fr,
        part=target.part,
        law=target.law,
        groups=groups,
        national=tuple(one.criterion for one in national),
    )
    every = [result, *national]
    placed = in_lots(criterion, to, lots)
    return Carried(
        placed,
        tuple(move for one in every for move in one.moved),
        (
            *(loss for one in every for loss in one.unmoved if not is_whole(loss)),
            *lost_lots(source, placed, to),
        ),
        tuple(evidence for one in every for evidence in one.evidences),
    )


def emptied(source: Criterion, seed: str) -> Criterion:
    """The same tree with nothing said in it, as later versions ask it.

    Its properties have ids of their own: 1.0.2 gives one id to a question of many criteria.
    """
    groups = [emptied_group(one, f"{seed}/{at}") for at, one in enumerate(source.groups)]
    return replace(source, groups=tuple(groups), national=())


def emptied_group(group: Group, seed: str) -> Group:
    asked = [prop for prop, _said in joined(group.properties, seed)]
    return replace(
        group,
        properties=tuple(
            replace(
                prop,
                id=str(uuid5(NAMESPACE_URL, f"{seed}/{at}")),
                data_type=TYPES.get(prop.data_type, prop.data_type),
                answers=(),
                requirements=(),
            )
            for at, prop in enumerate(asked)
        ),
        groups=tuple(emptied_group(one, f"{seed}/G{at}") for at, one in enumerate(group.groups)),
    )


def in_codes(groups: tuple[Group, ...], to: str) -> tuple[Group, ...]:
    """Countries and percentages as the version writes them, and the role in a group."""
    return tuple(
        replace(
            group,
            properties=tuple(
                replace(
                    prop,
                    requirements=tuple(required(one, to) for one in prop.requirements),
                    answers=tuple(coded(one, prop.data_type, to) for one in prop.answers),
                )
                for prop in group.properties
            ),
            groups=in_codes(group.groups, to),
        )
        for group in groups
    )


def required(one: Requirement, to: str) -> Requirement:
    return in_element(one, ELEMENTS_OF_2.get(one.element, one.element) if to == crosswalk.V2 else one.element)


def coded(answer: Answer, data_type: str, to: str) -> Answer:
    if data_type == "CODE_COUNTRY":
        return replace(answer, value=crosswalk.country(str(answer.value), to))
    if data_type == "PERCENTAGE":
        value_type, unit = PERCENTAGES[to]
        return replace(answer, value_type=value_type, unit=unit)
    if data_type == "CODE":
        role = crosswalk.role(str(answer.value), to)
        if role != answer.value:
            return replace(answer, value=role if to == crosswalk.V4 else role.upper())
    return answer


def in_lots(criterion: Criterion, to: str, lots: Mapping[str, str]) -> Criterion:
    """4.x names the lots of each selection criterion, of its answers and in its requirements; 2.x does not."""
    if to != crosswalk.V4 or not any(one.names_lots for one in criterion.walk()):
        return of_lots(criterion, (), ids=lots)
    named = criterion.lots or required_lots(criterion)
    own = tuple(lots.get(one, one) for one in named) or (*lots.values(),) or (WHOLE_CONTRACT[to],)
    return of_lots(criterion, own, ids=lots)


def named_lots(criteria: Iterable[Criterion]) -> Iterator[Lot]:
    """Also those that the document does not declare."""
    for criterion in criteria:
        for answer in criterion.answers:
            yield from (Lot(one) for one in answer.lots)
        yield from (Lot(one) for one in (*criterion.lots, *required_lots(criterion)))


def required_lots(criterion: Criterion) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(one.value for prop in criterion.walk() if prop.names_lots for one in prop.requirements)
    )


def of_lots(criterion: Criterion, lots: tuple[str, ...], *, ids: Mapping[str, str]) -> Criterion:
    """`lots` are its own, () where the version names none; an answer keeps those of its own that `ids` knows."""

    def answer(one: Answer) -> Answer:
        own = tuple(ids[lot] for lot in one.lots if lot in ids)
        return replace(one, lots=(own or lots) if lots else ())

    def prop(one: Property) -> Property:
        required = one.requirements
        if one.names_lots:
            required = tuple(replace(each, value=ids.get(each.value, each.value)) for each in required)
        if one.names_lots and lots and not required:
            required = (Requirement(lots[0], "ExpectedID"),)
        return replace(one, requirements=required, answers=tuple(answer(each) for each in one.answers))

    def group(one: Group) -> Group:
        return replace(
            one,
            properties=tuple(prop(each) for each in one.properties),
            groups=tuple(group(each) for each in one.groups),
        )

    return replace(
        criterion,
        lots=lots,
        groups=tuple(group(one) for one in criterion.groups),
        national=tuple(of_lots(one, (), ids=ids) for one in criterion.national),
    )


def is_whole(loss: Unmoved) -> bool:
    """To name the whole contract says nothing: no version needs it to understand the rest."""
    return loss.what == REQUIRED and Lot(loss.value).is_whole_contract and loss.value.startswith("LOT-")


def lost_lots(source: Criterion, result: Criterion, to: str) -> Iterator[Unmoved]:
    named = {lot for one in source.answers for lot in one.lots}.union(source.lots)
    shown = sorted(lot for lot in named if not Lot(lot).is_whole_contract)
    if shown and not result.lots:
        reason = f"La version {to} ne rattache pas ce critère ni ses réponses à des lots."
        yield Unmoved("lots", source.title, "", ", ".join(shown), reason)


def procedure_in(procedure: Procedure, to: str, ids: Mapping[str, str]) -> Procedure:
    lots = tuple(replace(lot, id=ids[lot.id]) for lot in procedure.lots)
    return replace(
        procedure,
        code=crosswalk.procedure(procedure.code, to),
        buyer=crosswalk.party(procedure.buyer, to),
        lots=lots or (Lot(WHOLE_CONTRACT[to]),),
    )


def operator_in(dume: Dume, to: str) -> Operator | None:
    operator = dume.operator
    if operator is None:
        return None
    role = crosswalk.role(operator.role or role_of(dume), to)
    return replace(operator, party=crosswalk.party(operator.party, to), role=role)


def role_of(dume: Dume) -> str:
    """1.0.2 has no role: whoever says that he answers alone or with others has told it."""
    together = criterion_of(crosswalk.V4, TOGETHER)
    for one in dume.criteria:
        if together is not None and crosswalk.same_criterion(one, together) and one.declared is not None:
            return "group-mem" if one.declared else "sole-tenderer"
    return ""


def evidences_with(held: Iterable[Evidence], given: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Those of the document, with what 1.0.2 says of them in questions; an evidence of its own comes last."""
    found = {one.id: one for one in held}
    for one in given:
        before = found.get(one.id, one)
        found[one.id] = replace(
            before,
            uri=before.uri or one.uri,
            code=before.code or one.code,
            issuer=before.issuer or one.issuer,
        )
    return tuple(found.values())


def losses_of_document(dume: Dume, to: str) -> Iterator[Unmoved]:
    code = dume.procedure.code
    if not crosswalk.is_exact(code, to):
        reason = f"La version {to} n'a pas de code exactement équivalent."
        yield Unmoved("procédure", "", "Type de procédure", code, reason)
    reason = "Cette réponse ne désigne aucune question du document."
    for answer in dume.orphans:
        yield Unmoved("réponse", "", answer.property_id, text_of(answer), reason)


def moved_as_it_is(criteria: Iterable[Criterion]) -> Iterator[Moved]:
    for criterion in criteria:
        for one in criterion.answers:
            yield Moved(criterion.title, question_in_french(one.label), text_of(one), one.property_id, (one,))
