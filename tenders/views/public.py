"""For everybody, without account or cookie: search, read, download, ask to be told of changes (P7-S4, P7-S5)."""

from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from dume.parse import read
from dume.render import render_context
from procurement.accounts.caching import public_for_visitors
from tenders import archive, queries
from tenders.downloads import attachment, is_start_of_download, serve
from tenders.forms.following import FollowForm
from tenders.forms.search import SearchForm
from tenders.models import DocumentKind
from tenders.presentation import cpv_rows
from tenders.services.withdrawals import record_withdrawal, register_follower
from tenders.states import Envelope

PAGE_SIZE = 20
#: Seconds that browsers and proxies may keep a page: the countdown corrects itself by the server's clock.
PAGE_SECONDS = 60


@require_safe
@public_for_visitors(PAGE_SECONDS)
def consultation_list(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    now = timezone.now()
    page = Paginator(queries.list_public(form.filters, now), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "query": query_without_page(request), "now": now}
    return render(request, "tenders/public/list.html", context)


def query_without_page(request: HttpRequest) -> str:
    """The query string that keeps the search, to be followed by a page number."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


@require_safe
@public_for_visitors(PAGE_SECONDS)
def detail(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    now = timezone.now()
    consultation = queries.get_public(consultation_id)
    documents = list(consultation.documents.all())
    pieces = list(consultation.required_pieces.all())
    context = {
        "consultation": consultation,
        "now": now,
        "is_open": consultation.accepts_deposits(now),
        "espd": queries.find_published_espd(consultation),
        "documents": documents,
        "total_size": sum(document.file.size for document in documents),
        "cpv_rows": cpv_rows(consultation),
        "envelopes": [
            (envelope.label, [p for p in pieces if p.envelope == envelope]) for envelope in Envelope
        ],
    }
    return render(request, "tenders/public/detail.html", context)


@require_safe
@public_for_visitors(PAGE_SECONDS)
def espd(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """What the buyer asks candidates to declare, as a page; its XML is among the documents."""
    consultation = queries.get_public(consultation_id)
    asked = queries.get_published_espd(consultation)
    document = next((one for one in consultation.documents.all() if one.kind == DocumentKind.ESPD), None)
    context = {
        "consultation": consultation,
        "espd": asked,
        "document": document,
        **render_context(read(asked.xml.encode())),
    }
    return render(request, "tenders/public/espd.html", context)


@require_safe
def document(request: HttpRequest, consultation_id: UUID, document_id: UUID) -> HttpResponseBase:
    """One document; a line of the register for each download that begins (P7-B8)."""
    found = queries.get_public_document(consultation_id, document_id)
    response = serve(request, found.file)
    if is_start_of_download(request, response):
        record_withdrawal(consultation=found.consultation, document=found, now=timezone.now())
    return response


@require_safe
def documents_zip(request: HttpRequest, consultation_id: UUID) -> HttpResponseBase:
    """Everything as one ZIP with its SHA256SUMS, streamed; its size is announced."""
    consultation = queries.get_public(consultation_id)
    documents = list(consultation.documents.all())
    etag = archive.etag_of(documents)
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    stream = archive.build(consultation, documents)
    name = f"{archive.folder_of(consultation)}.zip"
    response = attachment(request, iter(stream), name, "application/zip", len(stream))
    response["ETag"] = etag
    if is_start_of_download(request, response):
        record_withdrawal(consultation=consultation, document=None, now=timezone.now())
    return response


# Nobody is signed in here and no cookie is set: there is no authority that a forged request could borrow.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Leave an address to be told of changes: a named line of the register, never a condition (annexe 6 art. 1)."""
    consultation = queries.get_public(consultation_id)
    form = FollowForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        register_follower(consultation=consultation, now=timezone.now(), **form.cleaned_data)
        address = reverse("tenders:follow", args=[consultation.pk])
        return redirect(f"{address}?{urlencode({'inscription': 'faite'})}")
    context = {"consultation": consultation, "form": form, "is_done": "inscription" in request.GET}
    return render(request, "tenders/public/follow.html", context, status=422 if form.errors else 200)
