"""The buyer's pages: who reads, who acts, and that a refusal changes nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from procurement.accounts.roles import Role
from procurement.audit.models import Entry
from procurement.organisations.models import Organisation
from tenders.models import Consultation
from tests.factories import organisations, tenders

pytestmark = pytest.mark.django_db

BUYER_ROLES = (Role.BUYER_ADMIN, Role.EDITOR, Role.PUBLISHER, Role.OPENER, Role.READER)
READING = ("workspace", "documents", "history", "withdrawals", "letters")


def page_of(name: str, consultation: Consultation) -> str:
    return reverse(f"tenders:{name}", args=[consultation.pk])


def state_of(consultation: Consultation) -> str:
    return Consultation.objects.get(pk=consultation.pk).state


@pytest.mark.parametrize("role", BUYER_ROLES)
def test_every_member_reads_the_file(enter, buyer, role):
    published = tenders.published(buyer)
    client = enter(buyer, role)
    assert client.get(reverse("tenders:buyer_list")).status_code == 200
    for name in READING:
        response = client.get(page_of(name, published))
        assert response.status_code == 200, name
        assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", [*READING, "edit", "publish", "cancel"])
def test_another_buyer_finds_nothing(enter, buyer, other_buyer, name):
    draft = tenders.draft(buyer)
    assert enter(other_buyer).get(page_of(name, draft)).status_code == 404


@pytest.mark.parametrize("name", [*READING, "edit", "publish", "cancel"])
def test_a_company_and_the_operator_find_nothing(enter, buyer, company, name):
    draft = tenders.draft(buyer)
    assert enter(company).get(page_of(name, draft)).status_code == 404
    assert enter(organisations.operator()).get(page_of(name, draft)).status_code == 404


@pytest.mark.parametrize("name", [*READING, "edit", "publish", "cancel"])
def test_a_visitor_is_asked_to_sign_in(visitor, buyer, name):
    response = visitor.get(page_of(name, tenders.draft(buyer)))
    assert response.status_code == 302
    assert response["Location"].startswith("/compte/")


@pytest.mark.parametrize("role", BUYER_ROLES)
def test_only_those_who_prepare_edit_and_check(enter, buyer, role):
    draft = tenders.draft(buyer)
    expected = 200 if role in {Role.EDITOR, Role.PUBLISHER} else 403
    client = enter(buyer, role)
    assert client.get(page_of("edit", draft)).status_code == expected
    assert client.get(page_of("publish", draft)).status_code == expected
    assert client.get(reverse("tenders:create")).status_code == expected


@pytest.mark.parametrize("role", BUYER_ROLES)
def test_only_a_publisher_publishes(enter, buyer, role):
    """P7-B2; annexe 8 art. 2."""
    draft = tenders.draft(buyer, documents=["reglement.pdf"])
    before = Entry.objects.filter(action__startswith="tenders.").count()
    response = enter(buyer, role).post(page_of("publish", draft))
    if role == Role.PUBLISHER:
        assert (response.status_code, state_of(draft)) == (302, "published")
    else:
        assert (response.status_code, state_of(draft)) == (403, "draft")
        assert Entry.objects.filter(action__startswith="tenders.").count() == before


@pytest.mark.parametrize("role", BUYER_ROLES)
def test_only_a_publisher_cancels(enter, buyer, role):
    published = tenders.published(buyer)
    response = enter(buyer, role).post(page_of("cancel", published), {"reason": "Le besoin a disparu."})
    if role == Role.PUBLISHER:
        assert (response.status_code, state_of(published)) == (302, "cancelled")
    else:
        assert (response.status_code, state_of(published)) == (403, "published")


def test_a_publisher_of_another_buyer_changes_nothing(enter, buyer, other_buyer):
    draft, published = tenders.draft(buyer, documents=["a.pdf"]), tenders.published(buyer)
    stranger = enter(other_buyer, Role.PUBLISHER)
    assert stranger.post(page_of("publish", draft)).status_code == 404
    assert stranger.post(page_of("cancel", published), {"reason": "x"}).status_code == 404
    assert (state_of(draft), state_of(published)) == ("draft", "published")


def test_checking_before_publishing_lists_what_is_missing(enter, buyer):
    draft = tenders.draft(buyer)
    client = enter(buyer)
    text = client.get(page_of("publish", draft)).content.decode()
    assert "Ajoutez au moins un document" in text
    assert "disabled" in text
    response = client.post(page_of("publish", draft), follow=True)
    assert state_of(draft) == "draft"
    assert "elle reste en brouillon" in response.content.decode()


def test_an_editor_learns_who_can_publish(enter, buyer):
    text = enter(buyer, Role.EDITOR).get(page_of("publish", tenders.draft(buyer))).content.decode()
    assert "Publier la consultation" not in text
    assert "Demandez à un collègue" in text


def test_publishing_twice_is_harmless(enter, buyer):
    published = tenders.published(buyer)
    client = enter(buyer)
    assert client.post(page_of("publish", published)).status_code == 409
    assert client.get(page_of("publish", published)).status_code == 302
    assert state_of(published) == "published"


def test_a_published_file_cannot_be_edited(enter, buyer):
    assert enter(buyer).get(page_of("edit", tenders.published(buyer))).status_code == 409


def test_a_cancellation_without_reason_is_explained(enter, buyer):
    published = tenders.published(buyer)
    response = enter(buyer).post(page_of("cancel", published), {"reason": " "})
    assert response.status_code == 422
    assert "Indiquez le motif" in response.content.decode()
    assert state_of(published) == "published"


def test_the_list_says_what_comes_next_and_by_when(enter, buyer, clock):
    tenders.draft(buyer, title="Un brouillon")
    tenders.published(buyer, title="En ligne")
    text = enter(buyer).get(reverse("tenders:buyer_list")).content.decode()
    assert "Compléter et publier" in text
    assert "Attendre la date limite" in text
    clock.move_to(tenders.DEADLINE + timedelta(hours=1))
    assert "Ouvrir les plis" in enter(buyer).get(reverse("tenders:buyer_list")).content.decode()


def test_the_list_takes_the_same_queries_however_long_it_is(enter, buyer, django_assert_num_queries):
    client = enter(buyer)
    client.get(reverse("tenders:buyer_list"))
    for _ in range(6):
        tenders.published(buyer)
    # session, user, memberships, count, page
    with django_assert_num_queries(5):
        response = client.get(reverse("tenders:buyer_list"))
    assert response.context["page"].paginator.count == 6


def test_a_buyer_searches_its_own(enter, buyer, other_buyer):
    tenders.draft(buyer, title="Réfection du pont")
    tenders.draft(buyer, title="Achat de livres")
    tenders.draft(other_buyer, title="Réfection du lavoir")
    text = enter(buyer).get(reverse("tenders:buyer_list"), {"q": "refection"}).content.decode()
    assert "Réfection du pont" in text
    assert "Achat de livres" not in text
    assert "Réfection du lavoir" not in text


def test_the_file_shows_the_private_value_to_its_buyer(enter, buyer):
    from decimal import Decimal

    draft = tenders.draft(buyer, estimated_value=Decimal("85000.50"))
    assert "85\u202f000,50" in enter(buyer).get(page_of("workspace", draft)).content.decode()


def test_the_history_is_in_words(enter, buyer):
    """P7-B8."""
    text = enter(buyer).get(page_of("history", tenders.cancelled(buyer))).content.decode()
    for words in ("Consultation créée", "Document ajouté", "Consultation publiée", "déclarée sans suite"):
        assert words in text
    assert "tenders." not in text


def test_the_register_of_withdrawals_is_read_by_the_buyer(enter, visitor, buyer):
    """P7-B8."""
    published = tenders.published(buyer)
    visitor.get(reverse("tenders:document", args=[published.pk, published.documents.get().pk]))
    visitor.get(reverse("tenders:documents_zip", args=[published.pk]))
    visitor.post(page_of("follow", published), {"company_name": "Fictive", "email": "x@fictive.example"})
    text = enter(buyer).get(page_of("withdrawals", published)).content.decode()
    for words in ("3 lignes", "Retrait anonyme", "Dossier complet (ZIP)", "Fictive", "x@fictive.example"):
        assert words in text


def test_letters_come_with_their_proofs(enter, buyer, company: Organisation, now):
    """P7-B7."""
    from tenders.services.letters import open_letter

    organisations.member(company, email="camille@fictive.example")
    opened = tenders.opened(buyer)
    letter = tenders.letter(opened, company)
    client = enter(buyer)
    text = client.get(page_of("letters", opened)).content.decode()
    assert "camille@fictive.example" in text
    assert "Pas encore" in text
    open_letter(letter_id=letter.pk, company_id=company.pk, actor=organisations.actor_of(company), now=now)
    text = client.get(page_of("letters", opened)).content.decode()
    assert "par Une personne (Entreprise Imaginaire SARL)" in text


def test_letters_take_the_same_queries_however_many_they_are(
    enter, buyer, company, django_assert_max_num_queries
):
    opened = tenders.opened(buyer)
    for _ in range(4):
        tenders.letter(opened, company)
    client = enter(buyer)
    with django_assert_max_num_queries(10):
        client.get(page_of("letters", opened))


def test_a_drafts_tabs_lead_only_where_there_is_something(enter, buyer):
    text = enter(buyer).get(page_of("workspace", tenders.draft(buyer))).content.decode()
    assert "Retraits" not in text
    assert "Historique" in text
