"""Exclusion grounds answered « Oui » with the reasons given, and those without answer."""

from collections.abc import Iterator

from dume.analysis.model import Ground
from dume.analysis.questions import lines, telling
from dume.model import Criterion, Dume
from dume.render import is_declared, is_silent
from dume.values import NO, SILENT, YES, Line


def ground_of(criterion: Criterion) -> Ground:
    return Ground(
        criterion.part, criterion.title, criterion.law, (*thresholds(criterion), *reasons(criterion))
    )


def thresholds(criterion: Criterion) -> Iterator[Line]:
    """The sum below which the buyer does not mind (taxes and contributions)."""
    for prop in criterion.walk():
        if prop.data_type == "MINIMUM_AMOUNT" and prop.requirement.strip("0."):
            yield Line("Seuil fixé par l'acheteur", f"{prop.requirement} {prop.requirements[0].unit}".strip())


def reasons(criterion: Criterion) -> Iterator[Line]:
    """What was answered beside the « Oui »; a national criterion under it is named."""
    main = criterion.main_question
    asked = (prop for group in telling(criterion.groups) for prop in group.questions)
    told = (prop for prop in asked if main is None or prop.id != main.id)
    yield from lines(answer for prop in told for answer in prop.answers)
    for sub in criterion.national:
        if sub.declared:
            yield Line(sub.title, YES)
            yield from reasons(sub)


def declared(dume: Dume) -> Iterator[Ground]:
    return (ground_of(one) for one in dume.exclusion_grounds if is_declared(one))


def silent(dume: Dume) -> Iterator[Ground]:
    return (Ground(one.part, one.title, one.law) for one in dume.exclusion_grounds if is_silent(one))


def answers(dume: Dume) -> dict[str, str]:
    """Ground -> « Oui », « Non » or « Sans réponse »: what members of a group are compared by."""
    return {one.title: answer_to(one) for one in dume.exclusion_grounds}


def answer_to(ground: Criterion) -> str:
    if is_silent(ground):
        return SILENT
    return YES if is_declared(ground) else NO
