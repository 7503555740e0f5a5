"""The official stylesheets as the judge of our rules, run through saxonche. Only tests use it.

The stylesheets look criteria up with `document(…)//X[cbc:ID = $id]`, once for each element of the document: most of
their time. Copies made at run time in a temporary folder use xsl:key for these look-ups and nothing else changes.
`//X[…][1]` is the first X of each parent, not the first of all; the copies keep that.
"""

import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor, PyXsltExecutable

from procurement.xml import parse_xml

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "dume"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
XSL = "{http://www.w3.org/1999/XSL/Transform}"
#: Where the stylesheets of each version are, by the local name of the root.
FOLDERS = {
    "2.1.1": "2.1.1/schematron/ESPD{kind}-2.1.1/xsl",
    "3.3.0": "3.3.0/schematron/ESPD{kind}/xsl",
    "4.1.0": "4.1.0/schematron/ESPD{kind}/xsl",
}
LOOK_UP = re.compile(r"(document\('[^']+'\))//cac:(\w+)\[cbc:ID = (\$\w+)\](\[1\])?")
DOCUMENT = re.compile(r"document\('([^']+)'\)")


@dataclass(frozen=True, slots=True)
class Assertion:
    """One that failed. `rule` is "" where the official assertion has no id; then `test` tells it apart."""

    rule: str
    flag: str
    location: str
    test: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """`stopped`: the stylesheets that ended in a dynamic error (two ids where one is read, a boolean that is none);
    what they would have said of the document is not known."""

    fired: tuple[Assertion, ...]
    stopped: frozenset[str]

    def rules(self, *flags: str) -> set[str]:
        return {one.rule for one in self.fired if not flags or one.flag in flags}

    def count(self) -> Counter[str]:
        return Counter(one.rule for one in self.fired)


@cache
def processor() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


def keyed(source: Path) -> bytes:
    """The stylesheet with its look-ups through xsl:key and its documents named absolutely."""
    root = parse_xml(source.read_bytes(), max_bytes=50_000_000)
    names: set[str] = set()

    def look_up(match: re.Match[str]) -> str:
        document, name, variable, per_parent = match.groups()
        names.add(name)
        found = f"key('oracle-{name}', {variable}, {document})"
        return (
            f"{found}[not(preceding-sibling::cac:{name}/cbc:ID = {variable})]" if per_parent else f"{found}"
        )

    for node in root.iter("*"):
        for attribute in ("select", "test", "match"):
            if "document(" in (text := node.get(attribute, "")):
                text = LOOK_UP.sub(look_up, text)
                node.set(
                    attribute,
                    DOCUMENT.sub(
                        lambda name: f"document('{(source.parent / name[1]).resolve().as_uri()}')", text
                    ),
                )
    after_imports = next(i for i, node in enumerate(root) if node.tag == f"{XSL}output")
    for name in sorted(names):
        key = etree.Element(f"{XSL}key", name=f"oracle-{name}", match=f"cac:{name}", use="cbc:ID")
        root.insert(after_imports, key)
    return etree.tostring(root)


def sources(version: str, kind: str) -> list[Path]:
    folder = DATA / FOLDERS[version].format(kind=kind)
    return [path for path in sorted(folder.glob("*.xsl")) if not path.name.endswith(".sch.xsl")]


@cache
def executable(source: Path, *, as_published: bool = False) -> PyXsltExecutable:
    compiler = processor().new_xslt30_processor()
    if as_published:
        return compiler.compile_stylesheet(stylesheet_file=str(source))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "keyed.xsl"
        copy.write_bytes(keyed(source))
        return compiler.compile_stylesheet(stylesheet_file=str(copy))


def kind_of(root: etree._Element) -> str:
    return "Response" if etree.QName(root).localname.endswith("Response") else "Request"


def judged(version: str, data: bytes, *, as_published: bool = False) -> Judgement:
    """What the official rules of the version say of the document (2.1.1, 3.3.0 or 4.1.0)."""
    root = parse_xml(data)
    document = processor().parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
    fired: list[Assertion] = []
    stopped: set[str] = set()
    for source in sources(version, kind_of(root)):
        try:
            svrl = executable(source, as_published=as_published).transform_to_string(xdm_node=document)
        except PySaxonApiError:
            stopped.add(source.stem)
            continue
        fired.extend(assertions(svrl, source.stem))
    return Judgement(tuple(fired), frozenset(stopped))


def assertions(svrl: str, sheet: str) -> list[Assertion]:
    report = parse_xml(svrl.encode(), max_bytes=100_000_000)
    return [
        Assertion(
            rule=node.get("id", ""),
            flag=node.get("flag", node.get("role", "")),
            location=node.get("location", ""),
            test=node.get("test", ""),
            sheet=sheet,
        )
        for node in report.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")
    ]
