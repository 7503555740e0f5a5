"""Award by the pages: form, check, letters, notification; what cannot be undone is checked first."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from lxml import html

from bids.models import Award, UnsuccessfulLot
from bids.services.award import notify_contract, send_result_letters
from procurement.accounts.roles import Role
from tenders.models import Contract, Letter
from tenders.states import LetterKind
from tests.factories import openings, organisations, tenders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(openings.OPENING, tick=False) as traveller:
        yield traveller


class Case:
    def __init__(self, client, procedure):
        consultation = tenders.published(procedure=procedure, lots=tenders.LOTS)
        self.winner = openings.deposit(consultation, organisations.company("Gagnante Fictive SARL"))
        self.loser = openings.deposit(consultation, organisations.company("Perdante Fictive SAS"))
        self.consultation = openings.opened(consultation)
        self.actor = organisations.actor_of(consultation.buyer)
        self.client = client
        self.sign_in()

    def sign_in(self, role=Role.PUBLISHER):
        self.client.force_login(organisations.member(self.consultation.buyer, role))

    def url(self, name, *, lot=None):
        more = [self.consultation.lots.get(number=lot).pk] if lot else []
        return reverse(f"bids:{name}", args=[self.consultation.pk, *more])

    def get(self, name, **place):
        return text_of(self.client.get(self.url(name, **place)))

    def post(self, name, *, lot=None, **data):
        return self.client.post(self.url(name, lot=lot), data)

    def choice(self, **changes):
        values = {"deposit": str(self.winner.pk), "amount": "85 000,50", "reasons": "La meilleure offre."}
        return values | changes

    def awarded(self):
        openings.awarded(self.consultation, self.winner)
        return self

    def announced(self):
        self.awarded()
        send_result_letters(consultation_id=self.consultation.pk, actor=self.actor, now=openings.OPENING)
        return self


@pytest.fixture
def mapa(client):
    return Case(client, "mapa")


@pytest.fixture
def formal(client):
    return Case(client, "open")


def text_of(response, status=200):
    assert response.status_code == status
    text = html.fromstring(response.content.decode()).text_content()
    return " ".join(text.split()).replace("\u202f", " ").replace("\u00a0", " ")


def test_before_the_opening_there_is_nothing_to_award(client):
    consultation = tenders.published()
    openings.deposit(consultation, organisations.company())
    client.force_login(organisations.member(consultation.buyer, Role.PUBLISHER))
    page = client.get(reverse("bids:award", args=[consultation.pk]))
    assert "L'attribution vient après l'ouverture" in text_of(page)
    lot = consultation.lots.get()
    assert client.get(reverse("bids:award_lot", args=[consultation.pk, lot.pk])).status_code == 404


def test_the_choice_is_checked_before_it_is_made(mapa):
    check = mapa.post("award_lot", lot=1, **mapa.choice())
    assert "85 000,50 € HT" in text_of(check)
    assert not Award.objects.exists()
    page = html.fromstring(check.content.decode())
    hidden = {field.get("name"): field.get("value") for field in page.xpath("//main//input[@type='hidden']")}
    done = mapa.client.post(mapa.url("award_lot", lot=1), {**hidden, "confirm": "1"})
    assert done.url == mapa.url("award")
    made = Award.objects.get()
    assert (made.deposit, made.amount, made.reasons) == (
        mapa.winner,
        Decimal("85000.50"),
        "La meilleure offre.",
    )
    assert "Gagnante Fictive SARL" in mapa.get("award")


def test_correct_gives_the_form_back_as_it_was_filled(mapa):
    page = html.fromstring(mapa.post("award_lot", lot=1, **mapa.choice(), correct="1").content.decode())
    assert page.xpath("//input[@name='amount']/@value") == ["85 000,50"]
    assert page.xpath("//input[@name='deposit'][@checked]/@value") == [str(mapa.winner.pk)]
    assert not Award.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "beaucoup"}, "Ce montant n'est pas lisible"),
        ({"amount": ""}, "Indiquez le montant du marché"),
        ({"deposit": ""}, "Choisissez l'entreprise retenue"),
        ({"amount": "0", "confirm": "1"}, "Le montant doit être compris entre"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(mapa, changes, words):
    assert words in text_of(mapa.post("award_lot", lot=1, **mapa.choice(**changes)), status=422)
    assert not Award.objects.exists()


def test_only_bids_opened_for_the_lot_can_be_chosen(mapa):
    stranger = openings.deposit(tenders.published(), organisations.company("Étrangère Fictive"))
    response = mapa.post("award_lot", lot=1, **mapa.choice(deposit=str(stranger.pk)), confirm="1")
    assert "Choisissez parmi les plis ouverts" in text_of(response, status=422)
    assert not Award.objects.exists()


def test_reasons_are_asked_for_in_a_formal_procedure(formal):
    """R2181-3."""
    response = formal.post("award_lot", lot=1, **formal.choice(reasons=""))
    assert "ils figurent dans les lettres de rejet" in text_of(response, status=422)


def test_the_letters_are_shown_before_they_leave(formal):
    formal.awarded()
    text = formal.get("send_results")
    assert "lundi 13 avril 2026 à 0 h 00" in text
    assert "Information de l'attributaire : Gagnante Fictive SARL" in text
    assert "Lettre de rejet : Perdante Fictive SAS" in text
    assert not Letter.objects.exists()


def test_the_letters_leave_with_the_reasons_written_for_each(formal):
    formal.awarded()
    field = f"reasons_{formal.consultation.lots.get(number=1).pk}_{formal.loser.company_id}"
    response = formal.post("send_results", **{field: "Délai d'exécution trop long."})
    assert response.url == formal.url("award")
    assert "Délai d'exécution trop long." in Letter.objects.get(kind=LetterKind.REJECTION).body
    formal.post("send_results")
    assert Letter.objects.count() == 2
    assert "13 avril 2026" in formal.get("award")


def test_sending_without_any_award_is_refused(mapa):
    assert mapa.post("send_results").status_code == 409
    assert not Letter.objects.exists()


def test_after_the_letters_the_choice_is_closed(mapa):
    mapa.announced()
    assert "le choix ne peut plus être modifié" in mapa.get("award_lot", lot=1)
    refused = mapa.post("award_lot", lot=1, **mapa.choice(deposit=str(mapa.loser.pk)), confirm="1")
    assert refused.status_code == 409
    assert Award.objects.get().deposit == mapa.winner


def test_during_the_standstill_the_page_gives_the_date_and_a_forced_request_is_refused(formal, clock):
    """R2182-1."""
    formal.announced()
    assert "lundi 13 avril 2026 à 0 h 00" in formal.get("notify", lot=1)
    refused = formal.post("notify", lot=1)
    assert "13 avril 2026" in text_of(refused, status=409)
    assert not Contract.objects.exists()
    clock.move_to(openings.OPENING + timedelta(days=12))
    formal.sign_in()
    assert formal.post("notify", lot=1).url == formal.url("award")
    assert Contract.objects.get().notification_sent_at is not None


def test_the_contract_is_notified_then_received_on_paper(mapa, clock):
    mapa.announced()
    mapa.post("notify", lot=1)
    text = mapa.get("award")
    assert "Notification envoyée" in text
    assert "Le titulaire n'a pas encore ouvert le courrier" in text
    clock.move_to(openings.OPENING + timedelta(days=3))
    mapa.sign_in()
    early = mapa.post("record_receipt", lot=1, received_on="2026-03-31")
    assert "ne peut être ni dans le futur" in text_of(early, status=422)
    assert mapa.post("record_receipt", lot=1, received_on="2026-04-02").url == mapa.url("award")
    assert "2 avril 2026" in mapa.get("award")
    assert Contract.objects.get().notified_on.isoformat() == "2026-04-02"


def test_a_receipt_of_what_was_not_sent_is_refused(mapa):
    response = mapa.post("record_receipt", lot=1, received_on="2026-04-01")
    assert "n'a pas été envoyée" in text_of(response, status=422)


def test_a_lot_without_offer_is_declared_unsuccessful(mapa):
    assert "Aucune offre n'a été ouverte pour ce lot" in mapa.get("award")
    assert "Motif" in mapa.get("declare_unsuccessful", lot=2)
    mapa.post("declare_unsuccessful", lot=2, reason="Aucune offre remise.")
    assert UnsuccessfulLot.objects.get().lot.number == 2
    assert "Infructueux" in mapa.get("award")
    assert mapa.post("declare_unsuccessful", lot=1, reason="Aucune offre.").status_code == 409


def test_a_reader_sees_the_award_without_its_buttons(mapa):
    mapa.announced()
    notify_contract(lot_id=mapa.consultation.lots.get(number=1).pk, actor=mapa.actor, now=openings.OPENING)
    mapa.sign_in(Role.READER)
    page = html.fromstring(mapa.client.get(mapa.url("award")).content.decode())
    assert "Gagnante Fictive SARL" in page.text_content()
    assert page.xpath("//section//a[contains(@class, 'btn')]") == []
