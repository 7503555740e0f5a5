from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from urllib.parse import unquote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, Router, Status

from dume.api import OPTIONAL_XML, XML_ANSWER
from dume.models import DumeRequest
from procurement.accounts.access import Access, access_for
from procurement.accounts.api_auth import TokenAuth
from procurement.accounts.idempotency import IdempotencyKey, once
from procurement.accounts.roles import Ability
from procurement.errors import DomainError
from procurement.organisations.models import Kind
from procurement.xml import MAX_BYTES
from tenders import queries
from tenders.models import Consultation
from tenders.schemas import (
    ConsultationIn,
    ConsultationOut,
    ConsultationPage,
    ConsultationSummary,
    DocumentAdded,
    EspdOut,
    StateOut,
)
from tenders.services import drafting, espd, publication
from tenders.services.intake import receive_document

router = Router(tags=["Consultations"])
PAGE_SIZE = 50
BLOCK = 256 * 1024
FileName = Annotated[str, Header(alias="X-File-Name", description="nom du fichier, encodé comme une URL")]
#: The body is the file itself, streamed: nothing parses it.
FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class NaiveMoment(DomainError):
    """Une date sans décalage horaire est ambiguë : rien n'a été enregistré. Écrivez 2026-11-30T12:00:00+01:00."""

    code = "naive_moment"
    status = 422


@router.get("", response=ConsultationPage, summary="Consultations publiées")
def list_consultations(
    request: HttpRequest,
    q: str = "",
    nature: Literal["", "works", "supplies", "services"] = "",
    procedure: Literal["", "mapa", "open"] = "",
    status: Literal["", "open", "ended"] = "",
    cpv: str = "",
    place: str = "",
    page: int = 1,
) -> dict[str, Any]:
    """Cinquante par page, la date limite la plus proche d'abord. `cpv`: premiers chiffres; `place`: NUTS."""
    filters = queries.PublicFilters(
        text=q, nature=nature, procedure=procedure, status=status, cpv=cpv, place=place
    )
    found = queries.list_public(filters, timezone.now())
    count, page = found.count(), max(1, page)
    end = page * PAGE_SIZE
    return {
        "items": list(found[end - PAGE_SIZE : end]),
        "count": count,
        "next": page + 1 if end < count else None,
    }


@router.get(
    "/mine", response=list[ConsultationSummary], auth=TokenAuth(), summary="Les consultations de l'acheteur"
)
def list_mine(request: HttpRequest) -> list[Consultation]:
    """Brouillons compris : deux cents au plus, la date limite la plus lointaine d'abord."""
    access = buyer_access(request, Ability.PREPARE)
    return list(queries.list_for_buyer(access.home.pk)[:200])


@router.get("/{uuid:consultation_id}", response=ConsultationOut, summary="Une consultation publiée")
def get_consultation(request: HttpRequest, consultation_id: UUID) -> Consultation:
    return queries.get_public(consultation_id)


