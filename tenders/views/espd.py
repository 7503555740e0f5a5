"""The DUME tab of a consultation: begin a request, then what is required, one criterion a page."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dume import queries as requests
from dume.build import write
from dume.criteria import PARTS
from dume.demand_words import NEED_HELP, NOT_OFFERED, lots_label, title_of, told
from dume.models import DumeRequest
from dume.presets import propose
from dume.render import render_context
from dume.requesting import Demand, Request, selectable
from dume.values import counted
from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.errors import DomainError
from procurement.organisations.models import Kind
from tenders.downloads import attachment
from tenders.espd import Current, advice_on, current_of, document_of, lost_sentence
from tenders.forms.espd import DemandForm, ImportForm, NationalForm, PresetForm
from tenders.models import Consultation
from tenders.services import espd as acts
from tenders.services.drafting import ConsultationPublished
from tenders.views.context import load, tab_page

EARLIER = 20
#: Losses told one by one after an import.
MOST_TOLD = 8


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def espd(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """What is asked; without a request yet, the ways to begin one."""
    consultation = load(request, consultation_id)
    if request.method == "POST":
        access_for(request).require(Ability.PREPARE)
        return begin(request, consultation)
    if consultation.espd_request is None:
        return show_choice(request, consultation)
    return show_request(request, consultation, consultation.espd_request)


def begin(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    actor, now = access_for(request).actor, timezone.now()
    lost: list[str] = []
    match request.POST.get("way"):
        case "earlier":
            source = earlier_of(request, request.POST.get("source", ""))
            _, lost = acts.start_from_earlier(
                consultation_id=consultation.pk, request_id=source.pk, actor=actor, now=now
            )
        case "file":
            form = ImportForm(request.POST, request.FILES)
            if not form.is_valid():
                return show_choice(request, consultation, importing=form)
            try:
                _, lost = acts.start_from_file(
                    consultation_id=consultation.pk,
                    data=form.cleaned_data["espd"].read(),
                    actor=actor,
                    now=now,
                )
            except ConsultationPublished:
                raise
            except DomainError as refusal:
                form.add_error("espd", str(refusal))
                return show_choice(request, consultation, importing=form)
        case _:
            choice = PresetForm(request.POST)
            if not choice.is_valid():
                return show_choice(request, consultation, choice=choice)
            acts.start_from_preset(
                consultation_id=consultation.pk, preset=choice.cleaned_data["preset"], actor=actor, now=now
            )
    messages.success(request, "La demande de DUME est enregistrée. Vérifiez ce qu'elle exige.")
    tell_lost(request, lost)
    return redirect("tenders:espd", consultation_id=consultation.pk)


def tell_lost(request: HttpRequest, lost: list[str]) -> None:
    for sentence in lost[:MOST_TOLD]:
        messages.warning(request, sentence)
    if (more := len(lost) - MOST_TOLD) > 0:
        messages.warning(
            request, f"Non repris non plus : {counted(more, 'élément', 'éléments')}. Relisez la demande."
        )


def earlier_of(request: HttpRequest, written: str) -> DumeRequest:
    try:
        return requests.get_request(access_for(request).home.pk, UUID(written))
    except ValueError:
        raise Http404 from None


def show_choice(
    request: HttpRequest,
    consultation: Consultation,
    *,
    choice: PresetForm | None = None,
    importing: ImportForm | None = None,
) -> HttpResponse:
    proposed = propose(procedure=consultation.procedure, nature=consultation.nature)
    form = choice or PresetForm(initial={"preset": proposed})
    own = requests.list_requests(consultation.buyer_id)[:EARLIER] if consultation.is_draft else ()
    context = {
        "choice": form,
        "importing": importing or ImportForm(),
        "earlier": own,
        "form": importing or form,
    }
    status = 422 if (choice and choice.errors) or (importing and importing.errors) else 200
    return tab_page(request, "tenders/buyer/espd_choice.html", consultation, "espd", context, status=status)


def show_request(request: HttpRequest, consultation: Consultation, found: DumeRequest) -> HttpResponse:
    current = current_of(consultation, found)
    context = {
        "espd": found,
        "is_simplified": current.request.is_simplified,
        "sections": sections(current.request),
        "national": current.request.national,
        "lost": [lost_sentence(demand) for demand in current.lost],
        "advice": advice_on(consultation, current) if consultation.is_draft else (),
    }
    return tab_page(request, "tenders/buyer/espd.html", consultation, "espd", context)


def sections(content: Request) -> list[tuple[str, list[dict[str, object]]]]:
    """(lots, what is required of them), what is required of every lot first."""
    rows = [
        {
            "position": position,
            "code": demand.code,
            "title": title_of(demand.code),
            "told": told(demand),
            "help": NEED_HELP.get(demand.code, ""),
            "label": lots_label(demand.lots, content.lots),
            "order": (-len(demand.lots), demand.lots),
        }
        for position, demand in enumerate(content.demands)
    ]
    rows.sort(key=lambda row: row["order"])  # type: ignore[arg-type, return-value]  # of one shape by construction
    return [(str(label), list(group)) for label, group in groupby(rows, key=lambda row: row["label"])]


def load_request(request: HttpRequest, consultation_id: UUID) -> tuple[Consultation, DumeRequest]:
    consultation = load(request, consultation_id)
    if consultation.espd_request is None:
        raise Http404
    return consultation, consultation.espd_request


def load_draft(request: HttpRequest, consultation_id: UUID) -> tuple[Consultation, Current]:
    consultation, found = load_request(request, consultation_id)
    if not consultation.is_draft:
        raise ConsultationPublished(state=consultation.state)
    return consultation, current_of(consultation, found)


@require_safe
@signed_in(kind=Kind.BUYER, ability=Ability.PREPARE)
def criteria(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Which criterion to add, by part of the form."""
    consultation, current = load_draft(request, consultation_id)
    offered = [criterion for criterion in selectable() if criterion.code not in NOT_OFFERED]
    parts = [
        (PARTS[part], [criterion for criterion in offered if criterion.part == part])
        for part in dict.fromkeys(criterion.part for criterion in offered)
    ]
    asked = {demand.code for demand in current.request.demands}
    context = {"parts": parts, "asked": asked}
    return tab_page(request, "tenders/buyer/espd_criteria.html", consultation, "espd", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind=Kind.BUYER, ability=Ability.PREPARE)
