"""What a draft still lacks before it may be published. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tenders.rules.deadlines import IN_THE_PAST, find_disorder

#: Shorter than this between publication and deadline, the buyer is told; the law sets no minimum for a MAPA.
SHORT_NOTICE = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Remark:
    """`step` names the page where it is put right: "facts", "documents" or "espd"."""

    code: str
    text: str
    step: str


@dataclass(frozen=True, slots=True)
class Draft:
    deadline: datetime
    opening_at: datetime | None
    questions_deadline: datetime | None
    lots: int
    pieces: int
    documents: int
    has_rules_document: bool
    #: What deserves a second look in the request for a DUME.
    espd: tuple[str, ...] = ()


def find_missing(draft: Draft, now: datetime) -> tuple[Remark, ...]:
    """What forbids publication."""
    found = []
    if not draft.documents:
        found.append(
            Remark("no_document", "Ajoutez au moins un document de la consultation (R2132-2).", "documents")
        )
    if draft.deadline <= now:
        found.append(Remark("deadline_past", IN_THE_PAST, "facts"))
    if draft.questions_deadline is not None and draft.questions_deadline <= now:
        found.append(
            Remark(
                "questions_deadline_past", "La date limite des questions doit être dans le futur.", "facts"
            )
        )
    disorder = find_disorder(
        deadline=draft.deadline, opening_at=draft.opening_at, questions_deadline=draft.questions_deadline
    )
    found += [Remark(f"{field}_disorder", text, "facts") for field, text in disorder.items()]
    if not draft.lots:
        found.append(Remark("no_lot", "Une consultation compte au moins un lot.", "facts"))
    return tuple(found)


def find_advice(draft: Draft, now: datetime) -> tuple[Remark, ...]:
    """What deserves a second look, and forbids nothing."""
    found = []
    if draft.documents and not draft.has_rules_document:
        found.append(
            Remark(
                "no_rules",
                "Aucun document n'est marqué « règlement de la consultation » : les entreprises l'attendent.",
                "documents",
            )
        )
    if not draft.pieces:
        found.append(
            Remark(
                "no_piece",
                "Aucune pièce n'est demandée : la plateforme ne pourra pas signaler aux entreprises ce qui manque.",
                "facts",
            )
        )
    if now < draft.deadline < now + SHORT_NOTICE:
        found.append(
            Remark(
                "short_notice",
                "Moins de dix jours pour répondre : vérifiez que ce délai suffit (R2151-1).",
                "facts",
            )
        )
    found += [Remark("espd", text, "espd") for text in draft.espd]
    return tuple(found)
