"""The number that people read out: drawn at random, without characters that are mistaken for others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dume.numbers import ALPHABET, new_number, normalised


def test_numbers_are_drawn_without_look_alikes_and_differ():
    drawn = {new_number() for _ in range(2000)}
    assert len(drawn) == 2000
    assert {len(number) for number in drawn} == {8}
    assert set("".join(drawn)) == set(ALPHABET)
    assert not set("0O1IL") & set(ALPHABET)


@pytest.mark.parametrize(
    "typed", ["k7wz 4mq2", " K7WZ4MQ2\n", "k7wz-4mq2", "K7WZ\u202f4MQ2", "K7 WZ 4M Q2\t"]
)
def test_what_is_typed_is_read_with_spaces_hyphens_and_small_letters(typed):
    assert normalised(typed) == "K7WZ4MQ2"


@given(st.text())
def test_any_text_can_be_normalised_and_a_second_time_changes_nothing(text):
    assert normalised(normalised(text)) == normalised(text)


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8))
def test_a_number_is_its_own_normal_form(number):
    assert normalised(number.lower()) == number