def criterion(
    request: HttpRequest, consultation_id: UUID, code: str, position: int | None = None
) -> HttpResponse:
    """One criterion: added where no position is given, changed where one is."""
    consultation, current = load_draft(request, consultation_id)
    if code not in {one.code for one in selectable()} or (position is None and code in NOT_OFFERED):
        raise Http404
    demand = demand_at(current, code, position)
    form = DemandForm(
        request.POST if request.method == "POST" else None,
        code=code,
        every=current.request.procedure.lots,
        demand=demand,
    )
    if form.is_valid():
        acts.set_demand(
            consultation_id=consultation.pk,
            demand=form.said(),
            position=position,
            actor=access_for(request).actor,
            now=timezone.now(),
        )
        messages.success(request, f"« {title_of(code)} » est enregistré dans la demande.")
        return redirect("tenders:espd", consultation_id=consultation.pk)
    context = {
        "form": form,
        "criterion_title": title_of(code),
        "code": code,
        "position": position,
        "help": NEED_HELP.get(code, ""),
    }
    status = 422 if form.errors else 200
    return tab_page(
        request, "tenders/buyer/espd_criterion.html", consultation, "espd", context, status=status
    )


def demand_at(current: Current, code: str, position: int | None) -> Demand | None:
    if position is None:
        return None
    demands = current.request.demands
    if position >= len(demands) or demands[position].code != code:
        raise acts.CriterionMoved(position=position, criterion=code)
    return demands[position]


@require_POST
@signed_in(kind=Kind.BUYER, ability=Ability.PREPARE)
def remove_criterion(request: HttpRequest, consultation_id: UUID, code: str, position: int) -> HttpResponse:
    consultation, _ = load_draft(request, consultation_id)
    acts.remove_demand(
        consultation_id=consultation.pk,
        code=code,
        position=position,
        actor=access_for(request).actor,
        now=timezone.now(),
    )
    messages.success(request, f"« {title_of(code)} » n'est plus demandé.")
    return redirect("tenders:espd", consultation_id=consultation.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind=Kind.BUYER, ability=Ability.PREPARE)
def national(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The buyer's own words for the grounds of national law."""
    consultation, current = load_draft(request, consultation_id)
    form = NationalForm(
        request.POST if request.method == "POST" else None, initial={"text": current.request.national}
    )
    if form.is_valid():
        acts.set_national_grounds(
            consultation_id=consultation.pk,
            text=form.cleaned_data["text"],
            actor=access_for(request).actor,
            now=timezone.now(),
        )
        messages.success(request, "Le texte des motifs nationaux est enregistré.")
        return redirect("tenders:espd", consultation_id=consultation.pk)
    status = 422 if form.errors else 200
    context = {"form": form}
    return tab_page(request, "tenders/buyer/espd_national.html", consultation, "espd", context, status=status)


@require_safe
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def preview(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """As companies will read it."""
    consultation, found = load_request(request, consultation_id)
    context = {"espd": found, **render_context(document_of(consultation, found, timezone.now()))}
    return tab_page(request, "tenders/buyer/espd_preview.html", consultation, "espd", context)


@require_safe
@signed_in(kind=Kind.BUYER, ability=Ability.READ_FILE)
def download(request: HttpRequest, consultation_id: UUID) -> HttpResponseBase:
    """The XML: as it was published, or as it would be now."""
    consultation, found = load_request(request, consultation_id)
    now = timezone.now()
    published = found.published_at is not None
    data = found.xml.encode() if published else write(document_of(consultation, found, now), now=now)
    name = f"dume-acheteur-{found.number}.xml"
    return attachment(request, iter([data]), name, "application/xml", len(data))


@require_POST
@signed_in(kind=Kind.BUYER, ability=Ability.PREPARE)
def drop(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    consultation, _ = load_draft(request, consultation_id)
    acts.drop_request(consultation_id=consultation.pk, actor=access_for(request).actor, now=timezone.now())
    messages.success(
        request, "La demande de DUME est retirée. Les entreprises peuvent toujours en déposer un."
    )
    return redirect("tenders:espd", consultation_id=consultation.pk)
