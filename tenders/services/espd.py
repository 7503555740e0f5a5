"""The DUME request of a draft: begun from a preset, an earlier request or a file, then changed one criterion at a time.

Writing one is optional (a buyer accepts any DUME, R2143-4), and what it lacks never forbids publication.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from dume import queries as requests
from dume import services as dumes
from dume.convert import Conversion, convert
from dume.criteria import question_in_french
from dume.model import Kind
from dume.models import DumeRequest
from dume.parse import read
from dume.presets import PRESETS
from dume.requesting import (
    VERSION,
    Demand,
    Request,
    read_request,
    refit,
    thresholds_in,
    unknown_in,
    with_demand,
    without_demand,
)
from procurement.actors import Actor
from procurement.errors import DomainError
from procurement.files import services as files
from procurement.files.models import Area
from tenders.espd import content_of, current_of, lost_sentence, procedure_of, unmoved_sentence
from tenders.models import Consultation, DocumentKind
from tenders.services.drafting import add_document, journal, lock_draft


class UnknownPreset(DomainError):
    """Ce modèle de demande n'existe pas. Rien n'a été créé : choisissez-en un dans la liste."""

    code = "espd_unknown_preset"
    status = 422


class NotARequest(DomainError):
    """Ce fichier n'est pas une demande de DUME : c'est la réponse d'une entreprise, ou une simple liste de critères.
    Rien n'a été importé."""

    code = "espd_not_a_request"
    status = 422


class NoRequest(DomainError):
    """Cette consultation n'a pas de demande de DUME. Rien n'a été changé."""

    code = "espd_no_request"


class CriterionMoved(DomainError):
    """Ce critère a changé de place ou a été retiré entre-temps. Rien n'a été changé : revoyez la liste."""

    code = "espd_criterion_moved"


@transaction.atomic
def start_from_preset(*, consultation_id: UUID, preset: str, actor: Actor, now: datetime) -> DumeRequest:
    if preset not in PRESETS:
        raise UnknownPreset(preset=preset)
    consultation = lock_draft(consultation_id)
    procedure = procedure_of(consultation)
    content = Request(procedure, PRESETS[preset].demands(procedure.lots))
    return start(consultation, content, f"preset:{preset}", actor, now)


@transaction.atomic
def start_from_earlier(
    *, consultation_id: UUID, request_id: UUID, actor: Actor, now: datetime
) -> tuple[DumeRequest, list[str]]:
    """A copy of another request of the same buyer, fitted to these lots; with sentences on what found none."""
    consultation = lock_draft(consultation_id)
    source = requests.get_request(consultation.buyer_id, request_id)
    content, lost = refit(content_of(source), procedure_of(consultation))
    request = start(consultation, content, f"request:{source.number}", actor, now)
    return request, [lost_sentence(demand) for demand in lost]


@transaction.atomic
def start_from_file(
    *, consultation_id: UUID, data: bytes, actor: Actor, now: datetime
) -> tuple[DumeRequest, list[str]]:
    """From a request made elsewhere, of any version; with sentences on what it asks and this one does not.

    DumeUnreadable, NotADume or NotARequest for anything else.
    """
    consultation = lock_draft(consultation_id)
    conversion = requested(data)
    content, lost = refit(read_request(conversion.dume), procedure_of(consultation))
    request = start(consultation, content, f"file:{sha256(data).hexdigest()}", actor, now)
    return request, [
        *(lost_sentence(demand) for demand in lost),
        *(
            f"« {criterion.title} » : la plateforme ne sait pas demander ce critère."
            for criterion in unknown_in(conversion.dume)
        ),
        *(
            f"« {criterion.title} », {question_in_french(prop.label)} : {prop.requirement}. Les motifs d'exclusion "
            "sont les mêmes dans toutes les demandes."
            for criterion, prop in thresholds_in(conversion.dume)
        ),
        *(unmoved_sentence(loss) for loss in conversion.losses),
    ]


