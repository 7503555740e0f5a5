"""The opening: when, which deposits, what is found, and that it may be killed and run again."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from bids.models import Deposit, Opening, Piece
from bids.services.custody import TooEarlyToOpen, identity_for_opening
from bids.services.decryption import decipher
from bids.services.opening import OPEN, OpeningNotRequested, request_opening
from bids.services.sealing import withdraw_deposit
from bids.states import DepositState, PieceCondition
from procurement.audit.models import Entry
from procurement.files import services as files
from procurement.files.models import Area, StoredFile
from procurement.files.services import read_all
from procurement.jobs import services as jobs
from procurement.jobs.models import Job
from procurement.states import IllegalTransition
from tenders.services.publication import cancel_consultation
from tenders.states import ConsultationState
from tests.factories import openings, organisations, tenders

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return tenders.published()


@pytest.fixture
def company():
    return organisations.company("Travaux Imaginaires SARL")


def entries(action):
    return Entry.objects.filter(action=action)


def conditions():
    return list(Piece.objects.order_by("name", "id").values_list("name", "condition"))


def test_the_clear_files_are_those_that_were_deposited(consultation, company):
    openings.deposit(consultation, company, offer=[("offre.txt", b"85 000 euros")])
    openings.opened(consultation)
    piece = Piece.objects.select_related("clear").get(name="offre.txt")
    assert piece.condition == PieceCondition.READABLE
    assert read_all(piece.clear, max_bytes=1000) == b"85 000 euros"
    assert piece.clear.area == Area.OPENED


def test_the_consultation_its_deposits_and_the_journal_say_that_they_are_opened(consultation, company):
    openings.deposit(consultation, company)
    opened = openings.opened(consultation)
    assert (opened.state, opened.opened_at) == (ConsultationState.OPENED, openings.OPENING)
    assert Deposit.objects.get().state == DepositState.OPENED
    session = Opening.objects.get()
    assert session.completed_at == openings.OPENING
    assert session.minutes is not None
    for action in ("bids.opening.request", "bids.deposit.open", "bids.opening.complete", "bids.minutes.seal"):
        assert entries(action).filter(subject=str(consultation.pk)).count() == 1, action
    assert entries("bids.piece.open").count() == 2


def test_nothing_to_open_is_an_opening_too(consultation):
    assert openings.opened(consultation).state == ConsultationState.OPENED
    assert Opening.objects.get().minutes is not None


@pytest.mark.parametrize(
    "moment",
    [tenders.DEADLINE - timedelta(seconds=1), tenders.DEADLINE, tenders.DEADLINE + timedelta(hours=1)],
)
def test_opening_is_refused_before_the_deadline_and_the_announced_hour(consultation, company, moment):
    """P7-T9, R2132-9: even an opener, and at the very instant of the deadline too."""
    openings.deposit(consultation, company)
    with pytest.raises(TooEarlyToOpen):
        openings.ask(consultation, now=moment)
    assert not Opening.objects.exists()
    assert not Job.objects.filter(kind=OPEN).exists()


def test_a_forged_job_opens_nothing_before_the_deadline(consultation, company):
    """P7-T9: the rule stands where the key is used, not only where the button is."""
    openings.deposit(consultation, company)
    with pytest.raises(OpeningNotRequested):
        openings.run(consultation, now=tenders.DEADLINE - timedelta(days=1))
    Opening.objects.create(
        consultation=consultation, opened_by="Faussaire", requested_at=tenders.DEADLINE - timedelta(days=1)
    )
    with pytest.raises(TooEarlyToOpen):
        openings.run(consultation, now=tenders.DEADLINE)
    assert {condition for _, condition in conditions()} == {PieceCondition.SEALED}
    assert not StoredFile.objects.filter(area=Area.OPENED).exists()
    assert not entries("bids.key.unwrap").exists()


def test_a_draft_or_an_abandoned_consultation_is_not_opened():
    for consultation in (tenders.draft(), tenders.cancelled()):
        with pytest.raises(IllegalTransition):
            openings.ask(consultation)
    assert not Opening.objects.exists()


def test_a_double_click_is_one_opening_and_one_job(consultation, company):
    openings.deposit(consultation, company)
    assert openings.ask(consultation) == openings.ask(consultation)
    assert Job.objects.filter(kind=OPEN, subject=str(consultation.pk)).count() == 1
    assert entries("bids.opening.request").count() == 1


def test_asked_again_once_done_nothing_starts(consultation):
    openings.opened(consultation)
    Job.objects.filter(kind=OPEN).delete()
    openings.ask(consultation)
    assert not Job.objects.filter(kind=OPEN).exists()


def test_a_replaced_a_withdrawn_and_a_late_deposit_stay_sealed(consultation, company):
    """R2151-6: only the last one in time is opened. P7-B5: the late one is kept."""
    replaced = openings.deposit(consultation, company)
    last = openings.deposit(consultation, company, received_at=openings.HANDED_IN + timedelta(hours=1))
    other = organisations.company("Société qui se ravise")
    withdrawn = openings.deposit(consultation, other)
    withdraw_deposit(
        deposit_id=withdrawn.pk,
        company_id=other.pk,
        actor=organisations.actor_of(other),
        now=openings.HANDED_IN + timedelta(hours=2),
    )
    late = openings.deposit(
        consultation,
        organisations.company("Société en retard"),
        received_at=tenders.DEADLINE + timedelta(seconds=1),
    )
    openings.opened(consultation)
    states = dict(Deposit.objects.values_list("pk", "state"))
    assert states == {
        replaced.pk: DepositState.SUPERSEDED,
        last.pk: DepositState.OPENED,
        withdrawn.pk: DepositState.WITHDRAWN,
        late.pk: DepositState.SEALED,
    }
    closed = Piece.objects.exclude(deposit=last)
    assert {(piece.condition, piece.clear_id) for piece in closed} == {(PieceCondition.SEALED, None)}
    assert StoredFile.objects.filter(area=Area.OPENED).count() == last.pieces.count()


def crash_at(limit):
    """A worker that dies when `limit` pieces are done."""

    def progress(done, total):
        if done >= limit:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_a_run_after_a_crash_in_the_middle_finishes_the_same_opening_once(consultation, company, limit):
    openings.deposit(consultation, company)
    openings.deposit(consultation, organisations.company("Seconde entreprise"))
    openings.ask(consultation)
    with pytest.raises(KeyboardInterrupt):
        openings.run(consultation, progress=crash_at(limit))
    assert entries("bids.piece.open").count() == limit
    openings.run(consultation)
    openings.run(consultation)
    assert {condition for _, condition in conditions()} == {PieceCondition.READABLE}
    assert entries("bids.piece.open").count() == 4
    assert entries("bids.opening.complete").count() == 1
    assert entries("bids.minutes.seal").count() == 1
    assert StoredFile.objects.filter(area=Area.OPENED).count() == 4


def test_what_a_dead_worker_left_half_written_is_replaced(consultation, company, settings):
    """A kill in the middle of a file leaves bytes without a row, under the key that the next run takes."""
    openings.deposit(consultation, company)
    piece = Piece.objects.get(name="offre.txt")
    storages["opened"].save(f"plis/{piece.deposit_id}/{piece.pk}", ContentFile(b"une moitie"))
    openings.opened(consultation)
    piece.refresh_from_db()
    assert piece.condition == PieceCondition.READABLE
    assert read_all(piece.clear, max_bytes=10_000) == openings.TEXT
    _, names = storages["opened"].listdir(f"plis/{piece.deposit_id}")
    assert len(names) == 2


def test_a_dead_worker_between_the_file_and_its_piece_costs_nothing(consultation, company):
    openings.deposit(consultation, company)
    piece = Piece.objects.select_related("cipher").get(name="offre.txt")
    identity = identity_for_opening(consultation=consultation, now=openings.OPENING)
    kept = decipher(piece=piece, identity=identity, now=openings.OPENING)
    openings.opened(consultation)
    piece.refresh_from_db()
    assert piece.clear == kept


def spoil(piece, change):
    """Alter the cipher text in the store, as a failing disk does."""
    with Path(storages["sealed"].path(piece.cipher.key)).open("r+b") as file:
        change(file)


def test_a_damaged_piece_is_told_apart_and_stops_nobody(consultation, company):
    openings.deposit(consultation, company)
    openings.deposit(consultation, organisations.company("Seconde entreprise"))
    broken = Piece.objects.filter(name="offre.txt").select_related("cipher").first()
    spoil(broken, lambda file: file.truncate(broken.cipher.size - 20))
    openings.opened(consultation)
    assert sorted(condition for _, condition in conditions()) == [
        "readable",
        "readable",
        "readable",
        "unreadable",
    ]
    broken.refresh_from_db()
    assert (broken.condition, broken.clear) == (PieceCondition.UNREADABLE, None)
    data = entries("bids.piece.open").get(data__piece=str(broken.pk)).data
    assert data["cipher_intact"] is False


def test_a_lost_file_is_unreadable_too(consultation, company):
    openings.deposit(consultation, company)
    piece = Piece.objects.filter(name="offre.txt").select_related("cipher").get()
    storages["sealed"].delete(piece.cipher.key)
    openings.opened(consultation)
    piece.refresh_from_db()
    assert piece.condition == PieceCondition.UNREADABLE


def test_a_piece_that_is_not_what_was_declared_is_a_mismatch(consultation, company):
    """Who has the public key can encrypt something else; the sealed digest shows it."""
    openings.deposit(consultation, company)
    Piece.objects.filter(name="offre.txt").update(clear_sha256=sha256(b"autre chose").hexdigest())
    openings.opened(consultation)
    piece = Piece.objects.get(name="offre.txt")
    assert piece.condition == PieceCondition.MISMATCH
    assert piece.clear is not None
    assert entries("bids.piece.open").get(data__piece=str(piece.pk)).data["cipher_intact"] is True


def test_a_store_that_fails_once_is_asked_again_and_the_others_are_opened(consultation, company, monkeypatch):
    openings.deposit(consultation, company)
    openings.ask(consultation)
    stubborn = Piece.objects.get(name="candidature.txt")
    real = files.open_stored

    def failing(file):
        if file.pk == stubborn.cipher_id:
            raise OSError(5, "Input/output error")
        return real(file)

    monkeypatch.setattr(files, "open_stored", failing)
    with pytest.raises(OSError, match="Input/output"):
        openings.run(consultation)
    assert conditions() == [("candidature.txt", "sealed"), ("offre.txt", "readable")]
    monkeypatch.undo()
    openings.run(consultation)
    assert {condition for _, condition in conditions()} == {"readable"}


def test_progress_goes_from_nothing_to_everything(consultation, company):
    openings.deposit(consultation, company)
    openings.ask(consultation)
    steps = []
    openings.run(consultation, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(0, 2), (1, 2), (2, 2)]


def test_the_job_does_the_opening_and_shows_how_far_it_is(consultation, company):
    openings.deposit(consultation, company)
    openings.ask(consultation)
    job = Job.objects.get(kind=OPEN)
    assert jobs.run(job_id=job.pk, clock=lambda: openings.OPENING) is True
    job.refresh_from_db()
    assert (job.progress, job.total, job.done_at) == (2, 2, openings.OPENING)
    assert {condition for _, condition in conditions()} == {"readable"}


def test_a_forged_row_of_a_job_fails_and_nothing_is_opened(consultation, company):
    """P7-T9."""
    openings.deposit(consultation, company)
    early = tenders.DEADLINE - timedelta(hours=1)
    job = jobs.enqueue(kind=OPEN, subject=consultation.pk, now=early)
    assert jobs.run(job_id=job.pk, clock=lambda: early) is False
    job.refresh_from_db()
    assert "OpeningNotRequested" in job.last_error
    assert {condition for _, condition in conditions()} == {PieceCondition.SEALED}


def test_a_consultation_abandoned_after_the_request_is_not_opened(consultation, company):
    openings.deposit(consultation, company)
    openings.ask(consultation)
    cancel_consultation(
        consultation_id=consultation.pk,
        reason="Le besoin a disparu.",
        actor=organisations.actor_of(consultation.buyer),
        now=openings.OPENING,
    )
    openings.run(consultation)
    assert {condition for _, condition in conditions()} == {PieceCondition.SEALED}
    assert not entries("bids.key.unwrap").exists()


def test_a_failed_job_starts_again_when_asked(consultation, company):
    openings.deposit(consultation, company)
    openings.ask(consultation)
    Job.objects.filter(kind=OPEN).update(failed_at=openings.OPENING)
    actor = organisations.actor_of(consultation.buyer)
    request_opening(consultation_id=consultation.pk, actor=actor, now=openings.OPENING)
    assert Job.objects.filter(kind=OPEN, failed_at__isnull=True).count() == 1
