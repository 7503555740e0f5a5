"""Handing in, replacing, withdrawing: what the register says, and what will be opened."""

from datetime import timedelta

import pytest

from bids.models import Deposit
from bids.services import receipts, sealing
from bids.states import DepositState
from procurement.audit.models import Entry
from procurement.errors import DomainError
from procurement.jobs import services as jobs
from procurement.jobs.models import Job
from procurement.notifications.models import Mail
from procurement.notifications.services import SEND
from procurement.organisations.models import Organisation
from procurement.states import IllegalTransition
from signing.models import Evidence, TimestampToken
from signing.queries.evidence import read_document
from signing.services import evidence
from tenders.models import Consultation
from tenders.services.publication import cancel_consultation
from tests.factories import bids, organisations


def withdraw(deposit: Deposit, *, now=bids.NOW) -> Deposit:
    return sealing.withdraw_deposit(
        deposit_id=deposit.pk,
        company_id=deposit.company_id,
        actor=organisations.actor_of(deposit.company),
        now=now,
    )


def states(consultation: Consultation) -> list[tuple[int, str]]:
    return list(consultation.deposits.order_by("number").values_list("number", "state"))


def opened_numbers(consultation: Consultation) -> list[int]:
    return sorted(consultation.deposits.to_open().values_list("number", flat=True))


def test_a_seal_gives_number_receipt_stamp_journal_and_mail(consultation, company, person) -> None:
    """P7-T11, P8-4, P7-B8: one act, and everything that proves it."""
    draft = bids.filled(consultation, company)
    deposit = bids.seal(draft, person=person)
    assert (deposit.state, deposit.number, deposit.is_late) == (DepositState.SEALED, 1, False)
    assert deposit.received_at == bids.NOW
    receipt = receipts.of(deposit)
    assert receipt.token.digest == receipt.sha256
    line = Entry.objects.get(action="bids.deposit.seal")
    assert line.subject == str(consultation.pk)
    assert read_document(receipt)["register"]["line"] == line.as_line()
    mail = Mail.objects.get()
    assert mail.to == person.email
    assert "pli n° 1 est reçu" in mail.subject
    assert f"/entreprise/plis/{deposit.pk}/accuse/" in mail.body
    assert Job.objects.filter(kind=receipts.PDF_JOB, subject=str(deposit.pk)).exists()


def test_a_second_seal_of_the_same_deposit_changes_nothing(consultation, company, person) -> None:
    """Double click, replayed request: the same number, the same receipt."""
    first = bids.seal(bids.filled(consultation, company), person=person)
    counts = [model.objects.count() for model in (Entry, Mail, TimestampToken, Evidence, Job)]
    again = bids.seal(first, received_at=consultation.deadline + timedelta(days=1), person=person)
    assert (again.number, again.received_at, again.is_late) == (1, bids.NOW, False)
    assert [model.objects.count() for model in (Entry, Mail, TimestampToken, Evidence, Job)] == counts


def test_a_late_deposit_is_kept_numbered_and_flagged(consultation, company) -> None:
    """P7-B5, R2151-5."""
    late = bids.sealed(consultation, company, received_at=consultation.deadline + timedelta(microseconds=1))
    assert (late.state, late.number, late.is_late) == (DepositState.SEALED, 1, True)
    assert read_document(receipts.of(late))["on_time"] is False
    assert opened_numbers(consultation) == []


def test_lateness_is_judged_by_the_reception_and_not_by_the_wait(consultation, company) -> None:
    """P7-B5: the request reached us in time; that locks made it wait is not the company's affair."""
    draft = bids.filled(consultation, company)
    deposit = sealing.seal_deposit(
        deposit_id=draft.pk,
        company_id=company.pk,
        received_at=consultation.deadline,
        actor=organisations.actor_of(company),
        now=consultation.deadline + timedelta(seconds=20),
    )
    assert not deposit.is_late


def test_the_last_one_in_time_is_opened(consultation, company) -> None:
    """R2151-6."""
    for minutes in range(3):
        bids.sealed(consultation, company, received_at=bids.NOW + timedelta(minutes=minutes))
    assert states(consultation) == [(1, "superseded"), (2, "superseded"), (3, "sealed")]
    assert opened_numbers(consultation) == [3]
    assert Entry.objects.filter(action="bids.deposit.supersede").count() == 2


def test_a_late_deposit_never_replaces_one_in_time(consultation, company) -> None:
    """R2151-6, P7-B5."""
    bids.sealed(consultation, company)
    bids.sealed(consultation, company, received_at=consultation.deadline + timedelta(minutes=1))
    bids.sealed(consultation, company, received_at=consultation.deadline + timedelta(minutes=2))
    assert states(consultation) == [(1, "sealed"), (2, "sealed"), (3, "sealed")]
    assert opened_numbers(consultation) == [1]


def test_companies_do_not_replace_each_other(consultation, company) -> None:
    bids.sealed(consultation, company)
    bids.sealed(consultation, organisations.company("Concurrente SAS"))
    assert opened_numbers(consultation) == [1, 2]


