"""Documents of proof: PDF/A-3a and PDF/UA-1, in French, the same bytes for the same facts."""

import io
from datetime import timedelta

import pikepdf
import pytest
import typst

from procurement.pdf import render
from tests.signing.conftest import DATA, ENCLOSED, EXAMPLE, render_receipt


def opened(pdf):
    return pikepdf.open(io.BytesIO(pdf))


def text_of(pdf, folder, run):
    (folder / "document.pdf").write_bytes(pdf)
    return run("pdftotext", "-layout", "document.pdf", "-").stdout


def test_it_declares_its_standards_its_title_and_its_language(receipt_pdf):
    with opened(receipt_pdf) as document, document.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Récépissé de dépôt"
        assert str(document.Root.Lang) == "fr-FR"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle


def test_every_font_is_embedded(receipt_pdf, folder, run):
    (folder / "document.pdf").write_bytes(receipt_pdf)
    lines = run("pdffonts", "document.pdf").stdout.splitlines()[2:]
    assert lines
    assert {line.split()[-5] for line in lines} == {"yes"}


def test_it_carries_its_attachments_byte_for_byte(receipt_pdf):
    with opened(receipt_pdf) as document:
        carried = document.attachments["recepisse.json"]
        assert carried.get_file().read_bytes() == ENCLOSED
        assert carried.get_file().mime_type == "application/json"
        assert document.attachments["recepisse.json.tsr"].get_file().read_bytes() == bytes(range(256))
        assert {str(file.AFRelationship) for file in document.Root.AF} == {"/Data"}


def test_its_tables_have_headings_for_screen_readers(receipt_pdf):
    assert b"/TH" in b"".join(_structure_types(opened(receipt_pdf)))


def _structure_types(document):
    return (
        str(item.S).encode()
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and "/S" in item
    )


def test_the_same_facts_give_the_same_bytes(now):
    assert render_receipt(now) == render_receipt(now)
    assert render_receipt(now) != render_receipt(now + timedelta(seconds=1))


def test_data_is_never_markup(now, folder, run):
    """A company may be called anything: `#panic()` on the receipt is its name, not a command."""
    hostile = '#panic("x") *gras* $x$ \\ #read("/etc/passwd") "guillemets" </script>'
    shown = text_of(render_receipt(now, consultation=hostile), folder, run)
    assert '#panic("x") *gras* $x$ \\ #read("/etc/passwd")' in shown


def test_a_template_reads_no_file_of_the_machine(now, tmp_path):
    template = tmp_path / "leak.typ"
    template.write_text('#read("/etc/hostname")')
    with pytest.raises(typst.TypstError):
        render(template, {}, now=now)


@pytest.mark.parametrize(
    "name", ["报价单.pdf", "offre 😀.pdf", "a\x07b.pdf", "half \ud83d pair.pdf", "\ue000"]
)
def test_a_name_that_no_font_can_draw_does_not_prevent_the_receipt(now, folder, run, name):
    shown = text_of(render_receipt(now, files=[[name, "1 Ko", "0" * 64]]), folder, run)
    assert "[U+" in shown
    assert "acte" not in shown
    assert "école des Tilleuls" in shown


def test_beside_such_a_name_french_numbers_and_greek_words_stay_as_they_are(now, folder, run):
    facts = [["Montant", "850\u202f000\u00a0€"], ["Nom", "Δοκιμή"]]
    shown = text_of(render_receipt(now, files=[["报价单.pdf", "1 Ko", "0" * 64]], facts=facts), folder, run)
    assert "850 000 €" in " ".join(shown.split())
    assert "Δοκιμή" in shown


def test_digests_stay_whole_in_their_column(receipt_pdf, folder, run):
    shown = text_of(receipt_pdf, folder, run)
    assert shown.count("0123456789abcdef" * 2) == 2


def test_a_long_table_goes_on_with_its_headings_and_numbered_pages(now, folder, run):
    files = [[f"piece-{number}_" + "x" * 90 + ".pdf", "1 Mo", "f" * 64] for number in range(60)]
    shown = text_of(render_receipt(now, files=files), folder, run)
    pages = shown.split("\f")[:-1]
    assert len(pages) > 2
    assert all("Empreinte SHA-256" in page for page in pages[:-1])
    assert f"Page 2 sur {len(pages)}" in pages[1]


def test_a_fault_of_the_template_is_not_hidden(now, tmp_path):
    template = tmp_path / "wrong.typ"
    template.write_text("#unknown-function()")
    with pytest.raises(typst.TypstError, match="unknown"):
        render(template, DATA, now=now)


def test_the_example_uses_the_shared_layout():
    assert '#import "layout.typ": *' in EXAMPLE.read_text(encoding="utf-8")


def test_a_command_is_copied_from_the_page_as_it_is_typed(receipt_pdf, folder, run):
    assert DATA["commands"][0] in text_of(receipt_pdf, folder, run)


def test_a_long_name_in_one_word_stays_in_its_column(now, folder, run):
    name = "x" * 200 + ".pdf"
    shown = text_of(render_receipt(now, files=[[name, "1 Ko", "0" * 64]]), folder, run)
    assert shown.replace("\u200b", "").count("xxxxxxxxxxxx") > 3
    assert "0" * 32 in shown
