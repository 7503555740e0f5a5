"""The pages of the opening as the buyer's people see them, before, during and after."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from lxml import html

from bids.models import Deposit, Opening, Piece
from bids.services.opening import OPEN
from procurement.accounts.roles import Role
from procurement.audit.models import Entry
from procurement.jobs.models import Job
from signing.seals import seal_pdf
from signing.services.stamping import current_authority
from tests.factories import openings, organisations, tenders
from tests.signing.conftest import render_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(openings.OPENING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def consultation(db):
    return tenders.published()


@pytest.fixture
def company(db):
    return organisations.company("Travaux Imaginaires SARL")


@pytest.fixture
def opener(client, consultation):
    client.force_login(organisations.member(consultation.buyer, Role.OPENER))
    return client


def url(name, consultation, *more):
    return reverse(f"bids:{name}", args=[consultation.pk, *more])


def text_of(response, status=200):
    assert response.status_code == status
    page = html.fromstring(response.content.decode())
    return " ".join(page.text_content().split())


# --- Before ---------------------------------------------------------------------------------------------------
def test_the_register_before_the_opening_tells_numbers_and_times_only(opener, consultation, company):
    """P7-T9: neither the company, nor the file, nor the lot is on the page."""
    openings.deposit(consultation, company, offer=[("prix-secret.txt", b"12 000")])
    page = opener.get(url("register", consultation)).content.decode()
    text = " ".join(html.fromstring(page).text_content().split())
    assert "1 dépôt reçu" in text
    assert "jeudi 12 mars 2026 à 10 h 00 min 00 s (heure de Paris)" in text.replace("\u00a0", " ")
    for secret in ("Imaginaires", company.siret, "prix-secret", "Lot 1", "12 000"):
        assert secret not in page, secret


def test_the_opening_page_lists_what_will_be_opened_and_what_will_not(opener, consultation, company):
    openings.deposit(consultation, company)
    openings.deposit(consultation, company, received_at=openings.HANDED_IN + timedelta(hours=1))
    late_at = tenders.DEADLINE + timedelta(seconds=1)
    openings.deposit(consultation, organisations.company("Société en retard"), received_at=late_at)
    text = text_of(opener.get(url("opening", consultation)))
    opens, closed = text.split("Resteront fermés")
    assert "Pli n° 2" in opens
    assert "Pli n° 1" not in opens
    assert "Pli n° 1" in closed
    assert "Hors délai : conservé, non ouvert" in closed
    assert "Imaginaires" not in text
    assert "Société en retard" not in text


def test_before_the_deadline_the_page_has_no_button_and_a_forced_request_is_refused(
    opener, consultation, company, clock
):
    openings.deposit(consultation, company)
    clock.move_to(tenders.DEADLINE - timedelta(minutes=1))
    page = opener.get(url("opening", consultation))
    assert "Ouvrir les plis</button>" not in page.content.decode()
    assert "mercredi 1er avril 2026 à 14 h 00" in text_of(page).replace("\u00a0", " ")
    assert opener.post(url("opening", consultation)).status_code == 409
    assert not Opening.objects.exists()


def test_who_may_not_open_is_told_whom_to_ask(client, consultation, company):
    openings.deposit(consultation, company)
    client.force_login(organisations.member(consultation.buyer, Role.READER))
    page = client.get(url("opening", consultation))
    assert "rôle d'ouvreur" in text_of(page)
    assert '<button class="btn btn-primary btn-lg"' not in page.content.decode()


def test_the_pages_of_a_consultation_without_deposit_say_so(opener, consultation):
    assert "Aucun dépôt reçu" in text_of(opener.get(url("register", consultation)))
    assert "Aucun pli à ouvrir" in text_of(opener.get(url("opening", consultation)))


# --- During ---------------------------------------------------------------------------------------------------
def test_the_page_of_a_running_opening_refreshes_itself_with_and_without_script(
    opener, consultation, company
):
    openings.deposit(consultation, company)
    assert opener.post(url("opening", consultation)).url == url("opening", consultation)
    Job.objects.filter(kind=OPEN).update(progress=1, total=2)
    page = html.fromstring(opener.get(url("opening", consultation)).content.decode())
    (section,) = page.xpath("//section[@data-poll]")
    assert section.get("data-poll") == url("opening_progress", consultation)
    assert page.xpath("//noscript/meta/@content") == ["5"]
    assert "1 pièce sur 2" in section.text_content()
    assert page.xpath("//progress/@value") == ["1"]


def test_the_fragment_is_the_section_alone_and_ends_without_poll(opener, consultation, company):
    openings.deposit(consultation, company)
    opener.post(url("opening", consultation))
    running = opener.get(url("opening_progress", consultation))
    assert running["Cache-Control"] == "no-store"
    assert running.content.lstrip().startswith(b'<section id="ouverture"')
    assert b"data-poll=" in running.content
    openings.run(consultation)
    done = opener.get(url("opening_progress", consultation))
    assert b"data-poll=" not in done.content
    assert url("opening", consultation) in done.content.decode()


def test_an_opening_that_failed_says_what_is_kept_and_can_go_on(opener, consultation, company):
    openings.deposit(consultation, company)
    opener.post(url("opening", consultation))
    Job.objects.filter(kind=OPEN).update(progress=1, total=2, failed_at=openings.OPENING)
    page = opener.get(url("opening", consultation))
    assert "Rien n'est perdu : 1 pièce sur 2 est ouverte" in text_of(page)
    assert "http-equiv" not in page.content.decode()
    opener.post(url("opening", consultation))
    assert Job.objects.filter(kind=OPEN, failed_at__isnull=True).count() == 1


def test_a_double_click_on_the_button_is_one_opening(opener, consultation, company):
    openings.deposit(consultation, company)
    for _ in range(2):
        assert opener.post(url("opening", consultation)).status_code == 302
    assert Opening.objects.count() == 1
    assert Job.objects.filter(kind=OPEN).count() == 1


# --- After ----------------------------------------------------------------------------------------------------
def test_the_register_names_everybody_once_opened(opener, consultation, company):
    openings.deposit(consultation, company)
    late_at = tenders.DEADLINE + timedelta(seconds=1)
    openings.deposit(consultation, organisations.company("Société en retard"), received_at=late_at)
    openings.opened(consultation)
    text = text_of(opener.get(url("register", consultation)))
    assert "Travaux Imaginaires SARL" in text
    assert "Société en retard" in text
    assert "Hors délai : conservé, non ouvert" in text


def test_opened_bids_show_files_conditions_and_digests(opener, consultation, company):
    openings.deposit(consultation, company)
    broken = openings.deposit(consultation, organisations.company("Abîmée Fictive"))
    Piece.objects.filter(deposit=broken, name="offre.txt").update(clear_sha256="0" * 64)
    openings.opened(consultation)
    text = text_of(opener.get(url("opening", consultation)))
    assert "2 plis ouverts le mercredi" in text.replace("\u00a0", " ")
    assert text.count("Lisible, identique à ce qui a été déposé") == 3
    assert text.count("Différente de l'empreinte déclarée") == 1
    assert Piece.objects.filter(name="offre.txt").exclude(deposit=broken).get().clear_sha256 in text


def test_a_signed_pdf_shows_the_five_checks_in_words(opener, consultation, company):
    """Annexe 12 art. 5: identity, category, format, validity, integrity."""
    now = tenders.NOW
    signed = seal_pdf(render_receipt(now), reason="Offre", authority=current_authority(now), now=now)
    openings.deposit(consultation, company, offer=[("acte.pdf", signed)])
    openings.opened(consultation)
    page = html.fromstring(opener.get(url("opening", consultation)).content.decode())
    (line,) = [node for node in page.xpath("//p") if "Signature valide (Cachet de" in node.text_content()]
    (address,) = line.xpath("a/@href")
    sheet = html.fromstring(opener.get(address).content.decode())
    assert len(sheet.xpath("(//dl)[1]/div")) == 5
    assert "Seules des preuves (certificats, horodatages) ont été ajoutées." in sheet.xpath(
        "string((//dl)[1])"
    )


def test_the_pages_cost_a_fixed_number_of_queries(opener, consultation, django_assert_max_num_queries):
    for number in range(3):
        openings.deposit(consultation, organisations.company(f"Entreprise Fictive {number}"))
    opener.get(url("register", consultation))
    for name, most in (("register", 12), ("opening", 12)):
        with django_assert_max_num_queries(most):
            opener.get(url(name, consultation))
    openings.opened(consultation)
    for name, most in (("register", 12), ("opening", 16), ("award", 14)):
        with django_assert_max_num_queries(most):
            opener.get(url(name, consultation))


def test_the_minutes_are_a_sealed_pdf_to_keep(opener, consultation):
    openings.opened(consultation)
    response = opener.get(url("minutes", consultation))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_without_opening_there_are_no_minutes(opener, consultation):
    assert opener.get(url("minutes", consultation)).status_code == 404
    assert opener.get(url("opening_progress", consultation)).status_code == 404


def test_a_draft_shows_an_empty_register(opener, consultation):
    draft = tenders.draft(consultation.buyer)
    assert "Aucun dépôt" in text_of(opener.get(url("register", draft)))
    assert "n'est pas en ligne" in text_of(opener.get(url("opening", draft)))
    assert opener.post(url("opening", draft)).status_code == 409
    assert not Deposit.objects.exists()
    assert not Entry.objects.filter(action="bids.opening.request").exists()
