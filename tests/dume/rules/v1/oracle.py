"""The official stylesheets of ESPD 1.0.2 as the judge, each assert told apart by its place.

The asserts have no id and share their tests, and the report does not say which rule it is in. A copy made in memory
writes the ranks of the rule and of the assert as `id` of what it reports; nothing else changes.

Two readings: XSLT 2 (saxonche), where `string(cbc:ID)` of two ids stops the whole stylesheet with an error; and
XSLT 1 (libxslt), where the first counts. The second answers where the first stopped.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree
from saxonche import PySaxonApiError, PyXsltExecutable

from dume.rules.v1.names import CODE_LISTS, OFFICIAL
from procurement.xml import parse_xml
from tests.dume.rules.oracle import DATA, SVRL, XSL, processor

FOLDER = DATA / "1.0.2" / "schematron"
#: (kind, file, rank of the rule, rank of the assert) -> our name.
NAMES = {
    (name.split(".")[1], place.file, place.rule, place.assertion): name for name, place in OFFICIAL.items()
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """`stopped`: the files that XSLT 2 could not finish."""

    names: frozenset[str]
    stopped: frozenset[str]


def file_of(sheet: Path) -> str:
    return sheet.name[:2] if sheet.name[0].isdigit() else CODE_LISTS


def kind_of(root: etree._Element) -> str:
    return "response" if etree.QName(root).localname == "ESPDResponse" else "request"


@cache
def sheets(kind: str) -> tuple[Path, ...]:
    return tuple(sorted((FOLDER / "xsl" / f"ESPD{kind.title()}" / "validation-files").glob("*.xsl")))


def asserts_by_rule(sheet: Path) -> tuple[etree._Element, list[list[etree._Element]]]:
    root = parse_xml(sheet.read_bytes())
    by_template = [list(template.iter(f"{SVRL}failed-assert")) for template in root.iter(f"{XSL}template")]
    return root, [asserts for asserts in by_template if asserts]


@cache
def numbered(sheet: Path) -> str:
    """The text of the stylesheet, with ranks."""
    root, by_rule = asserts_by_rule(sheet)
    for rule, asserts in enumerate(by_rule, start=1):
        for rank, one in enumerate(asserts, start=1):
            one.set("id", f"{rule}.{rank}")
    return etree.tostring(root, encoding="unicode")


@cache
def in_xslt_2(sheet: Path) -> PyXsltExecutable:
    return processor().new_xslt30_processor().compile_stylesheet(stylesheet_text=numbered(sheet))


@cache
def in_xslt_1(sheet: Path) -> etree.XSLT:
    return etree.XSLT(parse_xml(numbered(sheet).encode()))


def judged(root: etree._Element, *, first_counts: bool = False) -> Judgement:
    """`first_counts` asks XSLT 1 alone, which is faster."""
    kind = kind_of(root)
    document = (
        None if first_counts else processor().parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
    )
    names: set[str] = set()
    stopped: set[str] = set()
    for sheet in sheets(kind):
        file = file_of(sheet)
        try:
            svrl = None if first_counts else in_xslt_2(sheet).transform_to_string(xdm_node=document)
        except PySaxonApiError:
            svrl = None
            stopped.add(file)
        report = parse_xml(svrl.encode()) if svrl is not None else in_xslt_1(sheet)(root).getroot()
        for one in report.iter(f"{SVRL}failed-assert"):
            rule, rank = map(int, one.get("id", "").split("."))
            names.add(NAMES[kind, file, rule, rank])
    return Judgement(frozenset(names), frozenset(stopped))
