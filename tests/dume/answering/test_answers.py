from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dume.answering.answers import (
    blank,
    closed,
    entered,
    field_name,
    joined_lots,
    split_by_lot,
    with_answers,
)
from dume.answering.pages import forms_of, pages_of
from dume.answering.start import answer_none, choose_lots
from dume.answering.tree import NONE, Wishes, asked
from dume.answering.values import Control, complaint, fields_of, shown, typed
from dume.build import write
from dume.model import Period
from dume.parse import read
from tests.dume.answering.conftest import begun

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]), max_size=40)
WORDS_OF = {
    Control.YES_NO: st.sampled_from(["oui", "non"]),
    Control.AMOUNT: st.decimals(0, 10**9, places=2).map(lambda one: f"{one}".replace(".", ",")),
    Control.NUMBER: st.integers(0, 10**6).map(str),
    Control.YEAR: st.integers(1990, 2030).map(str),
    Control.DAY: st.dates(date(1990, 1, 1), date(2030, 1, 1)).map(str),
}


def page(dume, slug):
    return next(one for one in pages_of(dume, is_simplified=True) if one.slug == slug)


def form_of(dume, code, wishes=NONE):
    criterion = next(one for one in dume.criteria if one.code == code)
    return asked(criterion, [lot.id for lot in dume.procedure.lots], wishes)


def entered_in(dume, forms, said):
    return closed(with_answers(dume, entered(forms, said)))


def labels(form):
    return [question.label for question in form.walk()]


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_typed_is_shown_again_after_the_document_was_written_and_read(data):
    dume = begun(NOW)
    forms = forms_of(dume, page(dume, data.draw(st.sampled_from(["exclusion", "capacites"]))))
    said = {}
    for question in (one for form in forms for one in form.walk()):
        if question.control in WORDS_OF and data.draw(st.booleans()):
            said[question.place.name] = data.draw(WORDS_OF[question.control])
    after = read(write(entered_in(dume, forms, said), now=NOW))
    again = {
        question.place.name: shown(question.prop.data_type, question.answer)
        for one in forms
        for question in asked(
            next(c for c in after.criteria if c.uuid == one.criterion.uuid),
            [lot.id for lot in after.procedure.lots],
        ).walk()
    }
    for name, text in said.items():
        assert again[name][""] == text


@given(st.data())
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_no_word_that_is_typed_is_refused_or_lost_when_the_document_is_written(data):
    """Days, amounts and periods that cannot be read included."""
    dume = begun(NOW)
    exclusion, means = page(dume, "exclusion"), page(dume, "capacites")
    yes = {form.main.place.name: "oui" for form in forms_of(dume, exclusion)}
    dume = entered_in(dume, forms_of(dume, exclusion), yes)
    forms = [*forms_of(dume, exclusion)[data.draw(st.integers(0, 22)) :][:2], *forms_of(dume, means)]
    said = {
        field_name(question.place.name, end): data.draw(words)
        for form in forms
        for question in form.walk()
        if question.control not in {Control.YES_NO, Control.EVIDENCE}
        for end, _ in fields_of(question.control)
    }
    before = entered_in(dume, forms, said)
    after = read(write(before, now=NOW))
    for one in (exclusion, means):
        assert words_on(after, one) == words_on(before, one)


def words_on(dume, page):
    return {
        question.place.name: shown(question.prop.data_type, question.answer)
        for form in forms_of(dume, page)
        for question in form.walk()
    }


@given(
    st.sampled_from(
        ["AMOUNT", "QUANTITY_INTEGER", "QUANTITY_YEAR", "PERCENTAGE", "DATE", "DESCRIPTION", "URL"]
    ),
    words,
)
def test_whatever_is_typed_is_kept_as_it_was_typed_or_as_the_value_it_is(data_type, text):
    answer = typed(data_type, {"": text})
    if answer is None:
        return
    again = shown(data_type, answer)[""]
    assert typed(data_type, {"": again}).value == answer.value
    if complaint(data_type, answer):
        assert again.removeprefix("? ") == " ".join(text.split()).removeprefix("? ")


