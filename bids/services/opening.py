"""The opening of the bids of a consultation: asked for once, done by a job that may be killed and run again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from bids.models import Deposit, DepositQuerySet, Opening, Piece
from bids.rules import may_open
from bids.rules.opening import find_condition
from bids.services.custody import TooEarlyToOpen, identity_for_opening
from bids.services.decryption import decipher, is_cipher_intact
from bids.services.minutes import write_minutes
from bids.states import DEPOSIT, DepositState, PieceCondition, PieceKind
from dume import services as dume
from procurement.actors import Actor
from procurement.audit import services as audit
from procurement.errors import DomainError
from procurement.files import services as files
from procurement.files.models import StoredFile
from procurement.jobs import services as jobs
from procurement.jobs.handlers import Progress
from procurement.xml import MAX_BYTES as MAX_XML_BYTES
from signing.queries.checks import is_checked
from signing.services import verification as signatures
from tenders.models import Consultation
from tenders.services.publication import mark_opened
from tenders.states import CONSULTATION, ConsultationState

OPEN = "bids.open"


class OpeningNotRequested(DomainError):
    """Personne n'a demandé l'ouverture de ces plis. Rien n'a été ouvert; un agent habilité peut la demander."""

    code = "opening_not_requested"


@transaction.atomic
def request_opening(*, consultation_id: UUID, actor: Actor, now: datetime) -> Opening:
    """Enter the opening and its job; asked twice, it is the same opening, and a job that failed starts again.

    Raises TooEarlyToOpen before the deadline and the announced date, IllegalTransition for a consultation that is
    not online.
    """
    consultation = lock(consultation_id)
    opening = Opening.objects.filter(consultation=consultation).first()
    if opening is None:
        CONSULTATION.target("open", ConsultationState(consultation.state))
        refuse_too_early(consultation, now)
        opening = Opening.objects.create(
            consultation=consultation, opened_by=actor.label, opened_by_id=actor.id, requested_at=now
        )
        data = {"deposits": list(to_open(consultation.pk).values_list("number", flat=True))}
        audit.record(action="bids.opening.request", subject=consultation.pk, actor=actor, at=now, data=data)
    if opening.completed_at is None or opening.minutes_id is None:
        jobs.enqueue(kind=OPEN, subject=consultation.pk, now=now)
    return opening


def run_opening(*, consultation_id: UUID, now: datetime, progress: Progress) -> None:
    """Open every deposit that is to be opened, then write the minutes. Idempotent: what is done is not done again.

    A broken piece never stops the others. A store that does not answer leaves its pieces sealed and raises at the
    end, so that the job comes back for them.
    """
    opening = (
        Opening.objects.select_related("consultation__buyer").filter(consultation_id=consultation_id).first()
    )
    if opening is None:
        raise OpeningNotRequested
    consultation = opening.consultation
    if opening.completed_at is None and consultation.state == ConsultationState.CANCELLED:
        return  # declared without follow-up since the request: nobody's bid is read any more
    refuse_too_early(consultation, now)
    actor = Actor(id=opening.opened_by_id, label=opening.opened_by, organisation_id=consultation.buyer_id)
    # A deposit received just in time may be entered while the others are opened: `complete` looks again.
    while opening.completed_at is None:
        open_deposits(consultation=consultation, actor=actor, now=now, progress=progress)
        opening = complete(opening=opening, actor=actor, now=now)
    write_minutes(opening=opening, actor=actor, now=now)


def refuse_too_early(consultation: Consultation, now: datetime) -> None:
    """R2132-9, P7-T9: the job checks again what the request checked, whoever made its row."""
    if not may_open(consultation.deadline, consultation.opening_at, now):
        raise TooEarlyToOpen(deadline=consultation.deadline, opening_at=consultation.opening_at)


def lock(consultation_id: UUID) -> Consultation:
    return Consultation.objects.select_for_update(of=("self",)).get(pk=consultation_id)


def to_open(consultation_id: UUID) -> DepositQuerySet:
    return Deposit.objects.filter(consultation_id=consultation_id).to_open().order_by("number")


def open_deposits(*, consultation: Consultation, actor: Actor, now: datetime, progress: Progress) -> None:
    deposits = list(to_open(consultation.pk).select_related("company"))
    pieces = list(Piece.objects.filter(deposit__in=deposits).select_related("cipher", "deposit__company"))
    sealed = [piece for piece in pieces if piece.condition == PieceCondition.SEALED]
    identity = identity_for_opening(consultation=consultation, now=now) if sealed else ""
    done, failure = len(pieces) - len(sealed), None
    progress(done, len(pieces))
    for piece in sealed:
        try:
            open_piece(piece=piece, identity=identity, consultation=consultation, actor=actor, now=now)
        except OSError as error:
            failure = error
            continue
        done += 1
        progress(done, len(pieces))
    for deposit in deposits:
        try:
            check_signatures(deposit=deposit, actor=actor, now=now)
        except OSError as error:
            failure = error
            continue
        finish_deposit(deposit_id=deposit.pk, actor=actor, now=now)
    if failure is not None:
        raise failure


