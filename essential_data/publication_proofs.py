"""The proof that a contract's data were published, with which content and when (R2196-1): for anybody to download."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from essential_data import queries
from essential_data.formats.files import file_name
from essential_data.models import Publication
from procurement.actors import Actor
from procurement.calendars import format_day, format_moment
from procurement.jobs import services as jobs
from signing.models import Evidence, EvidenceKind
from signing.queries import evidence as evidences
from signing.services import folders
from signing.services.evidence import certify, plain_view, write_view

VIEW_JOB = "essential_data.publication_view"
FORMAT = "urn:profil-acheteur:contract-publication:2"


def certify_publication(*, publication: Publication, actor: Actor, now: datetime) -> Evidence:
    """In the transaction of the publication. The document is public: it names no person."""
    due_on = publication.due_on.isoformat() if publication.due_on else None
    evidence = certify(
        kind=EvidenceKind.PUBLICATION,
        subject=publication.pk,
        facts=facts_of(publication),
        action="essential_data.publication.publish",
        about=publication.contract_id,
        data={
            "version": publication.version,
            "sha256": publication.sha256,
            "xml_sha256": publication.xml_sha256,
            "due_on": due_on,
        },
        actor=actor,
        now=now,
    )
    jobs.enqueue(kind=VIEW_JOB, subject=publication.pk, now=now)
    return evidence


def facts_of(publication: Publication) -> dict[str, Any]:
    contract, siret = publication.contract, publication.contract.buyer.siret
    published_at = publication.published_at
    return {
        "format": FORMAT,
        "buyer": {"name": contract.buyer.name, "identifier": siret},
        "contract": {"id": str(contract.pk), "number": contract.number, "subject": contract.subject},
        "version": publication.version,
        "due_on": publication.due_on.isoformat() if publication.due_on else None,
        "published_at": published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        if published_at
        else None,
        "documents": [
            {"name": file_name(siret, contract.number, "json"), "sha256": publication.sha256},
            {"name": file_name(siret, contract.number, "xml"), "sha256": publication.xml_sha256},
        ],
    }


def write_publication_view(*, publication_id: UUID, now: datetime) -> None:
    """Idempotent."""
    evidence = evidences.get(EvidenceKind.PUBLICATION, publication_id)
    publication = queries.with_contract(Publication.objects.filter(pk=publication_id)).get()
    contract, published = publication.contract, publication.published_at or evidence.made_at
    facts = evidences.read_document(evidence)
    view = plain_view(
        evidence,
        subtitle=contract.subject,
        reference=contract.number,
        sentence=f"Données essentielles publiées le {format_moment(published, seconds=True)}.",
        sections=[
            (
                "Contrat",
                [
                    ("Acheteur", f"{contract.buyer.name} ({contract.buyer.siret})"),
                    ("Numéro", contract.number),
                    ("Objet", contract.subject),
                    ("Version des données", str(publication.version)),
                    (
                        "À publier avant le",
                        format_day(publication.due_on) if publication.due_on else "sans date",
                    ),
                ],
            )
        ],
        files=[(file["name"], "", file["sha256"]) for file in facts["documents"]],
    )
    write_view(evidence=evidence, view=view, now=now)


def publication_folder(publication: Publication, *, now: datetime) -> list[tuple[str, bytes]]:
    """Raises Evidence.DoesNotExist for what was published before proofs were made."""
    return folders.folder(evidences.get(EvidenceKind.PUBLICATION, publication.pk), now=now)
