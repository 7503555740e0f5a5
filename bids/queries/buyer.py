"""What the buyer sees of the deposits: numbers and times before the opening, the content after it.

Confidentiality until the limit (P7-T9, R2132-9) is kept here, by what is selected: before the opening no query of
this module reads a company, a lot or a file, whatever the page would show.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from bids.models import Award, Deposit, DepositQuerySet, Opening, Piece, UnsuccessfulLot
from bids.rules.opening import reason_kept_closed
from bids.states import DepositState, PieceCondition
from dume.models import DumeDocument
from dume.queries import list_documents_of_files
from signing.models import SignatureCheck
from signing.queries.checks import find_check, list_checks
from tenders.models import Consultation, Contract, Lot
from tenders.states import Envelope


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A deposit before the opening: its number, when it arrived, what became of it. Nothing else is known."""

    number: int
    received_at: datetime
    is_late: bool
    state: str

    @property
    def reason_kept_closed(self) -> str:
        return reason_kept_closed(state=self.state, is_late=self.is_late)


@dataclass(frozen=True, slots=True)
class OpenedPiece:
    """A piece with what opening found: the check of its signatures, and the DUME it is."""

    piece: Piece
    check: SignatureCheck | None
    espd: DumeDocument | None

    @property
    def is_readable(self) -> bool:
        return self.piece.condition == PieceCondition.READABLE


@dataclass(frozen=True, slots=True)
class PieceGroup:
    """The candidature, or the offer for one lot."""

    label: str
    pieces: list[OpenedPiece]


@dataclass(frozen=True, slots=True)
class OpenedDeposit:
    deposit: Deposit
    lots: list[Lot]
    groups: list[PieceGroup]

    @property
    def pieces(self) -> list[OpenedPiece]:
        return [piece for group in self.groups for piece in group.pieces]


@dataclass(frozen=True, slots=True)
class LotDecision:
    """Where a lot stands: who may be chosen, who is, and the contract that came of it."""

    lot: Lot
    candidates: list[Deposit]
    award: Award | None
    unsuccessful: UnsuccessfulLot | None
    contract: Contract | None

    @property
    def may_change(self) -> bool:
        return self.unsuccessful is None and (self.award is None or self.award.letters_sent_at is None)


def list_register(*, buyer_id: UUID, consultation_id: UUID) -> list[RegisterLine]:
    """The register as it may be shown at any time, in the order of numbers."""
    lines = (
        Deposit.objects.for_buyer(buyer_id)
        .handed_in()
        .filter(consultation_id=consultation_id)
        .order_by("number")
        .values_list("number", "received_at", "is_late", "state")
    )
    return [
        RegisterLine(number=number, received_at=received_at, is_late=is_late, state=state)
        for number, received_at, is_late, state in lines
        if number is not None and received_at is not None
    ]


def list_register_after_opening(*, buyer_id: UUID, consultation_id: UUID) -> DepositQuerySet:
    """The whole register with names and lots; empty as long as the bids are not opened."""
    return (
        _of_opened(buyer_id, consultation_id)
        .handed_in()
        .select_related("company")
        .prefetch_related("lots")
        .order_by("number")
    )


def list_opened(*, buyer_id: UUID, consultation_id: UUID) -> list[OpenedDeposit]:
    """The opened bids with their files; nothing of a deposit that stayed closed."""
    pieces = Piece.objects.select_related("clear", "lot", "answers").order_by(
        "envelope", "lot__number", "started_at", "id"
    )
    deposits = list(
        _of_opened(buyer_id, consultation_id)
        .filter(state=DepositState.OPENED)
        .select_related("company")
        .prefetch_related("lots", Prefetch("pieces", queryset=pieces))
        .order_by("number")
    )
    clear = [piece.clear for deposit in deposits for piece in deposit.pieces.all() if piece.clear is not None]
    checks = list_checks(file.sha256 for file in clear)
    documents = {
        document.file_id: document for document in list_documents_of_files(file.pk for file in clear)
    }
    return [_opened(deposit, checks, documents) for deposit in deposits]


def get_opened_piece(*, buyer_id: UUID, consultation_id: UUID, piece_id: UUID) -> Piece:
    """A piece with its clear copy; Piece.DoesNotExist for one that is sealed, unreadable or somebody else's."""
    return Piece.objects.select_related("deposit__company", "deposit__consultation", "clear", "lot").get(
        pk=piece_id,
        deposit__consultation_id=consultation_id,
        deposit__consultation__buyer_id=buyer_id,
        deposit__consultation__opened_at__isnull=False,
        deposit__state=DepositState.OPENED,
        clear__isnull=False,
    )