@router.post("", response={201: StateOut}, auth=TokenAuth(), summary="Créer un brouillon")
def create_consultation(
    request: HttpRequest, payload: ConsultationIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """La même requête répétée avec la même clé d'idempotence n'est exécutée qu'une fois."""
    access, now = buyer_access(request, Ability.PREPARE), timezone.now()
    check_moments(payload)

    def act() -> tuple[int, StateOut]:
        created = drafting.create_consultation(
            buyer=access.home, facts=payload.facts(), actor=access.actor, now=now
        )
        return 201, StateOut.of(created)

    return once(request, fingerprint=payload.model_dump_json(), now=now, act=act)


@router.put("/{uuid:consultation_id}", response=StateOut, auth=TokenAuth(), summary="Remplacer un brouillon")
def update_consultation(request: HttpRequest, consultation_id: UUID, payload: ConsultationIn) -> StateOut:
    access = buyer_access(request, Ability.PREPARE)
    check_moments(payload)
    mine = queries.get_for_buyer(access.home.pk, consultation_id)
    updated = drafting.update_consultation(
        consultation_id=mine.pk, facts=payload.facts(), actor=access.actor, now=timezone.now()
    )
    return StateOut.of(updated)


@router.post(
    "/{uuid:consultation_id}/documents",
    response={201: DocumentAdded},
    auth=TokenAuth(),
    summary="Ajouter un document au dossier",
    openapi_extra=FILE_BODY,
)
def add_document(
    request: HttpRequest, consultation_id: UUID, file_name: FileName, kind: str = "other"
) -> Status[dict[str, Any]]:
    """Le corps de la requête est le fichier lui-même."""
    access, now = buyer_access(request, Ability.PREPARE), timezone.now()
    mine = queries.get_for_buyer(access.home.pk, consultation_id)
    document = receive_document(
        consultation_id=mine.pk,
        name=unquote(file_name),
        kind=kind,
        chunks=body_in_blocks(request),
        actor=access.actor,
        now=now,
    )
    file = document.file
    return Status(201, {"id": document.pk, "name": file.name, "size": file.size, "sha256": file.sha256})


@router.put(
    "/{uuid:consultation_id}/dume",
    response=EspdOut,
    auth=TokenAuth(),
    summary="Demander un DUME",
    openapi_extra=OPTIONAL_XML,
)
def request_espd(request: HttpRequest, consultation_id: UUID, preset: str = "") -> EspdOut:
    """La demande de DUME d'un brouillon, d'après un modèle (`preset`), ou d'après la demande de toute version que
    porte le corps : `notes` dit ce qui n'a pas pu en être repris."""
    access, now = buyer_access(request, Ability.PREPARE), timezone.now()
    mine = queries.get_for_buyer(access.home.pk, consultation_id)
    found, notes = begin_espd(request, mine, preset, access, now)
    return EspdOut(number=found.number, use=found.use, notes=notes)


@router.get(
    "/{uuid:consultation_id}/dume", summary="La demande de DUME publiée, en XML", openapi_extra=XML_ANSWER
)
def get_espd(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Sans clé."""
    found = queries.get_published_espd(queries.get_public(consultation_id))
    return HttpResponse(found.xml, content_type="application/xml; charset=utf-8")


@router.post(
    "/{uuid:consultation_id}/publish", response=StateOut, auth=TokenAuth(), summary="Publier un brouillon"
)
def publish_consultation(
    request: HttpRequest, consultation_id: UUID, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Le refus donne dans `missing` ce qui manque."""
    access, now = buyer_access(request, Ability.PUBLISH), timezone.now()
    mine = queries.get_for_buyer(access.home.pk, consultation_id)

    def act() -> tuple[int, StateOut]:
        published = publication.publish_consultation(consultation_id=mine.pk, actor=access.actor, now=now)
        return 200, StateOut.of(published)

    return once(request, fingerprint=sha256(mine.pk.bytes).hexdigest(), now=now, act=act)


def begin_espd(
    request: HttpRequest, mine: Consultation, preset: str, access: Access, now: datetime
) -> tuple[DumeRequest, list[str]]:
    if preset:
        found = espd.start_from_preset(consultation_id=mine.pk, preset=preset, actor=access.actor, now=now)
        return found, []
    data = request.read(MAX_BYTES + 1)
    return espd.start_from_file(consultation_id=mine.pk, data=data, actor=access.actor, now=now)


def buyer_access(request: HttpRequest, ability: Ability) -> Access:
    """The token's access; a token of another kind of organisation sees nothing here."""
    access = access_for(request)
    if access.kind != Kind.BUYER:
        raise Consultation.DoesNotExist
    access.require(ability)
    return access


def check_moments(payload: ConsultationIn) -> None:
    moments = (payload.deadline, payload.opening_at, payload.questions_deadline)
    if any(moment is not None and moment.tzinfo is None for moment in moments):
        raise NaiveMoment


def body_in_blocks(request: HttpRequest) -> Iterator[bytes]:
    while block := request.read(BLOCK):
        yield block