def open_piece(
    *, piece: Piece, identity: str, consultation: Consultation, actor: Actor, now: datetime
) -> None:
    """Decipher, compare with the declared digest, look at the content; then all that was found in one transaction."""
    clear = decipher(piece=piece, identity=identity, now=now)
    condition = find_condition(
        declared_sha256=piece.clear_sha256, found_sha256=clear.sha256 if clear is not None else None
    )
    espd = read_espd(piece, clear)
    data = {
        "number": piece.deposit.number,
        "piece": str(piece.pk),
        "condition": condition,
        "sha256": clear.sha256 if clear is not None else "",
    }
    if condition != PieceCondition.READABLE:
        data["cipher_intact"] = is_cipher_intact(piece)
    with transaction.atomic():
        locked = Piece.objects.select_for_update(of=("self",)).get(pk=piece.pk)
        if locked.condition != PieceCondition.SEALED:
            return  # another worker was quicker: its findings stand
        locked.condition, locked.clear = PieceCondition(condition), clear
        locked.save(update_fields=["condition", "clear"])
        if clear is not None and espd is not None:
            dume.record_opened(
                file=clear,
                data=espd,
                actor=actor,
                now=now,
                expected_reference=consultation.reference,
                operator_siret=piece.deposit.company.siret or None,
            )
        audit.record(action="bids.piece.open", subject=consultation.pk, actor=actor, at=now, data=data)


def check_signatures(*, deposit: Deposit, actor: Actor, now: datetime) -> None:
    """Annexe 12 art. 5: all files of a deposit together, once, since a detached signature lies beside what it signs.

    A deposit with a piece still sealed waits. Raises OSError when the store does not answer.
    """
    pieces = deposit.pieces.select_related("clear").order_by("started_at", "id")
    is_waiting = any(piece.condition == PieceCondition.SEALED for piece in pieces)
    if deposit.state == DepositState.OPENED or is_waiting or is_checked(deposit.pk):
        return
    clear = [(piece.name, piece.clear) for piece in pieces if piece.clear is not None]
    checked, trust = signatures.check_files(clear, now=now)
    with transaction.atomic():
        locked = Deposit.objects.select_for_update(of=("self",)).get(pk=deposit.pk)
        if locked.state == DepositState.OPENED or is_checked(deposit.pk):
            return  # another worker was quicker: its findings stand
        signatures.record_checks(checked, together=deposit.pk, trust=trust, actor=actor, now=now)


def read_espd(piece: Piece, clear: StoredFile | None) -> bytes | None:
    if clear is None or piece.kind != PieceKind.ESPD or clear.size > MAX_XML_BYTES:
        return None
    return files.read_all(clear, max_bytes=MAX_XML_BYTES)


@transaction.atomic
def finish_deposit(*, deposit_id: UUID, actor: Actor, now: datetime) -> None:
    """A deposit is open when none of its pieces is sealed any more."""
    deposit = Deposit.objects.select_for_update(of=("self",)).get(pk=deposit_id)
    if (
        deposit.state == DepositState.OPENED
        or deposit.pieces.filter(condition=PieceCondition.SEALED).exists()
    ):
        return
    deposit.state = DEPOSIT.target("open", DepositState(deposit.state))
    deposit.opened_at = now
    deposit.save(update_fields=["state", "opened_at"])
    data = {"number": deposit.number, "deposit": str(deposit.pk)}
    audit.record(action="bids.deposit.open", subject=deposit.consultation_id, actor=actor, at=now, data=data)


@transaction.atomic
def complete(*, opening: Opening, actor: Actor, now: datetime) -> Opening:
    """Close the session once nothing is left to open; says so by `completed_at`."""
    consultation = lock(opening.consultation_id)
    opening = Opening.objects.select_for_update(of=("self",)).get(pk=opening.pk)
    deposits = to_open(consultation.pk)
    if opening.completed_at is not None or deposits.filter(state=DepositState.SEALED).exists():
        return opening
    mark_opened(consultation_id=consultation.pk, actor=actor, now=now)
    opening.completed_at = now
    opening.save(update_fields=["completed_at"])
    data = {"opened": list(deposits.values_list("number", flat=True))}
    audit.record(action="bids.opening.complete", subject=consultation.pk, actor=actor, at=now, data=data)
    return opening
