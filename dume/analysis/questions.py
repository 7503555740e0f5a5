"""Which questions of a criterion are about the criterion itself."""

from collections.abc import Iterable, Iterator

from dume.criteria import question_in_french
from dume.model import Answer, Group
from dume.values import Line, text_of

ENTITY = "ECONOMIC_OPERATOR_IDENTIFIER"
INDICATOR = "INDICATOR"
#: What stands beside « is this information available electronically? ».
BESIDE_EVIDENCE = frozenset({INDICATOR, "CODE"})


def telling(groups: Iterable[Group]) -> Iterator[Group]:
    """All but those on evidence and on who fulfils the criterion, which are told elsewhere."""
    for group in groups:
        if not is_about_evidence(group) and not is_about_means(group):
            yield group
            yield from telling(group.groups)


def lines(answers: Iterable[Answer]) -> Iterator[Line]:
    """Without evidence, which has a table of its own."""
    for answer in answers:
        if not answer.evidences and (shown := text_of(answer)):
            yield Line(question_in_french(answer.label) or "Réponse", shown)


def is_about_evidence(group: Group) -> bool:
    types = (prop.data_type for prop in group.properties)
    return group.asks_for_evidence and all(
        one in BESIDE_EVIDENCE or one.startswith("EVIDENCE") for one in types
    )


def is_about_means(group: Group) -> bool:
    """« Does it fulfil the criterion by itself? », and if not, by whom."""
    is_one_question = [prop.data_type for prop in group.properties] == [INDICATOR]
    return is_one_question and any(prop.data_type == ENTITY for sub in group.groups for prop in sub.walk())
