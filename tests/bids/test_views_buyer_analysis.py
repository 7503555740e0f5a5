"""The buyer's table of the candidatures: after the opening only, every look in the journal, nobody left out."""

import csv
import io
import zipfile
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from bids.models import Piece
from bids.states import PieceCondition
from bids.views import buyer_analysis
from dume.build import build_response
from dume.samples import CONTACT, REPRESENTATIVE
from procurement.accounts.roles import Role
from procurement.audit.models import Entry
from tests.factories import openings, organisations, tenders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_opening")]
PAGES = ("analysis", "analysis_csv", "analysis_ods")


@pytest.fixture
def consultation(db):
    return tenders.published(lots=tenders.LOTS)


@pytest.fixture
def reader(client, consultation):
    client.force_login(organisations.member(consultation.buyer, Role.READER, full_name="Camille Exemple"))
    return client


def url(name, consultation):
    return reverse(f"bids:{name}", args=[consultation.pk])


def response_of(consultation, company, *, lots=("1",), **facts):
    return build_response(
        operator_name=company.name,
        operator_siret=company.siret,
        buyer_name=consultation.buyer.name,
        reference=consultation.reference,
        title=consultation.title,
        lots=lots,
        contact=CONTACT,
        now=tenders.NOW,
        representative=REPRESENTATIVE,
        **facts,
    )


def candidature(consultation, name, **facts):
    company = organisations.company(name)
    espd = response_of(consultation, company, **facts)
    openings.deposit(consultation, company, espd=espd)


def summary(reader, consultation):
    """Candidate -> the cells of its row."""
    page = html.fromstring(reader.get(url("analysis", consultation)).content.decode())
    rows = page.xpath("(//table)[1]/tbody/tr")
    return {
        row.xpath("string(th)").strip(): [" ".join(cell.text_content().split()) for cell in row.xpath("td")]
        for row in rows
    }


@pytest.mark.parametrize("name", PAGES)
def test_before_the_opening_there_is_no_table(reader, consultation, name):
    """P7-T9, R2132-9: nothing is read and nothing is entered."""
    candidature(consultation, "Menuiserie Imaginaire")
    assert reader.get(url(name, consultation)).status_code == 404
    assert not Entry.objects.filter(action="bids.candidatures.read").exists()


def test_who_answers_yes_and_who_answers_no(reader, consultation):
    candidature(consultation, "Menuiserie Imaginaire")
    candidature(consultation, "Charpentes Fictives", declared=frozenset({"tax-pay", "bankruptcy"}))
    openings.opened(consultation)
    rows = summary(reader, consultation)
    assert rows["Pli n° 1, Menuiserie Imaginaire"][2] == "Aucun « Oui »"
    assert rows["Pli n° 2, Charpentes Fictives"][2] == "2 « Oui »"
    text = reader.get(url("analysis", consultation)).content.decode()
    assert "Liquidation judiciaire ou faillite personnelle" in text
    assert "Non signé" in rows["Pli n° 1, Menuiserie Imaginaire"][1]


def test_nobody_is_dropped(reader, consultation):
    """R2143-4: a DUME is one way among others, and a file that cannot be read is told."""
    openings.deposit(consultation, organisations.company("Sans DUME SARL"))
    openings.deposit(consultation, organisations.company("Illisible SARL"), espd=b"<autre/>")
    openings.opened(consultation)
    rows = summary(reader, consultation)
    assert rows["Pli n° 1, Sans DUME SARL"][1] == "Aucun"
    assert rows["Pli n° 2, Illisible SARL"][1].startswith("dume.xml : non lu")
    assert "DC1, DC2" in reader.get(url("analysis", consultation)).content.decode()


