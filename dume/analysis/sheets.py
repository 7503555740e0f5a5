"""Tables written for spreadsheets: CSV, and OpenDocument (ISO/IEC 26300) with numbers as numbers and dates as dates."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from lxml import etree

from dume.analysis.tables import Cell, Row, Table
from dume.elements import is_xml_character
from procurement.spreadsheets import guarded

CSV_TYPE = "text/csv; charset=utf-8"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
#: A cell of a spreadsheet holds no more characters.
MOST_CHARACTERS = 32_000
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
FORMAT = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
NAMESPACES = {"office": OFFICE, "table": TABLE, "text": TEXT, "style": STYLE, "fo": FORMAT}
HEADING, WIDE = "heading", "wide"
#: The same bytes for the same facts.
EPOCH = (1980, 1, 1, 0, 0, 0)


def write_csv(table: Table) -> bytes:
    """As French spreadsheets read it: UTF-8 with its mark, semicolons, decimal commas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([plain(cell) for cell in row] for row in table.rows)
    return buffer.getvalue().encode("utf-8-sig")


def plain(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return f"{cell:f}".replace(".", ",")
        case date():
            return cell.isoformat()
        case int():
            return str(cell)
        case _:
            return guarded(cell)


def write_ods(tables: Sequence[Table]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # First and not compressed: programs tell the type of the file by these bytes.
        archive.writestr(zipfile.ZipInfo("mimetype", EPOCH), ODS_TYPE, zipfile.ZIP_STORED)
        for name, root in (("content.xml", content(tables)), ("META-INF/manifest.xml", manifest())):
            data = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def manifest() -> etree._Element:
    root = etree.Element(f"{{{MANIFEST}}}manifest", nsmap={"manifest": MANIFEST})
    root.set(f"{{{MANIFEST}}}version", "1.3")
    for path, media_type in (("/", ODS_TYPE), ("content.xml", "text/xml")):
        entry = etree.SubElement(root, f"{{{MANIFEST}}}file-entry")
        entry.set(f"{{{MANIFEST}}}full-path", path)
        entry.set(f"{{{MANIFEST}}}media-type", media_type)
    return root


def content(tables: Sequence[Table]) -> etree._Element:
    root = etree.Element(f"{{{OFFICE}}}document-content", nsmap=NAMESPACES)
    root.set(f"{{{OFFICE}}}version", "1.3")
    root.append(styles())
    body = etree.SubElement(root, f"{{{OFFICE}}}body")
    book = etree.SubElement(body, f"{{{OFFICE}}}spreadsheet")
    for table in tables:
        sheet = etree.SubElement(book, f"{{{TABLE}}}table")
        sheet.set(f"{{{TABLE}}}name", table.title)
        columns = etree.SubElement(sheet, f"{{{TABLE}}}table-column")
        columns.set(f"{{{TABLE}}}style-name", WIDE)
        columns.set(f"{{{TABLE}}}number-columns-repeated", str(len(table.columns)))
        header = etree.SubElement(sheet, f"{{{TABLE}}}table-header-rows")
        add_row(header, table.columns, style=HEADING)
        for row in table.rows:
            add_row(sheet, row)
    return root


def styles() -> etree._Element:
    root = etree.Element(f"{{{OFFICE}}}automatic-styles")
    for name, family, kind, (space, attribute, value) in (
        (HEADING, "table-cell", "text-properties", (FORMAT, "font-weight", "bold")),
        (WIDE, "table-column", "table-column-properties", (STYLE, "column-width", "5cm")),
    ):
        style = etree.SubElement(root, f"{{{STYLE}}}style")
        style.set(f"{{{STYLE}}}name", name)
        style.set(f"{{{STYLE}}}family", family)
        etree.SubElement(style, f"{{{STYLE}}}{kind}").set(f"{{{space}}}{attribute}", value)
    return root


def add_row(sheet: etree._Element, row: Row, style: str = "") -> None:
    parent = etree.SubElement(sheet, f"{{{TABLE}}}table-row")
    for cell in row:
        node = etree.SubElement(parent, f"{{{TABLE}}}table-cell")
        if style:
            node.set(f"{{{TABLE}}}style-name", style)
        for name, value in typed(cell):
            node.set(f"{{{OFFICE}}}{name}", value)
        if cell is not None:
            written = "".join(filter(is_xml_character, plain(cell)))
            etree.SubElement(node, f"{{{TEXT}}}p").text = written[:MOST_CHARACTERS]


def typed(cell: Cell) -> Iterator[tuple[str, str]]:
    match cell:
        case None:
            return
        case Decimal() | int():
            yield "value-type", "float"
            yield "value", str(cell)
        case date():
            yield "value-type", "date"
            yield "date-value", cell.isoformat()
        case _:
            yield "value-type", "string"
