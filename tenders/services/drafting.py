"""Acts of a draft: state the facts, add and remove documents. Everything here is refused once published."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max

from procurement.actors import Actor
from procurement.audit import services as audit
from procurement.errors import DomainError
from procurement.files import kinds
from procurement.files import services as files
from procurement.files.models import StoredFile
from procurement.organisations.models import Organisation
from tenders.models import Consultation, Document, DocumentKind, Lot, Nature, Procedure, RequiredPiece
from tenders.rules.cpv import division_label
from tenders.rules.facts import ConsultationFacts, LotFacts, PieceFacts, clean_facts
from tenders.rules.places import place_label
from tenders.rules.search import searched_text
from tenders.states import ConsultationState

__all__ = [
    "ConsultationFacts",
    "ConsultationFactsRefused",
    "ConsultationPublished",
    "LotFacts",
    "PieceFacts",
    "ReferenceTaken",
    "add_document",
    "create_consultation",
    "remove_document",
    "update_consultation",
]

#: Facts that are columns of the consultation, under the same name.
COLUMNS = (
    "reference", "title", "description", "nature", "procedure", "cpv_main", "nuts", "insee_code", "estimated_value",
    "deadline", "opening_at", "questions_deadline", "max_file_bytes", "contact_name", "contact_email", "contact_phone",
)  # fmt: skip


class ConsultationFactsRefused(DomainError):
    """Certaines réponses manquent ou se contredisent. Rien n'a été enregistré : corrigez les champs signalés."""

    code = "consultation_facts_refused"
    status = 422


class ReferenceTaken(DomainError):
    """Une autre consultation de votre organisation porte déjà cette référence. Rien n'a été enregistré:
    choisissez-en une autre."""

    code = "reference_taken"


class ConsultationPublished(DomainError):
    """Cette consultation est publiée : elle ne se modifie plus comme un brouillon. Rien n'a été changé."""

    code = "consultation_published"


@transaction.atomic
def create_consultation(
    *, buyer: Organisation, facts: ConsultationFacts, actor: Actor, now: datetime
) -> Consultation:
    """Enter a draft with its lots and the pieces it asks for.

    ConsultationFactsRefused carries `errors` (field -> sentence, see rules.facts); ReferenceTaken.
    """
    facts = check_facts(facts)
    Organisation.objects.select_for_update(of=("self",)).get(pk=buyer.pk)
    refuse_taken_reference(buyer.pk, facts.reference)
    consultation = Consultation(buyer=buyer, created_at=now)
    write_facts(consultation, facts)
    journal(consultation, "tenders.consultation.create", actor, now, reference=facts.reference)
    return consultation


@transaction.atomic
def update_consultation(
    *, consultation_id: UUID, facts: ConsultationFacts, actor: Actor, now: datetime
) -> Consultation:
    """Replace what a draft says; `facts` is the whole statement."""
    facts = check_facts(facts)
    consultation = lock_draft(consultation_id)
    if facts.reference != consultation.reference:
        refuse_taken_reference(consultation.buyer_id, facts.reference)
    changed = [name for name in COLUMNS if getattr(consultation, name) != getattr(facts, name)]
    consultation.required_pieces.all().delete()
    consultation.lots.all().delete()
    write_facts(consultation, facts)
    journal(consultation, "tenders.consultation.update", actor, now, changed=changed, lots=len(facts.lots))
    return consultation


@transaction.atomic
def add_document(
    *, consultation_id: UUID, file: StoredFile, kind: str, actor: Actor, now: datetime
) -> Document:
    """Attach a stored file (public area) to a draft, after those already there."""
    consultation = lock_draft(consultation_id)
    last = consultation.documents.aggregate(last=Max("position"))["last"] or 0
    document = Document.objects.create(
        consultation=consultation,
        file=file,
        kind=kind if kind in DocumentKind.values else DocumentKind.OTHER,
        format_label=format_label(file),
        position=last + 1,
        added_at=now,
    )
    journal(
        consultation, "tenders.document.add", actor, now,
        document=str(document.pk), name=file.name, size=file.size, sha256=file.sha256,
    )  # fmt: skip
    return document


