"""The HTML file of a DUME, opened by itself: a request and a response, light and dark, wide and narrow."""

from datetime import UTC, datetime

import pytest

from dume.pages import html_of
from dume.parse import read
from dume.report import Report
from dume.samples import sample_response
from dume.validate import check
from tests.dume.demanding import REQUEST


def response_html() -> str:
    data = sample_response(now=datetime(2026, 3, 2, 9, tzinfo=UTC), declared=frozenset({"bankruptcy"}))
    return html_of(read(data), check(data))


PAGES = {"request": lambda: html_of(REQUEST, Report(kind="request")), "response": response_html}


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_the_file_is_read_by_everybody_everywhere(new_page, axe, kind, width) -> None:
    page = new_page(width=width)
    page.set_content(PAGES[kind]())
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
