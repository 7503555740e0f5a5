"""Choose, tell everybody, wait, notify: what is allowed when, and that nothing happens twice."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bids.models import Award, UnsuccessfulLot
from bids.services import award as services
from procurement.audit.models import Entry
from procurement.calendars import PARIS
from procurement.notifications.models import Mail
from tenders.models import Contract, Letter
from tenders.services.contracts import NotificationDateRefused
from tenders.services.letters import open_letter
from tenders.services.publication import cancel_consultation
from tenders.states import LetterKind
from tests.factories import openings, organisations, tenders

pytestmark = pytest.mark.django_db
LATER = openings.OPENING + timedelta(days=2)


class Case:
    """Two companies in time and a late one for lot 1, nobody for lot 2; bids opened."""

    def __init__(self, procedure="mapa"):
        consultation = tenders.published(procedure=procedure, lots=tenders.LOTS)
        self.winner = openings.deposit(consultation, organisations.company("Gagnante Fictive SARL"))
        self.loser = openings.deposit(consultation, organisations.company("Perdante Fictive SAS"))
        self.late = openings.deposit(
            consultation,
            organisations.company("Tardive Fictive EURL"),
            received_at=tenders.DEADLINE + timedelta(minutes=2),
        )
        self.consultation = openings.opened(consultation)
        self.actor = organisations.actor_of(consultation.buyer)

    def lot(self, number=1):
        return self.consultation.lots.get(number=number)

    def award(self, deposit=None, **facts):
        return openings.awarded(self.consultation, deposit or self.winner, now=LATER, **facts)

    def send(self, now=LATER, **facts):
        return services.send_result_letters(
            consultation_id=self.consultation.pk, actor=self.actor, now=now, **facts
        )

    def notify(self, now):
        return services.notify_contract(lot_id=self.lot().pk, actor=self.actor, now=now)


@pytest.fixture
def mapa():
    return Case()


@pytest.fixture
def formal():
    return Case("open")


def entries(action):
    return Entry.objects.filter(action=action)


# --- The choice -----------------------------------------------------------------------------------------------
def test_the_choice_may_change_until_the_letters_leave(mapa):
    mapa.award(mapa.loser, amount=Decimal("90000.00"))
    mapa.award(mapa.winner, amount=Decimal("85000.50"))
    chosen = Award.objects.get()
    assert (chosen.deposit, chosen.amount) == (mapa.winner, Decimal("85000.50"))
    assert [entry.data["changed"] for entry in entries("bids.lot.award")] == [False, True]
    mapa.send()
    with pytest.raises(services.AwardIsFixed):
        mapa.award(mapa.loser)
    assert Award.objects.get().deposit == mapa.winner


def test_a_late_bid_and_a_bid_for_another_lot_cannot_be_chosen(mapa):
    """R2151-5: what is late is not opened, so it cannot win."""
    for deposit, lot in ((mapa.late, 1), (mapa.winner, 2)):
        with pytest.raises(services.DepositNotForThisLot):
            mapa.award(deposit, lot=lot)
    assert not Award.objects.exists()


def test_nothing_is_awarded_before_the_opening():
    consultation = tenders.published()
    deposit = openings.deposit(consultation, organisations.company())
    with pytest.raises(services.NotOpenedYet):
        openings.awarded(consultation, deposit)
    assert not Award.objects.exists()


def test_nothing_goes_on_once_the_consultation_is_without_follow_up(mapa):
    """R2185-1."""
    mapa.award()
    cancel_consultation(
        consultation_id=mapa.consultation.pk, reason="Le besoin a disparu.", actor=mapa.actor, now=LATER
    )
    for act in (mapa.award, mapa.send, lambda: mapa.notify(LATER), lambda: declare(mapa, 2)):
        with pytest.raises(services.ConsultationCancelled):
            act()
    assert not Letter.objects.exists()
    assert not Contract.objects.exists()


@pytest.mark.parametrize("amount", ["0", "0.99", "-1", "1000000000000"])
def test_an_amount_that_no_contract_has_is_refused(mapa, amount):
    with pytest.raises(services.AmountRefused):
        mapa.award(amount=Decimal(amount))
    assert not Award.objects.exists()


def test_a_formal_procedure_asks_for_the_reasons_of_the_choice(formal, mapa):
    """R2181-3: they stand in the rejection letters."""
    with pytest.raises(services.ReasonsMissing):
        formal.award(reasons="  ")
    assert mapa.award(reasons="").reasons == ""


# --- The letters ----------------------------------------------------------------------------------------------
def test_everybody_is_told_once(mapa):
    """R2181-1; a late company took part too."""
    organisations.member(mapa.loser.company, email="perdante@fictif.example")
    mapa.award()
    sent = mapa.send()
    assert {(letter.kind, letter.recipient) for letter in sent} == {
        (LetterKind.AWARD, mapa.winner.company),
        (LetterKind.REJECTION, mapa.loser.company),
        (LetterKind.REJECTION, mapa.late.company),
    }
    assert mapa.send() == []
    assert Letter.objects.count() == 3
    assert Mail.objects.filter(to="perdante@fictif.example", about=letter_to(mapa.loser).pk).count() == 1
    assert entries("bids.lot.send_results").count() == 1


def letter_to(deposit, kind=LetterKind.REJECTION):
    return Letter.objects.get(recipient=deposit.company, kind=kind)


def test_nothing_is_sent_when_nothing_is_awarded(mapa):
    with pytest.raises(services.NothingAwarded):
        mapa.send()
    assert not Letter.objects.exists()


def test_an_adapted_procedure_gives_the_news_and_the_right_to_the_reasons(mapa):
    """R2181-1, R2181-2: neither the winner's name nor a date is owed."""
    mapa.award(reasons="Note interne")
    mapa.send()
    body = letter_to(mapa.loser).body
    assert "n'a pas été retenue" in body
    assert "quinze jours" in body
    assert "Gagnante" not in body
    assert "Note interne" not in body


