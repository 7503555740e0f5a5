"""What a company does with its deposit until it seals it: choose lots, add files, remove them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bids.models import Deposit, Piece
from bids.services.custody import recipient_for
from bids.services.reception import Received, Target, too_large
from bids.states import DepositState, PieceKind
from procurement.actors import Actor
from procurement.audit import services as audit
from procurement.errors import DomainError
from procurement.files import services as files
from procurement.organisations.models import Organisation
from tenders.models import Consultation, Lot, RequiredPiece
from tenders.states import ConsultationState, Envelope


class NotOpenToDeposits(DomainError):
    """Cette consultation n'accepte plus de nouveau pli : elle a été déclarée sans suite ou les plis ont été
    ouverts. Rien n'a été enregistré; écrivez à l'acheteur."""

    code = "not_open_to_deposits"


class NoLotChosen(DomainError):
    """Choisissez au moins un lot de cette consultation. Rien n'a été modifié."""

    code = "no_lot_chosen"
    status = 422


class LotHasFiles(DomainError):
    """Des fichiers sont déjà joints à un lot que vous retirez : ils sont conservés et le choix des lots n'a pas
    changé. Retirez d'abord ces fichiers."""

    code = "lot_has_files"


class DepositClosed(DomainError):
    """Ce pli est déjà scellé : rien n'y a été ajouté ni retiré. Pour le modifier, préparez un nouveau pli; une fois
    scellé dans les délais, il remplacera celui-ci."""

    code = "deposit_closed"


class PlaceUnknown(DomainError):
    """Cet emplacement n'existe pas dans votre pli. Rien n'a été conservé; revenez à la liste des étapes."""

    code = "place_unknown"
    status = 422


class DuplicateName(DomainError):
    """Un autre fichier porte déjà ce nom à cet endroit : il est conservé, le nouveau ne l'est pas. Retirez l'ancien
    ou renommez le nouveau, puis recommencez."""

    code = "duplicate_name"


# --- The draft ------------------------------------------------------------------------------------------------
@transaction.atomic
def start_deposit(
    *, consultation_id: UUID, company: Organisation, lot_ids: Collection[UUID], actor: Actor, now: datetime
) -> Deposit:
    """The one draft of the company for this consultation, with these lots added to those it has.

    Allowed after the deadline too: a late deposit is received and kept (P7-B5).
    """
    consultation = Consultation.objects.public().select_for_update(of=("self",)).get(pk=consultation_id)
    if consultation.state != ConsultationState.PUBLISHED:
        raise NotOpenToDeposits
    lots = _lots(consultation, lot_ids)
    draft = (
        Deposit.objects.for_company(company.pk)
        .filter(consultation=consultation, state=DepositState.DRAFT)
        .first()
    )
    if draft is None:
        draft = Deposit.objects.create(
            consultation=consultation, company=company, created_at=now, created_by=actor.label
        )
        audit.record(
            action="bids.deposit.start",
            subject=draft.pk,
            actor=actor,
            at=now,
            data={"consultation": str(consultation.pk), "lots": [lot.number for lot in lots]},
        )
    draft.lots.add(*lots)
    return draft


@transaction.atomic
def choose_lots(
    *, deposit_id: UUID, company_id: UUID, lot_ids: Collection[UUID], actor: Actor, now: datetime
) -> Deposit:
    """Replace the lots of a draft; LotHasFiles when one that goes has files."""
    draft = lock_draft(deposit_id, company_id)
    lots = _lots(draft.consultation, lot_ids)
    if draft.pieces.filter(lot__isnull=False).exclude(lot__in=lots).exists():
        raise LotHasFiles
    draft.lots.set(lots)
    audit.record(
        action="bids.deposit.choose_lots",
        subject=draft.pk,
        actor=actor,
        at=now,
        data={"lots": [lot.number for lot in lots]},
    )
    return draft


