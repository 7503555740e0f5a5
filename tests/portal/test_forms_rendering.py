"""Every form comes out with labels, hints, errors and the links between them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from procurement.form_fields import AmountField, DayField, FilesField, MomentField


class Sample(forms.Form):
    title = forms.CharField(label="Titre", help_text="Une phrase.")
    email = forms.EmailField(label="Courriel", required=False)
    nature = forms.ChoiceField(
        label="Nature", choices=[("t", "Travaux"), ("s", "Services")], widget=forms.RadioSelect
    )
    limit = MomentField(label="Date limite")
    agree = forms.BooleanField(label="Je confirme")


class Loose(forms.Form):
    day = DayField(required=False)
    amount = AmountField(required=False)
    files = FilesField(required=False)


def cleaned(data=None, files=None):
    form = Loose(data or {}, MultiValueDict(files or {}))
    assert form.is_valid(), form.errors
    return form.cleaned_data


def test_hint_and_error_describe_their_field():
    html = str(Sample({}))
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_optional_fields_say_so_in_words_and_only_they():
    html = str(Sample())
    assert html.count("(facultatif)") == 1
    assert 'for="id_email">Courriel <span class="optional">(facultatif)' in html


def test_groups_are_fieldsets_with_a_legend():
    html = str(Sample())
    assert html.count("<fieldset") == html.count("<legend>") == 2


def test_date_and_time_have_a_label_each():
    html = str(Sample())
    assert '<label class="form-label" for="id_limit_0">Date</label><input type="date"' in html
    assert '<label class="form-label" for="id_limit_1">Heure</label><input type="time"' in html


def test_each_line_of_the_summary_leads_to_an_input_that_exists():
    form = Sample({})
    summary = render_to_string("forms/error_summary.html", {"form": form})
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["id_title", "id_nature_0", "id_limit_0", "id_agree"]
    assert all(f'id="{target}"' in str(form) for target in targets)
    assert 'role="alert"' in summary


def test_a_form_without_fault_has_no_summary():
    assert render_to_string("forms/error_summary.html", {"form": Sample()}).strip() == ""


def test_a_moment_typed_in_paris_is_understood_in_utc():
    field = MomentField()
    assert field.clean(["2026-11-30", "12:00"]).astimezone(UTC) == datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


def test_a_moment_comes_back_as_the_browser_wants_it():
    html = MomentField().widget.render("limit", datetime(2026, 11, 30, 11, 0, tzinfo=UTC), {"id": "id_limit"})
    assert 'value="2026-11-30"' in html
    assert 'value="12:00"' in html


@pytest.mark.parametrize("typed", [["2026-11-30", ""], ["", ""], ["2026-13-30", "12:00"]])
def test_half_a_moment_is_refused(typed):
    with pytest.raises(forms.ValidationError):
        MomentField().clean(typed)


def test_amounts_and_days_are_read_as_they_are_written_in_french():
    assert cleaned({"amount": "85 000,50 €", "day": "30/11/2026"})["amount"] == Decimal("85000.50")
    assert cleaned({"day": "2026-11-30"})["day"] == date(2026, 11, 30)
    assert cleaned() == {"day": None, "amount": None, "files": []}


def test_an_unreadable_amount_says_how_to_write_it():
    form = Loose({"amount": "beaucoup"})
    assert "par exemple" in form.errors["amount"][0]


def test_several_files_come_from_one_input():
    sent = [SimpleUploadedFile("a.pdf", b"a"), SimpleUploadedFile("b.pdf", b"b")]
    assert [file.name for file in cleaned(files={"files": sent})["files"]] == ["a.pdf", "b.pdf"]


def test_an_empty_file_among_several_is_refused():
    sent = [SimpleUploadedFile("a.pdf", b"a"), SimpleUploadedFile("b.pdf", b"")]
    assert "files" in Loose({}, MultiValueDict({"files": sent})).errors