def test_a_formal_rejection_names_reasons_winner_and_the_date_of_signature(formal):
    """R2181-3, R2182-1."""
    formal.award(reasons="Meilleure valeur technique.", amount=Decimal("85000.50"))
    lot = formal.lot()
    own = {lot.pk: {formal.loser.company_id: "Prix supérieur de 12 %."}}
    formal.send(rejection_reasons=own)
    body = letter_to(formal.loser).body
    assert Award.objects.get().standstill_until == datetime(2026, 4, 15, tzinfo=PARIS)
    for words in (
        "Prix supérieur de 12 %.",
        "Meilleure valeur technique.",
        "Gagnante Fictive SARL",
        "85 000,50",
    ):
        assert words in body.replace("\u202f", " "), words
    assert "mercredi 15 avril 2026" in body.replace("\u00a0", " ")
    assert "15 avril 2026" in letter_to(formal.winner, LetterKind.AWARD).body.replace("\u00a0", " ")


def test_a_late_company_is_told_when_its_bid_arrived(formal):
    """R2151-5, P7-B5: kept, not opened."""
    formal.award()
    formal.send()
    body = letter_to(formal.late).body.replace("\u00a0", " ")
    assert "12 h 02 min 00 s" in body
    assert "conservé sans être ouvert" in body


def test_names_are_written_as_they_are(mapa):
    """Letters are plain text: no escaping of apostrophes or ampersands."""
    consultation = mapa.consultation
    type(consultation).objects.filter(pk=consultation.pk).update(title="L'été & l'hiver")
    mapa.award()
    mapa.send()
    assert "L'été & l'hiver" in letter_to(mapa.loser).body


# --- The standstill and the contract --------------------------------------------------------------------------
def test_the_contract_waits_for_the_end_of_the_standstill(formal):
    """R2182-1: letters on 3 April, eleven days, the last one included; not one second before."""
    formal.award()
    formal.send(now=datetime(2026, 4, 3, 12, tzinfo=UTC))
    end = datetime(2026, 4, 15, tzinfo=PARIS)
    with pytest.raises(services.StandstillRunning, match=r"15.avril.2026"):
        formal.notify(end - timedelta(seconds=1))
    assert not Contract.objects.exists()
    assert not Letter.objects.filter(kind=LetterKind.NOTIFICATION).exists()
    assert formal.notify(end).notification_sent_at == end


def test_no_standstill_in_an_adapted_procedure(mapa):
    mapa.award()
    mapa.send()
    assert Award.objects.get().standstill_until is None
    assert mapa.notify(LATER).notification_sent_at == LATER


