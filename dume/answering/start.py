"""How a response begins: the questions of a request, or those of the simplified use, with what is known already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from dume.answering.answers import blank, of_criterion, of_group
from dume.answering.identity import LEAD, MEMBER, SIRET, SOLE, residing
from dume.answering.tree import (
    LOT_IDENTIFIER,
    REPEATED,
    evidence_properties,
    is_by_itself,
    is_yearly,
    lots_named,
    targets_of,
)
from dume.answering.values import BLANK
from dume.compose import asked_v4, lots_v4, simple_codes
from dume.countries import ALPHA_3
from dume.elements import folded
from dume.model import (
    Address,
    Answer,
    Contact,
    Criterion,
    Dume,
    Family,
    Group,
    Identifier,
    Kind,
    Operator,
    Party,
    Period,
    Procedure,
    Property,
    Recognised,
    Representative,
    Requirement,
)
from procurement.identifiers import is_siret

VERSION = "4.1.0"
RESPONSE = Recognised(Kind.RESPONSE, VERSION, Family.UBL, f"ESPD-EDMv{VERSION}")
#: What a buyer may ask for, in years; more is a slip of the keyboard.
MOST_YEARS = 5
#: Situations (II.A, II.C, II.D) that few companies are in.
RARE = frozenset({"shelt-worksh", "eo-group", "relied", "subco-ent"})


@dataclass(frozen=True, slots=True)
class Profile:
    """What the platform knows of who answers; `person` and `email` are those of the one who fills in."""

    name: str
    identifier: str
    country: str
    person: str = ""
    email: str = ""


def response_to(request: Dume, *, identifier: UUID, number: str, on: date) -> Dume:
    """The questions of a buyer's request, for all its lots, without an answer."""
    return replace(
        blank(request),
        recognised=RESPONSE,
        id=str(identifier),
        number=number,
        issued_on=on,
        operator=None,
        representatives=(),
        unmatched=(),
    )


def free_response(
    *,
    identifier: UUID,
    number: str,
    on: date,
    buyer: Party,
    reference: str = "",
    title: str = "",
    lots: Sequence[str] = (),
) -> Dume:
    """The simplified use (dume.md §3): exclusion grounds, turnover and staff. `lots` are numbers or ids."""
    chosen = lots_v4(lots)
    return Dume(
        recognised=RESPONSE,
        id=str(identifier),
        number=number,
        issued_on=on,
        procedure=Procedure(
            reference=folded(reference), code="open", title=folded(title), buyer=buyer, lots=chosen
        ),
        criteria=tuple(asked_v4(code, chosen) for code in simple_codes()),
    )


def with_company(dume: Dume, profile: Profile, *, role: str = SOLE) -> Dume:
    """With the company as its profile says."""
    first, _, family = folded(profile.person).partition(" ")
    contact = Contact(folded(profile.person), "", profile.email)
    after = replace(
        dume,
        operator=Operator(
            Party(
                name=folded(profile.name),
                identifiers=(Identifier(profile.identifier, SIRET if is_siret(profile.identifier) else ""),),
                address=Address(country=ALPHA_3.get(profile.country.upper(), profile.country.upper())),
                contact=contact,
            ),
            role=role,
        ),
        representatives=(Representative(first, family, "", replace(contact, name="")),) if first else (),
    )
    return residing(after)


def with_usual_answers(dume: Dume) -> Dume:
    """Fulfilled by the company itself; no particular situation; the last years where figures are asked by year.

    What is answered stays, and each page shows what was answered here.
    """
    year = dume.issued_on.year - 1 if dume.issued_on else 0
    criteria = []
    for criterion in dume.criteria:
        years = [year - back for back in range(years_wanted(criterion))] if year else []
        lots = tuple(lot.id for lot in dume.procedure.lots if lot.id in criterion.lots)
        groups = tuple(usual(one, years, targets_of(criterion, one, lots)) for one in criterion.groups)
        criteria.append(usually_no(replace(criterion, groups=groups)))
    return replace(dume, criteria=tuple(criteria))