@transaction.atomic
def remove_document(*, consultation_id: UUID, document_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a document out of a draft; its bytes are given up once that is committed."""
    consultation = lock_draft(consultation_id)
    document = consultation.documents.select_related("file").get(pk=document_id)
    file = document.file
    document.delete()
    journal(
        consultation, "tenders.document.remove", actor, now,
        document=str(document_id), name=file.name, sha256=file.sha256,
    )  # fmt: skip
    transaction.on_commit(partial(files.discard, file=file, now=now))


def lock_draft(consultation_id: UUID) -> Consultation:
    consultation = (
        Consultation.objects.select_related("buyer").select_for_update(of=("self",)).get(pk=consultation_id)
    )
    if consultation.state != ConsultationState.DRAFT:
        raise ConsultationPublished(state=consultation.state)
    return consultation


def check_facts(facts: ConsultationFacts) -> ConsultationFacts:
    facts, errors = clean_facts(facts, most_bytes=settings.MAX_FILE_BYTES)
    if facts.nature not in Nature.values:
        errors["nature"] = "Choisissez la nature : travaux, fournitures ou services."
    if facts.procedure not in Procedure.values:
        errors["procedure"] = "Choisissez la procédure."
    try:
        validate_email(facts.contact_email)
    except ValidationError:
        errors.setdefault("contact_email", "Cette adresse électronique n'est pas valide.")
    if errors:
        raise ConsultationFactsRefused(errors=errors)
    return facts


def refuse_taken_reference(buyer_id: UUID, reference: str) -> None:
    if Consultation.objects.for_buyer(buyer_id).filter(reference=reference).exists():
        raise ReferenceTaken(reference=reference, errors={"reference": ReferenceTaken.__doc__})


def write_facts(consultation: Consultation, facts: ConsultationFacts) -> None:
    for name in COLUMNS:
        setattr(consultation, name, getattr(facts, name))
    consultation.cpv_others = list(facts.cpv_others)
    consultation.search_text = search_text_of(consultation.buyer, facts)
    consultation.save()
    lots = Lot.objects.bulk_create(
        Lot(
            consultation=consultation,
            number=lot.number,
            title=lot.title,
            cpv=lot.cpv,
            estimated_value=lot.estimated_value,
        )
        for lot in facts.lots
    )
    by_number = {lot.number: lot for lot in lots}
    RequiredPiece.objects.bulk_create(
        RequiredPiece(
            consultation=consultation,
            lot=by_number[piece.lot_number] if piece.lot_number is not None else None,
            envelope=piece.envelope,
            label=piece.label,
            is_mandatory=piece.is_mandatory,
            position=position,
        )
        for position, piece in enumerate(facts.pieces, start=1)
    )


def search_text_of(buyer: Organisation, facts: ConsultationFacts) -> str:
    codes = [facts.cpv_main, *facts.cpv_others, *(lot.cpv for lot in facts.lots if lot.cpv)]
    texts = [
        facts.title,
        facts.description,
        facts.reference,
        buyer.name,
        place_label(nuts=facts.nuts, insee_code=facts.insee_code),
        *(lot.title for lot in facts.lots),
        *{division_label(code): None for code in codes},
    ]
    return searched_text(texts=texts, cpv_codes=dict.fromkeys(codes))


def format_label(file: StoredFile) -> str:
    """The French name of the file's format, from its first bytes (P7-T5)."""
    with files.open_stored(file) as source:
        return kinds.detect(source.read(kinds.HEAD_BYTES), file.name).label


def journal(consultation: Consultation, action: str, actor: Actor, now: datetime, **data: object) -> None:
    audit.record(action=action, subject=consultation.pk, actor=actor, at=now, data=data)
