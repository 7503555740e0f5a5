"""The company's letters: its own only, and the first opening is the proof (P7-B7)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import organisations, tenders

pytestmark = pytest.mark.django_db
INBOX = "/entreprise/courriers/"


@pytest.fixture
def letter(buyer, company):
    return tenders.letter(tenders.opened(buyer), company, subject="Rejet de votre offre")


def page_of(letter) -> str:
    return reverse("tenders:letter", args=[letter.pk])


def test_the_inbox_shows_what_is_unread_and_opens_nothing(enter, company, letter):
    text = enter(company).get(INBOX).content.decode()
    assert "Rejet de votre offre" in text
    assert "Non lu" in text
    letter.refresh_from_db()
    assert letter.first_opened_at is None


def test_reading_a_letter_records_its_first_opening(enter, company, letter, now, clock):
    client = enter(company)
    assert "Votre offre a été examinée." in client.get(page_of(letter)).content.decode()
    clock.move_to(now + timedelta(hours=2))
    client.get(page_of(letter))
    letter.refresh_from_db()
    assert letter.first_opened_at == now
    assert "Non lu" not in client.get(INBOX).content.decode()


def test_a_look_at_the_headers_opens_nothing(enter, company, letter):
    assert enter(company).head(page_of(letter)).status_code == 200
    letter.refresh_from_db()
    assert letter.first_opened_at is None


def test_nobody_else_reads_or_opens_it(enter, visitor, buyer, letter):
    stranger = enter(organisations.company("Autre Fictive SAS"))
    assert stranger.get(page_of(letter)).status_code == 404
    assert enter(buyer).get(page_of(letter)).status_code == 404
    assert enter(organisations.operator()).get(page_of(letter)).status_code == 404
    assert visitor.get(page_of(letter)).status_code == 302
    letter.refresh_from_db()
    assert letter.first_opened_at is None
    assert "Rejet de votre offre" not in stranger.get(INBOX).content.decode()


def test_the_inbox_takes_the_same_queries_however_full_it_is(
    enter, buyer, company, django_assert_num_queries
):
    opened = tenders.opened(buyer)
    for _ in range(5):
        tenders.letter(opened, company)
    client = enter(company)
    # session, user, memberships, count, page
    with django_assert_num_queries(5):
        client.get(INBOX)
