"""`manage.py journey`: the smoke test of an installation, in a process and on a database of its own."""

import json
import os
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from essential_data.inspection import inspect

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    out = tmp_path_factory.mktemp("journey")
    command = [sys.executable, "manage.py", "journey", "--json", "--out", str(out)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stderr
    return out, [json.loads(line) for line in result.stdout.splitlines()]


Played = tuple[Path, list[dict[str, Any]]]


def test_it_says_each_step_and_exits_well(played: Played) -> None:
    _, steps = played
    assert [step["step"] for step in steps] == [
        "register",
        "publish",
        "deposit",
        "deposit at the last second",
        "late deposit",
        "open",
        "award",
        "notify",
        "publish essential data",
        "register",
    ]
    assert steps[-1]["register_holds"] is True


def test_the_last_second_is_in_time_and_the_next_is_late_and_kept(played: Played) -> None:
    """P7-B5: late deposits are received, kept and flagged; they stay closed."""
    _, steps = played
    by_name = {step["step"]: step for step in steps}
    assert (by_name["deposit at the last second"]["late"], by_name["late deposit"]["late"]) == (False, True)
    conditions = {(number, state) for number, state, _ in by_name["open"]["pieces"]}
    assert conditions == {(1, "opened"), (2, "opened"), (3, "sealed")}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_receipt_verifies_by_the_commands_written_beside_it(played: Played, number: int) -> None:
    """P7-T11, P7-T6, P7-T7: with openssl and pdfsig alone."""
    folder = played[0] / f"receipt-{number}"
    guide = (folder / "COMMENT-VERIFIER.txt").read_text(encoding="utf-8")
    commands = [
        line.strip()
        for line in guide.splitlines()
        if line.startswith(("    openssl ts", "    openssl cms", "    pdfsig"))
    ]
    assert len(commands) == 3
    for command in commands:
        result = subprocess.run(shlex.split(command), cwd=folder, capture_output=True, text=True, check=False)
        said = result.stdout + result.stderr
        assert any(
            words in said
            for words in ("Verification: OK", "CMS Verification successful", "Signature is Valid")
        )


def test_a_changed_receipt_is_refused(played: Played, tmp_path: Path) -> None:
    folder = played[0] / "receipt-1"
    genuine = (folder / "receipt.json").read_bytes()
    forged = genuine.replace(b'"on_time":true', b'"on_time":false')
    assert forged != genuine
    (tmp_path / "receipt.json").write_bytes(forged)
    command = ["openssl", "ts", "-verify", "-in", str(folder / "receipt.json.tsr"), "-data",
               str(tmp_path / "receipt.json"), "-CAfile", str(folder / "ca.pem")]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode != 0


@pytest.mark.parametrize(
    "folder", ["receipt-1", "receipt-2", "receipt-3", "minutes", "delivery", "publication"]
)
def test_all_evidence_is_checked_without_the_platform(played: Played, folder: str, tmp_path: Path) -> None:
    """P7-T6, P7-T7, P8-6: seal, time, place in the register, and the register of two months later."""
    checkpoint = str(played[0] / "registre" / "checkpoint")
    command = [
        sys.executable,
        "manage.py",
        "check_receipt",
        str(played[0] / folder),
        "--json",
        "--checkpoint",
        checkpoint,
    ]
    environment = {**os.environ, "DATA_DIR": str(tmp_path)}  # another machine: no key and no database of ours
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    report = json.loads(result.stdout)
    outcomes = {check["check"]: check["outcome"] for check in report["checks"]}
    assert (result.returncode, report["verdict"]) == (0, "valid"), report
    assert "failed" not in outcomes.values()
    assert report["checkpoint"] == played[1][-1]["size"]


def test_the_minutes_are_sealed(played: Played) -> None:
    result = subprocess.run(
        ["pdfsig", "-nocert", str(played[0] / "minutes" / "minutes.pdf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Signature is Valid" in result.stdout


def test_the_published_files_pass_our_own_checks(played: Played) -> None:
    for name in ("marches.json", "marches.xml"):
        report = inspect(name=name, data=(played[0] / name).read_bytes(), file_date=date(2026, 4, 10))
        assert [(contract.is_accepted, contract.problems) for contract in report.contracts] == [(True, ())]


@pytest.mark.corpus
def test_the_published_files_are_valid_against_the_official_schemas(
    played: Played, shared_data: Path
) -> None:
    import jsonschema_rs

    schemas = shared_data / "essential_data" / "schemas" / "v2.0.4-from-decp-arr2022"
    official = json.loads((schemas / "schema_decp_v2.0.4.json").read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(official).validate(json.loads((played[0] / "marches.json").read_bytes()))
    etree.XMLSchema(etree.parse(schemas / "schema_decp_v2.0.2.xsd")).assertValid(
        etree.parse(played[0] / "marches.xml")
    )


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    command = [sys.executable, "manage.py", "journey", "--json", "--out", str(blocked)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode != 0