def in_keeping(dume: Dume) -> Dume:
    """A member of a group takes part in one (« eo-group »), and somebody alone does not."""
    if dume.operator is None:
        return dume
    is_in_group = dume.operator.role in {LEAD, MEMBER}
    criteria = (
        answered_main(one, value=is_in_group)
        if one.code == "eo-group" and one.declared is not is_in_group
        else one
        for one in dume.criteria
    )
    return replace(dume, criteria=tuple(criteria))


def usually_no(criterion: Criterion) -> Criterion:
    """« Non » to a group, other entities, subcontractors, reserved contracts; each is a page's own question."""
    if criterion.code not in RARE or criterion.declared is not None:
        return criterion
    return refused(criterion)


def usual(group: Group, years: Sequence[int], lots: tuple[str, ...]) -> Group:
    def answered(prop: Property) -> Property:
        if prop.answers or prop.element != "QUESTION":
            return prop
        given = tuple(replace(one, label=prop.label, property_id=prop.id, lots=lots) for one in answers(prop))
        return replace(prop, answers=given)

    def answers(prop: Property) -> Iterable[Answer]:
        if is_by_itself(group) and prop.data_type == "INDICATOR":
            return [Answer("", value=True, value_type="indicator")]
        if is_yearly(group):
            return [answer for year in years for answer in of_year(prop, year)]
        return []

    return replace(
        group,
        properties=tuple(answered(prop) for prop in group.properties),
        groups=tuple(usual(sub, years, lots) for sub in group.groups),
    )


def without_idle_years(dume: Dume) -> Dume:
    """Years that were proposed and got no figure go, once the company says that it has finished."""
    return replace(
        dume,
        criteria=tuple(
            replace(one, groups=tuple(map(without_idle, one.groups))) if one.is_selection else one
            for one in dume.criteria
        ),
    )


def without_idle(group: Group) -> Group:
    kept = group.properties
    if is_yearly(group):
        figures, years = sorted(
            (prop for prop in group.properties if prop.element == "QUESTION"),
            key=lambda prop: prop.data_type in REPEATED,
        )
        told = [one.value for one in figures.answers]
        rows = [row for row, value in enumerate(told) if value != BLANK]
        trimmed = {
            prop.id: tuple(prop.answers[row] for row in rows if row < len(prop.answers))
            for prop in (figures, years)
        }
        kept = tuple(replace(p, answers=trimmed.get(p.id, p.answers)) for p in group.properties)
    return replace(group, properties=kept, groups=tuple(map(without_idle, group.groups)))


def of_year(prop: Property, year: int) -> list[Answer]:
    if prop.data_type == "PERIOD":
        return [Answer("", Period(date(year, 1, 1), date(year, 12, 31)), "period")]
    if prop.data_type == "QUANTITY_YEAR":
        return [Answer("", Decimal(year), "quantity", "YEAR")]
    return []


def years_wanted(criterion: Criterion) -> int:
    """As many years as the buyer asks for, at least one."""
    asked_for = [
        prop.requirement
        for prop in criterion.walk()
        if prop.data_type in {"QUANTITY_YEAR", "MINIMUM_QUANTITY_YEAR"} and prop.requirement.isdecimal()
    ]
    return max(1, min(max(map(int, asked_for), default=1), MOST_YEARS))


def choose_lots(dume: Dume, offered: Dume, chosen: Sequence[str]) -> Dume:
    """The response for these lots of those `offered` (the request, or the response itself without one).

    Answers for all lots are for all those chosen; those for a lot that is no more chosen go with it. A criterion of
    lots that are chosen again comes back as it was asked.
    """
    lots = tuple(lot for lot in offered.procedure.lots if lot.id in chosen) or offered.procedure.lots
    mine = {criterion.uuid: criterion for criterion in dume.criteria}
    criteria = [for_lots(mine.get(one.uuid), one, [lot.id for lot in lots]) for one in offered.criteria]
    kept = tuple(one for one in criteria if one is not None)
    return replace(dume, procedure=replace(dume.procedure, lots=lots), criteria=kept)