def test_a_withdrawn_deposit_is_not_opened_nor_what_it_replaced(consultation, company, person) -> None:
    bids.sealed(consultation, company)
    second = bids.sealed(consultation, company)
    withdraw(second)
    assert states(consultation) == [(1, "superseded"), (2, "withdrawn")]
    assert opened_numbers(consultation) == []
    bids.sealed(consultation, company)
    assert opened_numbers(consultation) == [3]


def test_a_withdrawal_is_journalled_and_told_once(consultation, company, person) -> None:
    deposit = bids.seal(bids.filled(consultation, company), person=person)
    act = {"deposit_id": deposit.pk, "company_id": company.pk}
    act |= {"actor": organisations.actor_of(company, person), "now": consultation.deadline}
    sealing.withdraw_deposit(**act)
    sealing.withdraw_deposit(**act)
    assert Entry.objects.filter(action="bids.deposit.withdraw").count() == 1
    assert Mail.objects.filter(subject__contains="retiré").count() == 1


def test_no_withdrawal_after_the_deadline(consultation, company) -> None:
    deposit = bids.sealed(consultation, company)
    with pytest.raises(sealing.TooLateToWithdraw):
        withdraw(deposit, now=consultation.deadline + timedelta(microseconds=1))
    assert opened_numbers(consultation) == [1]


def test_a_replaced_deposit_or_a_draft_is_not_withdrawn(consultation, company) -> None:
    first = bids.sealed(consultation, company)
    draft = bids.filled(consultation, company)
    with pytest.raises(IllegalTransition):
        withdraw(draft)
    bids.seal(draft)
    with pytest.raises(IllegalTransition):
        withdraw(first)


def test_a_deposit_without_a_file_is_not_sealed(consultation, company) -> None:
    draft = bids.draft(consultation, company)
    with pytest.raises(sealing.NothingToSeal):
        bids.seal(draft)
    draft.refresh_from_db()
    assert draft.state == DepositState.DRAFT


def test_missing_mandatory_pieces_do_not_stop_a_deposit(consultation, company) -> None:
    """R2144-2: the buyer may have it completed; the platform is no judge."""
    draft = bids.draft(consultation, company)
    bids.piece(draft)
    assert bids.seal(draft).number == 1


def test_what_was_checked_is_what_is_sealed(consultation, company) -> None:
    draft = bids.filled(consultation, company)
    seen = sealing.manifest_of(draft)
    bids.piece(draft, "ajout-d-un-collegue.pdf", b"%PDF-1.7 autre")
    act = {"deposit_id": draft.pk, "company_id": company.pk, "received_at": bids.NOW, "now": bids.NOW}
    act["actor"] = organisations.actor_of(company)
    with pytest.raises(sealing.ContentChanged):
        sealing.seal_deposit(**act, manifest=seen)
    assert sealing.seal_deposit(**act, manifest=sealing.manifest_of(draft)).number == 1
    assert sealing.seal_deposit(**act, manifest=seen).number == 1  # replayed: handed in already


def test_an_abandoned_consultation_takes_no_deposit_and_keeps_the_draft(consultation, company) -> None:
    draft = bids.filled(consultation, company)
    cancel_consultation(
        consultation_id=consultation.pk,
        reason="Le besoin a disparu.",
        actor=organisations.actor_of(consultation.buyer),
        now=bids.NOW,
    )
    with pytest.raises(sealing.ConsultationAbandoned):
        bids.seal(draft)
    assert draft.pieces.exists()


def test_a_stranger_seals_and_withdraws_nothing(consultation, company) -> None:
    draft = bids.filled(consultation, company)
    stranger: Organisation = organisations.company("Concurrente SAS")
    act = {"deposit_id": draft.pk, "company_id": stranger.pk, "now": bids.NOW}
    act["actor"] = organisations.actor_of(stranger)
    with pytest.raises(Deposit.DoesNotExist):
        sealing.seal_deposit(**act, received_at=bids.NOW)
    bids.seal(draft)
    with pytest.raises(Deposit.DoesNotExist):
        sealing.withdraw_deposit(**act)
    assert states(consultation) == [(1, "sealed")]


def test_a_seal_that_fails_at_the_end_leaves_nothing(consultation, company, monkeypatch) -> None:
    """One transaction: no number without receipt, no receipt without number."""

    def broken(**_: object) -> None:
        raise DomainError("l'horodatage ne répond pas")

    draft = bids.filled(consultation, company)
    before = Entry.objects.count()
    monkeypatch.setattr(evidence, "stamp", broken)
    with pytest.raises(DomainError):
        bids.seal(draft)
    draft.refresh_from_db()
    assert (draft.state, draft.number) == (DepositState.DRAFT, None)
    assert not Evidence.objects.exists()
    assert Entry.objects.count() == before


def test_a_broker_that_is_down_never_stops_a_deposit(
    consultation, company, person, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    """The deposit path contains no Celery: what follows waits in the database."""

    def down(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    draft = bids.filled(consultation, company)
    monkeypatch.setattr(jobs, "send", down)
    with django_capture_on_commit_callbacks(execute=True):
        assert bids.seal(draft, person=person).number == 1
    waiting = set(Job.objects.unfinished().values_list("kind", flat=True))
    assert waiting == {receipts.PDF_JOB, SEND}