def test_no_standstill_for_a_single_participant():
    """R2182-2 1°."""
    consultation = tenders.published(procedure="open")
    only = openings.deposit(consultation, organisations.company())
    openings.awarded(openings.opened(consultation), only)
    actor = organisations.actor_of(consultation.buyer)
    sent = services.send_result_letters(consultation_id=consultation.pk, actor=actor, now=LATER)
    assert [letter.kind for letter in sent] == [LetterKind.AWARD]
    assert Award.objects.get().standstill_until is None


def test_nobody_is_notified_before_the_others_are_told(mapa):
    for prepare in (lambda: None, mapa.award):
        prepare()
        with pytest.raises(services.ResultsNotSent):
            mapa.notify(LATER)
    assert not Contract.objects.exists()


def test_the_contract_carries_what_the_consultation_and_the_award_say(mapa):
    mapa.award(amount=Decimal("85000.50"))
    mapa.send()
    contract = mapa.notify(LATER)
    holder = contract.holders.get()
    assert (holder.name, holder.identifier) == (mapa.winner.company.name, mapa.winner.company.siret)
    assert (contract.amount, contract.offers_received) == (Decimal("85000.50"), 2)
    assert (contract.lot, contract.procedure, contract.cpv) == (mapa.lot(), "adapted", "45233140-2")
    assert (contract.place_code, contract.signed_at) == ("40192", LATER)


def test_a_double_click_notifies_once(mapa):
    mapa.award()
    mapa.send()
    assert mapa.notify(LATER) == mapa.notify(LATER + timedelta(minutes=1))
    assert Letter.objects.filter(kind=LetterKind.NOTIFICATION).count() == 1
    assert entries("bids.lot.notify").count() == 1
    assert Contract.objects.get().notification_sent_at == LATER


def test_the_day_the_holder_opens_the_letter_is_the_day_of_notification(mapa):
    """R2182-4, R2182-5."""
    mapa.award()
    mapa.send()
    mapa.notify(LATER)
    letter = letter_to(mapa.winner, LetterKind.NOTIFICATION)
    company = mapa.winner.company
    open_letter(
        letter_id=letter.pk,
        company_id=company.pk,
        actor=organisations.actor_of(company),
        now=datetime(2026, 4, 7, 22, 30, tzinfo=UTC),
    )
    assert Contract.objects.get().notified_on == date(2026, 4, 8)


def test_the_buyer_records_a_receipt_on_paper(mapa):
    mapa.award()
    mapa.send()
    lot_id, actor = mapa.lot().pk, mapa.actor
    with pytest.raises(services.NotificationNotSent):
        services.record_receipt(lot_id=lot_id, received_on=date(2026, 4, 3), actor=actor, now=LATER)
    mapa.notify(LATER)
    with pytest.raises(NotificationDateRefused):
        services.record_receipt(lot_id=lot_id, received_on=date(2026, 4, 4), actor=actor, now=LATER)
    found = services.record_receipt(
        lot_id=lot_id, received_on=date(2026, 4, 4), actor=actor, now=LATER + timedelta(days=3)
    )
    assert found.notified_on == date(2026, 4, 4)


# --- A lot without offer --------------------------------------------------------------------------------------
def declare(case, number):
    return services.declare_unsuccessful(
        lot_id=case.lot(number).pk, reason="Aucune offre.", actor=case.actor, now=LATER
    )


def test_a_lot_without_offer_is_declared_unsuccessful_once(mapa):
    assert declare(mapa, 2) == declare(mapa, 2)
    assert entries("bids.lot.declare_unsuccessful").count() == 1
    with pytest.raises(services.LotIsUnsuccessful):
        mapa.award(lot=2)
    assert not Letter.objects.exists()


def test_a_lot_with_offers_is_not_unsuccessful_for_want_of_them(mapa):
    with pytest.raises(services.LotHasOffers):
        declare(mapa, 1)
    assert not UnsuccessfulLot.objects.exists()


def test_a_lot_is_not_unsuccessful_before_the_opening():
    consultation = tenders.published()
    with pytest.raises(services.NotOpenedYet):
        services.declare_unsuccessful(
            lot_id=consultation.lots.get().pk,
            reason="Aucune offre.",
            actor=organisations.actor_of(consultation.buyer),
            now=LATER,
        )
