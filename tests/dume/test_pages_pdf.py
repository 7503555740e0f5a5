"""A DUME as PDF: tagged, in French, to be kept (PDF/A) and read by everybody (PDF/UA)."""

import io
import subprocess
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest

from dume.model import Answer, Dume, Group, Party
from dume.pages import pdf_of
from dume.parse import read
from dume.report import Finding, Report, Severity
from dume.samples import sample_response
from dume.validate import check
from dume.values import text_of
from tests.dume.demanding import FRAUD, REQUEST, asks

REPORT = Report(kind="request")


def letters(text: str) -> str:
    """Without white space, which lines break elsewhere, and hyphens, which pdftotext takes away at their end."""
    return "".join(text.replace("\u200b", "").replace("-", "").split())


def words_in(pdf: bytes) -> str:
    seen = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return letters(seen.stdout.decode())


def structure(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "/StructTreeRoot" in document.Root
        return [
            str(item.S)
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"
        ]


@pytest.fixture
def response_pdf(response, now):
    return pdf_of(read(response), check(response), now=now)


def test_it_declares_its_standards_its_title_and_its_language(response_pdf):
    with pikepdf.open(io.BytesIO(response_pdf)) as document, document.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "DUME de Menuiserie Imaginaire"
        assert str(document.Root.Lang) == "fr-FR"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle


def test_headings_tables_and_lists_are_tagged(now):
    found = structure(pdf_of(REQUEST, REPORT, now=now))
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/L", "/LI", "/Link"} <= set(found)
    assert found.count("/H1") == 1


def test_its_bookmarks_are_the_parts_of_the_form(response_pdf):
    with pikepdf.open(io.BytesIO(response_pdf)) as document, document.open_outline() as outline:
        (top,) = outline.root
        titles = [str(entry.title) for entry in top.children]
    assert titles[:3] == [
        "Partie I – Procédure et acheteur",
        "Partie II – Entreprise",
        "Partie III – Motifs d'exclusion",
    ]
    assert titles[-1] == "Contrôle du DUME"


def test_it_says_what_the_page_says(now):
    data = sample_response(now=now, declared=frozenset({"bankruptcy"}))
    seen = words_in(pdf_of(read(data), check(data), now=now))
    for said in (
        "Menuiserie Imaginaire", "1 motif d'exclusion déclaré.", "Oui – motif déclaré", "850 000 €", "Camille Fictif",
        "Motifs déclarés par l'entreprise", "Contrôle du DUME", read(data).number,
    ):  # fmt: skip
        assert letters(said) in seen


def test_a_request_shows_what_is_required_of_each_lot_and_what_is_asked(now):
    seen = words_in(pdf_of(REQUEST, REPORT, now=now))
    for said in (
        "Exigence de l'acheteur, lot 1 :", "Seuil : au moins 100 000 €", "Lot 2, Menuiseries",
        "Si oui : date de la condamnation ; motif", "Une visite des lieux est demandée.", "Autres critères",
    ):  # fmt: skip
        assert letters(said) in seen


def test_remarks_and_answers_without_question_are_told(now):
    finding = Finding(Severity.WARNING, "Partie I", "Le numéro de l'avis manque.")
    dume = replace(REQUEST, unmatched=("ailleurs",))
    seen = words_in(pdf_of(dume, Report(kind="request", findings=(finding,)), now=now))
    assert letters("Réponses sans question : 1.") in seen
    assert letters("À vérifier, Partie I : Le numéro de l'avis manque.") in seen


def test_the_same_document_at_the_same_moment_gives_the_same_bytes(response, now):
    dume, report = read(response), check(response)
    assert pdf_of(dume, report, now=now) == pdf_of(dume, report, now=now)
    assert pdf_of(dume, report, now=now) != pdf_of(dume, report, now=now + timedelta(seconds=1))


MARKUP = '#panic("x") *gras* $x$ @ref <label> \\ #read("/etc/passwd") [ ] // = titre'


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        (MARKUP, MARKUP),
        ("- liste\n+ liste\n/ terme: x", "- liste + liste / terme: x"),
        ("a\x00b\x07c", "a[U+0000]b[U+0007]c"),
        ("木工 😀", "[U+6728][U+5DE5] [U+1F600]"),
        ("x" * 900, "x" * 900),
        ("شركة\u202eالنجارة", "DUME"),
        ("", "DUME"),
    ],
    ids=["markup", "lists", "control characters", "no glyph", "one long word", "right to left", "nothing"],
)
def test_what_others_write_is_shown_and_never_obeyed(now, hostile, shown):
    answer = Answer("Reason", hostile, "text", property_id="Reason")
    question = replace(asks("DESCRIPTION", "Reason"), answers=(answer,))
    criterion = replace(FRAUD, name_fr=hostile, groups=(Group("g", properties=(question,)),))
    procedure = replace(REQUEST.procedure, title=hostile, reference=hostile, buyer=Party(hostile))
    dume = replace(REQUEST, number=hostile, procedure=procedure, criteria=(criterion,))
    seen = words_in(pdf_of(dume, REPORT, now=now))
    assert letters(shown) in seen
    assert letters("Contrôle du DUME") in seen


def assert_every_answer_is_in(pdf: bytes, dume: Dume) -> None:
    seen = words_in(pdf)
    answers = [answer for criterion in dume.criteria for answer in criterion.answers if not answer.evidences]
    assert len(answers) > 20
    assert [text for one in answers if (text := letters(text_of(one))) not in seen] == []


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    [
        "4.1.0/samples/ESPD-Response.xml",
        "3.3.0/samples/ESPD-Response.xml",
        "2.1.1/samples/edm/EXTENDED-ESPDResponse-2.1.1.xml",
        "2.0.2/samples/edm/SELFCONTAINED_ESPD_Response_2.0.2.xml",
        "1.0.2/samples/espd-service/response/v20160601/espd-response-20160601-full.xml",
    ],
)
def test_every_answer_of_the_official_responses_is_in_their_pdf(shared_data, now, name):
    dume = read((shared_data / "dume" / name).read_bytes())
    assert_every_answer_is_in(pdf_of(dume, REPORT, now=now), dume)


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    [
        "4.1.0/samples/ESPD-Request.xml",
        "2.1.1/samples/edm/BASIC-ESPDRequest-2.1.1.xml",
        "1.0.2/samples/uprc/espd-request.xml",
        "5.0.0-alpha/samples/ESPD-Request.xml",
    ],
)
def test_official_requests_have_a_pdf(shared_data, now, name):
    pdf = pdf_of(read((shared_data / "dume" / name).read_bytes()), REPORT, now=now)
    assert letters("III.A – Condamnations pénales") in words_in(pdf)
