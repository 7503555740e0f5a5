"""The words of the letters that follow an award, from text templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string

from bids.models import Award, Deposit
from bids.queries.buyer import list_participants
from bids.rules.standstill import compute_signable_from, is_formal
from procurement.organisations.models import Organisation
from tenders.models import Contract
from tenders.states import LetterKind


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that an award makes necessary, before it is sent."""

    kind: LetterKind
    recipient: Organisation
    text: Text
    #: The company takes reasons of its own: an opened offer that was not chosen, in a formal procedure.
    takes_reasons: bool


@dataclass(frozen=True, slots=True)
class Results:
    """What an award leads to if it is announced at a given moment; `signable_from` None: no standstill."""

    award: Award
    signable_from: datetime | None
    drafts: list[Draft]


def draft_results(award: Award, *, now: datetime, reasons: Mapping[UUID, str] | None = None) -> Results:
    """The letters to every participant of a lot (R2181-1, R2181-3). `reasons`: company id -> why it was rejected."""
    lot, participants = award.lot, list_participants(award.lot)
    signable_from = compute_signable_from(
        procedure=lot.consultation.procedure,
        participants=len(participants),
        sent_at=now,
        zone=lot.consultation.buyer.zone,
    )
    drafts = [
        draft_for(award, participant, signable_from, (reasons or {}).get(participant.company_id, ""))
        for participant in participants
    ]
    return Results(award, signable_from, drafts)


def draft_for(award: Award, participant: Deposit, signable_from: datetime | None, reasons: str) -> Draft:
    company = participant.company
    if company.pk == award.deposit.company_id:
        text = compose("bids/letters/award.txt", award, signable_from=signable_from)
        return Draft(LetterKind.AWARD, company, text, takes_reasons=False)
    formal = is_formal(award.lot.consultation.procedure)
    text = compose(
        "bids/letters/rejection.txt",
        award,
        signable_from=signable_from,
        participant=participant,
        reasons=reasons.strip(),
        is_formal=formal,
    )
    return Draft(LetterKind.REJECTION, company, text, takes_reasons=formal and not participant.is_late)


def notification_letter(award: Award, contract: Contract) -> Text:
    return compose("bids/letters/notification.txt", award, contract=contract)


def compose(template: str, award: Award, **context: object) -> Text:
    """The template's first line is the subject."""
    consultation = award.lot.consultation
    text = render_to_string(
        template,
        {
            "award": award,
            "lot": award.lot,
            "consultation": consultation,
            "zone": consultation.buyer.zone,
            "winner": award.deposit.company,
            **context,
        },
    )
    subject, _, body = text.strip().partition("\n")
    return Text(subject=subject.strip()[:200], body=body.strip() + "\n")
