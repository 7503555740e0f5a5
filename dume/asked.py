"""What a request asks of a company: the values the buyer requires, lot by lot, and the questions to answer.

1.0.2 has no place for the values: there they are in the words of the consultation.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from dume.criteria import question_in_french
from dume.model import Criterion, Group, Lot, Property, Requirement
from dume.nodes import read_decimal
from dume.values import NO, YES, Fact, joined, lot_label, number

#: Values that stand for a box ticked or not, and for yes or no.
BOXES = {"CHECKBOX_TRUE": YES, "CHECKBOX_FALSE": NO, "true": YES, "false": NO}
YES_OR_NO = "oui ou non"
SEMICOLON = "\u00a0; "
#: Beginning of the data type of a question -> what is expected; a text needs no word.
FORMS = (
    ("INDICATOR", YES_OR_NO),
    ("DATE", "date"),
    ("PERIOD", "période"),
    ("AMOUNT", "montant"),
    ("PERCENTAGE", "pourcentage"),
    ("QUANTITY", "nombre"),
    ("CODE", "à choisir dans une liste"),
)


@dataclass(frozen=True, slots=True)
class Required:
    """What is required for the same lots; `lots` is "" for the whole contract."""

    lots: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, with those that its « Oui » or its « Non » opens."""

    label: str
    form: str = ""
    if_yes: tuple["Asked", ...] = ()
    if_no: tuple["Asked", ...] = ()


def required_of(criterion: Criterion) -> tuple[Required, ...]:
    """In the order of the document, what is required for the same lots put together."""
    found: dict[str, list[Fact]] = {}
    for one in (criterion, *criterion.national):
        for lots, facts in required_in(one.groups, one.lots):
            found.setdefault(joined(*(lot_label(Lot(lot)) for lot in lots)), []).extend(facts)
    return tuple(Required(lots, tuple(facts)) for lots, facts in found.items() if facts)


def lots_of(criterion: Criterion) -> str:
    """The lots it is asked for, as the criterion or its groups name them; "" for the whole contract."""
    found = [*criterion.lots, *(lot for lots, _ in required_in(criterion.groups, ()) for lot in lots)]
    return joined(*dict.fromkeys(lot_label(Lot(lot)) for lot in found))


def required_in(
    groups: Iterable[Group], lots: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], list[Fact]]]:
    """A requirement is for the lots that its group names, else for those of the groups above."""
    for group in groups:
        values = [prop for prop in group.properties if prop.element == "REQUIREMENT"]
        named = tuple(one.value for prop in values if names_lots(prop) for one in prop.requirements)
        facts = [fact for prop in values if not names_lots(prop) for fact in facts_of(prop)]
        yield named or lots, facts
        yield from required_in(group.groups, named or lots)


def names_lots(prop: Property) -> bool:
    """2.0 and the first 2.1 have no data type of their own for lots."""
    return prop.names_lots or (prop.data_type == "IDENTIFIER" and "lot" in prop.label.lower())


def facts_of(prop: Property) -> Iterator[Fact]:
    label = question_in_french(prop.label) or "Exigence de l'acheteur"
    for one in prop.requirements:
        yield Fact(label, bounded(required_text(one), one.element, label))


def required_text(requirement: Requirement) -> str:
    """« 100 000 € », « Oui », or the words of the buyer."""
    if requirement.element.endswith(("Amount", "Numeric", "Quantity")):
        value = read_decimal(requirement.value)
        is_amount = requirement.element.endswith("Amount")
        if isinstance(value, Decimal):
            return number(value, requirement.unit, is_amount=is_amount) if value or not is_amount else "aucun"
    return BOXES.get(requirement.value, requirement.value)


def bounded(value: str, element: str, label: str) -> str:
    """« au moins 3 » where the label does not say that it is a minimum."""
    if element.startswith("Minimum") and "minim" not in label.lower():
        return f"au moins {value}"
    if element.startswith("Maximum") and "maxim" not in label.lower():
        return f"au plus {value}"
    return value


def questions_of(criterion: Criterion) -> tuple[str, ...]:
    """The questions a company answers, a sentence each: « Réponse : oui ou non. Si oui : date ; motif »."""
    own = [sentence(one) for one in asked(criterion.groups)]
    national = [
        f"{sub.title}, {lowered(sentence(one))}" for sub in criterion.national for one in asked(sub.groups)
    ]
    return tuple(dict.fromkeys(own + national))


def asked(groups: Iterable[Group]) -> tuple[Asked, ...]:
    return tuple(question for group in groups for question in asked_in(group))


def asked_in(group: Group) -> tuple[Asked, ...]:
    """A conditional group below hangs on the last yes/no question of its parent; alone, it is asked as it is."""
    questions = [prop for prop in group.properties if prop.element == "QUESTION"]
    if len(questions) == 1 and questions[0].data_type == "INDICATOR" and group.asks_for_evidence:
        return (Asked("Justificatifs disponibles en ligne", f"{YES_OR_NO}, et lesquels"),)
    found = [question_of(prop) for prop in questions]
    opener = next((n for n in reversed(range(len(found))) if found[n].form == YES_OR_NO), None)
    for below in group.groups:
        if opener is None or not below.condition:
            found.extend(asked_in(below))
        elif below.condition == "true":
            found[opener] = replace(found[opener], if_yes=(*found[opener].if_yes, *asked_in(below)))
        else:
            found[opener] = replace(found[opener], if_no=(*found[opener].if_no, *asked_in(below)))
    return tuple(found)


def question_of(prop: Property) -> Asked:
    label = question_in_french(prop.label) or "Réponse"
    return Asked(label, form_of(prop.data_type, label))


def form_of(data_type: str, label: str) -> str:
    """ "" where the label says it: « Date de la condamnation »."""
    form = next((form for start, form in FORMS if data_type.startswith(start)), "")
    return "" if label.lower().startswith(form) else form


def sentence(question: Asked) -> str:
    form = f"\u00a0: {question.form}" if question.form else ""
    return ". ".join([f"{question.label}{form}", *consequences(question, "Si")])


def consequences(question: Asked, word: str) -> Iterator[str]:
    for answer, opened in (("oui", question.if_yes), ("non", question.if_no)):
        if opened:
            yield f"{word} {answer}\u00a0: " + SEMICOLON.join(map(clause, opened))


def clause(question: Asked) -> str:
    """A question inside the sentence of another: its form and what it opens in brackets."""
    inside = SEMICOLON.join([*filter(None, [question.form]), *consequences(question, "si")])
    label = lowered(question.label.removeprefix("Sinon, "))
    return f"{label} ({inside})" if inside else label


def lowered(words: str) -> str:
    """The first letter small, unless it begins an acronym."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
