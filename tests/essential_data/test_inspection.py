import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.core.management import call_command
from lxml import etree

from essential_data.formats import json_file, xml_file
from essential_data.inspection import inspect
from essential_data.mapping import Snapshot, build_record

TODAY = date(2026, 3, 2)


def verdict(data: bytes) -> Any:
    return inspect(name="fichier", data=data, file_date=TODAY)


def xml_of(snapshot: Snapshot) -> bytes:
    return xml_file.write_file(build_record(snapshot), snapshot.record_key)


def test_what_we_write_is_accepted(snapshot: Snapshot, concession: Snapshot) -> None:
    for one in (snapshot, concession):
        for data in (xml_of(one), json_file.write_file(build_record(one), one.record_key)):
            report = verdict(data)
            assert (report.is_accepted, report.accepted, report.retained) == (True, 1, 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "pas du JSON lisible"),
        (b"[]", "n'a pas la forme"),
        (b'{"marches": []}', "antérieur à 2024"),
        (b"<marches>", "pas un XML bien form"),
        (b"<marches/>", "n'a pas la forme"),
        (b'<!DOCTYPE m [<!ENTITY x "y">]><marches>&x;</marches>', "DOCTYPE"),
        (b"", "pas du JSON lisible"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(data: bytes, words: str) -> None:
    report = verdict(data)
    assert words in report.refusal
    assert not report.is_accepted


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"<objet>", b"<uid>x</uid><objet>", "uid"),
        (b"<ccag>", b"<ccag>Travaux</ccag><ccag>", "r\u00e9p\u00e9tition"),
        (b"false</marcheInnovant>", b"peut-etre</marcheInnovant>", "true ou false"),
        (b"85000.5<", b"beaucoup<", "nombre"),
        (b"2026-02-16", b"2026-02-31", "calendrier"),
        (b"<technique>Sans objet</technique>", b"", "vide"),
    ],
)
def test_an_xml_file_is_explained_in_french(snapshot: Snapshot, old: bytes, new: bytes, words: str) -> None:
    data = xml_of(snapshot)
    assert old in data
    report = verdict(data.replace(old, new))
    assert any(words in problem.message for problem in report.contracts[0].problems)


def test_the_wrong_name_of_a_subcontracting_change_is_corrected(snapshot: Snapshot) -> None:
    change = {
        "id": 1,
        "dateNotificationModificationSousTraitance": "2026-03-01",
        "datePublicationDonnees": "2026-03-02",
    }
    record = build_record(snapshot) | {
        "modificationsActesSousTraitance": [{"modificationActeSousTraitance": change}]
    }
    xml = xml_file.write_file(record, "marche")
    wrong = xml.replace(b"modificationActesSousTraitance>", b"modificationActeSousTraitance>")
    report = verdict(wrong)
    assert not report.is_accepted
    assert "écrivez « modificationActesSousTraitance »" in report.contracts[0].problems[-1].message


def test_the_words_oui_and_non_are_read(snapshot: Snapshot) -> None:
    assert verdict(xml_of(snapshot).replace(b">false<", b">non<").replace(b">true<", b">oui<")).is_accepted


def test_the_command_speaks_to_people_and_to_machines(snapshot: Snapshot, tmp_path: Path) -> None:
    good, bad = tmp_path / "bon.json", tmp_path / "mauvais.xml"
    good.write_bytes(json_file.write_file(build_record(snapshot), "marche"))
    bad.write_bytes(xml_of(replace(snapshot, facts=replace(snapshot.facts, ccag=None))))
    out = StringIO()
    call_command("check_essential_data", str(good), "--date", "2026-03-02", stdout=out)
    assert "1 contrat(s), 1 conforme(s)" in out.getvalue()
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command(
            "check_essential_data", str(good), str(bad), "--json", "--date", "2026-03-02", stdout=out
        )
    assert stop.value.code == 1
    first, second = map(json.loads, out.getvalue().splitlines())
    assert (first["valid"], second["valid"]) == (True, False)
    assert [problem["path"] for problem in second["problems"]] == ["ccag"]


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "contracts"),
    [
        ("real-v2/megalis-lycee-22-2024-07.json", 4),
        ("official-v2-json/5f36ca14__marches_avec_modifications.json", None),
        ("official-xml/7b2e8937__Marche.xml", None),
        ("bercy-xml/38511d50__test_after2024.xml", None),
    ],
)
def test_real_files_get_a_report(shared_data: Path, name: str, contracts: int | None) -> None:
    report = inspect(
        name=name, data=(shared_data / "essential_data/open" / name).read_bytes(), file_date=date(2026, 11, 1)
    )
    assert report.refusal == ""
    assert contracts is None or (len(report.contracts), report.accepted) == (contracts, 0)


@pytest.mark.corpus
def test_our_verdict_on_whole_files_is_that_of_the_official_schemas(shared_data: Path) -> None:
    """Every JSON and XML v2 file of the corpus, contract by contract."""
    folder = shared_data / "essential_data/schemas/v2.0.4-from-decp-arr2022"
    schema = json.loads((folder / "schema_decp_v2.0.4.json").read_text())
    validator = jsonschema_rs.validator_for(schema)
    xsd = etree.XMLSchema(etree.parse(folder / "schema_decp_v2.0.2.xsd"))
    compared = 0
    for path in sorted((shared_data / "essential_data").rglob("*")):
        if path.suffix not in {".json", ".xml"} or (
            "open" not in path.parts and "exemples" not in path.parts
        ):
            continue
        report = inspect(name=path.name, data=path.read_bytes(), file_date=date(2026, 11, 1))
        if report.refusal:
            continue
        raw = read_raw(path)
        for contract, (key, original) in zip(report.contracts, raw, strict=True):
            if contract.schema == "json":
                official = validator.is_valid({"marches": {key: [original]}})
            else:
                envelope = etree.Element("marches")
                envelope.append(original)
                official = xsd.validate(etree.fromstring(etree.tostring(envelope)))
            assert contract.is_accepted == official, (
                path.name,
                contract.number,
                contract.problems,
                xsd.error_log,
            )
            compared += 1
    assert compared >= 100


def read_raw(path: Path) -> list[tuple[str, Any]]:
    if path.suffix == ".json":
        return json_file.read_file(path.read_bytes())
    root = etree.parse(path).getroot()
    return [(child.tag, child) for child in list(root) if child.tag in {"marche", "contrat-concession"}]
