"""`manage.py check_receipt`: an answer, an exit status, and neither a query nor a traceback (issue 3)."""

import io
import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import ROOT
from tests.factories.evidence import LATER, OWN_FILES, written, zipped


def run_command(*arguments):
    """(exit status, what it wrote)."""
    output, status = io.StringIO(), 0
    try:
        call_command("check_receipt", *map(str, arguments), stdout=output)
    except SystemExit as error:
        status = error.code
    return status, output.getvalue()


@pytest.fixture
def downloaded(files, tmp_path):
    return written(files, tmp_path / "dossier")


def test_the_answer_has_the_members_that_were_promised(downloaded):
    status, output = run_command(downloaded, "--json")
    answer = json.loads(output)
    assert status == 0
    assert list(answer) == ["path", "kind", "verdict", "received_at", "position", "checkpoint", "checks"]
    assert (answer["verdict"], answer["position"], answer["checkpoint"]) == ("valid", 42, LATER)
    assert answer["received_at"] == "2026-03-02T09:00:00.000000Z"
    assert {tuple(check) for check in answer["checks"]} == {("check", "outcome", "message")}


def test_the_answer_for_people_begins_with_the_verdict(downloaded):
    _, output = run_command(downloaded)
    assert output.startswith("Ces preuves sont valides\u00a0: rien n'a été modifié.")
    assert "✓ Cachet\u00a0:" in output


def test_what_is_not_valid_exits_with_one(downloaded):
    (downloaded / "ca.pem").write_bytes(b"")
    status, output = run_command(downloaded)
    assert status == 1
    assert output.startswith("Ces preuves ne sont pas valides\u00a0: les certificats ont été modifiés.")


def test_a_path_that_is_not_there_is_a_fault_of_usage(tmp_path):
    for arguments in ([tmp_path / "absent"], [tmp_path, "--trust", tmp_path / "absent"]):
        with pytest.raises(CommandError) as raised:
            call_command("check_receipt", *map(str, arguments))
        assert raised.value.returncode == 2


def test_it_asks_nothing_of_the_database(downloaded):
    with CaptureQueriesContext(connection) as queries:
        run_command(downloaded)
    assert len(queries) == 0


def test_a_mirror_of_the_register_gives_the_proof(downloaded, made, tmp_path):
    mirror = written(made.register.tiles(LATER), tmp_path / "registre")
    (mirror / "checkpoint").write_text(made.register.note(LATER))
    status, output = run_command(downloaded, "--checkpoint", mirror / "checkpoint", "--json")
    assert status == 0
    assert json.loads(output)["checks"][-1]["outcome"] == "passed"


def test_the_root_expected_is_compared(downloaded, authority, tmp_path):
    (tmp_path / "racine.pem").write_bytes(authority.root_pem())
    status, output = run_command(downloaded, "--trust", tmp_path / "racine.pem", "--json")
    assert (status, '"check": "trust", "outcome": "passed"' in output) == (0, True)


def test_a_name_does_not_speak_to_the_terminal(files, tmp_path):
    path = tmp_path / "preuves.zip"
    path.write_bytes(zipped({**files, "\x1b[2Jnote.txt": b"a"}))
    _, output = run_command(path)
    assert "\x1b" not in output
    assert "note.txt" in output


def test_it_works_where_there_is_no_platform(files, tmp_path):
    """Another process, without database nor keys; the readers themselves know nothing of Django."""
    folder = written({**files, **OWN_FILES}, tmp_path / "dossier")
    code = (
        "import sys; from pathlib import Path\n"
        "from signing.folder.checks import check_contents\n"
        "from signing.folder.opening import opened\n"
        "with opened(Path(sys.argv[1])) as contents: print(check_contents(contents).verdict)\n"
        "print('django.conf' in sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, folder],
        cwd=ROOT,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.split() == ["valid", "False"]
