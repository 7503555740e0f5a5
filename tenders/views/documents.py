"""The documents of a consultation: added and removed while it is a draft, streamed straight into the store."""

from collections.abc import Iterator
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.files import services as files
from procurement.files.models import StoredFile
from procurement.files.uploads import StreamingUploadHandler
from procurement.organisations.models import Kind
from tenders import queries
from tenders.downloads import serve
from tenders.forms.acts import DocumentsForm
from tenders.models import Consultation
from tenders.services.drafting import ConsultationPublished, add_document, remove_document
from tenders.services.intake import DocumentReceiver, receive_document
from tenders.views.context import load, tab_page

BLOCK = 256 * 1024


# The token is checked by `save`, once the handlers that stream the files are in place.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def documents(request: HttpRequest, consultation_id: UUID) -> HttpResponseBase:
    consultation = load(request, consultation_id)
    if request.method != "POST":
        return show(request, consultation)
    access_for(request).require(Ability.PREPARE)
    if not consultation.is_draft:
        raise ConsultationPublished(state=consultation.state)
    handler = StreamingUploadHandler(DocumentReceiver(timezone.now()), request)
    request.upload_handlers = [handler]
    try:
        return save(request, consultation, handler)
    finally:
        # What a broken connection or a refused token leaves behind: a file half written, files without a document.
        handler.upload_interrupted()
        for file in handler.results:
            files.discard(file=file, now=timezone.now())


@csrf_protect
def save(request: HttpRequest, consultation: Consultation, handler: StreamingUploadHandler) -> HttpResponse:
    """Attach what has been stored; the handler keeps only what found no place."""
    kind = request.POST.get("kind", "")
    count = len(handler.results)
    while handler.results:
        attach(request, consultation, handler.results[0], kind)
        handler.results.pop(0)
    for name, refusal in handler.refusals:
        messages.error(request, f"{name}: {refusal}")
    if count:
        messages.success(request, "1 document ajouté." if count == 1 else f"{count} documents ajoutés.")
    elif not handler.refusals:
        messages.error(request, "Choisissez au moins un fichier. Rien n'a été ajouté.")
    return redirect("tenders:documents", consultation_id=consultation.pk)


def attach(request: HttpRequest, consultation: Consultation, file: StoredFile, kind: str) -> None:
    add_document(
        consultation_id=consultation.pk,
        file=file,
        kind=kind,
        actor=access_for(request).actor,
        now=timezone.now(),
    )


def show(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    rows = list(consultation.documents.all())
    context = {
        "form": DocumentsForm(),
        "documents": rows,
        "total_size": sum(document.file.size for document in rows),
        "max_bytes": settings.MAX_FILE_BYTES,
    }
    return tab_page(request, "tenders/buyer/documents.html", consultation, "documents", context)


@require_POST
@signed_in(kind=Kind.BUYER, ability=Ability.PREPARE)
def upload(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """One file as the body of the request, its name in X-File-Name (what the page's script sends)."""
    consultation = load(request, consultation_id)
    if not consultation.is_draft:
        raise ConsultationPublished(state=consultation.state)
    added = receive_document(
        consultation_id=consultation.pk,
        name=unquote(request.headers.get("X-File-Name", "")),
        kind=request.GET.get("kind", ""),
        chunks=body_of(request),
        actor=access_for(request).actor,
        now=timezone.now(),
    )
    file = added.file
    return JsonResponse(
        {"id": str(added.pk), "name": file.name, "size": file.size, "sha256": file.sha256}, status=201
    )


def body_of(request: HttpRequest) -> Iterator[bytes]:
    while block := request.read(BLOCK):
        yield block


@require_POST
@signed_in(kind=Kind.BUYER, ability=Ability.PREPARE)
def remove(request: HttpRequest, consultation_id: UUID, document_id: UUID) -> HttpResponse:
    found = queries.get_document_for_buyer(access_for(request).home.pk, consultation_id, document_id)
    remove_document(
        consultation_id=consultation_id,
        document_id=document_id,
        actor=access_for(request).actor,
        now=timezone.now(),
    )
    messages.success(request, f"« {found.file.name} » est retiré du brouillon.")
    return redirect("tenders:documents", consultation_id=consultation_id)


@require_safe
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def download(request: HttpRequest, consultation_id: UUID, document_id: UUID) -> HttpResponseBase:
    """The buyer's own look at a document: it is no withdrawal."""
    found = queries.get_document_for_buyer(access_for(request).home.pk, consultation_id, document_id)
    return serve(request, found.file)
