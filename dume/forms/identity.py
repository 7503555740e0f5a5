"""Parts I and II: the consultation, the company, who may commit it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from dume.answering.identity import (
    LEAD,
    MEMBER,
    OPERATOR_LABELS,
    RELIED_ON,
    REPRESENTATIVE_LABELS,
    SOLE,
    SUBCONTRACTOR,
    Gap,
)
from dume.countries import COUNTRIES
from dume.forms.kept import KeptForm, radios, text
from dume.model import Lot
from dume.values import lot_label

SIZES = (
    ("micro", "Micro-entreprise (moins de 10 personnes)"),
    ("small", "Petite entreprise (10 à 49)"),
    ("medium", "Entreprise moyenne (50 à 249)"),
    ("large", "Grande entreprise (250 et plus)"),
)
ROLES = (
    (SOLE, "Seul"),
    (LEAD, "Comme mandataire d'un groupement"),
    (MEMBER, "Comme membre d'un groupement"),
    (RELIED_ON, "Comme entité dont un candidat invoque les capacités"),
    (SUBCONTRACTOR, "Comme sous-traitant"),
)
#: Codes of other versions -> ours, so that an imported role shows.
SAME_ROLES: Mapping[str, str] = {
    "sc": SOLE,
    "scle": SOLE,
    "le": LEAD,
    "gm": MEMBER,
    "oenron": SUBCONTRACTOR,
}


class CompanyForm(KeptForm):
    """First what must be said, then, folded, what may be."""

    name = text(OPERATOR_LABELS["name"], autocomplete="organization")
    identifier = text(OPERATOR_LABELS["identifier"], autocomplete="off")
    size = radios(OPERATOR_LABELS["size"], SIZES)
    role = radios(OPERATOR_LABELS["role"], ROLES)
    country = forms.ChoiceField(
        label=OPERATOR_LABELS["country"], choices=[(three, name) for _, three, name in COUNTRIES]
    )
    contact = text("Personne à contacter", needed=False, autocomplete="name")
    email = text(OPERATOR_LABELS["email"], needed=False, type="email", autocomplete="email")
    telephone = text("Téléphone", needed=False, type="tel", autocomplete="tel")
    street = text("Adresse", needed=False, autocomplete="street-address")
    postcode = text("Code postal", needed=False, autocomplete="postal-code")
    city = text("Ville", needed=False, autocomplete="address-level2")
    website = text("Site internet", needed=False, inputmode="url")

    FOLDED = ("contact", "email", "telephone", "street", "postcode", "city", "website")

    def __init__(
        self, words: Mapping[str, Any], gaps: Iterable[Gap] = (), *, lots: Sequence[Lot] = ()
    ) -> None:
        super().__init__(
            {**words, "role": SAME_ROLES.get(words.get("role", ""), words.get("role", ""))}, gaps
        )
        if len(lots) > 1:
            self.fields["lots"] = forms.MultipleChoiceField(
                label="Lots auxquels vous répondez",
                choices=[(lot.id, named(lot)) for lot in lots],
                widget=forms.CheckboxSelectMultiple,
                help_text="Une seule réponse vaut pour tous. Les réponses propres à un lot retiré ne sont pas gardées.",
            )

    @property
    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.FOLDED]

    @property
    def folded(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FOLDED]

    @property
    def has_folded_errors(self) -> bool:
        return any(name in self.errors for name in self.FOLDED)


def named(lot: Lot) -> str:
    label = lot_label(lot).capitalize() or lot.id
    return f"{label} : {lot.name}" if lot.name else label


class RepresentativeForm(KeptForm):
    first_name = text(REPRESENTATIVE_LABELS["first_name"])
    family_name = text(REPRESENTATIVE_LABELS["family_name"])
    capacity = text(REPRESENTATIVE_LABELS["capacity"], hint="Par exemple : gérante, directeur commercial.")
    telephone = text("Téléphone", needed=False, type="tel")
    email = text("E-mail", needed=False, type="email")

    def __init__(self, words: Mapping[str, str], gaps: Iterable[Gap] = (), *, row: int = 0) -> None:
        """Fields are called « first_name~0 » and so on; a gap is of one row."""
        super().__init__(words, [gap for gap in gaps if gap.name.endswith(f"~{row}")])
        self.fields = {f"{name}~{row}": field for name, field in self.fields.items()}


class ConsultationForm(KeptForm):
    """For a response to a consultation whose buyer published no DUME here."""

    reference = text("Référence de la consultation", hint="Telle que l'écrit l'acheteur.")
    title = text("Intitulé de la consultation")
    buyer = text("Acheteur")
    lots = text(
        "Lots", needed=False, hint="Les numéros, par exemple : 1, 3. Rien si le marché n'est pas alloti."
    )
