import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dume.samples import SIRET, sample_response


def run(*arguments: str | Path) -> str:
    out = StringIO()
    call_command("check_dume", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def files(tmp_path: Path, now) -> list[Path]:
    contents = {
        "clean.xml": sample_response(now=now),
        "declared.xml": sample_response(now=now, version="1.0.2", declared=frozenset({"fraud"})),
        "broken.xml": b"<open>",
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    return [tmp_path / name for name in contents]


def test_one_json_object_is_printed_for_each_file(files):
    lines = [json.loads(line) for line in run("--json", *files).splitlines()]
    assert [line["verdict"] for line in lines] == ["clean", "warnings", "unreadable"]
    assert [line["version"] for line in lines] == ["4.1.0", "1.0.2", ""]
    assert set(lines[0]) == {
        "file", "kind", "version", "verdict", "structure", "business", "codelists", "operator", "lots",
    }  # fmt: skip
    assert lines[0]["operator"]["id"] == SIRET
    assert lines[1]["business"][0]["rule"] == "exclusion.declared"
    assert set(lines[1]["business"][0]) == {
        "rule", "severity", "where", "message", "value", "flag", "count",
    }  # fmt: skip
    assert lines[2]["structure"][0]["severity"] == "error"


def test_the_same_is_said_in_words(files):
    text = run(*files)
    assert "response 4.1.0, Rien à signaler" in text
    assert "Condamnation pour fraude ou escroquerie" in text


def test_a_file_that_cannot_be_opened_makes_the_command_fail_after_the_others(files, tmp_path):
    out = StringIO()
    with pytest.raises(CommandError, match="1 fichier"):
        call_command(
            "check_dume", str(tmp_path / "absent.xml"), str(files[0]), "--json", stdout=out, stderr=StringIO()
        )
    assert json.loads(out.getvalue())["verdict"] == "clean"


@pytest.mark.corpus
def test_official_samples_are_judged(shared_data):
    folder = shared_data / "dume"
    names = ["4.1.0/samples/ESPD-Response.xml", "4.1.0/samples/ESPD-Request.xml"]
    names.append("1.0.2/samples/uprc/espd-response.xml")
    lines = [json.loads(line) for line in run("--json", *(folder / name for name in names)).splitlines()]
    assert [(line["kind"], line["version"]) for line in lines] == [
        ("response", "4.1.0"),
        ("request", "4.1.0"),
        ("response", "1.0.2"),
    ]


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    [
        "1.0.2/samples/uprc/espd-response.xml",
        "2.0.2/samples/edm/SELFCONTAINED_ESPD_Response_2.0.2.xml",
        "2.1.1/samples/edm/EXTENDED-ESPDRequest-2.1.1.xml",
        "3.3.0/samples/ESPD-Request.xml",
        "4.1.0/samples/ESPD-Request.xml",
    ],
)
def test_no_error_is_found_in_an_official_document_and_a_request_is_no_fault(shared_data, name):
    [line] = [json.loads(one) for one in run("--json", shared_data / "dume" / name).splitlines()]
    assert line["verdict"] in {"clean", "warnings"}
    assert line["structure"] == []
