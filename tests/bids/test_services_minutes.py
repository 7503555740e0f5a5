"""The minutes of the opening: complete, sealed, and made once."""

import shutil
import subprocess
from datetime import timedelta

import pytest

from bids.models import Opening, Piece
from bids.services.minutes import exact_size, facts_of, summary
from procurement.files.models import Area, StoredFile
from procurement.files.services import read_all
from tests.factories import openings, organisations, tenders

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return tenders.published(title="Réfection de la voirie")


def minutes_of(consultation):
    return Opening.objects.select_related("minutes").get(consultation=consultation).minutes


def text_of(pdf):
    found = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is not installed")
def test_the_minutes_are_sealed_for_anyone_to_check(consultation, tmp_path):
    openings.deposit(consultation, organisations.company())
    openings.opened(consultation)
    path = tmp_path / "minutes.pdf"
    path.write_bytes(read_all(minutes_of(consultation), max_bytes=10**7))
    found = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature is Valid" in found
    assert "Total document signed" in found


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_the_minutes_name_every_deposit_and_every_file(consultation):
    openings.deposit(consultation, organisations.company("Travaux Imaginaires SARL"))
    late_at = tenders.DEADLINE + timedelta(minutes=1)
    openings.deposit(consultation, organisations.company("Société en retard"), received_at=late_at)
    openings.opened(consultation)
    text = text_of(read_all(minutes_of(consultation), max_bytes=10**7))
    for words in (
        "Procès-verbal d'ouverture des plis",
        "Réfection de la voirie",
        "2 plis sont inscrits au registre des dépôts ; 1 ouvert.",
        "Travaux Imaginaires SARL",
        "Société en retard",
        "Hors délai : conservé, non ouvert",
        "mercredi 1er avril 2026 à 15 h 00 min 00 s (heure de Paris)",
        "Lisible, identique à ce qui a été déposé",
    ):
        assert words.replace("\u00a0", " ") in text.replace("\u00a0", " "), words
    digest = Piece.objects.get(name="offre.txt", deposit__is_late=False).clear_sha256
    assert digest[:32] in text.replace(" ", "")


def test_the_minutes_are_kept_as_evidence_and_made_once(consultation):
    openings.opened(consultation)
    first = minutes_of(consultation)
    assert (first.area, first.media_type) == (Area.EVIDENCE, "application/pdf")
    Opening.objects.update(minutes=None)
    openings.run(consultation)
    assert minutes_of(consultation) == first
    assert StoredFile.objects.filter(name=first.name).count() == 1


def test_the_findings_on_a_late_deposit_say_nothing_of_its_content(consultation):
    late_at = tenders.DEADLINE + timedelta(minutes=1)
    openings.deposit(
        consultation, organisations.company(), received_at=late_at, offer=[("prix.txt", b"12 000")]
    )
    openings.opened(consultation)
    session = Opening.objects.get()
    facts = facts_of(session, tenders.refreshed(consultation), openings.OPENING)
    assert facts["opened"] == []
    assert "prix.txt" not in str(facts)


def test_a_name_that_the_fonts_cannot_draw_stops_no_minutes(consultation):
    openings.deposit(consultation, organisations.company("有限会社 Fictive"), offer=[("オファー.txt", b"x")])
    openings.opened(consultation)
    assert minutes_of(consultation).size > 10_000


@pytest.mark.parametrize(
    ("total", "opened", "words"),
    [
        (0, 0, "Aucun pli n'a été déposé."),
        (1, 1, "1 pli est inscrit au registre des dépôts ; 1 ouvert."),
        (3, 2, "3 plis sont inscrits au registre des dépôts ; 2 ouverts."),
    ],
)
def test_the_summary_counts_in_french(total, opened, words):
    assert summary(total=total, opened=opened) == words


def test_a_size_in_evidence_is_exact():
    assert exact_size(1234567) == "1\u202f234\u202f567\u00a0octets"
