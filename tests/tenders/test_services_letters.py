from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from procurement.audit.models import Entry
from procurement.notifications.models import Mail
from tenders.models import Contract, Letter
from tenders.rules.contracts import Holder
from tenders.services.contracts import record_contract, record_notified
from tenders.services.letters import LetterEmpty, open_letter, send_letter
from tenders.states import LetterKind
from tests.factories import organisations, tenders
from tests.factories.organisations import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation(buyer):
    return tenders.opened(buyer)


def contract_of(consultation, company, now) -> Contract:
    return record_contract(
        buyer=consultation.buyer,
        consultation=consultation,
        lot=consultation.lots.get(),
        holders=[Holder(company.name, company.siret, "SIRET")],
        amount=Decimal(85000),
        actor=actor_of(consultation.buyer),
        now=now,
    )


def test_a_letter_tells_every_member_by_a_mail_without_its_content(consultation, company, now):
    """P7-B7, R2132-7."""
    people = [organisations.member(company), organisations.member(company)]
    letter = tenders.letter(consultation, company, body="Votre offre est rejetée : note 12 sur 20.", now=now)
    mails = Mail.objects.filter(about=str(letter.pk))
    assert {mail.to for mail in mails} == {person.email for person in people}
    assert all(
        "12 sur 20" not in mail.body and f"/entreprise/courriers/{letter.pk}/" in mail.body for mail in mails
    )
    assert Entry.objects.last().action == "tenders.letter.send"


def test_an_empty_letter_is_not_sent(consultation, company, now):
    with pytest.raises(LetterEmpty):
        send_letter(
            consultation=consultation, lot=None, recipient=company, kind=LetterKind.OTHER, subject="Objet", body=" ",
            actor=actor_of(consultation.buyer), now=now,
        )  # fmt: skip
    assert not Letter.objects.exists()


def test_only_the_first_opening_counts(consultation, company, now):
    letter = tenders.letter(consultation, company)
    person, colleague = (
        organisations.member(company, full_name=name) for name in ("Camille Fictif", "Dominique Fictif")
    )
    for who, days in ((person, 1), (colleague, 2)):
        open_letter(
            letter_id=letter.pk,
            company_id=company.pk,
            actor=actor_of(company, who),
            now=now + timedelta(days=days),
        )
    letter.refresh_from_db()
    assert letter.first_opened_at == now + timedelta(days=1)
    assert letter.first_opened_by.startswith("Camille Fictif")
    assert Entry.objects.filter(action="tenders.letter.open").count() == 1


def test_another_company_does_not_find_the_letter(consultation, company, now):
    letter = tenders.letter(consultation, company)
    stranger = organisations.company("Autre Fictive SAS")
    with pytest.raises(Letter.DoesNotExist):
        open_letter(letter_id=letter.pk, company_id=stranger.pk, actor=actor_of(stranger), now=now)
    letter.refresh_from_db()
    assert letter.first_opened_at is None


def test_opening_the_notification_letter_notifies_the_contract_on_the_paris_day(consultation, company, now):
    """R2182-4, R2182-5: received at 23:30 UTC in summer is received the next day in Paris."""
    sent = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    contract = contract_of(consultation, company, sent)
    letter = tenders.letter(
        consultation, company, kind=LetterKind.NOTIFICATION, lot=consultation.lots.get(), now=sent
    )
    opened = datetime(2026, 6, 2, 23, 30, tzinfo=UTC)
    open_letter(letter_id=letter.pk, company_id=company.pk, actor=actor_of(company), now=opened)
    contract.refresh_from_db()
    assert contract.notified_on == date(2026, 6, 3)


def test_a_notification_date_the_buyer_entered_stays(consultation, company, now):
    contract = contract_of(consultation, company, now)
    record_notified(contract=contract, notified_on=now.date(), actor=actor_of(consultation.buyer), now=now)
    letter = tenders.letter(
        consultation, company, kind=LetterKind.NOTIFICATION, lot=consultation.lots.get(), now=now
    )
    open_letter(
        letter_id=letter.pk, company_id=company.pk, actor=actor_of(company), now=now + timedelta(days=3)
    )
    contract.refresh_from_db()
    assert contract.notified_on == now.date()


def test_other_letters_notify_nothing(consultation, company, now):
    contract = contract_of(consultation, company, now)
    letter = tenders.letter(
        consultation, company, kind=LetterKind.AWARD, lot=consultation.lots.get(), now=now
    )
    open_letter(letter_id=letter.pk, company_id=company.pk, actor=actor_of(company), now=now)
    contract.refresh_from_db()
    assert contract.notified_on is None