@pytest.mark.parametrize(
    ("data_type", "text", "value"),
    [
        ("AMOUNT", "85 000,50 €", Decimal("85000.50")),
        ("AMOUNT", "85\u202f000", Decimal(85000)),
        ("QUANTITY_INTEGER", "1 200", Decimal(1200)),
        ("QUANTITY_YEAR", "2025", Decimal(2025)),
        ("PERCENTAGE", "12,5 %", Decimal("12.5")),
        ("DATE", "30/11/2025", date(2025, 11, 30)),
        ("DATE", "2025-11-30", date(2025, 11, 30)),
        ("INDICATOR", "oui", True),
    ],
)
def test_values_are_typed_as_french_people_write_them(data_type, text, value):
    assert typed(data_type, {"": text}).value == value


@pytest.mark.parametrize(
    ("data_type", "text"),
    [
        ("AMOUNT", "beaucoup"),
        ("PERCENTAGE", "beaucoup"),
        ("DATE", "31/02/2025"),
        ("QUANTITY_INTEGER", "un peu"),
        ("QUANTITY_INTEGER", "1e999999"),
        ("URL", "javascript:alert(1)"),
    ],
)
def test_what_cannot_be_read_stays_and_is_told(data_type, text):
    answer = typed(data_type, {"": text})
    assert shown(data_type, answer)[""] == text
    assert complaint(data_type, answer)


@pytest.mark.parametrize(
    ("data_type", "text"),
    [
        ("AMOUNT", "-5"),
        ("AMOUNT", "1.005"),
        ("QUANTITY_YEAR", "25"),
        ("QUANTITY_INTEGER", "1e28"),
        ("DATE", "2025-01-01 environ"),
    ],
)
def test_words_that_a_reader_would_take_for_a_value_are_marked(data_type, text):
    answer = typed(data_type, {"": text})
    assert shown(data_type, answer)[""] == f"? {text}"
    assert complaint(data_type, answer)
    assert typed(data_type, {"": f"? {text}"}) == answer


def test_a_period_has_two_days_and_keeps_one_that_does_not_exist():
    assert typed("PERIOD", {"start": "2025-01-01", "end": "31/12/2025"}).value == Period(
        date(2025, 1, 1), date(2025, 12, 31)
    )
    wrong = typed("PERIOD", {"start": "2025-01-01", "end": "bientôt"})
    assert shown("PERIOD", wrong) == {"start": "2025-01-01", "end": "bientôt"}
    assert complaint("PERIOD", wrong)
    assert complaint("PERIOD", typed("PERIOD", {"start": "2025-12-31", "end": "2025-01-01"}))


def test_a_yes_opens_its_follow_ups_and_a_no_closes_them_with_their_answers(started):
    form = form_of(started, "corruption")
    assert labels(form) == ["Réponse", "Justificatif"]
    yes = entered_in(started, [form], {form.main.place.name: "oui"})
    opened = form_of(yes, "corruption")
    assert {"Motif", "Date de la condamnation"} <= set(labels(opened))
    reason = next(one for one in opened.walk() if one.label == "Motif")
    told = entered_in(yes, [opened], {opened.main.place.name: "oui", reason.place.name: "Une faute de 2019"})
    assert "Une faute de 2019" in [answer.value for answer in told.criteria[1].answers]
    no = entered_in(told, [form_of(told, "corruption")], {opened.main.place.name: "non"})
    assert [answer.value for answer in no.criteria[1].answers] == [False]


def test_none_of_these_grounds_answers_no_to_each(started):
    form = form_of(started, "fraud")
    declared = entered_in(started, [form], {form.main.place.name: "oui"})
    grounds = declared.exclusion_grounds
    after = answer_none(declared, grounds)
    assert [ground.declared for ground in after.exclusion_grounds] == [False] * len(grounds)
    assert after.selection_criteria == declared.selection_criteria


