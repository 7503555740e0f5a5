from datetime import timedelta
from decimal import Decimal

import pytest

from procurement.audit.models import Entry
from procurement.files.services import read_chunks
from tenders.models import Consultation, DocumentKind
from tenders.services.drafting import (
    ConsultationFactsRefused,
    ConsultationPublished,
    LotFacts,
    PieceFacts,
    ReferenceTaken,
    add_document,
    create_consultation,
    remove_document,
    update_consultation,
)
from tests.factories import tenders
from tests.factories.organisations import actor_of

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    return [
        action for action in Entry.objects.values_list("action", flat=True) if action.startswith("tenders.")
    ]


def test_a_draft_holds_its_lots_and_the_pieces_it_asks_for(buyer, now):
    made = create_consultation(
        buyer=buyer,
        facts=tenders.facts(
            lots=(LotFacts(2, "Signalisation"), LotFacts(1, "Chaussées", "45233140-2", Decimal("85000.50"))),
            pieces=(PieceFacts("candidature", "DC1"), PieceFacts("offer", "Acte", lot_number=2)),
        ),
        actor=actor_of(buyer),
        now=now,
    )
    assert [(lot.number, lot.title, lot.estimated_value) for lot in made.lots.all()] == [
        (1, "Chaussées", Decimal("85000.50")),
        (2, "Signalisation", None),
    ]
    assert [(piece.label, piece.lot and piece.lot.number) for piece in made.required_pieces.all()] == [
        ("DC1", None),
        ("Acte", 2),
    ]
    assert made.state == "draft"
    assert actions() == ["tenders.consultation.create"]


def test_a_refused_statement_says_which_answers_and_enters_nothing(buyer, now):
    with pytest.raises(ConsultationFactsRefused) as refusal:
        create_consultation(
            buyer=buyer,
            facts=tenders.facts(title="", contact_email="nulle part", nature="autre", procedure="autre"),
            actor=actor_of(buyer),
            now=now,
        )
    assert set(refusal.value.context["errors"]) == {"title", "contact_email", "nature", "procedure"}
    assert not Consultation.objects.exists()
    assert actions() == []


def test_a_reference_is_used_once_by_a_buyer(buyer, other_buyer, now):
    tenders.draft(buyer, reference="2026-A")
    tenders.draft(other_buyer, reference="2026-A")
    with pytest.raises(ReferenceTaken):
        tenders.draft(buyer, reference="2026-A")


def test_an_update_replaces_the_whole_statement(buyer, now):
    draft = tenders.draft(buyer, lots=tenders.LOTS)
    update_consultation(
        consultation_id=draft.pk,
        facts=tenders.facts(reference=draft.reference, title="Autre objet", pieces=()),
        actor=actor_of(buyer),
        now=now,
    )
    updated = tenders.refreshed(draft)
    assert [lot.title for lot in updated.lots.all()] == ["Autre objet"]
    assert list(updated.required_pieces.all()) == []
    assert "autre objet" in updated.search_text
    assert Entry.objects.last().data["changed"] == ["title"]


def test_nothing_of_a_published_consultation_is_edited(buyer, now):
    published = tenders.published(buyer)
    act = {"consultation_id": published.pk, "actor": actor_of(buyer), "now": now}
    document = published.documents.get()
    before = actions()
    with pytest.raises(ConsultationPublished):
        update_consultation(facts=tenders.facts(title="Changé"), **act)
    with pytest.raises(ConsultationPublished):
        add_document(file=tenders.stored_file(), kind=DocumentKind.OTHER, **act)
    with pytest.raises(ConsultationPublished):
        remove_document(document_id=document.pk, **act)
    assert tenders.refreshed(published).title == published.title
    assert tenders.refreshed(published).documents.get() == document
    assert actions() == before


def test_a_document_is_kept_with_its_kind_format_and_digest(buyer, now):
    """P7-T5, P7-T7."""
    draft = tenders.draft(buyer)
    document = tenders.document(draft, "plan.pdf", kind=DocumentKind.PLAN)
    assert (document.format_label, document.kind, document.position) == ("PDF", "plan", 1)
    entry = Entry.objects.last()
    assert entry.data["sha256"] == document.file.sha256
    assert entry.subject == str(draft.pk)


def test_documents_keep_the_order_in_which_they_came(buyer):
    draft = tenders.draft(buyer, documents=["b.pdf", "a.pdf", "c.pdf"])
    assert [document.file.name for document in draft.documents.all()] == ["b.pdf", "a.pdf", "c.pdf"]


def test_a_removed_document_leaves_a_trace_and_no_bytes(buyer, now, django_capture_on_commit_callbacks):
    draft = tenders.draft(buyer, documents=["plan.pdf"])
    document = draft.documents.get()
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(
            consultation_id=draft.pk,
            document_id=document.pk,
            actor=actor_of(buyer),
            now=now + timedelta(hours=1),
        )
    file = document.file
    file.refresh_from_db()
    assert not tenders.refreshed(draft).documents.exists()
    assert file.discarded_at == now + timedelta(hours=1)
    with pytest.raises(FileNotFoundError):
        b"".join(read_chunks(file))
