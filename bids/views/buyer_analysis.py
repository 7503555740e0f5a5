"""The DUME of all opened bids side by side: a page, and the same to work on in a spreadsheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from bids.queries import buyer as queries
from bids.queries.buyer import OpenedDeposit, OpenedPiece
from bids.services.reading import record_analysis
from bids.states import PieceCondition, PieceKind
from dume.analysis.analyse import analyse
from dume.analysis.model import Analysis, Candidate, Paper
from dume.analysis.sheets import CSV_TYPE, ODS_TYPE, write_csv, write_ods
from dume.analysis.tables import flat, tables
from dume.model import Dume
from dume.parse import DumeUnreadable, NotADume, read
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.attachments import attachment
from procurement.files import services as files
from procurement.xml import MAX_BYTES
from tenders.models import Consultation
from tenders.queries import find_published_espd
from tenders.views.context import load, tab_page

#: Of all files read for one table: some 120 of the largest known responses, seven seconds of one core.
MOST_BYTES = 128 * 1024 * 1024
ALTERED = "Le fichier déchiffré n'a pas l'empreinte scellée avec le dépôt : il a changé depuis."
NOT_DECRYPTED = "Le fichier n'a pas pu être déchiffré."
NOT_READ = "Ce fichier n'est pas un DUME lisible."
TOO_MUCH = (
    "Les DUME de cette consultation sont trop lourds pour une seule page : lisez celui-ci depuis le pli."
)
NOT_SIGNED = "Non signé"


@dataclass(frozen=True, slots=True)
class Reading:
    consultation: Consultation
    analyses: tuple[Analysis, ...]


@require_GET
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def analysis(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    reading = read_all(request, consultation_id, form="page")
    context = {"analyses": reading.analyses, "is_divided": is_divided(reading.consultation)}
    return tab_page(request, "bids/buyer/analysis.html", reading.consultation, "opening", context)


@require_GET
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def analysis_csv(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    reading = read_all(request, consultation_id, form="csv")
    return attached(reading, write_csv(flat(tables(reading.analyses))), CSV_TYPE, "csv")


@require_GET
@signed_in(kind="buyer", ability=Ability.READ_FILE)
def analysis_ods(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    reading = read_all(request, consultation_id, form="ods")
    return attached(reading, write_ods(tables(reading.analyses)), ODS_TYPE, "ods")


def attached(reading: Reading, data: bytes, media_type: str, extension: str) -> HttpResponse:
    name = f"analyse-{slugify(reading.consultation.reference)}.{extension}"
    return attachment(data, name, media_type)


def read_all(request: HttpRequest, consultation_id: UUID, *, form: str) -> Reading:
    """Of an opened consultation, 404 before; one document is in memory at a time."""
    consultation, access = load(request, consultation_id), access_for(request)
    if consultation.opened_at is None:
        raise Http404
    opened = queries.list_opened(buyer_id=consultation.buyer_id, consultation_id=consultation.pk)
    shown = [item.piece for bid in opened for item in espds(bid)]
    record_analysis(
        consultation=consultation, pieces=shown, form=form, actor=access.actor, now=timezone.now()
    )
    return Reading(consultation, tuple(analyses(consultation, opened)))


def analyses(consultation: Consultation, opened: Sequence[OpenedDeposit]) -> Iterator[Analysis]:
    left, divided = MOST_BYTES, is_divided(consultation)
    asked = asked_by(consultation)
    for bid in opened:
        papers = []
        for item in espds(bid):
            papers.append(paper_of(item, left))
            left -= item.piece.clear.size if item.piece.clear else 0
        candidate = Candidate(
            number=bid.deposit.number or 0,
            company=bid.deposit.company.name,
            siret=bid.deposit.company.siret or "",
            lots=tuple(lot.number for lot in bid.lots),
            papers=tuple(papers),
            is_divided=divided,
        )
        yield analyse(candidate, reference=consultation.reference, request=asked)


def asked_by(consultation: Consultation) -> Dume | None:
    found = find_published_espd(consultation)
    return read(found.xml.encode()) if found is not None else None


def is_divided(consultation: Consultation) -> bool:
    return len(consultation.lots.all()) > 1


def espds(bid: OpenedDeposit) -> list[OpenedPiece]:
    return [item for item in bid.pieces if item.piece.kind == PieceKind.ESPD]


def paper_of(item: OpenedPiece, left: int) -> Paper:
    """A file that cannot be read is told, and read by a person."""
    piece, check = item.piece, item.check
    signature = "" if check is None else check.sheet.summary if check.is_signed else NOT_SIGNED
    paper = Paper(piece.name, key=str(piece.pk), signature=signature)
    if piece.clear is None:
        return replace(paper, problem=NOT_DECRYPTED)
    if piece.clear.size > min(left, MAX_BYTES):
        return replace(paper, problem=TOO_MUCH)
    try:
        dume = read(files.read_all(piece.clear, max_bytes=MAX_BYTES))
    except (DumeUnreadable, NotADume):
        return replace(paper, problem=NOT_READ)
    is_altered = piece.condition == PieceCondition.MISMATCH
    return replace(paper, dume=dume, remark=ALTERED if is_altered else "")
