"""`manage.py check_signature`: its lines, its words, its exit status."""

import io
import json
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.conftest import NOW, ROOT
from tests.signing.verification import makers
from tests.signing.verification.makers import ANNEX, DOCUMENT


@pytest.fixture
def folder(tmp_path, authority):
    """A signature, its document, another one, and a folder of trust."""
    trust = tmp_path / "trust"
    trust.mkdir()
    (trust / "root.pem").write_bytes(authority.root_pem())
    (trust / "root.crl").write_bytes(authority.crl.public_bytes(Encoding.DER))
    (tmp_path / "acte.txt").write_bytes(DOCUMENT)
    (tmp_path / "prix.txt").write_bytes(ANNEX)
    (tmp_path / "acte.p7s").write_bytes(makers.cades(authority, DOCUMENT, is_stamped=True))
    return tmp_path


def run(*arguments):
    output = io.StringIO()
    call_command("check_signature", *map(str, arguments), stdout=output)
    return output.getvalue()


def lines(*arguments):
    return [json.loads(line) for line in run(*arguments, "--json").splitlines()]


def test_a_line_for_each_file_as_the_issue_says(folder):
    """Annexe 12 art. 5."""
    act, signature = lines(
        folder / "acte.txt", folder / "acte.p7s", "--trust", folder / "trust", "--at", NOW.isoformat()
    )
    assert (act["file"], act["verdict"]) == (str(folder / "acte.txt"), "valid")
    assert (signature["format"], signature["verdict"], signature["problems"]) == ("CAdES", "valid", [])
    (found,) = signature["signatures"]
    assert (found["indication"], found["sub_indication"], found["covers"]) == ("TOTAL-PASSED", "", "whole")
    assert (found["time_source"], found["signed_at"]) == ("trusted-timestamp", NOW.isoformat())
    assert found["checks"] == {
        "identity": "passed",
        "category": "unknown",
        "format": "passed",
        "not_expired_not_revoked_at_signing": "passed",
        "integrity": "passed",
    }


def test_a_signature_is_checked_against_the_given_file(folder):
    act, prices = lines(folder / "acte.txt", folder / "prix.txt", "--signature", folder / "acte.p7s")
    assert (act["verdict"], prices["verdict"]) == ("indeterminate", "invalid")
    assert act["signatures"][0]["sub_indication"] == "NO_CERTIFICATE_CHAIN_FOUND"
    assert prices["signatures"][0]["checks"]["integrity"] == "failed"


def test_a_token_is_checked_with_the_query_or_the_chain_beside_it(folder, authority):
    (folder / "jeton.tsr").write_bytes(makers.timestamps.response(makers.token(authority, DOCUMENT)))
    (folder / "chaine.pem").write_bytes(authority.chain_pem())
    subprocess.run(
        ["openssl", "ts", "-query", "-sha256", "-data", "acte.txt", "-out", "demande.tsq"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    query, chain = lines(
        folder / "demande.tsq", folder / "chaine.pem", "--signature", folder / "jeton.tsr",
        "--trust", folder / "trust", "--at", NOW.isoformat(),
    )  # fmt: skip
    assert (query["format"], query["verdict"], query["timestamps"][0]["problem"]) == ("RFC3161", "valid", "")
    assert chain["timestamps"] == query["timestamps"]


def test_without_json_it_speaks_french(folder):
    text = run(folder / "acte.txt", folder / "acte.p7s")
    assert "Signé par le fichier" in text
    assert "[oui] Intégrité du document" in text
    assert "[à vérifier] Identité du signataire" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["absent.txt"],
        ["acte.txt", "--at", "hier"],
        ["acte.txt", "--trust", "absent"],
        ["acte.txt", "--signature", "x"],
    ],
)
def test_wrong_usage_is_status_2(folder, monkeypatch, arguments):
    monkeypatch.chdir(folder)
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert caught.value.returncode == 2


@pytest.mark.processes
def test_the_process_says_0_for_judged_files_and_2_for_wrong_usage(folder):
    def status(*arguments):
        command = [sys.executable, str(ROOT / "manage.py"), "check_signature", *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)

    judged = status("acte.p7s", "prix.txt", "--json", "--offline")
    assert (judged.returncode, judged.stderr) == (0, "")
    assert [json.loads(line)["verdict"] for line in judged.stdout.splitlines()] == ["invalid", "unsigned"]
    assert status("absent.txt").returncode == 2
    assert status().returncode == 2
