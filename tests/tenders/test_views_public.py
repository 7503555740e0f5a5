"""What anybody sees: no account, no cookie (P7-S4, P7-S5)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.factories import organisations, tenders

pytestmark = pytest.mark.django_db
LIST = "/consultations/"


def page_of(consultation) -> str:
    return reverse("tenders:detail", args=[consultation.pk])


def text_of(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def test_the_list_shows_what_decides(visitor, buyer):
    """P7-S4."""
    tenders.published(buyer, title="Réfection de la mairie", lots=tenders.LOTS)
    text = text_of(visitor.get(LIST))
    for fact in (
        "Réfection de la mairie",
        "Commune de Valfictif",
        "Landes (40)",
        "Travaux",
        "2 lots",
        "En cours",
    ):
        assert fact in text
    assert "mercredi 1er avril 2026 à 12 h 00 (heure de Paris)" in text
    assert "encore 30 jours 1 h" in text


def test_the_list_takes_two_queries_however_long_it_is(visitor, buyer, django_assert_num_queries):
    for _ in range(7):
        tenders.published(buyer, lots=tenders.LOTS)
    with django_assert_num_queries(2):
        response = visitor.get(LIST)
    assert len(response.context["page"].object_list) == 7


def test_the_search_is_an_address(visitor, buyer):
    tenders.published(buyer, title="Réfection de la mairie")
    tenders.published(buyer, title="Achat de livres", nature="supplies", cpv_main="22113000-5")
    text = text_of(visitor.get(LIST, {"q": "refection", "nature": "works", "cpv": "45", "place": "40"}))
    assert "Réfection de la mairie" in text
    assert "Achat de livres" not in text
    assert "1 consultation<" in text


def test_answers_that_make_no_sense_filter_nothing(visitor, buyer):
    tenders.published(buyer)
    response = visitor.get(
        LIST, {"nature": "inconnue", "cpv": "x", "place": "999", "page": "abc", "status": "?"}
    )
    assert response.status_code == 200
    assert "1 consultation<" in text_of(response)


def test_ended_consultations_are_in_the_other_list(visitor, buyer, clock):
    tenders.published(buyer, title="Terminée bientôt")
    clock.move_to(tenders.DEADLINE + timedelta(seconds=1))
    assert "Terminée bientôt" not in text_of(visitor.get(LIST))
    assert "Terminée bientôt" in text_of(visitor.get(LIST, {"status": "ended"}))


def test_pages_keep_the_search(visitor, buyer):
    for _ in range(21):
        tenders.published(buyer)
    text = text_of(visitor.get(LIST, {"q": "voirie", "page": 2}))
    assert "Page 2 sur 2" in text
    assert 'href="?q=voirie&amp;page=1"' in text


@pytest.mark.parametrize("address", ["list", "detail", "follow", "documents_zip", "document"])
def test_no_cookie_is_set(visitor, buyer, address):
    published = tenders.published(buyer)
    arguments = [] if address == "list" else [published.pk]
    if address == "document":
        arguments.append(published.documents.get().pk)
    response = visitor.get(reverse(f"tenders:{address}", args=arguments))
    assert response.status_code == 200
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in (b"" if response.streaming else response.content).decode()


def test_pages_may_be_kept_a_minute_by_anybody(visitor, buyer):
    published = tenders.published(buyer)
    for address in (LIST, page_of(published)):
        response = visitor.get(address)
        assert "public" in response["Cache-Control"]
        assert "max-age=60" in response["Cache-Control"]


def test_a_page_that_names_a_member_is_kept_by_nobody(enter, buyer):
    published = tenders.published(buyer)
    for address in (LIST, page_of(published)):
        response = enter(buyer).get(address)
        assert "private" in response["Cache-Control"]
        assert "public" not in response["Cache-Control"]


def test_a_consultation_shows_its_facts_and_the_limits_of_what_may_be_sent(visitor, buyer):
    """P7-B3, P7-T5."""
    published = tenders.published(buyer, lots=tenders.LOTS, estimated_value=Decimal(123456))
    text = text_of(visitor.get(page_of(published)))
    document = published.documents.get().file
    for fact in (
        "Reprise des chaussées", "Procédure adaptée (MAPA)", "45233141-9", "Travaux de construction", "NUTS FRI13",
        "Signalisation", "Mémoire technique", "(facultatif)", "200 Mo", document.name, document.sha256, "PDF",
        "Règlement de la consultation", "Service des marchés", "marches@valfictif.example", "Tout télécharger (ZIP)",
    ):  # fmt: skip
        assert fact in text
    assert "123 456" not in text
    assert "123456" not in text


def test_the_countdown_runs_by_the_servers_clock(visitor, buyer):
    text = text_of(visitor.get(page_of(tenders.published(buyer))))
    assert 'data-countdown data-countdown-over="délai dépassé" datetime="2026-04-01T12:00:00+02:00"' in text
    assert 'data-server-now="2026-03-02T10:00:00+01:00"' in text
    assert "Déposer un pli" in text


def test_overseas_the_deadline_is_told_in_both_times(visitor, db):
    buyer = organisations.buyer("Commune fictive des Hauts", time_zone="Indian/Reunion")
    text = text_of(visitor.get(page_of(tenders.published(buyer))))
    assert "mercredi 1er avril 2026 à 12 h 00 (heure de Paris)" in text
    assert "mercredi 1er avril 2026 à 14 h 00 (heure de" in text


def test_in_the_same_time_zone_it_is_told_once(visitor, buyer):
    assert "chez l'acheteur" not in text_of(visitor.get(page_of(tenders.published(buyer))))


def test_after_the_deadline_the_page_says_so(visitor, buyer, clock):
    """P7-B5: a late bid is kept, and the company knows what it is worth."""
    published = tenders.published(buyer)
    clock.move_to(tenders.DEADLINE + timedelta(seconds=1))
    text = text_of(visitor.get(page_of(published)))
    assert "La date limite est passée." in text
    assert "hors délai" in text
    assert "data-countdown" not in text


def test_a_cancelled_consultation_shows_why(visitor, buyer):
    text = text_of(visitor.get(page_of(tenders.cancelled(buyer))))
    assert "Déclarée sans suite" in text
    assert "Le besoin a disparu." in text
    assert "Déposer" not in text


def test_a_draft_does_not_exist_for_the_public(visitor, buyer):
    draft = tenders.draft(buyer, documents=["plan.pdf"])
    document = draft.documents.get()
    for name, more in (("detail", []), ("documents_zip", []), ("follow", []), ("document", [document.pk])):
        assert visitor.get(reverse(f"tenders:{name}", args=[draft.pk, *more])).status_code == 404


def test_who_wants_news_leaves_a_name_and_nothing_else_changes(visitor, buyer):
    """P7-B8, P7-S5; annexe 6 art. 1."""
    published = tenders.published(buyer)
    address = reverse("tenders:follow", args=[published.pk])
    response = visitor.post(address, {"company_name": "Fictive", "email": "x@fictive.example"}, follow=True)
    assert "C'est noté" in response.content.decode().replace("&#x27;", "'")
    line = published.withdrawals.get()
    assert (line.what, line.company_name, line.email) == ("news", "Fictive", "x@fictive.example")
    assert not visitor.cookies


def test_a_wrong_address_is_explained_beside_its_field(visitor, buyer):
    published = tenders.published(buyer)
    response = visitor.post(reverse("tenders:follow", args=[published.pk]), {"email": "nulle part"})
    assert response.status_code == 422
    assert "nom@exemple.fr" in response.content.decode()
    assert not published.withdrawals.exists()


def test_the_forms_of_the_public_need_no_token(buyer, clock):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    published = tenders.published(buyer)
    response = strict.post(reverse("tenders:follow", args=[published.pk]), {"email": "x@fictive.example"})
    assert response.status_code == 302
