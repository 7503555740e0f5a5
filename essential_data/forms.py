"""What the buyer states of a contract, as one form; an answer left open stays open."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from procurement.form_fields import AmountField, DayField
from tenders.models import Contract
from tenders.rules import contracts as words
from tenders.rules.contracts import Facts
from tenders.services.contracts import facts_of

#: Official name -> field of the form.
FIELD_OF = {
    "objet": "subject",
    "nature": "nature",
    "procedure": "procedure",
    "montant": "amount",
    "valeurGlobale": "amount",
    "dureeMois": "duration_months",
    "considerationsSociales": "social",
    "considerationsEnvironnementales": "environmental",
    "codeCPV": "cpv",
    "offresRecues": "offers_received",
    "lieuExecution": "place_code",
    "typesPrix": "price_types",
    "formePrix": "price_form",
    "techniques": "techniques",
    "modalitesExecution": "execution_modalities",
    "idAccordCadre": "framework_number",
    "ccag": "ccag",
    "typeGroupementOperateurs": "grouping",
    "attributionAvance": "advance_granted",
    "tauxAvance": "advance_rate",
    "sousTraitanceDeclaree": "subcontracting_declared",
    "marcheInnovant": "innovative",
    "origineUE": "eu_share",
    "origineFrance": "french_share",
    "dateDebutExecution": "execution_starts_on",
    "montantSubventionPublique": "public_subsidy",
}
MAY_STAY_EMPTY = {"framework_number", "advance_rate", "eu_share", "french_share"}
#: Asked in percent, kept as fractions.
SHARES = {"advance_rate", "eu_share", "french_share"}
YES_OR_NO = (("True", "Oui"), ("False", "Non"))


def one_of(label: str, known: Mapping[str, str], hint: str = "") -> forms.ChoiceField:
    choices = [("", "À préciser"), *known.items()]
    return forms.ChoiceField(label=label, choices=choices, required=False, help_text=hint)


def some_of(label: str, known: Mapping[str, str], hint: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=list(known.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=hint,
    )


def yes_or_no(label: str, hint: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=YES_OR_NO,
        coerce=lambda value: value == "True",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=hint,
    )


def percentage(label: str, hint: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=2,
        localize=True,
        help_text=hint,
    )


def count(label: str, hint: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, help_text=hint)


class FactsForm(forms.Form):
    """What marchés and concessions have in common; percentages are asked from 0 to 100 and kept as fractions."""

    subject = forms.CharField(
        label="Objet",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce qui est acheté, en quelques mots compréhensibles par tous.",
    )
    nature = one_of("Nature", words.NATURES)
    procedure = one_of("Procédure", words.PROCEDURES)
    amount = AmountField(label="Montant HT", help_text="Forfaitaire, ou maximum estimé sur toute la durée.")
    duration_months = count(
        "Durée en mois", "Options et reconductions comprises, arrondie au mois supérieur."
    )
    social = some_of("Considérations sociales", words.SOCIAL)
    environmental = some_of("Considérations environnementales", words.ENVIRONMENTAL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # Everything may be saved unfinished; only what the format may lack is called optional.
            field.is_optional = name in MAY_STAY_EMPTY  # type: ignore[attr-defined]

    def anchor_of(self, path: str) -> str:
        """The id of the control that answers for a path of the record, "" where none does."""
        name = FIELD_OF.get(path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0], "")
        return str(getattr(self[name], "focus_id", "")) if name in self.fields else ""

    @classmethod
    def initial_of(cls, contract: Contract) -> dict[str, Any]:
        facts = facts_of(contract)
        initial = {name: getattr(facts, name, None) for name in cls.base_fields}
        for name in SHARES & initial.keys():
            value = initial[name]
            initial[name] = None if value is None else Decimal(f"{value * 100:f}").normalize() + 0
        return initial | {"amount": contract.amount}

    @property
    def facts(self) -> Facts:
        """What the cleaned form states."""
        values: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name in SHARES and value is not None:
                values[name] = value / 100
            elif name in words.LISTS:
                values[name] = tuple(value)
            elif name != "amount":
                values[name] = None if value == "" else value
        return Facts(**values)


class ContractForm(FactsForm):
    """The facts of a marché."""

    cpv = forms.CharField(
        label="Code CPV", required=False, max_length=10, help_text="8 chiffres, par exemple 77310000."
    )
    offers_received = count("Offres reçues", "Toutes, y compris celles qui ont été écartées.")
    place_code = forms.CharField(
        label="Lieu d'exécution",
        required=False,
        max_length=10,
        help_text="Code INSEE de la commune, de préférence.",
    )
    place_type = one_of("Type de code du lieu", words.PLACE_TYPES)
    price_types = some_of("Types de prix", words.PRICE_TYPES)
    price_form = one_of("Forme du prix", words.PRICE_FORMS)
    techniques = some_of("Techniques d'achat", words.TECHNIQUES)
    execution_modalities = some_of("Modalités d'exécution", words.EXECUTION_MODALITIES)
    framework_number = forms.CharField(
        label="Numéro de l'accord-cadre",
        required=False,
        max_length=16,
        help_text="Seulement pour un marché passé au titre d'un accord-cadre.",
    )
    ccag = one_of("CCAG de référence", words.CCAGS)
    grouping = one_of("Groupement", words.GROUPINGS)
    advance_granted = yes_or_no("Une avance est-elle accordée ?")
    advance_rate = percentage("Taux de l'avance, en %", "Seulement si une avance est accordée.")
    subcontracting_declared = yes_or_no("Des sous-traitants étaient-ils déclarés à la notification ?")
    innovative = yes_or_no("Le marché porte-t-il sur une innovation ?")
    eu_share = percentage(
        "Part des produits de l'Union européenne, en %",
        "Seulement pour les denrées, véhicules, produits de santé et vêtements.",
    )
    french_share = percentage("Part des produits français, en %", "Comprise dans la part européenne.")


class ConcessionForm(FactsForm):
    """The facts of a concession: no CPV, no place, no price form in the official format."""

    nature = one_of("Nature", words.CONCESSION_NATURES)
    procedure = one_of("Procédure", words.CONCESSION_PROCEDURES)
    amount = AmountField(
        label="Valeur globale HT", help_text="Le chiffre d'affaires attendu sur toute la durée."
    )
    execution_starts_on = DayField(
        label="Début de l'exécution", required=False, help_text="Les données se publient avant ce jour."
    )
    public_subsidy = AmountField(
        label="Subvention publique", required=False, help_text="0 s'il n'y en a pas."
    )
    social = some_of("Considérations sociales", words.CONCESSION_SOCIAL)


def form_for(contract: Contract) -> type[FactsForm]:
    return ConcessionForm if contract.is_concession else ContractForm


class SearchForm(forms.Form):
    """Filters of the public list; what cannot be read filters nothing."""

    q = forms.CharField(label="Mots, entreprise, numéro", required=False, max_length=200)
    buyer = forms.ChoiceField(label="Acheteur", required=False)
    year = forms.TypedChoiceField(label="Année de notification", required=False, coerce=int, empty_value=None)
    cpv = forms.RegexField(
        r"^[0-9]{2,8}$", label="Code CPV", required=False, help_text="Le début suffit : 45 pour les travaux."
    )
    department = forms.RegexField(
        r"^([0-9]{2,3}|2[ABab])$", label="Département", required=False, help_text="Par exemple 40 ou 2A."
    )

    def __init__(self, *args: Any, buyers: list[tuple[str, str]], years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["buyer"].choices = [("", "Tous"), *buyers]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.is_optional = False  # type: ignore[attr-defined]  # a filter left empty needs no word
        self.fields["year"].choices = [("", "Toutes"), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]
