"""What a company sees of its own deposits. Another company's is DoesNotExist, whatever its state."""

from dataclasses import dataclass
from uuid import UUID

from bids import rules
from bids.models import Deposit, DepositQuerySet, Piece
from bids.states import DepositState, PieceKind
from dume.models import DumeResponse
from tenders.models import Consultation, Lot
from tenders.states import Envelope


@dataclass(frozen=True, slots=True)
class Ask:
    """A piece that the buyer asks for in one place, and the files that answer it."""

    requirement: rules.Requirement
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Place:
    """The candidature, the offer for one lot, or the eDUME: what is asked there and what is present."""

    envelope: str
    lot: Lot | None
    kind: PieceKind
    asks: list[Ask]
    pieces: list[Piece]
    #: Mandatory pieces that no file answers.
    missing: list[rules.Requirement]

    @property
    def size(self) -> int:
        return sum(piece.clear_size for piece in self.pieces)

    @property
    def title(self) -> str:
        if self.kind == PieceKind.ESPD:
            return "DUME électronique"
        return f"Offre, lot {self.lot.number} : {self.lot.title}" if self.lot else "Candidature"


@dataclass(frozen=True, slots=True)
class Contents:
    """A deposit as its company prepares it or looks back at it."""

    deposit: Deposit
    lots: list[Lot]
    candidature: Place
    offers: list[Place]
    espd: Place
    pieces: list[Piece]

    @property
    def places(self) -> list[Place]:
        return [self.candidature, *self.offers, self.espd]

    @property
    def missing(self) -> list[tuple[Place, rules.Requirement]]:
        """Every mandatory piece that no file answers, with its place; the eDUME may answer for the candidature."""
        return [(place, asked) for place in [self.candidature, *self.offers] for asked in place.missing]

    @property
    def empty_offers(self) -> list[Place]:
        return [place for place in self.offers if not place.pieces]

    @property
    def size(self) -> int:
        return sum(piece.clear_size for piece in self.pieces)


def get_consultation(consultation_id: UUID) -> Consultation:
    """A consultation that anyone may see; DoesNotExist for a draft."""
    return (
        Consultation.objects.public().select_related("buyer").prefetch_related("lots").get(pk=consultation_id)
    )


def get_deposit(*, company_id: UUID, deposit_id: UUID) -> Deposit:
    return (
        Deposit.objects.for_company(company_id)
        .select_related("consultation__buyer", "consultation__espd_request", "company")
        .defer(
            "consultation__espd_request__xml"
        )  # megabytes, and every file that is sent asks for the deposit
        .prefetch_related("lots")
        .get(pk=deposit_id)
    )


def get_handed_in(*, company_id: UUID, deposit_id: UUID) -> Deposit:
    """A deposit with a number and a receipt; DoesNotExist for a draft."""
    return (
        Deposit.objects.for_company(company_id)
        .handed_in()
        .select_related("consultation__buyer", "company")
        .prefetch_related("lots", "pieces__lot", "pieces__cipher")
        .get(pk=deposit_id)
    )


def find_draft(*, company_id: UUID, consultation_id: UUID) -> Deposit | None:
    return (
        Deposit.objects.for_company(company_id)
        .filter(consultation_id=consultation_id, state=DepositState.DRAFT)
        .first()
    )


def find_consultation_of(response: DumeResponse) -> Consultation | None:
    """What a DUME answers: by the buyer's request, else by reference and buyer."""
    public = Consultation.objects.public().order_by("-created_at", "id")
    if response.request_id:
        return public.filter(espd_request_id=response.request_id).first()
    return public.filter(reference=response.reference, buyer__name=response.buyer_name).first()


def find_current(*, company_id: UUID, consultation_id: UUID) -> Deposit | None:
    """The deposit in time that a new one would take the place of."""
    return (
        Deposit.objects.for_company(company_id)
        .filter(consultation_id=consultation_id, state=DepositState.SEALED, is_late=False)
        .order_by("-number")
        .first()
    )


def list_deposits(company_id: UUID) -> DepositQuerySet:
    """All deposits of a company, the newest first."""
    return (
        Deposit.objects.for_company(company_id)
        .select_related("consultation__buyer")
        .prefetch_related("lots")
        .order_by("-created_at", "id")
    )


def contents_of(deposit: Deposit) -> Contents:
    """The whole of a deposit in three queries, compared with what the consultation asks."""
    lots = list(deposit.lots.all())
    pieces = list(deposit.pieces.select_related("lot", "answers", "cipher"))
    required, lot_ids = requirements_of(deposit.consultation), [lot.pk for lot in lots]
    answers = [rules.Answer(piece.envelope, piece.lot_id, piece.answers_id) for piece in pieces]
    places = _Places(
        expected=rules.expected_pieces(required, lot_ids),
        missing=rules.missing_pieces(required, answers, lot_ids),
        pieces=pieces,
    )
    return Contents(
        deposit=deposit,
        lots=lots,
        candidature=places.place(Envelope.CANDIDATURE, None, PieceKind.FILE),
        offers=[places.place(Envelope.OFFER, lot, PieceKind.FILE) for lot in lots],
        espd=places.place(Envelope.CANDIDATURE, None, PieceKind.ESPD),
        pieces=pieces,
    )


def requirements_of(consultation: Consultation) -> list[rules.Requirement]:
    return [
        rules.Requirement(
            id=piece.pk,
            envelope=piece.envelope,
            label=piece.label,
            is_mandatory=piece.is_mandatory,
            lot_id=piece.lot_id,
        )
        for piece in consultation.required_pieces.all()
    ]


@dataclass(frozen=True, slots=True)
class _Places:
    """Sorts what is asked and what is present by place. The eDUME may answer for the candidature."""

    expected: list[rules.Expected]
    missing: list[rules.Expected]
    pieces: list[Piece]

    def place(self, envelope: Envelope, lot: Lot | None, kind: PieceKind) -> Place:
        where = (envelope, lot.pk if lot else None)
        here = [piece for piece in self.pieces if (piece.envelope, piece.lot_id) == where]
        asks = [
            Ask(asked, [piece for piece in here if piece.answers_id == asked.id])
            for asked in _asked_at(where, self.expected)
        ]
        return Place(
            envelope=envelope,
            lot=lot,
            kind=kind,
            asks=asks,
            pieces=[piece for piece in here if piece.kind == kind],
            missing=_asked_at(where, self.missing),
        )


def _asked_at(where: tuple[str, UUID | None], expected: list[rules.Expected]) -> list[rules.Requirement]:
    return [one.requirement for one in expected if (one.requirement.envelope, one.lot_id) == where]