def _lots(consultation: Consultation, lot_ids: Collection[UUID]) -> list[Lot]:
    lots = list(consultation.lots.filter(pk__in=lot_ids).order_by("number"))
    if not lots or len(lots) != len(set(lot_ids)):
        raise NoLotChosen
    return lots


def lock_draft(deposit_id: UUID, company_id: UUID) -> Deposit:
    """The draft, locked in the caller's transaction; DepositClosed once it is sealed."""
    draft = (
        Deposit.objects.select_for_update(of=("self",))
        .for_company(company_id)
        .select_related("consultation")
        .get(pk=deposit_id)
    )
    if draft.state != DepositState.DRAFT:
        raise DepositClosed
    return draft


# --- Files ----------------------------------------------------------------------------------------------------
def prepare_piece(
    *,
    deposit_id: UUID,
    company_id: UUID,
    envelope: str,
    lot_id: UUID | None,
    kind: PieceKind,
    now: datetime,
    announced_bytes: int | None = None,
) -> Target:
    """Where a file may go; refuses at once what could not be kept: before its first byte is read."""
    deposit = (
        Deposit.objects.for_company(company_id)
        .select_related("consultation__buyer", "company")
        .get(pk=deposit_id)
    )
    if deposit.state != DepositState.DRAFT:
        raise DepositClosed
    consultation = deposit.consultation
    if announced_bytes is not None and announced_bytes > consultation.max_file_bytes:
        raise too_large(consultation.max_file_bytes)
    if announced_bytes == 0:
        raise files.EmptyFile
    _check_place(deposit, envelope, lot_id, kind)
    return Target(
        deposit_id=deposit.pk,
        company_id=company_id,
        envelope=envelope,
        lot_id=lot_id,
        kind=kind,
        recipient=recipient_for(consultation_id=consultation.pk, now=now),
        max_bytes=consultation.max_file_bytes,
        reference=consultation.reference,
        company_siret=deposit.company.siret,
        buyer_name=consultation.buyer.name,
    )


def _check_place(deposit: Deposit, envelope: str, lot_id: UUID | None, kind: PieceKind) -> None:
    in_candidature = envelope == Envelope.CANDIDATURE and lot_id is None
    in_offer = (
        envelope == Envelope.OFFER
        and kind == PieceKind.FILE
        and lot_id is not None
        and deposit.lots.filter(pk=lot_id).exists()
    )
    if not (in_candidature or in_offer):
        raise PlaceUnknown


def add_piece(
    *, target: Target, received: Received, answers_id: UUID | None, actor: Actor, now: datetime
) -> Piece:
    """Enter a file that has arrived whole in the draft. The same file sent again gives the piece that is there.

    Whatever refuses it, its bytes are given up: nothing is half kept.
    """
    try:
        with transaction.atomic():
            piece = _enter_piece(target, received, answers_id, actor, now)
    except BaseException:
        received.give_up()
        raise
    if piece.cipher.key != received.writer.key:
        received.give_up()
    return piece


def _enter_piece(
    target: Target, received: Received, answers_id: UUID | None, actor: Actor, now: datetime
) -> Piece:
    draft = lock_draft(target.deposit_id, target.company_id)
    _check_place(draft, target.envelope, target.lot_id, target.kind)
    answered = _requirement(draft, target.envelope, target.lot_id, answers_id)
    same = _same_name(draft, target, received)
    if same is not None:
        return same
    piece = Piece(
        deposit=draft,
        envelope=target.envelope,
        lot_id=target.lot_id,
        kind=target.kind,
        answers=answered,
        name=received.name,
        format_label=received.format_label[:60],
        clear_size=received.sealed.clear.size,
        clear_sha256=received.sealed.clear.sha256,
        warnings=list(received.warnings),
        started_at=received.started_at,
        completed_at=now,
    )
    piece.cipher = files.enter(
        area="sealed",
        key=received.writer.key,
        name=f"{piece.pk}.age",
        size=received.sealed.cipher.size,
        digest=received.sealed.cipher.sha256,
        now=now,
        media_type="application/octet-stream",
    )
    piece.save(force_insert=True)
    if draft.transmission_started_at is None:
        draft.transmission_started_at = received.started_at
        draft.save(update_fields=["transmission_started_at"])
    audit.record(
        action="bids.piece.add",
        subject=draft.pk,
        actor=actor,
        at=now,
        data={"piece": str(piece.pk), "size": piece.clear_size, "cipher_sha256": piece.cipher.sha256},
    )
    return piece


