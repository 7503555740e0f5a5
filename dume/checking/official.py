"""What the official rules found, graded and told once a rule: a file of an older tool breaks one rule 600 times.

A buyer may not refuse a DUME, so no grade refuses. The published grade is kept (`flag`): fatal and error are told as
errors, warning as a warning, and a rule published without a grade is for information. What the people who fill in the
form can correct is told apart from what only the maker of their tool can (`technical`): ids, scheme and list
attributes, the wording and the tree of the taxonomy.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType

from dume.checking.places import HEADER, SECTIONS, Places
from dume.report import Finding, Layer, Severity
from dume.rules.findings import Fired, Flag

SEVERITIES = {
    Flag.FATAL: Severity.ERROR,
    Flag.ERROR: Severity.ERROR,
    Flag.WARNING: Severity.WARNING,
    Flag.UNSET: Severity.INFO,
}
#: Values and attributes of codes: BR-OTH-01 (list attributes), the restrictions of 2.1.1, and the rules that have
#: no official id, which we name.
CODE_LISTS = (
    "BR-OTH-01",
    "BR-COM-CL-RESTR",
    "codelist",
    "v1.request.code-",
    "v1.response.code-",
    "v1.request.list-",
    "v1.response.list-",
)
#: BR-TC is the tree of the taxonomy, BR-OTH the header and the attributes, BR-COM the references to notices; of 1.0.2
#: only the answers are the depositor's (the rest that matters to people is asked by our own rules too).
TECHNICAL = ("BR-TC-", "BR-OTH-", "BR-COM-", "v1.")
TOLD = ("v1.response.answer-",)
#: « Partie II.A, opérateur : » at the beginning of the words of a rule.
IN_WORDS = re.compile(r"(?P<where>(?P<part>Partie [IV]+(?:\.[A-Dα])?)[^:]*?)\u00a0: ")
#: Beginning of a rule -> the place of what it did not find; the first that fits.
ABSENT: Mapping[str, str] = MappingProxyType(
    {
        "BR-REQ-30": "Partie III, motifs d'exclusion",
        "BR-RESP-30": "Partie III, motifs d'exclusion",
        "BR-REQ-4": "Partie IV, critères de sélection",
        "BR-RESP-40": "Partie IV, critères de sélection",
        "BR-RESP-80": "Partie IV, critères de sélection",
        "BR-SUBCONT": "Partie IV, critères de sélection",
        "BR-OENRON": "Partie IV, critères de sélection",
        "BR-REQ-20": SECTIONS["ContractingParty"],
        "BR-RESP-1": SECTIONS["EconomicOperatorParty"],
        "BR-LEAD": "Partie II.A, groupement",
        "BR-LOT": SECTIONS["ProcurementProjectLot"],
        "BR-SC": SECTIONS["ProcedureCode"],
    }
)
#: A file made to hurt could break rules a million times; the worst reference document breaks them 6,000 times.
MOST = 50_000
STOPPED = Finding(
    Severity.WARNING,
    "Fichier",
    f"Le contrôle s'est arrêté après {MOST} remarques\u00a0: ce fichier n'est pas un DUME ordinaire. "
    "Exportez-le de nouveau depuis votre service DUME.",
    rule="rules.stopped",
)
#: Places named beside the first one.
MORE_PLACES = 2
#: Of the others, how many are looked at to find them.
LOOKED_AT = 20


def findings(fired: Iterable[Fired], places: Places) -> Iterator[Finding]:
    """One finding a rule and a grade, in the order in which the rules first fired."""
    groups: dict[tuple[str, Flag], list[Fired]] = {}
    for one in islice(fired, MOST):
        groups.setdefault((one.rule, one.flag), []).append(one)
    if sum(map(len, groups.values())) == MOST:
        yield STOPPED
    for (rule, flag), found in groups.items():
        layer = layer_of(rule)
        first = found[0]
        stands = places.of(first.element)
        where, message = placed(first, stands)
        yield Finding(
            severity=SEVERITIES[flag],
            where=where,
            message=message + others(stands, (places.of(one.element) for one in found[1:]), len(found)),
            rule=rule,
            value=first.value,
            layer=layer,
            flag=flag.value,
            count=len(found),
            technical=is_technical(rule, layer),
        )


def placed(first: Fired, where: str) -> tuple[str, str]:
    """The place and the words, the place told once: some rules begin their words with it.

    What is missing altogether fires on the root: its place is then the one that the words, or the rule, name.
    """
    begins = IN_WORDS.match(first.message)
    if begins is None:
        return (absent_from(first.rule) or where if where == HEADER else where), first.message
    rest = first.message[begins.end() :]
    words = f"{rest[:1].upper()}{rest[1:]}"
    if where == HEADER:
        return begins["where"], words
    same_part = where.startswith((f"{begins['part']},", f"{begins['part']}."))
    return (where, words) if same_part else (where, first.message)


def absent_from(rule: str) -> str:
    return next((place for start, place in ABSENT.items() if rule.startswith(start)), "")


def layer_of(rule: str) -> Layer:
    return Layer.CODELISTS if rule.startswith(CODE_LISTS) else Layer.BUSINESS


def is_technical(rule: str, layer: Layer) -> bool:
    return layer is Layer.CODELISTS or (rule.startswith(TECHNICAL) and not rule.startswith(TOLD))


def others(first: str, wheres: Iterable[str], count: int) -> str:
    """« La même remarque vaut à 11 autres endroits, dont : … »; "" for a rule that found one place."""
    if count == 1:
        return ""
    named: list[str] = []
    for where in islice(wheres, LOOKED_AT):
        if where != first and where not in named:
            named.append(where)
        if len(named) == MORE_PLACES:
            break
    rest = count - 1
    sentence = (
        f" La même remarque vaut à {rest} autre{'s' if rest > 1 else ''} endroit{'s' if rest > 1 else ''}"
    )
    if not named:
        return f"{sentence}."
    which = ", dont" if len(named) < rest else ""
    places = "\u00a0; ".join(named)
    return f"{sentence}{which}\u00a0: {places}."
