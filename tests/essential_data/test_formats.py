import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from essential_data.fields import CONCESSION, CONTRACT, walk
from essential_data.formats import csv_file, json_file, xml_file
from essential_data.formats.files import schema_accepts, schema_bytes
from essential_data.mapping import Snapshot, build_record, read_record
from procurement.xml import parse_xml
from tenders.rules import contracts as words
from tenders.rules.contracts import Facts, Holder
from tests.essential_data.conftest import BUYER_SIRET, HOLDER_SIRET, SECOND_SIRET

SCHEMAS = "essential_data/schemas/v2.0.4-from-decp-arr2022"


def some(known: dict[str, str], none: str = "none") -> st.SearchStrategy[tuple[str, ...]]:
    real = sorted(set(known) - {none})
    return st.lists(st.sampled_from(real), min_size=1, max_size=3, unique=True).map(tuple)


def one(known: dict[str, str]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(known))


SHARES = st.decimals("0", "1", places=4)
SUBJECTS = st.text(
    st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=5, max_size=200
).filter(lambda text: text == text.strip())


@st.composite
def contracts(draw: Any) -> Snapshot:
    """Any complete marché."""
    advance = draw(st.booleans())
    facts = Facts(
        nature=draw(one(words.NATURES)),
        subject=draw(SUBJECTS),
        cpv=draw(st.sampled_from(["77310000", "45000000-7", "03000000-1"])),
        techniques=draw(some(words.TECHNIQUES)),
        execution_modalities=draw(some(words.EXECUTION_MODALITIES)),
        framework_number=draw(st.none() | st.just("AC-2025-01")),
        innovative=draw(st.booleans()),
        ccag=draw(one(words.CCAGS)),
        offers_received=draw(st.integers(1, 200)),
        advance_granted=advance,
        advance_rate=draw(st.decimals("0.01", "1", places=4)) if advance else None,
        grouping=draw(one(words.GROUPINGS)),
        procedure=draw(one(words.PROCEDURES)),
        place_code="40192",
        place_type="commune",
        duration_months=draw(st.integers(1, 180)),
        price_types=draw(some(words.PRICE_TYPES)),
        price_form=draw(one(words.PRICE_FORMS)),
        subcontracting_declared=draw(st.booleans()),
        social=draw(some(words.SOCIAL)),
        environmental=draw(some(words.ENVIRONMENTAL)),
        eu_share=draw(SHARES),
        french_share=Decimal(0),
    )
    return Snapshot(
        kind="contract",
        number=draw(st.from_regex(words.NUMBER, fullmatch=True)),
        buyer_siret=BUYER_SIRET,
        amount=draw(st.decimals("1", "3000000000", places=2)),
        notified_on=draw(st.dates(date(2024, 1, 1), date(2039, 12, 31))),
        published_on=date(2039, 12, 31),
        facts=facts,
        holders=(Holder("", HOLDER_SIRET), Holder("", SECOND_SIRET)),
    )


@given(contracts())
def test_json_and_xml_give_the_same_contract_back(snapshot: Snapshot) -> None:
    record = build_record(snapshot)
    ((key, from_json),) = json_file.read_file(json_file.write_file(record, "marche"))
    first = read_record(from_json, key)
    assert first == snapshot
    xml = xml_file.write_file(build_record(first), key)
    assert schema_accepts(xml)
    ((key, from_xml),) = xml_file.read_file(xml)
    assert read_record(from_xml, key) == snapshot
    assert json_file.write_file(from_xml, key) == json_file.write_file(record, "marche")


def test_a_concession_survives_both_formats(concession: Snapshot) -> None:
    record = build_record(concession)
    ((key, back),) = xml_file.read_file(xml_file.write_file(record, "contrat-concession"))
    assert read_record(back, key).facts == concession.facts
    assert json_file.write_file(back, key) == json_file.write_file(record, "contrat-concession")


def leaves(value: object) -> Iterator[object]:
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from leaves(child)


def test_nothing_empty_is_ever_written(snapshot: Snapshot) -> None:
    silent = replace(snapshot, facts=Facts(), holders=(), notified_on=None)
    record = json.loads(json_file.write_record(build_record(silent), "marche"))
    assert set(record) == {"id", "acheteur", "montant", "datePublicationDonnees"}
    for empty in ([], {}, None, "", "NC"):
        assert empty not in list(leaves(record))


def test_amounts_have_no_exponent_and_booleans_are_words(snapshot: Snapshot) -> None:
    xml = xml_file.write_file(build_record(replace(snapshot, amount=Decimal("3E+8"))), "marche").decode()
    assert "<montant>300000000</montant>" in xml
    assert "<marcheInnovant>false</marcheInnovant>" in xml
    assert "<tauxAvance>0.05</tauxAvance>" in xml


