import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from essential_data.mapping import Snapshot, build_record
from essential_data.validate import check_record

TODAY = date(2026, 3, 2)


def check(snapshot: Snapshot, **changes: Any) -> Any:
    return check_record({**build_record(snapshot), **changes}, key=snapshot.record_key, file_date=TODAY)


def test_a_complete_contract_has_no_problem(snapshot: Snapshot, concession: Snapshot) -> None:
    assert check(snapshot).problems == ()
    assert [problem.code for problem in check(concession).problems] == ["not_started"]
    assert check(concession).publishable


@pytest.mark.parametrize(
    "name", ["dureeMois", "ccag", "titulaires", "lieuExecution", "considerationsSociales"]
)
def test_a_missing_fact_is_named_in_french(snapshot: Snapshot, name: str) -> None:
    record = build_record(snapshot)
    del record[name]
    report = check_record(record, key="marche", file_date=TODAY)
    assert [problem.path for problem in report.missing] == [name]
    assert "manque" in report.missing[0].message
    assert not report.publishable


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": "ÉTÉ 2026"}, "id"),
        ({"montant": 0}, "montant"),
        ({"dateNotification": "2026-02-31"}, "dateNotification"),
        ({"dateNotification": "2026-03-03"}, "dateNotification"),
        ({"acheteur": {"id": "98765432400018"}}, "acheteur.id"),
        ({"modifications": []}, "modifications"),
        ({"_type": "Marché"}, "_type"),
        ({"idAccordCadre": None}, "idAccordCadre"),
        ({"objet": "NC"}, "objet"),
        ({"objet": "Tonte\x0bet taille"}, "objet"),
        ({"techniques": {"technique": []}}, "techniques"),
        ({"tauxAvance": 0}, "tauxAvance"),
        ({"origineUE": 0.1, "origineFrance": 0.2}, "origineFrance"),
        ({"procedure": "Appel d’offres ouvert"}, "procedure"),
    ],
)
def test_what_is_wrong_is_refused_with_its_path(
    snapshot: Snapshot, changes: dict[str, Any], path: str
) -> None:
    report = check(snapshot, **changes)
    assert path in {problem.path for problem in report.blocking}


@pytest.mark.parametrize(
    "changes", [{"dureeMois": 181}, {"montant": 3_000_000_001}, {"montant": 999_999_999}]
)
def test_a_lawful_contract_that_the_state_sets_aside_is_published_with_advice(
    snapshot: Snapshot, changes: dict[str, Any]
) -> None:
    report = check(snapshot, **changes)
    assert report.publishable
    assert not report.nationally_retained
    assert len(report.advice) == 1


def test_an_establishment_of_la_poste_is_published_although_the_state_sets_it_aside(
    snapshot: Snapshot,
) -> None:
    holders = [{"titulaire": {"id": "35600000000048", "typeIdentifiant": "SIRET"}}]
    la_poste = [{"titulaire": {"id": "35600000049837", "typeIdentifiant": "SIRET"}}]
    assert check(snapshot, titulaires=holders).publishable
    report = check(snapshot, titulaires=la_poste)
    assert (report.publishable, report.nationally_retained) == (True, False)


def test_a_curly_apostrophe_is_explained(snapshot: Snapshot) -> None:
    (problem,) = check(snapshot, procedure="Appel d’offres ouvert").problems
    assert "apostrophe droite" in problem.message


def test_the_fourth_holder_is_checked_although_the_state_looks_at_three(snapshot: Snapshot) -> None:
    good = ["11122233700011", "55566677500013", "98765432400019"]
    holders = [
        {"titulaire": {"id": siret, "typeIdentifiant": "SIRET"}} for siret in [*good, "12345678901234"]
    ]
    report = check(snapshot, titulaires=holders)
    assert report.nationally_retained
    assert not report.publishable


@pytest.mark.parametrize(
    "nonsense", [None, 3, "x", [], {"id": []}, {"acheteur": 3, "titulaires": {"titulaire": 1}}]
)
def test_any_json_value_gets_a_report(nonsense: object) -> None:
    assert not check_record(nonsense, key="marche", file_date=TODAY).publishable


@pytest.mark.corpus
def test_our_verdicts_agree_with_the_official_ones_on_the_rule_cases(shared_data: Path) -> None:
    cases = json.loads((shared_data / "essential_data/open/rule-cases/cases.json").read_text())
    faults = []
    for case in cases:
        report = check_record(
            case["contract"], key=case["kind"], file_date=date.fromisoformat(case["file_date"])
        )
        verdicts = {
            "json_schema_2_0_4_valid": report.json_valid,
            "xsd_2_0_2_valid": report.xml_valid,
            "bercy_retained_expected": report.nationally_retained,
        }
        faults += [
            (case["name"], gate)
            for gate, ours in verdicts.items()
            if case[gate] is not None and case[gate] != ours
        ]
    assert len(cases) == 40
    assert faults == []
