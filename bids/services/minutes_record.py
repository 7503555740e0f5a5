"""The minutes of an opening as JSON values: what is sealed, time-stamped and entered in the register."""

from typing import Any

from bids.models import Opening
from bids.queries.buyer import OpenedDeposit, OpenedPiece, list_opened, list_register_after_opening
from bids.rules.opening import reason_kept_closed
from bids.services.receipts import moment
from tenders.models import Consultation

FORMAT = "urn:profil-acheteur:opening-minutes:2"


def record_of(opening: Opening, consultation: Consultation) -> dict[str, Any]:
    buyer = consultation.buyer
    register = list_register_after_opening(buyer_id=buyer.pk, consultation_id=consultation.pk)
    opened = list_opened(buyer_id=buyer.pk, consultation_id=consultation.pk)
    return {
        "format": FORMAT,
        "buyer": {"name": buyer.name, "identifier": buyer.identifier},
        "consultation": {
            "id": str(consultation.pk),
            "reference": consultation.reference,
            "title": consultation.title,
        },
        "deadline": moment(consultation.deadline),
        "opening": {
            "id": str(opening.pk),
            "opened_by": opening.opened_by,
            "requested_at": moment(opening.requested_at),
            "completed_at": moment(opening.completed_at),
        },
        "deposits": [
            {
                "number": deposit.number,
                "company": {"name": deposit.company.name, "identifier": deposit.company.identifier},
                "received_at": moment(deposit.received_at),
                "on_time": not deposit.is_late,
                "state": deposit.state,
                "kept_closed": reason_kept_closed(state=deposit.state, is_late=deposit.is_late) or None,
            }
            for deposit in register
        ],
        "documents": [document for deposit in opened for document in documents_of(deposit)],
    }


def documents_of(opened: OpenedDeposit) -> list[dict[str, Any]]:
    number = opened.deposit.number
    return [document_of(number, item) for group in opened.groups for item in group.pieces]


def document_of(number: int | None, item: OpenedPiece) -> dict[str, Any]:
    """`sha256` is what the company declared; `condition` says whether the deciphered file has it."""
    piece = item.piece
    return {
        "deposit": number,
        "envelope": piece.envelope,
        "name": piece.name,
        "size": piece.clear_size,
        "sha256": piece.clear_sha256,
        "cipher_sha256": piece.cipher.sha256,
        "condition": piece.condition,
    }