def test_the_item_of_subcontracting_changes_is_named_as_each_format_wants(snapshot: Snapshot) -> None:
    change = {
        "id": 1,
        "dateNotificationModificationSousTraitance": "2026-03-01",
        "datePublicationDonnees": "2026-03-02",
    }
    record = build_record(snapshot) | {
        "modificationsActesSousTraitance": [{"modificationActeSousTraitance": change}]
    }
    xml = xml_file.write_file(record, "marche")
    assert b"<modificationsActesSousTraitance><modificationActesSousTraitance>" in xml
    assert b'"modificationActeSousTraitance"' in json_file.write_file(record, "marche")
    assert schema_accepts(xml)
    assert xml_file.read_file(xml)[0][1]["modificationsActesSousTraitance"] == [
        {"modificationActeSousTraitance": change}
    ]


def test_an_empty_selection_is_still_a_file() -> None:
    assert json.loads(b"".join(json_file.stream([]))) == {"marches": {"marche": []}}
    assert parse_xml(b"".join(xml_file.stream([]))).tag == "marches"
    assert b"".join(csv_file.stream([])).count(b"\r\n") == 1


def test_our_xsd_knows_the_words_of_our_table() -> None:
    schema = parse_xml(schema_bytes())
    allowed = {element.get("value") for element in schema.iter("{*}enumeration")}
    ours = {choice for _, field in [*walk(CONTRACT), *walk(CONCESSION)] for choice in field.choices}
    assert allowed == ours
    names = {element.get("name") for element in schema.iter("{*}element")}
    assert {field.name for _, field in [*walk(CONTRACT), *walk(CONCESSION)]} <= names


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\r"])
def test_the_table_never_runs_a_formula(snapshot: Snapshot, start: str) -> None:
    facts = replace(snapshot.facts, subject=f'{start}HYPERLINK("http://exemple.invalid")')
    names = {BUYER_SIRET: "=cmd|' /C calc'!A0", HOLDER_SIRET: "@SUM(1)"}
    table = b"".join(csv_file.stream([("marche", build_record(replace(snapshot, facts=facts)), names)]))
    (row,) = csv.DictReader(io.StringIO(table.decode(), newline=""))
    assert row["objet"].startswith("'")
    assert row["acheteur_nom"].startswith("'=")
    assert row["titulaire_1_nom"] == "'@SUM(1)"
    assert row["montant"] == "85000.5"
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def official(shared_data: Path) -> tuple[Any, etree.XMLSchema]:
    folder = shared_data / SCHEMAS
    validator = jsonschema_rs.validator_for(json.loads((folder / "schema_decp_v2.0.4.json").read_text()))
    return validator, etree.XMLSchema(etree.parse(folder / "schema_decp_v2.0.2.xsd"))


@pytest.mark.corpus
def test_what_we_write_passes_the_official_schemas(shared_data: Path) -> None:
    json_schema, xsd = official(shared_data)

    @given(contracts())
    def every_contract(snapshot: Snapshot) -> None:
        record = build_record(snapshot)
        assert [
            str(e) for e in json_schema.iter_errors(json.loads(json_file.write_file(record, "marche")))
        ] == []
        assert xsd.validate(etree.fromstring(xml_file.write_file(record, "marche"))), xsd.error_log

    every_contract()


@pytest.mark.corpus
def test_a_mixed_file_passes_the_official_schemas(
    shared_data: Path, snapshot: Snapshot, concession: Snapshot
) -> None:
    json_schema, xsd = official(shared_data)
    records = [("marche", build_record(snapshot))] * 3 + [("contrat-concession", build_record(concession))]
    assert json_schema.is_valid(json.loads(b"".join(json_file.stream(records))))
    assert xsd.validate(etree.fromstring(b"".join(xml_file.stream(records))))


@pytest.mark.corpus
def test_every_valid_official_case_survives_our_formats(shared_data: Path) -> None:
    json_schema, xsd = official(shared_data)
    cases = json.loads((shared_data / "essential_data/open/rule-cases/cases.json").read_text())
    valid = [case for case in cases if case["json_schema_2_0_4_valid"] and case["xsd_2_0_2_valid"]]
    for case in valid:
        xml = xml_file.write_file(case["contract"], case["kind"])
        assert xsd.validate(etree.fromstring(xml)), case["name"]
        ((key, record),) = xml_file.read_file(xml)
        assert json_schema.is_valid(json.loads(json_file.write_file(record, key))), case["name"]
    assert len(valid) == 17
