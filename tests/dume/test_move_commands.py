"""`convert_dume` and `merge_dume`: one JSON object, or a refusal in French and nothing written."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dume.parse import read
from dume.samples import sample_response
from dume.validate import check


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def old(tmp_path, now):
    path = tmp_path / "old.xml"
    path.write_bytes(sample_response(now=now, version="1.0.2", declared=frozenset({"fraud"})))
    return path


def test_a_response_is_converted_and_judged(tmp_path, old):
    out = tmp_path / "new.xml"
    line = json.loads(run("convert_dume", old, "--to", "4.1.0", "--out", out, "--json"))
    assert line == {
        "file": str(old),
        "from": "1.0.2",
        "to": "4.1.0",
        "out": str(out),
        "kind": "response",
        "losses": [],
        "verdict": check(out.read_bytes()).verdict.value,
    }
    new, before = read(out.read_bytes()), read(old.read_bytes())
    assert new.version == "4.1.0"
    assert [one.title for one in new.criteria] == [one.title for one in before.criteria]
    assert [one.declared for one in new.exclusion_grounds] == [
        one.declared for one in before.exclusion_grounds
    ]


def test_losses_are_told_in_words_too(tmp_path, old):
    text = old.read_text(encoding="utf-8").replace("96defecc-7d32-4957-82e9-aad5f3c5b736", "autre")
    old.write_text(text.replace(">Nombre<", ">Effectif en septembre<"), encoding="utf-8")
    printed = run("convert_dume", old, "--to", "4.1.0", "--out", tmp_path / "new.xml")
    assert "1 perte(s)" in printed
    assert "réponse, Effectif moyen annuel, Effectif en septembre" in printed


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"<open>", "XML"), (b"<facture/>", "pas un DUME"), (None, "pas pu être ouvert")],
)
def test_what_is_no_dume_is_refused_and_nothing_is_written(tmp_path, content, message):
    source, out = tmp_path / "source.xml", tmp_path / "new.xml"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        run("convert_dume", source, "--to", "4.1.0", "--out", out)
    with pytest.raises(CommandError, match=message):
        run("merge_dume", source, source, "--out", out)
    assert not out.exists()


def test_two_responses_cannot_be_merged(tmp_path, old):
    out = tmp_path / "new.xml"
    with pytest.raises(CommandError, match="premier fichier n'est pas une demande"):
        run("merge_dume", old, old, "--out", out)
    assert not out.exists()


@pytest.mark.corpus
def test_an_old_response_is_taken_up_for_an_official_request(shared_data, tmp_path, old):
    request, out = shared_data / "dume/4.1.0/samples/ESPD-Request.xml", tmp_path / "new.xml"
    line = json.loads(run("merge_dume", request, old, "--out", out, "--json"))
    assert set(line) == {"request", "response", "out", "version", "matched", "unmatched", "missing"}
    assert (line["version"], line["out"], line["unmatched"]) == ("4.1.0", str(out), [])
    before = read(old.read_bytes())
    # The start and the end of the financial year are one period.
    assert len(line["matched"]) == sum(len(one.answers) for one in before.criteria) - 1
    assert {"Date de la condamnation", "Information disponible en ligne"} <= {
        one["question"] for one in line["missing"]
    }
    new = read(out.read_bytes())
    assert new.procedure.reference == read(request.read_bytes()).procedure.reference
    assert replace(new.operator.party.address, country="") == replace(
        before.operator.party.address, country=""
    )


@pytest.mark.parametrize("name", ["absent/new.xml", "folder"])
def test_a_result_that_cannot_be_written_is_refused_in_french_and_leaves_nothing(tmp_path, old, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(CommandError, match=r"n'a pas pu être écrit \(ce "):
        run("convert_dume", old, "--to", "4.1.0", "--out", tmp_path / name)
    assert {path.name for path in tmp_path.rglob("*")} == {"folder", "old.xml"}


@pytest.mark.parametrize("name", ["old.xml", "./folder/../old.xml"])
def test_what_is_read_is_never_overwritten(tmp_path, old, name):
    (tmp_path / "folder").mkdir()
    before = old.read_bytes()
    with pytest.raises(CommandError, match="déjà celui d'un autre fichier"):
        run("convert_dume", old, "--to", "4.1.0", "--out", tmp_path / name)
    with pytest.raises(CommandError, match="déjà celui d'un autre fichier"):
        run("merge_dume", tmp_path / "request.xml", old, "--out", tmp_path / name)
    assert old.read_bytes() == before


def test_a_name_that_is_no_utf_8_can_be_told(tmp_path, old):
    odd = tmp_path / "caf\udce9.xml"
    odd.write_bytes(old.read_bytes())
    out = tmp_path / "new.xml"
    told = run("convert_dume", odd, "--to", "4.1.0", "--out", out, "--json")
    assert json.loads(told)["file"].endswith("caf\ufffd.xml")
    assert told.encode()
