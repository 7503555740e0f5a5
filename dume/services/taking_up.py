"""Answers of an earlier DUME, whatever its version, in the questions that are asked now."""

from dataclasses import replace
from datetime import datetime

from dume.answering.identity import operator_words, with_operator
from dume.merge import Merge, merge
from dume.model import Dume, Kind


def taken_up(asked: Dume, old: Dume, *, now: datetime) -> tuple[Dume, list[dict[str, str]]]:
    """`asked` with the answers that `old` has to it, and what found no place: shown, not dropped.

    Name, identifier and role stay those of `asked`; the rest of the company's coordinates are the old ones.
    """
    request = replace(asked, recognised=replace(asked.recognised, kind=Kind.REQUEST))
    found = merge(request, old, now=now)
    dume = replace(
        asked,
        criteria=found.dume.criteria,
        evidences=found.dume.evidences,
        representatives=found.dume.representatives or asked.representatives,
    )
    return with_coordinates(dume, found.dume), leftovers_of(found)


def with_coordinates(dume: Dume, old: Dume) -> Dume:
    kept = operator_words(dume)
    before = {name: word for name, word in operator_words(old).items() if word}
    same = {name: kept[name] for name in ("name", "identifier", "role", "country") if kept[name]}
    return with_operator(dume, kept | before | same)


def leftovers_of(found: Merge) -> list[dict[str, str]]:
    return [
        {
            "criterion": one.criterion,
            "question": one.question,
            "value": one.value,
            "reason": one.reason,
        }
        for one in found.unmatched
    ]
