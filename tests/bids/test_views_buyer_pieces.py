"""The files of opened bids: given out safely, each look entered in the journal."""

import pytest
from django.urls import reverse
from lxml import html

from bids.models import Piece
from dume.samples import sample_response
from procurement.accounts.roles import Role
from procurement.audit.models import Entry
from tests.factories import openings, organisations, tenders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_opening")]
PAGE = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def consultation(db):
    return tenders.published()


@pytest.fixture
def reader(client, consultation):
    client.force_login(organisations.member(consultation.buyer, Role.READER, full_name="Camille Exemple"))
    return client


def url(name, piece_name):
    piece = Piece.objects.select_related("deposit").get(name=piece_name)
    return reverse(f"bids:{name}", args=[piece.deposit.consultation_id, piece.pk])


def readings():
    return [
        (entry.actor_label, entry.data["form"]) for entry in Entry.objects.filter(action="bids.piece.read")
    ]


def test_a_file_is_downloaded_and_never_run(reader, consultation):
    """A page in a bid must not act in the buyer's session."""
    openings.deposit(consultation, organisations.company(), offer=[("offre.html", PAGE)])
    openings.opened(consultation)
    response = reader.get(url("open_piece", "offre.html"))
    assert b"".join(response.streaming_content) == PAGE
    assert response["Content-Disposition"] == 'attachment; filename="offre.html"'
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_each_look_is_in_the_journal_with_its_reader(reader, consultation):
    """P7-B8, P8-5, P8-6."""
    espd = sample_response(now=tenders.NOW)
    openings.deposit(consultation, organisations.company(), espd=espd)
    openings.opened(consultation)
    reader.get(url("open_piece", "offre.txt"))
    reader.get(url("espd", "dume.xml"))
    reader.head(url("open_piece", "offre.txt"))
    who = f"Camille Exemple ({consultation.buyer.name})"
    assert readings() == [(who, "download"), (who, "page")]


def test_a_dume_is_a_page_to_read_with_its_received_bytes(reader, consultation):
    espd = sample_response(now=tenders.NOW)
    openings.deposit(consultation, organisations.company(), espd=espd)
    openings.opened(consultation)
    assert "Lire le DUME" in reader.get(reverse("bids:opening", args=[consultation.pk])).content.decode()
    page = html.fromstring(reader.get(url("espd", "dume.xml")).content.decode())
    assert "Motifs d'exclusion" in page.text_content()
    (link,) = page.xpath("//a[contains(., 'fichier reçu')]/@href")
    assert link == url("open_piece", "dume.xml")
    assert b"".join(reader.get(link).streaming_content) == espd


def test_what_is_no_dume_is_said_to_be_unreadable_and_kept(reader, consultation):
    openings.deposit(consultation, organisations.company(), espd=b"<autre/>")
    openings.opened(consultation)
    text = reader.get(url("espd", "dume.xml")).content.decode()
    assert "ne peut pas être affiché" in text
    assert url("open_piece", "dume.xml") in text


def test_another_file_is_not_shown_as_a_dume(reader, consultation):
    openings.deposit(consultation, organisations.company())
    openings.opened(consultation)
    assert reader.get(url("espd", "offre.txt")).status_code == 404
    assert readings() == []


def test_a_piece_of_another_consultation_is_not_there(reader, consultation):
    other = tenders.published(consultation.buyer)
    openings.deposit(other, organisations.company())
    openings.opened(other)
    openings.opened(consultation)
    piece = Piece.objects.get(name="offre.txt")
    address = reverse("bids:open_piece", args=[consultation.pk, piece.pk])
    assert reader.get(address).status_code == 404


@pytest.mark.corpus
@pytest.mark.parametrize(
    "sample", ["4.1.0/samples/ESPD-Response.xml", "1.0.2/samples/uprc/espd-response.xml"]
)
def test_official_samples_are_read(reader, consultation, shared_data, sample):
    path = shared_data / "dume" / sample
    openings.deposit(consultation, organisations.company(), espd=path.read_bytes())
    openings.opened(consultation)
    page = html.fromstring(reader.get(url("espd", "dume.xml")).content.decode())
    assert "Qui répond" in page.text_content()
