"""Documents checked whole (structure, official rules, code lists, our own rules) a second, on one core.

Reference: the official Schematron alone, as published, through saxonche, its stylesheets already compiled. The
documents are the official ones of the reference data: a response of 1.1 MB for 4.1.0, all the samples for 1.0.2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from saxonche import PySaxonApiError, PyXsltExecutable

from dume.model import Kind
from dume.sniff import DumeUnreadable, recognise
from dume.validate import check
from tests.benchmarks import Comparison, compare
from tests.dume.rules.oracle import DATA, executable, processor, sources
from tests.dume.rules.v1.oracle import sheets

UNIT = "documents/s"


@dataclass(frozen=True, slots=True)
class Case:
    data: bytes
    stylesheets: tuple[PyXsltExecutable, ...]


def measure() -> dict[str, Comparison]:
    cases = {"dume 4.1.0, 1.1 MB": [official_response()], "dume 1.0.2, samples": samples_1()}
    return {name: compare(ours(found), official(found), UNIT) for name, found in cases.items()}


def official_response() -> Case:
    data = (DATA / "4.1.0/samples/ESPD-Response.xml").read_bytes()
    return Case(data, compiled(sources("4.1.0", "Response")))


def samples_1() -> list[Case]:
    contents = [path.read_bytes() for path in sorted((DATA / "1.0.2/samples").rglob("*.xml"))]
    kinds = [(kind_of(data), data) for data in contents]
    return [
        Case(data, compiled(list(sheets(kind.value))))
        for kind, data in kinds
        if kind in {Kind.REQUEST, Kind.RESPONSE}
    ]


def kind_of(data: bytes) -> Kind:
    try:
        recognised = recognise(data)
    except DumeUnreadable:
        return Kind.UNKNOWN
    return recognised.kind if recognised.version == "1.0.2" else Kind.UNKNOWN


def compiled(paths: list[Path]) -> tuple[PyXsltExecutable, ...]:
    return tuple(executable(path, as_published=True) for path in paths)


def ours(cases: list[Case]) -> Callable[[], float]:
    def check_all() -> float:
        for case in cases:
            check(case.data)
        return len(cases)

    return check_all


def official(cases: list[Case]) -> Callable[[], float]:
    """One document a call: the published stylesheets take seconds for one of 4.1.0."""
    waiting = cycle([(case.data.decode("utf-8-sig"), case.stylesheets) for case in cases])

    def run() -> float:
        text, stylesheets = next(waiting)
        document = processor().parse_xml(xml_text=text)
        for stylesheet in stylesheets:
            try:
                stylesheet.transform_to_string(xdm_node=document)
            except PySaxonApiError:
                continue  # a document on which the stylesheet stops is still one it was run on
        return 1

    return run