def requested(data: bytes) -> Conversion:
    """A request of any version, in 4.1.0, with what that version has no place for."""
    found = read(data)
    if found.kind is not Kind.REQUEST:
        raise NotARequest(kind=found.kind.value)
    return convert(found, VERSION)


def start(
    consultation: Consultation, content: Request, origin: str, actor: Actor, now: datetime
) -> DumeRequest:
    """One request a consultation: begun again, it keeps its number."""
    if consultation.espd_request is not None:
        return dumes.change_request(
            request_id=consultation.espd_request.pk, content=content, actor=actor, now=now
        )
    request = dumes.create_request(
        buyer=consultation.buyer, content=content, origin=origin, actor=actor, now=now
    )
    consultation.espd_request = request
    consultation.save(update_fields=["espd_request"])
    journal(consultation, "tenders.espd.attach", actor, now, number=request.number, origin=origin)
    return request


@transaction.atomic
def set_demand(
    *, consultation_id: UUID, demand: Demand, position: int | None, actor: Actor, now: datetime
) -> DumeRequest:
    """Require one more criterion, or require the one at `position` otherwise; CriterionMoved if it is another."""

    def changed(content: Request) -> Request:
        if position is not None:
            refuse_moved(content, position, demand.code)
        return with_demand(content, demand, position)

    return change(consultation_id, changed, actor, now)


@transaction.atomic
def remove_demand(
    *, consultation_id: UUID, code: str, position: int, actor: Actor, now: datetime
) -> DumeRequest:
    def changed(content: Request) -> Request:
        refuse_moved(content, position, code)
        return without_demand(content, position)

    return change(consultation_id, changed, actor, now)


@transaction.atomic
def set_national_grounds(*, consultation_id: UUID, text: str, actor: Actor, now: datetime) -> DumeRequest:
    """How the grounds of French law are worded; "" for our own wording."""
    return change(
        consultation_id,
        lambda content: Request(content.procedure, content.demands, text),
        actor,
        now,
    )


@transaction.atomic
def drop_request(*, consultation_id: UUID, actor: Actor, now: datetime) -> None:
    """Back to no request at all: companies may deposit a DUME all the same."""
    consultation = lock_draft(consultation_id)
    request = request_of(consultation)
    consultation.espd_request = None
    consultation.save(update_fields=["espd_request"])
    dumes.discard_request(request_id=request.pk, actor=actor, now=now)
    journal(consultation, "tenders.espd.drop", actor, now, number=request.number)


def publish_request(*, consultation: Consultation, actor: Actor, now: datetime) -> None:
    """Freeze the request of a draft about to be published, and attach its XML to the documents; none is no fault.

    In the transaction of the publication: the consultation is locked and still a draft.
    """
    if consultation.espd_request is None:
        return
    content = current_of(consultation, consultation.espd_request).request
    request = dumes.publish_request(
        request_id=consultation.espd_request.pk, content=content, actor=actor, now=now
    )
    consultation.espd_request = request
    file = files.store(
        area=Area.PUBLIC,
        name=f"dume-acheteur-{request.number}.xml",
        chunks=[request.xml.encode()],
        now=now,
        media_type="application/xml",
    )
    add_document(consultation_id=consultation.pk, file=file, kind=DocumentKind.ESPD, actor=actor, now=now)


def change(
    consultation_id: UUID, changed: Callable[[Request], Request], actor: Actor, now: datetime
) -> DumeRequest:
    consultation = lock_draft(consultation_id)
    request = request_of(consultation)
    content = changed(current_of(consultation, request).request)
    return dumes.change_request(request_id=request.pk, content=content, actor=actor, now=now)


def request_of(consultation: Consultation) -> DumeRequest:
    if consultation.espd_request is None:
        raise NoRequest
    return consultation.espd_request


def refuse_moved(content: Request, position: int, code: str) -> None:
    if not (0 <= position < len(content.demands)) or content.demands[position].code != code:
        raise CriterionMoved(position=position, criterion=code)
