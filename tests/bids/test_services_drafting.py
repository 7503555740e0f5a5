"""Preparing a deposit: lots, files, refusals; nothing half kept."""

from datetime import datetime, timedelta

import pytest

from bids.models import Deposit, Piece
from bids.services import drafting
from bids.services.custody import TooEarlyToOpen, identity_for_opening, recipient_for
from bids.services.reception import PieceSink
from bids.states import DepositState, PieceKind
from procurement.audit.models import Entry
from procurement.files import services as files
from procurement.organisations.models import Organisation
from signing.encryption import decrypt_to
from tenders.models import Consultation, RequiredPiece
from tenders.states import Envelope
from tests.factories import bids, organisations, tenders


class Collected:
    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)


def test_one_draft_per_company_and_consultation(consultation: Consultation, company: Organisation) -> None:
    first_lot, second_lot = consultation.lots.all()
    draft = bids.draft(consultation, company, lots=[first_lot])
    again = bids.draft(consultation, company, lots=[second_lot])
    assert again.pk == draft.pk
    assert set(again.lots.all()) == {first_lot, second_lot}
    assert bids.draft(consultation, organisations.company("Autre SARL")).pk != draft.pk


def test_a_deposit_may_be_started_after_the_deadline(
    consultation: Consultation, company: Organisation
) -> None:
    """P7-B5: late offers are received and kept."""
    late = consultation.deadline + timedelta(hours=1)
    assert bids.draft(consultation, company, now=late).state == DepositState.DRAFT


@pytest.mark.django_db
@pytest.mark.parametrize("build", [tenders.cancelled, tenders.opened])
def test_no_deposit_is_started_once_abandoned_or_opened(build) -> None:
    consultation = build()
    with pytest.raises(drafting.NotOpenToDeposits):
        bids.draft(consultation)
    assert not Deposit.objects.exists()


@pytest.mark.django_db
def test_a_consultation_that_is_not_published_does_not_exist_for_companies() -> None:
    consultation = tenders.draft()
    with pytest.raises(Consultation.DoesNotExist):
        bids.draft(consultation)


def test_lots_of_another_consultation_are_refused(consultation: Consultation, company: Organisation) -> None:
    """CE 1 June 2023 n° 469127: never into the wrong drawer."""
    other = tenders.published()
    with pytest.raises(drafting.NoLotChosen):
        bids.draft(consultation, company, lots=[*consultation.lots.all(), *other.lots.all()])
    with pytest.raises(drafting.NoLotChosen):
        bids.draft(consultation, company, lots=[])


def test_a_lot_with_files_is_not_dropped(consultation: Consultation, company: Organisation) -> None:
    draft = bids.draft(consultation, company)
    first_lot, second_lot = consultation.lots.all()
    bids.piece(draft, lot=second_lot)
    act = {"deposit_id": draft.pk, "company_id": company.pk, "actor": organisations.actor_of(company)}
    with pytest.raises(drafting.LotHasFiles):
        drafting.choose_lots(**act, lot_ids=[first_lot.pk], now=bids.NOW)
    assert draft.lots.count() == 2
    drafting.choose_lots(**act, lot_ids=[second_lot.pk], now=bids.NOW)
    assert list(draft.lots.all()) == [second_lot]


def test_what_is_stored_is_an_age_file_that_only_the_opening_reads(
    consultation: Consultation, company: Organisation
) -> None:
    """P7-T9, P7-T7."""
    content = b"%PDF-1.7\n" + b"le prix est de 12 345 euros\n" * 50_000
    piece = bids.piece(bids.draft(consultation, company), content=content)
    cipher = b"".join(files.read_chunks(piece.cipher))
    assert cipher.startswith(b"age-encryption.org/v1\n")
    assert b"12 345" not in cipher
    with pytest.raises(TooEarlyToOpen):
        identity_for_opening(consultation=consultation, now=consultation.deadline)
    with pytest.raises(TooEarlyToOpen):  # the announced opening is two hours later
        identity_for_opening(consultation=consultation, now=consultation.deadline + timedelta(hours=1))
    clear = Collected()
    identity = identity_for_opening(consultation=consultation, now=consultation.deadline + timedelta(hours=2))
    with files.open_stored(piece.cipher) as source:
        measure = decrypt_to(source, clear, identity)
    assert clear.data == content
    assert (measure.size, measure.sha256) == (piece.clear_size, piece.clear_sha256)


def test_a_deadline_moved_in_memory_opens_nothing(consultation: Consultation, now: datetime) -> None:
    """P7-T9: the dates that count are those of the database."""
    recipient_for(consultation_id=consultation.pk, now=now)
    consultation.deadline = consultation.opening_at = now - timedelta(days=1)
    with pytest.raises(TooEarlyToOpen):
        identity_for_opening(consultation=consultation, now=now)


def test_each_consultation_has_its_own_key_and_keeps_it(consultation: Consultation, now: datetime) -> None:
    mine = recipient_for(consultation_id=consultation.pk, now=now)
    assert recipient_for(consultation_id=consultation.pk, now=now) == mine
    assert recipient_for(consultation_id=tenders.published().pk, now=now) != mine
    assert Entry.objects.filter(action="bids.key.create", subject=str(consultation.pk)).count() == 1


def test_the_same_file_sent_again_is_one_file(
    consultation: Consultation, company: Organisation, stored
) -> None:
    """The answer to a first sending may be lost: the retry changes nothing, and leaves no second copy."""
    draft = bids.draft(consultation, company)
    first, before = bids.piece(draft), stored()
    again = bids.piece(draft, now=bids.NOW + timedelta(minutes=1))
    assert again == first
    assert stored() == before
    assert draft.pieces.count() == 1


