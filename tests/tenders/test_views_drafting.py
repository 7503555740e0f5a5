"""The form of a consultation: sections on one page, rows without a script, the buyer's clocks."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from tenders.models import Consultation
from tests.factories import organisations, tenders

pytestmark = pytest.mark.django_db
CREATE = "/acheteur/consultations/nouvelle/"


def answers(**changes: str) -> dict[str, str]:
    """What a browser sends for a small consultation: one lot, one piece."""
    sent = {
        "reference": "2026-014",
        "title": "Réfection de la voirie",
        "description": "Rue Imaginaire.",
        "nature": "works",
        "procedure": "mapa",
        "cpv_main": "45233141-9",
        "cpv_others": "45000000, 71000000",
        "nuts": "FRI13",
        "insee_code": "40192",
        "estimated_value": "85 000,50",
        "deadline_0": "2026-04-01",
        "deadline_1": "12:00",
        "questions_deadline_0": "",
        "questions_deadline_1": "",
        "opening_at_0": "2026-04-01",
        "opening_at_1": "14:00",
        "max_megabytes": "500",
        "contact_name": "Service des marchés",
        "contact_email": "marches@valfictif.example",
        "contact_phone": "",
        "lots-TOTAL_FORMS": "0",
        "lots-INITIAL_FORMS": "0",
        "pieces-TOTAL_FORMS": "1",
        "pieces-INITIAL_FORMS": "0",
        "pieces-0-envelope": "offer",
        "pieces-0-label": "Acte d'engagement",
        "pieces-0-is_mandatory": "on",
    }
    return {**sent, **changes}


def two_lots(**changes: str) -> dict[str, str]:
    rows = {
        "lots-TOTAL_FORMS": "3",
        "lots-0-title": "Chaussées",
        "lots-1-title": "Signalisation",
        "lots-2-title": "",
    }
    return answers(**rows, **changes)


def test_the_form_makes_a_draft_and_leads_to_the_documents(enter, buyer):
    response = enter(buyer).post(CREATE, answers())
    made = Consultation.objects.get()
    assert response["Location"] == reverse("tenders:documents", args=[made.pk])
    assert (made.buyer, made.state, made.reference) == (buyer, "draft", "2026-014")
    assert made.deadline == datetime(2026, 4, 1, 10, 0, tzinfo=UTC)
    assert made.estimated_value == Decimal("85000.50")
    assert made.max_file_bytes == 500_000_000
    assert made.cpv_others == ["45000000", "71000000"]
    assert [(piece.label, piece.is_mandatory) for piece in made.required_pieces.all()] == [
        ("Acte d'engagement", True)
    ]


def test_a_new_form_proposes_the_usual_pieces(enter, buyer):
    text = enter(buyer).get(CREATE).content.decode()
    assert "Mémoire technique" in text
    assert "Il y a un problème" not in text


def test_lots_are_numbered_in_their_order_and_blank_rows_are_none(enter, buyer):
    enter(buyer).post(CREATE, two_lots(**{"pieces-0-lot": "2"}))
    made = Consultation.objects.get()
    assert [(lot.number, lot.title) for lot in made.lots.all()] == [(1, "Chaussées"), (2, "Signalisation")]
    assert made.required_pieces.get().lot.number == 2


def test_a_removed_lot_gives_its_number_to_the_next(enter, buyer):
    enter(buyer).post(CREATE, two_lots(**{"lots-0-DELETE": "on", "pieces-0-lot": "2"}))
    made = Consultation.objects.get()
    assert [(lot.number, lot.title) for lot in made.lots.all()] == [(1, "Signalisation")]
    assert made.required_pieces.get().lot.number == 1


def test_a_piece_of_a_removed_lot_is_shown_as_a_fault(enter, buyer):
    response = enter(buyer).post(CREATE, two_lots(**{"lots-0-DELETE": "on", "pieces-0-lot": "1"}))
    assert response.status_code == 422
    assert "n&#x27;existe pas" in response.content.decode()
    assert not Consultation.objects.exists()


@pytest.mark.parametrize("kind", ["lots", "pieces"])
def test_a_row_is_added_without_a_script_and_without_losing_an_answer(enter, buyer, kind):
    response = enter(buyer).post(CREATE, answers(add=kind, title="", deadline_1="pas une heure"))
    text = response.content.decode()
    assert response.status_code == 200
    assert "Il y a un problème" not in text
    assert 'value="2026-014"' in text
    assert 'value="pas une heure"' in text
    assert 'value="Acte d&#x27;engagement"' in text
    expected = {"lots": "1", "pieces": "2"}[kind]
    assert f'name="{kind}-TOTAL_FORMS" value="{expected}"' in text
    assert not Consultation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Intitulé : "),
        ({"cpv_main": "123"}, "Le code CPV « 123 »"),
        ({"estimated_value": "beaucoup"}, "Écrivez-le en euros hors taxes"),
        ({"opening_at_1": "11:00"}, "avant la date limite de remise"),
        ({"max_megabytes": "0"}, "Taille permise"),
        ({"max_megabytes": "999999"}, "sur cette plateforme"),
        ({"lots-TOTAL_FORMS": "1", "lots-0-cpv": "45000000"}, "Indiquez l&#x27;intitulé du lot 1"),
        ({"pieces-0-label": "x" * 151}, "150"),
    ],
)
def test_faults_are_listed_with_links_and_nothing_is_saved(enter, buyer, changes, words):
    response = enter(buyer).post(CREATE, answers(**changes))
    text = response.content.decode()
    assert response.status_code == 422
    assert "Il y a un problème" in text
    assert words in text
    assert not Consultation.objects.exists()


def test_every_fault_of_the_page_is_shown_at_once(enter, buyer):
    wrong = {
        "cpv_main": "123",
        "insee_code": "1",
        "deadline_1": "",
        "lots-TOTAL_FORMS": "1",
        "lots-0-cpv": "nul",
    }
    text = enter(buyer).post(CREATE, answers(**wrong)).content.decode()
    for link in ("#id_cpv_main", "#id_insee_code", "#id_deadline_0", "#id_lots-0-cpv"):
        assert f'<a href="{link}">' in text


@pytest.mark.parametrize(
    ("day", "time", "words"),
    [
        ("2026-03-29", "02:30", "n&#x27;existe pas ce jour-là"),
        ("2026-10-25", "02:30", "existe deux fois ce jour-là"),
        ("2026-02-30", "12:00", "Indiquez une date qui existe"),
        ("0001-01-01", "00:00", "Indiquez une date qui existe"),
        ("2026-04-01", "", "Indiquez la date et l&#x27;heure"),
        ("", "", "Indiquez la date et l&#x27;heure"),
    ],
)
def test_a_deadline_has_exactly_one_reading(enter, buyer, day, time, words):
    """The hours that the clocks skip or repeat are refused in words."""
    response = enter(buyer).post(
        CREATE, answers(deadline_0=day, deadline_1=time, opening_at_0="", opening_at_1="")
    )
    assert response.status_code == 422
    assert words in response.content.decode()


def test_times_are_those_of_the_buyers_clocks(enter, db):
    buyer = organisations.buyer("Commune fictive des Hauts", time_zone="Indian/Reunion")
    client = enter(buyer)
    assert "heure de" in client.get(CREATE).content.decode()
    client.post(CREATE, answers())
    made = Consultation.objects.get()
    assert made.deadline == datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
    text = client.get(reverse("tenders:edit", args=[made.pk])).content.decode()
    assert 'name="deadline_1" value="12:00"' in text


def test_an_hour_that_paris_skips_exists_on_reunion(enter, db):
    buyer = organisations.buyer("Commune fictive des Hauts", time_zone="Indian/Reunion")
    moments = {"deadline_0": "2026-03-29", "deadline_1": "02:30", "opening_at_0": "", "opening_at_1": ""}
    enter(buyer).post(CREATE, answers(**moments))
    assert Consultation.objects.get().deadline == datetime(2026, 3, 28, 22, 30, tzinfo=UTC)


def test_a_reference_already_used_is_said_beside_its_field(enter, buyer):
    tenders.draft(buyer, reference="2026-014")
    response = enter(buyer).post(CREATE, answers())
    assert response.status_code == 422
    assert "porte déjà cette référence" in response.content.decode()


def test_what_was_saved_comes_back_in_the_form_and_is_saved_again_unchanged(enter, buyer):
    client = enter(buyer)
    client.post(CREATE, two_lots(**{"pieces-0-lot": "2"}))
    made = Consultation.objects.get()
    page = client.get(reverse("tenders:edit", args=[made.pk]))
    sheet = page.context["sheet"]
    assert [row["title"].value() for row in sheet.lots] == ["Chaussées", "Signalisation"]
    assert sheet.pieces[0]["lot"].value() == 2
    assert sheet.form["max_megabytes"].value() == 500
    sent = two_lots(**{"pieces-0-lot": "2", "title": "Voirie, rue Imaginaire"})
    assert client.post(reverse("tenders:edit", args=[made.pk]), sent).status_code == 302
    changed = tenders.refreshed(made)
    assert changed.title == "Voirie, rue Imaginaire"
    assert changed.lots.count() == 2
    assert changed.deadline == made.deadline


def test_a_consultation_without_lots_shows_none_in_the_form(enter, buyer):
    draft = tenders.draft(buyer)
    page = enter(buyer).get(reverse("tenders:edit", args=[draft.pk]))
    assert len(page.context["sheet"].lots) == 0


def test_a_forged_request_saves_nothing(enter, buyer):
    client = enter(buyer, enforce_csrf_checks=True)
    assert client.post(CREATE, answers()).status_code == 403
    assert not Consultation.objects.exists()