def renumber_lots(dume: Dume, numbers: str) -> Dume:
    """A free response for the lots typed as « 1, 3 »: the same answers for all of them."""
    wanted = [one for one in numbers.replace(";", ",").replace(" ", ",").split(",") if one]
    lots = lots_v4(wanted)
    if lots == dume.procedure.lots:
        return dume
    offered = replace(
        dume,
        procedure=replace(dume.procedure, lots=lots),
        criteria=tuple(
            replace(one, lots=tuple(lot.id for lot in lots)) if one.lots else one for one in dume.criteria
        ),
    )
    return choose_lots(dume, offered, [lot.id for lot in lots])


def for_lots(criterion: Criterion | None, offered: Criterion, chosen: Sequence[str]) -> Criterion | None:
    """The questions `offered` to the chosen lots with what `criterion` answers; None when they are for none of them."""
    if not offered.lots:
        return criterion or of_criterion(offered, unanswered)
    lots = tuple(lot for lot in chosen if lot in offered.lots)
    given = answers_by_group(criterion) if criterion else {}
    groups = tuple(
        relotted(group, given, targets)
        for group in offered.groups
        if (targets := targets_of(offered, group, lots)) or not lots_named(group)
    )
    return replace(offered, lots=lots, groups=groups) if lots else None


def unanswered(prop: Property) -> Property:
    return replace(prop, answers=())


#: Property id -> the lots that its group was for, and its answers.
Given = Mapping[str, tuple[set[str], tuple[Answer, ...]]]


def answers_by_group(criterion: Criterion) -> Given:
    return {
        prop.id: (set(targets_of(criterion, group, criterion.lots)), prop.answers)
        for group in criterion.groups
        for prop in group.walk()
    }


def relotted(group: Group, given: Given, lots: tuple[str, ...]) -> Group:
    """What was said for all lots is for all those that are left, what was said for some for those of them."""

    def moved(answer: Answer, before: set[str]) -> Answer | None:
        if not answer.lots or before <= set(answer.lots):
            return replace(answer, lots=lots)
        kept = tuple(lot for lot in answer.lots if lot in lots)
        return replace(answer, lots=kept) if kept else None

    def answered(prop: Property) -> Property:
        before, answers = given.get(prop.id, (set(), ()))
        return replace(prop, answers=tuple(one for answer in answers if (one := moved(answer, before))))

    return naming(of_group(group, answered), lots)


def naming(group: Group, lots: tuple[str, ...]) -> Group:
    """The group with the lots it names among those left; the first of them when none is left."""
    named = lots_named(group)
    if not named:
        return group

    def names(prop: Property) -> Property:
        if prop.data_type != LOT_IDENTIFIER or named & set(lots):
            return prop
        return replace(prop, requirements=(Requirement(lots[0], "ExpectedID"),))

    kept = tuple(
        prop
        for prop in group.properties
        if prop.data_type != LOT_IDENTIFIER or prop.requirement in lots or not named & set(lots)
    )
    return of_group(replace(group, properties=kept), names)


def answer_none(dume: Dume, criteria: Iterable[Criterion]) -> Dume:
    """« Aucun de ces motifs ne me concerne »: « Non » to each of these grounds, whatever was said before."""
    uuids = {criterion.uuid for criterion in criteria}
    return replace(dume, criteria=tuple(refused(one) if one.uuid in uuids else one for one in dume.criteria))


def refused(criterion: Criterion) -> Criterion:
    """Evidence that the company gives of it (a certificate that taxes are paid) stays."""
    return answered_main(criterion, value=False)


def answered_main(criterion: Criterion, *, value: bool) -> Criterion:
    """With this answer to its own yes or no, and none to what follows; evidence stays."""
    main = criterion.main_question
    if main is None:
        return criterion
    evidence = {prop.id for group in criterion.groups for prop in online(group)}

    def answered(prop: Property) -> Property:
        if prop.id == main.id:
            answer = Answer(prop.label, value=value, value_type="indicator", property_id=prop.id)
            return replace(prop, answers=(answer,))
        return prop if prop.id in evidence else replace(prop, answers=())

    return replace(criterion, groups=tuple(of_group(group, answered) for group in criterion.groups))


def online(group: Group) -> Iterable[Property]:
    """All properties of the parts of a group that are about evidence."""
    if not group.condition and group.asks_for_evidence and any(evidence_properties(group)):
        return group.walk()
    return [prop for sub in group.groups for prop in online(sub)]