def _same_name(draft: Deposit, target: Target, received: Received) -> Piece | None:
    """The file already there under this name: the same one when the answer to a first sending was lost."""
    known = (
        draft.pieces.filter(envelope=target.envelope, kind=target.kind, name=received.name)
        .filter(Q(lot__isnull=True) if target.lot_id is None else Q(lot_id=target.lot_id))
        .select_related("cipher")
        .first()
    )
    if known is not None and known.clear_sha256 != received.sealed.clear.sha256:
        raise DuplicateName(
            f"Un autre fichier nommé « {received.name} » est déjà à cet endroit : il est conservé, le nouveau ne "
            "l'est pas. Retirez l'ancien ou renommez le nouveau, puis recommencez."
        )
    return known


def _requirement(
    draft: Deposit, envelope: str, lot_id: UUID | None, requirement_id: UUID | None
) -> RequiredPiece | None:
    if requirement_id is None:
        return None
    asked = draft.consultation.required_pieces.filter(pk=requirement_id, envelope=envelope)
    if envelope == Envelope.OFFER:
        asked = asked.filter(Q(lot__isnull=True) | Q(lot_id=lot_id))
    else:
        asked = asked.filter(Q(lot__isnull=True) | Q(lot__in=draft.lots.all()))
    found = asked.first()
    if found is None:
        raise PlaceUnknown("Cette pièce n'est pas demandée à cet endroit. Rien n'a été modifié.")
    return found


@transaction.atomic
def assign_piece(
    *,
    deposit_id: UUID,
    company_id: UUID,
    piece_id: UUID,
    answers_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> Piece:
    """Say which piece asked for a file answers (None: none in particular)."""
    draft = lock_draft(deposit_id, company_id)
    piece = draft.pieces.select_for_update(of=("self",)).get(pk=piece_id)
    piece.answers = _requirement(draft, piece.envelope, piece.lot_id, answers_id)
    piece.save(update_fields=["answers"])
    audit.record(
        action="bids.piece.assign", subject=draft.pk, actor=actor, at=now, data={"piece": str(piece.pk)}
    )
    return piece


@transaction.atomic
def remove_piece(*, deposit_id: UUID, company_id: UUID, piece_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a file out of a draft; its bytes are given up once that is certain. Harmless when already gone."""
    draft = lock_draft(deposit_id, company_id)
    piece = draft.pieces.select_related("cipher").filter(pk=piece_id).first()
    if piece is None:
        return
    cipher = piece.cipher
    piece.delete()
    audit.record(
        action="bids.piece.remove",
        subject=draft.pk,
        actor=actor,
        at=now,
        data={"piece": str(piece_id), "cipher_sha256": cipher.sha256},
    )
    transaction.on_commit(lambda: files.discard(file=cipher, now=now), robust=True)


@transaction.atomic
def record_refused_piece(
    *, deposit_id: UUID, company_id: UUID, code: str, received_bytes: int, actor: Actor, now: datetime
) -> None:
    """Keep a trace of an attempt that failed and why: the proof of what the platform did (CE 13 Nov 2025 n° 506640).

    Without the file's name nor content. The journal alone grows: nothing of the draft changes.
    """
    deposit = Deposit.objects.for_company(company_id).get(pk=deposit_id)
    audit.record(
        action="bids.piece.refuse",
        subject=deposit.pk,
        actor=actor,
        at=now,
        data={"code": code, "received_bytes": received_bytes},
    )
