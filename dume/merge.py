"""An earlier response taken up for a new request: what it said, in the questions that are asked now.

What finds no place is shown with its reason, never dropped (ESPD-EDM issue 385); the questions that stay open are told
as well.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from dume import crosswalk
from dume.carrying import SAID, Carried, Moved, Unmoved, carry, lost, unanswered
from dume.convert import (
    TARGETS,
    convert,
    evidences_with,
    in_codes,
    in_lots,
    losses_of_document,
    operator_in,
)
from dume.criteria import question_in_french
from dume.filling import another
from dume.model import Criterion, Dume, Group, Kind, Property
from procurement.errors import DomainError

ABSENT = "La demande ne pose pas cette question."
NOT_ASKED = "La demande ne retient pas ce critère."


class NotARequest(DomainError):
    """Le premier fichier n'est pas une demande (DUME acheteur)."""

    code = "dume_not_a_request"
    status = 422


class NotAResponse(DomainError):
    """Le second fichier n'est pas une réponse (DUME d'une entreprise)."""

    code = "dume_not_a_response"
    status = 422


@dataclass(frozen=True, slots=True)
class Missing:
    """A question of the request that the earlier response does not answer."""

    criterion: str
    question: str
    where: str


@dataclass(frozen=True, slots=True)
class Merge:
    dume: Dume
    matched: tuple[Moved, ...]
    unmatched: tuple[Unmoved, ...]
    missing: tuple[Missing, ...]

    def told(self) -> dict[str, object]:
        """What the command and the API answer; `property` is the id of the question in the new response."""
        return {
            "version": self.dume.version,
            "matched": [
                {
                    "criterion": one.criterion,
                    "question": one.question,
                    "value": one.value,
                    "property": one.where,
                }
                for one in self.matched
            ],
            "unmatched": [
                {
                    "criterion": one.criterion,
                    "question": one.question,
                    "value": one.value,
                    "reason": one.reason,
                }
                for one in self.unmatched
            ],
            "missing": [
                {"criterion": one.criterion, "question": one.question, "property": one.where}
                for one in self.missing
            ],
        }


def merge(request: Dume, old: Dume, *, now: datetime) -> Merge:
    """A response to `request`, in its version or in 4.1.0. NotARequest and NotAResponse for other documents."""
    if request.kind is not Kind.REQUEST:
        raise NotARequest
    if old.kind is not Kind.RESPONSE:
        raise NotAResponse
    asked = distinct(request if request.version in TARGETS else convert(request, TARGETS[0]).dume)
    to = asked.version
    given = dict(pairs(asked.criteria, old.criteria))
    carried = [taken_up(one, given.get(index), to, asked) for index, one in enumerate(asked.criteria)]
    left = [one for one in old.criteria if not any(one is taken for taken in given.values())]
    identifier = str(uuid5(NAMESPACE_URL, f"dume:{request.id}:{old.id}:{now.isoformat()}"))
    result = replace(
        asked,
        recognised=replace(asked.recognised, kind=Kind.RESPONSE),
        id=identifier,
        number=f"DUME-{identifier[:8].upper()}",
        issued_on=now.astimezone(UTC).date(),
        operator=operator_in(old, to),
        representatives=tuple(crosswalk.representative(one, to) for one in old.representatives),
        criteria=tuple(one.criterion for one in carried),
        evidences=evidences_with(old.evidences, [evidence for one in carried for evidence in one.evidences]),
        unmatched=(),
        orphans=(),
    )
    unmatched = [loss for one in carried for loss in one.unmoved]
    unmatched += [loss for one in left for loss in lost(one, why_left(one, request, to)) if loss.what == SAID]
    unmatched += [loss for loss in losses_of_document(old, to) if loss.what == SAID]
    return Merge(
        dume=result,
        matched=tuple(move for one in carried for move in one.moved),
        unmatched=tuple(unmatched),
        missing=tuple(
            Missing(criterion.title, question_in_french(prop.label), prop.id)
            for criterion in result.criteria
            for prop in unanswered(criterion)
        ),
    )


def distinct(request: Dume) -> Dume:
    """A question that stands in it twice gets an id of its own: the answers to one would be those to the other."""
    seen: Counter[str] = Counter()

    def prop(one: Property) -> Property:
        seen[one.id] += 1
        return replace(one, id=another(one.id, seen[one.id])) if seen[one.id] > 1 else one

    def group(one: Group) -> Group:
        properties = tuple(map(prop, one.properties))
        return replace(one, properties=properties, groups=tuple(map(group, one.groups)))

    def criterion(one: Criterion) -> Criterion:
        groups = tuple(map(group, one.groups))
        return replace(one, groups=groups, national=tuple(map(criterion, one.national)))

    return replace(request, criteria=tuple(map(criterion, request.criteria)))


def why_left(given: Criterion, request: Dume, to: str) -> str:
    """A request of another version may ask what a response of this one has no criterion for."""
    if any(crosswalk.same_criterion(one, given) for one in request.criteria) and request.version != to:
        return f"La demande le pose, mais la version {to} n'a pas ce critère."
    return NOT_ASKED


def pairs(asked: tuple[Criterion, ...], old: tuple[Criterion, ...]) -> Iterator[tuple[int, Criterion]]:
    """Place of a criterion of the request -> the earlier one it takes up.

    A criterion asked several times, once a threshold or a lot, takes the one with most values of the buyer in common.
    """
    scores = sorted(
        (
            (-len(values(one) & values(each)), index, at)
            for index, one in enumerate(asked)
            for at, each in enumerate(old)
            if crosswalk.same_criterion(one, each)
        )
    )
    taken: set[int] = set()
    filled: set[int] = set()
    for _score, index, at in scores:
        if index not in filled and at not in taken:
            filled.add(index)
            taken.add(at)
            yield index, old[at]


def values(criterion: Criterion) -> frozenset[str]:
    required = {one.value for prop in criterion.walk() for one in prop.requirements}
    return frozenset(required.union(criterion.lots))


def taken_up(asked: Criterion, given: Criterion | None, to: str, request: Dume) -> Carried:
    """The criterion of the request with the earlier answers; national criteria under it by their name."""
    if given is None:
        return Carried(asked, (), (), ())
    main = carry(given, asked, absent=ABSENT)
    national, left = national_taken_up(asked.national, given.national)
    criterion = replace(
        main.criterion,
        groups=in_codes(main.criterion.groups, to),
        national=tuple(one.criterion for one in national),
    )
    lots = {lot.id: lot.id for lot in request.procedure.lots}
    every = [main, *national]
    return Carried(
        in_lots(criterion, to, lots),
        tuple(move for one in every for move in one.moved),
        (
            *(loss for one in every for loss in one.unmoved),
            *(loss for one in left for loss in lost(one, NOT_ASKED) if loss.what == SAID),
        ),
        tuple(evidence for one in every for evidence in one.evidences),
    )


def national_taken_up(
    asked: tuple[Criterion, ...], given: tuple[Criterion, ...]
) -> tuple[list[Carried], list[Criterion]]:
    """Also those of `given` that nothing asks."""
    left, found = list(given), []
    for one in asked:
        each = next((each for each in left if (each.uuid, each.name) == (one.uuid, one.name)), None)
        if each is None:
            found.append(Carried(one, (), (), ()))
        else:
            left.remove(each)
            found.append(carry(each, one, absent=ABSENT))
    return found, left
