"""What a spreadsheet gets: typed cells, nothing it would run."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

from dume.analysis.analyse import analyse
from dume.analysis.model import Candidate, Paper
from dume.analysis.sheets import ODS_TYPE, write_csv, write_ods
from dume.analysis.tables import Table, flat, tables
from dume.parse import read
from dume.samples import sample_response
from procurement.xml import parse_xml
from tests.dume.analysis.made import candidate, dume, turnover, year

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
NAMESPACES = {
    "t": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "o": OFFICE.strip("{}"),
}
TABLE = Table(
    "Essai",
    ("Nom", "Montant", "Jour", "Vide"),
    (("=1+1", Decimal("-1234.5"), date(2026, 3, 2), None), ("A;B \x01", 3, None, "x")),
)


def test_csv_is_read_by_french_spreadsheets():
    data = write_csv(TABLE)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert rows[1] == ["'=1+1", "-1234,5", "2026-03-02", ""]
    assert rows[2][0].startswith("A;B")


def opened(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {info.filename: (info, archive.read(info)) for info in archive.infolist()}


def sheets(data):
    """Sheet -> its rows, each cell as (type, value)."""
    root = parse_xml(opened(data)["content.xml"][1])
    return {
        sheet.get(f"{{{NAMESPACES['t']}}}name"): [
            [cell_of(cell) for cell in row.iterfind("t:table-cell", NAMESPACES)]
            for row in sheet.iterfind(".//t:table-row", NAMESPACES)
        ]
        for sheet in root.iterfind(".//t:table", NAMESPACES)
    }


def cell_of(cell):
    kind = cell.get(f"{OFFICE}value-type")
    value = cell.get(f"{OFFICE}value") or cell.get(f"{OFFICE}date-value") or "".join(cell.itertext())
    return (kind, value)


def test_the_type_of_an_ods_file_is_its_first_bytes():
    data = write_ods([TABLE])
    first = next(iter(opened(data).values()))
    assert (first[0].filename, first[0].compress_type, first[1]) == (
        "mimetype",
        zipfile.ZIP_STORED,
        ODS_TYPE.encode(),
    )
    assert data[38 : 38 + len(ODS_TYPE)] == ODS_TYPE.encode()


def test_the_manifest_lists_every_part():
    found = opened(write_ods([TABLE]))
    listed = parse_xml(found["META-INF/manifest.xml"][1]).xpath("//@*[local-name()='full-path']")
    assert set(listed) == {"/", *found} - {"mimetype", "META-INF/manifest.xml"}


def test_numbers_are_numbers_and_dates_are_dates():
    (rows,) = sheets(write_ods([TABLE])).values()
    assert rows[1] == [("string", "'=1+1"), ("float", "-1234.5"), ("date", "2026-03-02"), (None, "")]
    assert rows[2][0] == ("string", "A;B ")


def test_the_same_facts_give_the_same_bytes():
    assert write_ods([TABLE]) == write_ods([TABLE])


def test_each_subject_has_its_sheet():
    found = analyse(candidate(dume(turnover("100000", year("2025", "90000.50"))), lots=(1,)), reference="R1")
    book = sheets(write_ods(tables([found])))
    assert list(book) == [
        "Synthèse",
        "DUME",
        "Motifs",
        "Capacités",
        "Groupements",
        "Justificatifs",
        "À regarder",
    ]
    header, amount = book["Capacités"][0], book["Capacités"][1]
    told = dict(zip((value for _, value in header), amount, strict=True))
    assert told["Exigé"] == ("float", "100000")
    assert told["Déclaré"] == ("float", "90000.50")
    assert told["Constat"] == ("string", "En dessous")


def test_a_candidate_without_dume_is_in_the_export():
    without = analyse(Candidate(2, "Sans DUME SARL"))
    unread = analyse(Candidate(3, "Illisible SARL", papers=(Paper("dume.xml", problem="Illisible."),)))
    rows = {row[1]: row for row in tables([without, unread])[-1].rows}
    assert rows["Sans DUME SARL"][-1] == "Aucun DUME joint"
    assert rows["Illisible SARL"][-1] == "dume.xml : Illisible."


def test_the_flat_table_loses_nothing(now):
    document = read(sample_response(now=now, declared=frozenset({"tax-pay"})))
    found = tables([analyse(candidate(document))])
    flattened = flat(found)
    assert len(flattened.rows) == sum(len(table.rows) for table in found)
    assert {len(row) for row in flattened.rows} == {len(flattened.columns)}
