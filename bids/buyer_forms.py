"""Forms of the buyer: choose, explain, say when the holder received the contract."""

from typing import Any
from uuid import UUID

from django import forms

from bids.models import Award, Deposit
from bids.queries.buyer import LotDecision
from bids.rules.standstill import is_formal
from bids.services.letters import Results
from procurement.form_fields import AmountField, DayField

LONG_TEXT = forms.Textarea(attrs={"rows": 6})


class AwardForm(forms.Form):
    """Who holds a lot, for how much, and why."""

    deposit = forms.TypedChoiceField(
        label="Attributaire",
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez l'entreprise retenue.",
            "invalid_choice": "Choisissez parmi les plis ouverts pour ce lot.",
        },
    )
    amount = AmountField(
        label="Montant du marché, en euros hors taxes",
        help_text="Par exemple 85 000,50",
        error_messages={"required": "Indiquez le montant du marché."},
    )
    reasons = forms.CharField(
        label="Motifs du choix",
        max_length=5000,
        widget=LONG_TEXT,
        error_messages={
            "required": "Indiquez les motifs : ils figurent dans les lettres de rejet (R2181-3)."
        },
    )

    def __init__(self, *args: Any, decision: LotDecision, **kwargs: Any) -> None:
        if decision.award is not None:
            kwargs.setdefault("initial", stated(decision.award))
        super().__init__(*args, **kwargs)
        self.candidates = {deposit.pk: deposit for deposit in decision.candidates}
        field = self.fields["deposit"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  declared above
        field.choices = [
            (str(deposit.pk), f"{deposit.company.name} (pli n° {deposit.number})")
            for deposit in decision.candidates
        ]
        formal = is_formal(decision.lot.consultation.procedure)
        self.fields["reasons"].required = formal
        self.fields["reasons"].help_text = (
            "Ce texte est envoyé à toutes les entreprises non retenues."
            if formal
            else "Gardé avec la décision; il n'est pas envoyé dans une procédure adaptée."
        )

    @property
    def chosen(self) -> Deposit:
        """Of a valid form."""
        return self.candidates[self.cleaned_data["deposit"]]


def stated(award: Award) -> dict[str, object]:
    return {"deposit": str(award.deposit_id), "amount": award.amount, "reasons": award.reasons}


class UnsuccessfulForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=LONG_TEXT,
        initial="Aucune offre n'a été remise dans les délais.",
        error_messages={"required": "Indiquez le motif."},
    )


class RejectionReasonsForm(forms.Form):
    """One text for each company whose opened offer is not chosen, in a formal procedure (R2181-3)."""

    def __init__(self, *args: Any, results: list[Results], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places: dict[str, tuple[UUID, UUID]] = {}
        for result in results:
            lot = result.award.lot
            for draft in result.drafts:
                if draft.takes_reasons:
                    name = f"reasons_{lot.pk}_{draft.recipient.pk}"
                    self.places[name] = (lot.pk, draft.recipient.pk)
                    self.fields[name] = forms.CharField(
                        label=f"Motifs du rejet de l'offre de {draft.recipient.name}, lot {lot.number}",
                        max_length=5000,
                        required=False,
                        widget=LONG_TEXT,
                    )

    def by_lot(self) -> dict[UUID, dict[UUID, str]]:
        """Lot id -> company id -> text."""
        found: dict[UUID, dict[UUID, str]] = {}
        for name, (lot_id, company_id) in self.places.items():
            found.setdefault(lot_id, {})[company_id] = self.cleaned_data[name]
        return found


class ReceiptDayForm(forms.Form):
    received_on = DayField(
        label="Jour où le titulaire a reçu le marché signé",
        help_text="La date de l'accusé de réception ou de la remise en main propre.",
    )
