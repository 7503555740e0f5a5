"""A document in, a graded report out: structure, official rules, code lists and our own few rules. Nothing refuses.

The bytes are parsed once; our rules, the official ones and the schema read the same tree.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from dume.checking import official, own, structure
from dume.checking.facts import Facts, facts_in, facts_of
from dume.checking.own import Expected
from dume.checking.places import Places
from dume.model import Dume, Kind, Recognised
from dume.parse import NotADume
from dume.report import Finding, Layer, Report, Severity
from dume.rules.registry import RULE_SETS, judged_as, rule_set
from dume.sniff import DumeUnreadable, recognise_root, root_of


def check(
    source: bytes | Dume,
    *,
    expected_reference: str | None = None,
    operator_siret: str | None = None,
    expected_buyer: str | None = None,
    expected_kind: Kind | None = None,
) -> Report:
    """The graded findings on a document. Bytes that are no DUME give an unreadable report, not an exception.

    `expected_kind` is what the caller wants of it: a buyer's request is no fault by itself, but is one in a bid.
    A `Dume` already read has no file to judge: only our own rules are applied to it.
    """
    expected = Expected(expected_reference or "", operator_siret or "", expected_buyer or "", expected_kind)
    if isinstance(source, Dume):
        facts = facts_of(source)
        return report_on(facts, tuple(own.findings(facts, expected)))
    with no_collection():
        return checked(source, expected)


def checked(source: bytes, expected: Expected) -> Report:
    try:
        root = root_of(source)
    except DumeUnreadable as refusal:
        return unreadable(str(refusal), rule="xml")
    recognised = recognise_root(root)
    if recognised.kind is Kind.UNKNOWN:
        return unreadable(str(NotADume()), rule="not-a-dume")
    facts = facts_in(root, recognised, links=not judged_as(recognised.version))
    judged = tuple(judge(root, recognised))
    return report_on(facts, (*own.not_covered(own.findings(facts, expected), judged), *judged))


@contextmanager
def no_collection() -> Iterator[None]:
    """No cyclic garbage collection for some milliseconds: an eighth of the time of a check went into it.

    The rules hold ten thousand elements at once, which the collector would look through again and again; they make no
    cycles, so that nothing waits for it. Whoever finds it off leaves it off, so that threads do not undo each other.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def judge(root: etree._Element, recognised: Recognised) -> Iterator[Finding]:
    """The schema and the official rules of its version; where there are none, or only near ones, it is said."""
    places = Places(root)
    yield from structure.findings(root, recognised, places)
    rules = judged_as(recognised.version)
    if rules != recognised.version:
        yield nearest(recognised.version, rules)
    if rules:
        yield from official.findings(rule_set(rules)(root), places)


def nearest(version: str, rules: str) -> Finding:
    message = (
        f"Les règles officielles appliquées sont celles de la version {rules}, la plus proche de la {version}."
        if rules
        else f"Aucune règle officielle n'est appliquée à la version {version}\u00a0: "
        f"celles qui le sont vont de {min(RULE_SETS)} à {max(RULE_SETS)}."
    )
    return Finding(Severity.INFO, "Fichier", message, "rules.version", version, technical=True)


def report_on(facts: Facts, findings: tuple[Finding, ...]) -> Report:
    party = facts.operator.party if facts.operator else None
    return Report(
        kind=facts.kind.value,
        version=facts.recognised.version,
        operator_name=party.name if party else "",
        operator_id=party.identifier if party else "",
        reference=facts.procedure.reference,
        lots=tuple(lot.id for lot in facts.procedure.lots),
        findings=findings,
    )


def unreadable(message: str, *, rule: str) -> Report:
    finding = Finding(Severity.ERROR, "Fichier", message, rule=rule, layer=Layer.STRUCTURE)
    return Report(kind=Kind.UNKNOWN.value, findings=(finding,), readable=False)
