import pytest

from procurement.spreadsheets import guarded


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "  =1"])
def test_a_text_that_a_spreadsheet_would_run_is_neutralised(text):
    assert guarded(text) == f"'{text}"


def test_an_honest_text_is_left_alone():
    assert guarded("Menuiserie = bois") == "Menuiserie = bois"
