"""Create and edit a draft: one page in sections; rows are added by the same form, so that no script is needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from procurement.accounts.access import access_for, signed_in
from procurement.accounts.roles import Ability
from procurement.errors import DomainError
from procurement.organisations.models import Kind
from tenders.espd import lost_now
from tenders.forms.drafting import (
    MEGABYTE,
    USUAL_PIECES,
    ConsultationForm,
    LotFormSet,
    PieceFormSet,
    initial_lots,
    initial_of,
    initial_pieces,
)
from tenders.services.drafting import (
    ConsultationFacts,
    ConsultationFactsRefused,
    ConsultationPublished,
    LotFacts,
    PieceFacts,
    ReferenceTaken,
    create_consultation,
    update_consultation,
)
from tenders.views.context import load

ROW_KINDS = ("lots", "pieces")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The three forms of the page together."""

    form: ConsultationForm
    lots: Any
    pieces: Any

    def is_valid(self) -> bool:
        # Each is asked, so that every fault is shown at once.
        return all([self.form.is_valid(), self.lots.is_valid(), self.pieces.is_valid()])

    def kept_lots(self) -> list[Any]:
        return [row for row in self.lots if not (row.cleaned_data.get("DELETE") or row.is_blank)]

    def kept_pieces(self) -> list[Any]:
        return [row for row in self.pieces if not (row.cleaned_data.get("DELETE") or row.is_blank)]

    def facts(self) -> ConsultationFacts:
        """What valid forms say; a piece for a row that is no lot any more is for a lot that does not exist."""
        rows = list(self.lots)
        numbers = {rows.index(row) + 1: number for number, row in enumerate(self.kept_lots(), start=1)}
        cleaned = dict(self.form.cleaned_data)
        lots = tuple(
            LotFacts(
                number,
                row.cleaned_data["title"],
                row.cleaned_data["cpv"],
                row.cleaned_data["estimated_value"],
            )
            for number, row in enumerate(self.kept_lots(), start=1)
        )
        pieces = tuple(
            PieceFacts(
                envelope=row.cleaned_data["envelope"],
                label=row.cleaned_data["label"],
                is_mandatory=row.cleaned_data["is_mandatory"],
                lot_number=numbers.get(row.cleaned_data["lot"], 0) if row.cleaned_data["lot"] else None,
            )
            for row in self.kept_pieces()
        )
        return ConsultationFacts(
            max_file_bytes=cleaned.pop("max_megabytes") * MEGABYTE, lots=lots, pieces=pieces, **cleaned
        )

    def show(self, refusals: Mapping[str, str]) -> None:
        """Put what the service refused beside the answer it is about."""
        for name, sentence in refusals.items():
            kind, _, rest = name.partition(".")
            position, _, field = rest.partition(".")
            rows = {"lots": self.kept_lots, "pieces": self.kept_pieces}.get(kind, list)()
            if position.isdigit() and int(position) <= len(rows):
                row = rows[int(position) - 1]
                field = {"lot_number": "lot"}.get(field, field)
                row.add_error(field if field in row.fields else None, sentence)
            else:
                field = ConsultationForm.RENAMED.get(name, name)
                self.form.add_error(field if field in self.form.fields else None, sentence)

    @property
    def has_errors(self) -> bool:
        return bool(self.form.errors or any(self.lots.errors) or any(self.pieces.errors))


def filled_sheet(data: QueryDict, zone: ZoneInfo) -> Sheet:
    lots = LotFormSet(data, prefix="lots")
    return Sheet(
        form=ConsultationForm(data, zone=zone),
        lots=lots,
        pieces=PieceFormSet(data, prefix="pieces", form_kwargs={"lot_rows": lots.total_form_count()}),
    )


def fresh_sheet(
    *, zone: ZoneInfo, facts: Mapping[str, Any], lots: list[dict[str, Any]], pieces: list[dict[str, Any]]
) -> Sheet:
    return Sheet(
        form=ConsultationForm(initial=dict(facts), zone=zone),
        lots=LotFormSet(initial=lots, prefix="lots"),
        pieces=PieceFormSet(initial=pieces, prefix="pieces", form_kwargs={"lot_rows": len(lots)}),
    )


def sheet_with_row(data: QueryDict, zone: ZoneInfo, kind: str) -> Sheet:
    """The answers as they were typed, not judged yet, and one more row of `kind`."""
    typed = filled_sheet(data, zone)
    rows = {
        name: [{field: row[field].value() for field in row.fields} for row in formset]
        for name, formset in (("lots", typed.lots), ("pieces", typed.pieces))
    }
    rows[kind].append({})
    facts = {name: typed.form[name].value() for name in typed.form.fields}
    return fresh_sheet(zone=zone, facts=facts, lots=rows["lots"], pieces=rows["pieces"])


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind=Kind.BUYER, ability=Ability.PREPARE)
def create(request: HttpRequest) -> HttpResponse:
    access = access_for(request)
    zone = access.home.zone
    if request.method != "POST":
        contact = {
            "contact_email": access.user.email if access.user else "",
            "insee_code": access.home.insee_code,
        }
        sheet = fresh_sheet(zone=zone, facts=contact, lots=[], pieces=USUAL_PIECES)
        return show(request, sheet)
    if request.POST.get("add") in ROW_KINDS:
        return show(request, sheet_with_row(request.POST, zone, request.POST["add"]))
    sheet = filled_sheet(request.POST, zone)
    if sheet.is_valid():
        try:
            created = create_consultation(
                buyer=access.home, facts=sheet.facts(), actor=access.actor, now=timezone.now()
            )
        except (ConsultationFactsRefused, ReferenceTaken) as refusal:
            sheet.show(refusals_of(refusal))
        else:
            messages.success(request, "Le brouillon est enregistré. Ajoutez maintenant les documents.")
            return redirect("tenders:documents", consultation_id=created.pk)
    return show(request, sheet)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(kind=Kind.BUYER, ability=Ability.PREPARE)
def edit(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    access, consultation = access_for(request), load(request, consultation_id)
    if not consultation.is_draft:
        raise ConsultationPublished(state=consultation.state)
    zone = access.home.zone
    if request.method != "POST":
        sheet = fresh_sheet(
            zone=zone,
            facts=initial_of(consultation, zone),
            lots=initial_lots(consultation),
            pieces=initial_pieces(consultation),
        )
        return show(request, sheet, consultation)
    if request.POST.get("add") in ROW_KINDS:
        return show(request, sheet_with_row(request.POST, zone, request.POST["add"]), consultation)
    sheet = filled_sheet(request.POST, zone)
    if sheet.is_valid():
        try:
            updated = update_consultation(
                consultation_id=consultation.pk, facts=sheet.facts(), actor=access.actor, now=timezone.now()
            )
        except (ConsultationFactsRefused, ReferenceTaken) as refusal:
            sheet.show(refusals_of(refusal))
        else:
            messages.success(request, "Le brouillon est enregistré.")
            for sentence in lost_now(updated):
                messages.warning(request, f"DUME. {sentence}")
            return redirect("tenders:workspace", consultation_id=consultation.pk)
    return show(request, sheet, consultation)


def refusals_of(refusal: DomainError) -> dict[str, str]:
    errors = refusal.context.get("errors")
    return errors if isinstance(errors, dict) else {"": str(refusal)}


def show(request: HttpRequest, sheet: Sheet, consultation: Any = None) -> HttpResponse:
    context = {"sheet": sheet, "form": sheet.form, "consultation": consultation}
    status = 422 if sheet.form.is_bound and sheet.has_errors else 200
    return render(request, "tenders/buyer/edit.html", context, status=status)
