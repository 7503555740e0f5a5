"""Parts III to V: the questions of the criteria of a page, as fields in their own tree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import forms

from dume.answering.answers import field_name
from dume.answering.evidences import shown_evidence
from dume.answering.identity import Gap
from dume.answering.saving import NONE_APPLIES
from dume.answering.tree import Aside, Asked, Block, Question, Section
from dume.answering.values import NO, YES, Control, complaint, fields_of, shown
from dume.countries import COUNTRIES
from dume.criteria import question_in_french
from dume.forms.kept import KeptForm, radios
from dume.model import Dume, Lot, Property
from dume.values import EURO, lot_label, number, text_of
from procurement.form_fields import DayInput

YES_NO = ((YES, "Oui"), (NO, "Non"))
LONG_ROWS = 3
SUMMARIES = {
    Aside.NONE: "",
    Aside.EVIDENCE: "Justificatif en ligne (facultatif)",
    Aside.BY_ITSELF: "L'entreprise remplit ce critère elle-même",
    Aside.BEGINNING: "Entreprise trop récente pour avoir ces chiffres",
}
#: What a buyer writes when nothing is required.
NOTHING = {"0", "néant", "none", "n/a"}
NONE_OF_THESE = "Aucun de ces motifs ne concerne l'entreprise"
NO_OTHER = "Aucun autre motif ne concerne l'entreprise"
#: Said once where nothing is answered, rather than of each ground.
ALL_SILENT = (
    Gap(
        NONE_APPLIES,
        "Motifs d'exclusion",
        "Cochez la case si aucun ne vous concerne, ou répondez motif par motif.",
    ),
)
DAY_LENGTH = len("2025-01-01")


@dataclass(frozen=True, slots=True)
class Item:
    """A question: one field, or several under a legend."""

    fields: tuple[forms.BoundField, ...]
    legend: str
    is_needed: bool
    #: What is known already, and folded: « Période : du … au … ».
    known: str = ""


@dataclass(frozen=True, slots=True)
class ShownBlock:
    captions: tuple[str, ...]
    wanted: tuple[str, ...]
    items: tuple[Item, ...]
    blocks: tuple["ShownBlock", ...]
    key: str
    row: int
    rows: int
    is_last_row: bool
    aside: Aside

    @property
    def row_label(self) -> str:
        return f"{'Référence' if self.is_long else 'Année'} {self.row + 1}"

    @property
    def add_label(self) -> str:
        return "Ajouter une référence" if self.is_long else "Ajouter une année"

    @property
    def is_long(self) -> bool:
        """A reference is described in words; a year is a figure."""
        widgets = (field.field.widget for item in self.items for field in item.fields)
        return any(isinstance(widget, forms.Textarea) for widget in widgets)

    @property
    def summary(self) -> str:
        return SUMMARIES[self.aside]

    @property
    def is_open(self) -> bool:
        """Unfolded where something was said that most do not say, or is wrong."""
        fields = [field for item in self.items for field in item.fields]
        if any(field.errors for field in fields):
            return True
        usual = {YES, None, ""} if self.aside is Aside.BY_ITSELF else {None, ""}
        return bool(self.blocks) or any(field.value() not in usual for field in fields)


@dataclass(frozen=True, slots=True)
class ShownSection:
    lot: str
    blocks: tuple[ShownBlock, ...]


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    """`main` is its own yes or no, for a criterion that is one question with follow-ups."""

    uuid: str
    title: str
    law: str
    lots: str
    can_split: bool
    by_lot: bool
    main: Item | None
    sections: tuple[ShownSection, ...]


class AnswersForm(KeptForm):
    """The fields of all that the forms of a page ask; `criteria` is how to show them."""

    def __init__(
        self, dume: Dume, asked: Sequence[Asked], gaps: Sequence[Gap] = (), *, is_free: bool = False
    ) -> None:
        super().__init__(words_of(dume, asked), gaps)
        self.asked = asked
        self.is_free = is_free
        self.names = {lot.id: lot for lot in dume.procedure.lots}
        for form in asked:
            main = form.main if stands_alone(form) else None
            for question in form.walk():
                label = form.criterion.title if question is main else question.label
                self.fields |= dict(fields_for(question, label))

    @property
    def criteria(self) -> list[ShownCriterion]:
        return [self.shown(form) for form in self.asked]

    def shown(self, form: Asked) -> ShownCriterion:
        main = form.main if stands_alone(form) else None
        sections = (
            ShownSection(
                self.heading(form, section),
                tuple(self.blocks(section.blocks, main)),
            )
            for section in form.sections
        )
        return ShownCriterion(
            uuid=form.criterion.uuid,
            title=form.criterion.title,
            law=form.criterion.law,
            lots=", ".join(lot_label(self.names[lot]) for lot in form.lots) if len(form.lots) > 1 else "",
            can_split=len(form.lots) > 1 and not form.by_lot,
            by_lot=form.by_lot,
            main=self.item(main) if main else None,
            sections=tuple(sections),
        )

    def heading(self, form: Asked, section: Section) -> str:
        """The lots of a section, where they are not all those of the criterion."""
        own = () if section.lots == form.lots else section.lots
        return " ; ".join(named(self.names[lot]) for lot in own)

    def blocks(self, blocks: Sequence[Block], main: Question | None) -> Iterator[ShownBlock]:
        for block in blocks:
            found = ShownBlock(
                captions=block.captions,
                wanted=() if self.is_free else tuple(filter(None, map(wanted, block.wanted))),
                items=tuple(self.item(one) for one in block.questions if one is not main),
                blocks=tuple(self.blocks(block.blocks, main)),
                key=block.key,
                row=block.row,
                rows=block.rows,
                is_last_row=block.is_last_row,
                aside=block.aside,
            )
            if found.items or found.blocks or found.wanted:
                yield found

    def item(self, question: Question) -> Item:
        ends = fields_of(question.control)
        fields = tuple(self[field_name(question.place.name, end)] for end, _ in ends)
        legend = question.label if len(fields) > 1 else ""
        return Item(fields, legend, question.is_needed, self.known(question))

    def known(self, question: Question) -> str:
        answer = question.answer
        if answer is None or question.control is not Control.PERIOD:
            return ""
        return "" if complaint(question.prop.data_type, answer) else text_of(answer)


class ExclusionForm(AnswersForm):
    """With one box that answers « Non » to all, or to all others than those that are declared."""

    def __init__(
        self, dume: Dume, asked: Sequence[Asked], gaps: Sequence[Gap] = (), *, is_free: bool = False
    ) -> None:
        self.said = [form.criterion.declared for form in asked]
        super().__init__(
            dume, asked, gaps if any(one is not None for one in self.said) else ALL_SILENT, is_free=is_free
        )
        if not gaps:
            self.gaps = ()
        label = NO_OTHER if any(self.said) else NONE_OF_THESE
        self.fields[NONE_APPLIES] = forms.BooleanField(label=label, required=False)
        if None not in self.said:
            self.data = {**self.data, NONE_APPLIES: "on"}

    @property
    def is_open(self) -> bool:
        """Whether grounds are answered one by one."""
        return any(self.said) or (None in self.said and False in self.said)


def named(lot: Lot) -> str:
    label = lot_label(lot).capitalize()
    return f"{label} : {lot.name}" if lot.name and label else label or lot.name


def stands_alone(form: Asked) -> bool:
    """A criterion that is a yes or no of its own is asked by its title; a selection criterion has a heading."""
    return not form.criterion.is_selection and not form.by_lot


def words_of(dume: Dume, asked: Sequence[Asked]) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for form in asked:
        for question in form.walk():
            is_evidence = question.control is Control.EVIDENCE
            said = (
                shown_evidence(dume, question)
                if is_evidence
                else shown(question.prop.data_type, question.answer)
            )
            words |= {field_name(question.place.name, end): one for end, one in said.items()}
    return words


def fields_for(question: Question, label: str) -> Iterator[tuple[str, forms.Field]]:
    said = shown(question.prop.data_type, question.answer)
    ends = fields_of(question.control)
    for end, part in ends:
        field = field_for(question, part or label, said.get(end, ""))
        if len(ends) > 1:
            field.is_optional = False  # type: ignore[attr-defined]  # said once, by the legend
        yield field_name(question.place.name, end), field


def field_for(question: Question, label: str, said: str) -> forms.Field:
    needed = question.is_needed
    if question.control is Control.YES_NO:
        return radios(label, YES_NO, needed=needed)
    if question.control is Control.COUNTRY:
        choices = [("", "Choisir"), *((three, name) for _, three, name in COUNTRIES)]
        return forms.ChoiceField(label=label, required=needed, choices=choices)
    unit = f" ({unit_of(question)})" if question.control is Control.AMOUNT else ""
    return forms.CharField(label=label + unit, required=needed, widget=widget_for(question.control, said))


def widget_for(control: Control, said: str) -> forms.Widget:
    match control:
        case Control.LONG:
            return forms.Textarea(attrs={"rows": LONG_ROWS})
        case Control.DAY | Control.PERIOD if len(said) in {0, DAY_LENGTH}:
            return DayInput()
        case Control.AMOUNT | Control.NUMBER | Control.YEAR | Control.PERCENTAGE:
            return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        case _:  # a day that does not exist would vanish from a date input: it stays, as text
            return forms.TextInput()


def unit_of(question: Question) -> str:
    unit = question.answer.unit if question.answer else EURO
    return "€" if unit in {EURO, ""} else unit


def wanted(prop: Property) -> str:
    """« Montant minimal exigé : 100 000 € »; "" when what is required is nothing."""
    said = [shown_requirement(one.value, one.unit, prop.data_type) for one in prop.requirements]
    words = ", ".join(one for one in said if one)
    return f"{question_in_french(prop.label)} : {words}" if words else ""


def shown_requirement(value: str, unit: str, data_type: str) -> str:
    if value.strip().lower() in NOTHING:
        return ""
    plain = value.replace(".", "", 1)
    if not plain.isdecimal() or "CODE" in data_type:
        return value

    return number(Decimal(value), unit, is_amount="AMOUNT" in data_type)
