"""Search, places, CPV headings, names in an archive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenders.rules.cpv import DIVISIONS, division_label
from tenders.rules.documents import distinct_names, is_script
from tenders.rules.places import DEPARTMENTS, place_label, read_place
from tenders.rules.search import cpv_mark, fold, searched_text, words_of


def test_accents_case_and_ligatures_do_not_matter():
    assert fold("Réfection de l'ŒUVRE, phase n° 2") == "refection de l oeuvre phase n 2"


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_a_query_is_at_most_twelve_words():
    assert len(words_of("un " * 40)) == 12


def test_the_start_of_a_cpv_code_is_found_in_the_text_and_its_end_is_not():
    text = searched_text(texts=["Voirie"], cpv_codes=["45233141-9"])
    assert cpv_mark("4523") in text
    assert cpv_mark("3141") not in text


def test_every_cpv_division_has_a_heading():
    assert len(DIVISIONS) == 45
    assert division_label("45233141-9") == "Travaux de construction"
    assert division_label("99000000") == ""


def test_there_are_101_departments_with_their_own_nuts_codes():
    assert len(DEPARTMENTS) == 101
    assert len({nuts for _, nuts in DEPARTMENTS.values()}) == 101


@pytest.mark.parametrize(
    ("nuts", "insee", "label"),
    [
        ("FRI13", "", "Landes (40)"),
        ("", "2A004", "Corse-du-Sud (2A)"),
        ("", "97411", "La Réunion (974)"),
        ("FR", "", "France"),
        ("FRI1", "", "FRI1"),
        ("", "", ""),
    ],
)
def test_a_place_is_called_by_its_department(nuts, insee, label):
    assert place_label(nuts=nuts, insee_code=insee) == label


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("40", ("40", "FRI13")),
        ("fri13", ("40", "FRI13")),
        ("FRI1", ("", "FRI1")),
        ("partout", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_place_is_read_as_a_department_or_a_nuts_prefix(text, read):
    assert read_place(text) == read


def test_names_in_an_archive_are_distinct_on_disks_that_ignore_case():
    assert distinct_names(["plan.pdf", "Plan.pdf", "plan (2).pdf", "plan.pdf"]) == [
        "plan.pdf",
        "Plan (2).pdf",
        "plan (2) (2).pdf",
        "plan (3).pdf",
    ]


@given(st.lists(st.sampled_from(["a.pdf", "A.pdf", "a (2).pdf", "b"])))
def test_no_two_names_are_ever_alike(names):
    chosen = distinct_names(names)
    assert len(chosen) == len(names) == len({name.casefold() for name in chosen})


def test_scripts_are_known_by_their_names():
    assert is_script("Facture.PDF.vbs")
    assert not is_script("plan.dwg")
