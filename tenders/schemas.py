"""What the API says of consultations, and takes from a buyer's software."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

from tenders.models import Consultation
from tenders.rules.facts import ConsultationFacts, LotFacts, PieceFacts


class BuyerOut(Schema):
    name: str
    siret: str


class LotOut(Schema):
    id: UUID
    number: int
    title: str
    cpv: str


class DocumentOut(Schema):
    id: UUID
    name: str = Field(alias="file.name")
    kind: str
    format: str = Field(alias="format_label")
    size: int = Field(alias="file.size", description="octets")
    sha256: str = Field(alias="file.sha256")


class PieceOut(Schema):
    envelope: str
    label: str
    is_mandatory: bool
    lot_number: int | None

    @staticmethod
    def resolve_lot_number(piece: object) -> int | None:
        lot = getattr(piece, "lot", None)
        return lot.number if lot is not None else None


class ConsultationSummary(Schema):
    id: UUID
    reference: str
    title: str
    state: str
    nature: str
    procedure: str
    buyer: BuyerOut
    cpv_main: str
    cpv_others: list[str]
    nuts: str
    insee_code: str
    published_at: datetime | None
    deadline: datetime


class ConsultationOut(ConsultationSummary):
    """Everything public of a consultation; the estimated value is not."""

    description: str
    opening_at: datetime | None
    questions_deadline: datetime | None
    max_file_bytes: int
    contact_name: str
    contact_email: str
    contact_phone: str
    lots: list[LotOut]
    pieces: list[PieceOut] = Field(alias="required_pieces")
    documents: list[DocumentOut]


class ConsultationPage(Schema):
    """`next` is the number of the following page, null on the last one."""

    items: list[ConsultationSummary]
    count: int
    next: int | None


class LotIn(Schema):
    number: int = Field(ge=1)
    title: str
    cpv: str = ""
    estimated_value: Decimal | None = None


class PieceIn(Schema):
    envelope: Literal["candidature", "offer"]
    label: str
    is_mandatory: bool = True
    lot_number: int | None = None


class ConsultationIn(Schema):
    """Moments carry their offset (RFC 3339); amounts are euros excluding tax; `max_file_bytes` is per file."""

    reference: str
    title: str
    description: str
    nature: Literal["works", "supplies", "services"]
    procedure: Literal["mapa", "open"] = "mapa"
    cpv_main: str
    cpv_others: list[str] = []
    nuts: str = ""
    insee_code: str = ""
    estimated_value: Decimal | None = None
    deadline: datetime
    opening_at: datetime | None = None
    questions_deadline: datetime | None = None
    max_file_bytes: int = 1_000_000_000
    contact_name: str
    contact_email: str
    contact_phone: str = ""
    lots: list[LotIn] = []
    pieces: list[PieceIn] = []

    def facts(self) -> ConsultationFacts:
        values = self.model_dump(exclude={"lots", "pieces", "cpv_others"})
        return ConsultationFacts(
            **values,
            cpv_others=tuple(self.cpv_others),
            lots=tuple(LotFacts(**lot.model_dump()) for lot in self.lots),
            pieces=tuple(PieceFacts(**piece.model_dump()) for piece in self.pieces),
        )


class StateOut(Schema):
    """What an act on a consultation leaves behind."""

    id: UUID
    reference: str
    state: str

    @classmethod
    def of(cls, consultation: Consultation) -> "StateOut":
        return cls(id=consultation.pk, reference=consultation.reference, state=consultation.state)


class DocumentAdded(Schema):
    id: UUID
    name: str
    size: int
    sha256: str


class EspdOut(Schema):
    """The request for a DUME of a draft; `notes` tell what of a file could not be taken up."""

    number: str
    use: str
    notes: list[str]
