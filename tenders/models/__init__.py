from tenders.models.consultation import (
    Consultation,
    ConsultationQuerySet,
    Lot,
    Nature,
    Procedure,
    RequiredPiece,
)
from tenders.models.contract import Contract, ContractHolder
from tenders.models.document import Document, DocumentKind, Taken, Withdrawal
from tenders.models.letter import Letter, LetterQuerySet

__all__ = [
    "Consultation",
    "ConsultationQuerySet",
    "Contract",
    "ContractHolder",
    "Document",
    "DocumentKind",
    "Letter",
    "LetterQuerySet",
    "Lot",
    "Nature",
    "Procedure",
    "RequiredPiece",
    "Taken",
    "Withdrawal",
]