def test_a_deposit_that_stayed_closed_is_not_read(reader, consultation):
    late = organisations.company("Tardive Fictive")
    openings.deposit(
        consultation,
        late,
        espd=response_of(consultation, late),
        received_at=tenders.DEADLINE.replace(hour=23),
    )
    candidature(consultation, "Menuiserie Imaginaire")
    openings.opened(consultation)
    assert "Tardive Fictive" not in reader.get(url("analysis", consultation)).content.decode()


def test_a_file_that_changed_or_could_not_be_decrypted_is_told(reader, consultation):
    candidature(consultation, "Menuiserie Imaginaire")
    candidature(consultation, "Charpentes Fictives")
    openings.opened(consultation)
    changed, lost = Piece.objects.filter(name="dume.xml").order_by("deposit__number")
    Piece.objects.filter(pk=changed.pk).update(condition=PieceCondition.MISMATCH)
    Piece.objects.filter(pk=lost.pk).update(condition=PieceCondition.UNREADABLE, clear=None)
    text = reader.get(url("analysis", consultation)).content.decode()
    assert "il a changé depuis" in html.fromstring(text).text_content()
    assert "pas pu être déchiffré" in html.fromstring(text).text_content()


def test_reading_is_bounded_and_says_so(reader, consultation, monkeypatch):
    candidature(consultation, "Menuiserie Imaginaire")
    candidature(consultation, "Charpentes Fictives")
    openings.opened(consultation)
    size = Piece.objects.filter(name="dume.xml").order_by("deposit__number")[0].clear_size
    monkeypatch.setattr(buyer_analysis, "MOST_BYTES", size)
    rows = summary(reader, consultation)
    assert "Candidat seul" in rows["Pli n° 1, Menuiserie Imaginaire"][1]
    assert "non lu" in rows["Pli n° 2, Charpentes Fictives"][1]


@pytest.mark.parametrize("name", PAGES)
def test_each_look_is_one_line_of_the_journal_with_every_file(reader, consultation, name):
    """P7-B8, P8-5."""
    candidature(consultation, "Menuiserie Imaginaire")
    candidature(consultation, "Charpentes Fictives")
    openings.opened(consultation)
    reader.get(url(name, consultation))
    (entry,) = Entry.objects.filter(action="bids.candidatures.read")
    shown = Piece.objects.filter(name="dume.xml").order_by("deposit__number")
    assert entry.actor_label.startswith("Camille Exemple")
    assert entry.data == {
        "form": {"analysis": "page", "analysis_csv": "csv", "analysis_ods": "ods"}[name],
        "pieces": [str(piece.pk) for piece in shown],
    }


def test_a_name_cannot_run_in_the_clerk_s_spreadsheet(reader, consultation):
    company = organisations.company('=HYPERLINK("http://piege.example")')
    openings.deposit(consultation, company, espd=response_of(consultation, company))
    openings.opened(consultation)
    response = reader.get(url("analysis_csv", consultation))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    names = {row[rows[0].index("Entreprise")] for row in rows[1:]}
    assert names == {"'" + company.name}
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"].startswith('attachment; filename="analyse-')


def test_the_spreadsheet_opens_with_the_figures(reader, consultation):
    candidature(consultation, "Menuiserie Imaginaire", turnover=Decimal("123456.78"))
    openings.opened(consultation)
    response = reader.get(url("analysis_ods", consultation))
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert 'office:value="123456.78"' in archive.read("content.xml").decode()


def test_the_opening_page_leads_to_it(reader, consultation):
    candidature(consultation, "Menuiserie Imaginaire")
    openings.opened(consultation)
    assert url("analysis", consultation) in reader.get(url("opening", consultation)).content.decode()


def test_several_candidates_cost_no_more_queries_than_one(reader, consultation):
    counts = []
    for number in (1, 3):
        other = tenders.published(consultation.buyer, lots=tenders.LOTS)
        for rank in range(number):
            candidature(other, f"Entreprise Fictive {rank}")
        openings.opened(other)
        reader.get(url("analysis", other))
        with CaptureQueriesContext(connection) as seen:
            reader.get(url("analysis", other))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 21
