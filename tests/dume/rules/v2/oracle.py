"""The official judge of 2.1.1 and 2.0.2, in names that compare with ours.

2.0.2 was published as Schematron with the compiler to XSLT; the two lists of criteria it reads are not here, and our
own table stands in their place.
"""

import csv
import re
import tempfile
from collections import Counter
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from lxml import etree
from lxml.builder import ElementMaker
from saxonche import PySaxonApiError, PyXsltExecutable

from dume.rules.findings import Fired
from dume.rules.v2 import judge
from dume.rules.v2.taxonomy import Taxonomy, taxonomy
from procurement.xml import parse_xml
from tests.dume.rules.oracle import (
    DATA,
    Assertion,
    Judgement,
    assertions,
    executable,
    judged,
    keyed,
    kind_of,
    processor,
)

ATTRIBUTE = re.compile(r"^\(false\(\) or not\(@(\w+) ")
LAST_NAME = re.compile(r"local-name\(\)='([^']*)'")
STANDING_IN = {"BASIC": "REGULATED", "EXTENDED": "SELFCONTAINED"}
CAC = "urn:X-test:UBL:Pre-award:CommonAggregate"
CBC = "urn:X-test:UBL:Pre-award:CommonBasic"
#: By whether the group is a subsidiary one.
NAMES = ("TenderingCriterionPropertyGroup", "SubsidiaryTenderingCriterionPropertyGroup")
Name = tuple[str, str]


def official_name(one: Assertion) -> Name:
    """Assertions on code lists have no id: element and attribute name them."""
    if one.rule:
        return one.rule, one.flag
    element = LAST_NAME.findall(one.location)[-1]
    attribute = ATTRIBUTE.match(one.test)
    return f"{element}.{attribute[1].lower() if attribute else 'value'}", one.flag


def our_name(one: Fired) -> Name:
    if not one.rule.startswith("code-list."):
        return one.rule, one.flag.value
    return f"{etree.QName(one.element).localname}.{one.rule.rpartition('.')[2]}", one.flag.value


@cache
def sheets_of(version: str) -> dict[str, set[str]]:
    """Official id -> the sheets that have it."""
    found: dict[str, set[str]] = {}
    with (DATA / "rules" / f"rules-{version}.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["id"], set()).add(Path(row["file"]).stem)
    return found


def is_stopped(version: str, rule: str, stopped: frozenset[str]) -> bool:
    """Whether the sheet of a rule ended in an error: what it would have said is not known."""
    if rule.startswith("BR-"):
        return not sheets_of(version)[rule].isdisjoint(stopped)
    attributes, values = "01 ESPD Common CL Attributes", "01 ESPD-codelist-values"
    return (values if rule.endswith(".value") else attributes) in stopped


def disagreement(version: str, root: etree._Element) -> dict[str, set[Name]]:
    """The rules that fire for one side only, of every flag, and with the flag."""
    theirs, ours = both(version, root)
    said = {"only ours": set(ours) - set(theirs), "only official": set(theirs) - set(ours)}
    return {who: names for who, names in said.items() if names}


def both(version: str, root: etree._Element) -> tuple[Counter[Name], Counter[Name]]:
    """How often each rule fires, as the official stylesheets that came to an end say, and as we do."""
    data = etree.tostring(root)
    official = judged(version, data) if version == "2.1.1" else judged_2_0_2(data)
    ours = Counter(
        name
        for name in map(our_name, judge(root))
        if not is_stopped(version, name[0], official.stopped)
        and not (version == "2.0.2" and name[0].endswith(".value"))
    )
    return Counter(official_name(one) for one in official.fired), ours


def judged_2_0_2(data: bytes) -> Judgement:
    """All but the values of code lists, whose Schematron is not with the others."""
    root = parse_xml(data)
    document = processor().parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
    fired: list[Assertion] = []
    stopped: set[str] = set()
    for stem, sheet in compiled(kind_of(root)).items():
        try:
            svrl = sheet.transform_to_string(xdm_node=document)
        except PySaxonApiError:
            stopped.add(stem)
            continue
        fired.extend(replace(one, sheet=stem) for one in assertions(svrl, stem))
    return Judgement(tuple(fired), frozenset(stopped))


@cache
def folder_of_sheets() -> tempfile.TemporaryDirectory[str]:
    """Kept as long as the tests run: a stylesheet opens its criteria when the first document needs them."""
    folder = tempfile.TemporaryDirectory()
    for profile, name in STANDING_IN.items():
        path = Path(folder.name) / f"ESPD-CriteriaTaxonomy-{name}.V2.0.2.xml"
        path.write_bytes(etree.tostring(standing_in(taxonomy("2.0.2", profile))))
    return folder


def standing_in(known: Taxonomy) -> etree._Element:
    """Our table written as the stylesheets read it: criteria, then each group under its parent, then what each
    group may hold. Rules, not facts, are compared: the facts are held against what was observed."""
    maker = ElementMaker(nsmap={"cac": CAC, "cbc": CBC})
    cac, cbc = (partial(tag, maker, f"{{{space}}}") for space in (CAC, CBC))
    root = maker("criteria")
    for uuid, criterion in known.criteria.items():
        groups = [cac("TenderingCriterionPropertyGroup") for _ in range(criterion.groups)]
        root.append(
            cac("TenderingCriterion", cbc("ID", uuid), cbc("CriterionTypeCode", criterion.code), *groups)
        )
    for (parent, group), place in known.places.items():
        inside = [
            *[cac("TenderingCriterionProperty") for _ in range(place.properties)],
            *[cac("SubsidiaryTenderingCriterionPropertyGroup") for _ in range(place.groups)],
        ]
        node = cac(
            NAMES[place.subsidiary], cbc("ID", group), cbc("PropertyGroupTypeCode", place.condition), *inside
        )
        root.append(maker("parent", cbc("ID", parent), node))
    for group, content in known.contents.items():
        properties = [
            cac("TenderingCriterionProperty", cbc(name, text))
            for name, texts in (("TypeCode", content.types), ("ValueDataTypeCode", content.data_types))
            for text in texts
        ]
        root.append(maker("content", cac(NAMES[True], cbc("ID", group), *properties)))
    return root


def tag(maker: ElementMaker, space: str, name: str, *inside: object) -> etree._Element:
    return maker(f"{space}{name}", *inside)


@cache
def compiled(kind: str) -> dict[str, PyXsltExecutable]:
    schematron = DATA / "2.0.2" / "schematron"
    compiler = executable(schematron / "common/xsl/iso_svrl_for_xslt2.xsl", as_published=True)
    sources = [*schematron.glob("common/sch/*.sch"), *schematron.glob(f"ESPD{kind}/sch/*.sch")]
    folder = Path(folder_of_sheets().name)
    found = {}
    for source in sorted(sources):
        document = processor().parse_xml(xml_text=source.read_text(encoding="utf-8"))
        sheet = folder / f"{source.stem}.xsl"
        sheet.write_text(compiler.transform_to_string(xdm_node=document), encoding="utf-8")
        sheet.write_bytes(keyed(sheet))
        found[source.stem] = processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(sheet))
    return found