def find_piece_check(piece: Piece) -> SignatureCheck | None:
    """What opening found of the signatures of a piece that `get_opened_piece` gave."""
    digest = piece.clear.sha256 if piece.clear is not None else ""
    return find_check(list_checks([digest]), digest, piece.deposit_id)


def find_opening(*, buyer_id: UUID, consultation_id: UUID) -> Opening | None:
    return (
        Opening.objects.select_related("minutes")
        .filter(consultation_id=consultation_id, consultation__buyer_id=buyer_id)
        .first()
    )


def list_decisions(*, buyer_id: UUID, consultation_id: UUID) -> list[LotDecision]:
    """One line per lot, empty as long as the bids are not opened."""
    lots = (
        Lot.objects.filter(
            consultation_id=consultation_id,
            consultation__buyer_id=buyer_id,
            consultation__opened_at__isnull=False,
        )
        .select_related("award__deposit__company", "unsuccessful")
        .prefetch_related(
            Prefetch("deposits", queryset=opened_for_lots(), to_attr="candidates"),
            Prefetch("contracts", queryset=Contract.objects.order_by("recorded_at"), to_attr="own_contracts"),
        )
        .order_by("number")
    )
    return [decision_of(lot) for lot in lots]


def decision_of(lot: Lot) -> LotDecision:
    """From a lot with `candidates` and `own_contracts` loaded (list_decisions)."""
    contracts: list[Contract] = lot.own_contracts  # type: ignore[attr-defined]  # prefetched under this name
    candidates: list[Deposit] = lot.candidates  # type: ignore[attr-defined]
    return LotDecision(
        lot=lot,
        candidates=candidates,
        award=getattr(lot, "award", None),
        unsuccessful=getattr(lot, "unsuccessful", None),
        contract=contracts[0] if contracts else None,
    )


def get_decision(*, buyer_id: UUID, consultation_id: UUID, lot_id: UUID) -> LotDecision:
    """Lot.DoesNotExist for the lot of another buyer, or before the opening."""
    for decision in list_decisions(buyer_id=buyer_id, consultation_id=consultation_id):
        if decision.lot.pk == lot_id:
            return decision
    raise Lot.DoesNotExist


def list_awards(consultation: Consultation) -> list[Award]:
    """The awards of a consultation in the order of lots, each with its lot, consultation and company at hand."""
    awards = list(
        Award.objects.filter(lot__consultation=consultation)
        .select_related("lot", "deposit__company")
        .order_by("lot__number")
    )
    for award in awards:
        award.lot.consultation = consultation
    return awards


def opened_for_lots() -> DepositQuerySet:
    """Deposits that may be chosen: opened ones."""
    return Deposit.objects.filter(state=DepositState.OPENED).select_related("company").order_by("number")


def list_participants(lot: Lot) -> list[Deposit]:
    """Every company that stayed in the competition for a lot, once: opened, or late and kept closed (R2181-1).

    A company that is both is there with its opened deposit.
    """
    deposits = (
        lot.deposits.filter(state__in=[DepositState.OPENED, DepositState.SEALED])
        .select_related("company")
        .order_by("is_late", "number")
    )
    first_of: dict[UUID, Deposit] = {}
    for deposit in deposits:
        first_of.setdefault(deposit.company_id, deposit)
    return list(first_of.values())


def count_offers(lot: Lot) -> int:
    """Offers received in time for a lot: what the essential data call « offres reçues »."""
    return lot.deposits.filter(state=DepositState.OPENED).count()


def _of_opened(buyer_id: UUID, consultation_id: UUID) -> DepositQuerySet:
    return Deposit.objects.for_buyer(buyer_id).filter(
        consultation_id=consultation_id, consultation__opened_at__isnull=False
    )


def _opened(
    deposit: Deposit, checks: list[SignatureCheck], documents: dict[UUID | None, DumeDocument]
) -> OpenedDeposit:
    groups: dict[tuple[str, UUID | None], PieceGroup] = {}
    for piece in deposit.pieces.all():
        group = groups.setdefault((piece.envelope, piece.lot_id), PieceGroup(_label(piece), []))
        clear = piece.clear
        group.pieces.append(
            OpenedPiece(
                piece=piece,
                check=find_check(checks, clear.sha256, deposit.pk) if clear is not None else None,
                espd=documents.get(clear.pk) if clear is not None else None,
            )
        )
    return OpenedDeposit(deposit=deposit, lots=list(deposit.lots.all()), groups=list(groups.values()))


def _label(piece: Piece) -> str:
    label = Envelope(piece.envelope).label
    return f"{label}, lot {piece.lot.number} : {piece.lot.title}" if piece.lot is not None else label