def test_another_file_of_the_same_name_keeps_the_first(
    consultation: Consultation, company: Organisation, stored
) -> None:
    draft = bids.draft(consultation, company)
    bids.piece(draft, "bpu.pdf")
    before = stored()
    with pytest.raises(drafting.DuplicateName, match=r"bpu\.pdf"):
        bids.piece(draft, "bpu.pdf", b"%PDF-1.7 autre contenu")
    assert stored() == before
    bids.piece(draft, "bpu.pdf", lot=consultation.lots.first())  # elsewhere the name is free
    assert draft.pieces.count() == 2


def test_a_removed_file_leaves_the_draft_and_the_disk(
    consultation: Consultation, company: Organisation, stored, django_capture_on_commit_callbacks
) -> None:
    draft = bids.draft(consultation, company)
    before = stored()
    piece = bids.piece(draft)
    act = {"deposit_id": draft.pk, "company_id": company.pk, "piece_id": piece.pk}
    act |= {"actor": organisations.actor_of(company), "now": bids.NOW}
    with django_capture_on_commit_callbacks(execute=True):
        drafting.remove_piece(**act)
    assert stored() == before
    assert not Piece.objects.exists()
    drafting.remove_piece(**act)  # a double click
    assert Entry.objects.filter(action="bids.piece.remove").count() == 1


def test_a_sealed_deposit_takes_and_gives_no_file(
    consultation: Consultation, company: Organisation, stored
) -> None:
    draft = bids.filled(consultation, company)
    before = stored()
    target = drafting.prepare_piece(  # an upload that began before the seal
        deposit_id=draft.pk,
        company_id=company.pk,
        envelope=Envelope.CANDIDATURE,
        lot_id=None,
        kind=PieceKind.FILE,
        now=bids.NOW,
    )
    sink = PieceSink(target, name="tardif.pdf", started_at=bids.NOW)
    sink.write(bids.PDF)
    bids.seal(draft)
    with pytest.raises(drafting.DepositClosed):
        drafting.add_piece(
            target=target,
            received=sink.finish(),
            answers_id=None,
            actor=organisations.actor_of(company),
            now=bids.NOW,
        )
    assert stored() == before
    with pytest.raises(drafting.DepositClosed):
        bids.piece(draft, "encore.pdf")
    piece = draft.pieces.first()
    with pytest.raises(drafting.DepositClosed):
        drafting.remove_piece(
            deposit_id=draft.pk,
            company_id=company.pk,
            piece_id=piece.pk,
            actor=organisations.actor_of(company),
            now=bids.NOW,
        )
    assert draft.pieces.filter(pk=piece.pk).exists()


def test_places_that_do_not_exist_are_refused(consultation: Consultation, company: Organisation) -> None:
    first_lot, second_lot = consultation.lots.all()
    draft = bids.draft(consultation, company, lots=[first_lot])
    for place in (
        {"lot": second_lot},
        {"envelope": "offer"},
        {"envelope": "inconnue"},
        {"lot": first_lot, "kind": PieceKind.ESPD},
    ):
        with pytest.raises(drafting.PlaceUnknown):
            bids.piece(draft, **place)


def test_a_file_answers_only_what_is_asked_at_its_place(
    consultation: Consultation, company: Organisation
) -> None:
    draft = bids.draft(consultation, company)
    of_offer = RequiredPiece.objects.filter(consultation=consultation, envelope="offer").first()
    of_candidature = RequiredPiece.objects.filter(consultation=consultation, envelope="candidature").first()
    with pytest.raises(drafting.PlaceUnknown):
        bids.piece(draft, answers=of_offer.pk)
    piece = bids.piece(draft, answers=of_candidature.pk)
    act = {"deposit_id": draft.pk, "company_id": company.pk, "piece_id": piece.pk, "now": bids.NOW}
    act["actor"] = organisations.actor_of(company)
    with pytest.raises(drafting.PlaceUnknown):
        drafting.assign_piece(**act, answers_id=of_offer.pk)
    assert drafting.assign_piece(**act, answers_id=None).answers is None


def test_another_company_s_deposit_does_not_exist(consultation: Consultation, company: Organisation) -> None:
    draft = bids.filled(consultation, company)
    stranger = organisations.company("Concurrente SAS")
    act = {"deposit_id": draft.pk, "company_id": stranger.pk, "now": bids.NOW}
    act["actor"] = organisations.actor_of(stranger)
    with pytest.raises(Deposit.DoesNotExist):
        drafting.remove_piece(**act, piece_id=draft.pieces.first().pk)
    with pytest.raises(Deposit.DoesNotExist):
        drafting.choose_lots(**act, lot_ids=[consultation.lots.first().pk])
    with pytest.raises(Deposit.DoesNotExist):
        drafting.prepare_piece(
            deposit_id=draft.pk,
            company_id=stranger.pk,
            envelope="candidature",
            lot_id=None,
            kind=PieceKind.FILE,
            now=bids.NOW,
        )


def test_the_first_byte_s_moment_is_kept(consultation: Consultation, company: Organisation) -> None:
    """Annexe 6: a transmission begun before the deadline opens the way to the backup copy."""
    draft = bids.draft(consultation, company)
    bids.piece(draft, "un.pdf", now=bids.NOW)
    bids.piece(draft, "deux.pdf", now=bids.NOW + timedelta(hours=1))
    draft.refresh_from_db()
    assert draft.transmission_started_at == bids.NOW
