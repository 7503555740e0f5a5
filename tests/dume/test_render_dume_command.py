from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def run(*arguments):
    call_command("render_dume", *map(str, arguments), stdout=StringIO(), stderr=StringIO())


@pytest.fixture
def written(tmp_path, response):
    path = tmp_path / "dume.xml"
    path.write_bytes(response)
    return path


def test_both_forms_are_written_at_once(written, tmp_path):
    html, pdf = tmp_path / "dume.html", tmp_path / "dume.pdf"
    run(written, "--html", html, "--pdf", pdf)
    assert "<h1>DUME de Menuiserie Imaginaire</h1>" in html.read_text(encoding="utf-8")
    assert pdf.read_bytes().startswith(b"%PDF-")


def test_one_form_alone_is_written_alone(written, tmp_path):
    run(written, "--html", tmp_path / "dume.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dume.html", "dume.xml"]


@pytest.mark.parametrize(
    ("content", "refusal"), [(b"<open>", "XML"), (b"<invoice xmlns='urn:x'/>", "n'est pas un DUME")]
)
def test_what_is_no_dume_is_refused_in_french_and_writes_nothing(tmp_path, content, refusal):
    (tmp_path / "autre.xml").write_bytes(content)
    with pytest.raises(CommandError, match=refusal):
        run(tmp_path / "autre.xml", "--html", tmp_path / "dume.html", "--pdf", tmp_path / "dume.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["autre.xml"]


def test_a_form_must_be_chosen(written):
    with pytest.raises(CommandError, match="--html FICHIER"):
        run(written)


def test_a_file_that_cannot_be_opened_or_written_is_named(written, tmp_path):
    with pytest.raises(CommandError, match=r"absent\.xml"):
        run(tmp_path / "absent.xml", "--html", tmp_path / "dume.html")
    with pytest.raises(CommandError, match="absent"):
        run(written, "--html", tmp_path / "dume.html", "--pdf", tmp_path / "absent" / "dume.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["dume.xml"]


def test_two_forms_do_not_go_into_one_file_nor_into_the_dume(written, tmp_path):
    for html, pdf in [("same", "same"), ("dume.xml", "dume.pdf")]:
        with pytest.raises(CommandError, match="déjà celui d'un autre fichier"):
            run(written, "--html", tmp_path / html, "--pdf", tmp_path / pdf)
    assert [path.name for path in tmp_path.iterdir()] == ["dume.xml"]
