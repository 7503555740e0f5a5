"""Rules that only ask for an element to be there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.ubl.index import CBC, CRITERION, ID, has


@dataclass(frozen=True, slots=True)
class Wanted:
    """`path` below the element judged; `message` for when nothing is there."""

    rule: str
    path: tuple[str, ...]
    message: str
    flag: Flag = Flag.FATAL


#: « Cardinality » (02) of requests and responses.
ROOT_PARTS: tuple[Wanted, ...] = (
    Wanted(
        "BR-OTH-04-01",
        (f"{CBC}UBLVersionID",),
        "La version d'UBL n'est pas indiquée. Ajoutez UBLVersionID, avec la valeur 2.3.",
    ),
    Wanted("BR-OTH-04-03", (ID,), "L'identifiant du document manque. Ajoutez-le (ID)."),
    Wanted(
        "BR-OTH-04-04",
        (f"{CBC}UUID",),
        "L'identifiant universel du document manque. Ajoutez-le (UUID).",
    ),
    Wanted(
        "BR-OTH-04-06",
        (CRITERION,),
        "Le document ne contient aucun critère (TenderingCriterion). Reprenez ceux de la demande.",
    ),
)


def missing(node: etree._Element, wanted: Iterable[Wanted]) -> Iterator[Fired]:
    for one in wanted:
        if not has(node, *one.path):
            yield Fired(one.rule, one.flag, node, one.message)