def test_years_are_rows_and_an_empty_cell_moves_nothing(started):
    form = form_of(started, "gen-year-to")
    first = next(block for block in every_block(form) if block.key)
    more = form_of(started, "gen-year-to", Wishes({first.key: 3}))
    rows = [block for block in every_block(more) if block.key == first.key]
    assert [block.row for block in rows] == [0, 1, 2]
    said = {}
    for block, (start, amount) in zip(rows, [("2025", "100"), ("2024", ""), ("2023", "300,00")], strict=True):
        figure, period = block.questions
        said |= {
            f"{period.place.name}~start": f"{start}-01-01",
            f"{period.place.name}~end": f"{start}-12-31",
            figure.place.name: amount,
        }
    after = read(write(entered_in(started, [more], said), now=NOW))
    again = [block for block in every_block(form_of(after, "gen-year-to")) if block.key == first.key]
    assert [shown("AMOUNT", block.questions[0].answer)[""] for block in again] == ["100,00", "", "300,00"]
    assert [block.questions[1].answer.value.start.year for block in again] == [2025, 2024, 2023]


def test_a_row_left_empty_goes(started):
    form = form_of(started, "gen-year-to")
    key = next(block.key for block in every_block(form) if block.key)
    more = form_of(started, "gen-year-to", Wishes({key: 2}))
    said = {question.place.name: "" for question in more.walk()}
    said |= {f"{name}~{end}": "" for name in list(said) for end in ("start", "end")}
    again = form_of(entered_in(started, [more], said), "gen-year-to")
    assert max(block.rows for block in every_block(again)) == 1


def every_block(form):
    def below(block):
        yield block
        for sub in block.blocks:
            yield from below(sub)

    return [found for section in form.sections for block in section.blocks for found in below(block)]


def test_one_answer_stands_for_all_lots_until_it_is_split(now):
    dume = begun(now, lots=["1", "2"])
    form = form_of(dume, "gen-year-to")
    amount = next(one for one in form.walk() if one.control is Control.AMOUNT)
    both = entered_in(dume, [form], {amount.place.name: "500"})
    turnover = next(one for one in both.criteria if one.code == "gen-year-to")
    assert [a.lots for a in turnover.answers if a.value_type == "amount"] == [("LOT-0001", "LOT-0002")]
    split = split_by_lot(turnover, ("LOT-0001", "LOT-0002"))
    apart = replace(both, criteria=tuple(split if one is turnover else one for one in both.criteria))
    by_lot = form_of(apart, "gen-year-to")
    assert by_lot.by_lot
    second = [one for one in by_lot.sections[1].walk() if one.control is Control.AMOUNT]
    differing = read(write(entered_in(apart, [by_lot], {second[0].place.name: "900"}), now=now))
    again = form_of(differing, "gen-year-to")
    figures = [
        [shown("AMOUNT", one.answer)[""] for one in section.walk() if one.control is Control.AMOUNT]
        for section in again.sections
    ]
    assert figures == [["500,00"], ["900,00"]]
    joined = joined_lots(again.criterion, again.lots)
    assert not asked(joined, again.lots).by_lot
    assert Decimal("900.00") not in [answer.value for answer in joined.answers]


def test_leaving_a_lot_keeps_what_was_said_for_the_others_and_coming_back_asks_again(now):
    offered = begun(now, lots=["1", "2"])
    one = choose_lots(offered, offered, ["LOT-0002"])
    assert {lot for c in one.criteria for lot in c.lots} == {"LOT-0002"}
    assert {lot for c in one.criteria for a in c.answers for lot in a.lots} == {"LOT-0002"}
    assert choose_lots(one, offered, ["LOT-0001", "LOT-0002"]) == offered


def test_a_blank_document_has_the_same_questions_and_no_answer(started):
    empty = blank(started)
    assert [p.id for c in empty.criteria for p in c.walk()] == [
        p.id for c in started.criteria for p in c.walk()
    ]
    assert not any(criterion.answers for criterion in empty.criteria)
