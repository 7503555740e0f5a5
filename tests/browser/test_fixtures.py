"""The browser's watchfulness is real: what it promises to catch, it catches."""

import pytest

from tests.browser.conftest import foreign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_public_page_is_served_and_accessible(new_page, axe, picture) -> None:
    page = new_page()
    answer = page.goto("/")
    assert answer.status == 200
    assert axe(page) == []
    assert picture(page, "accueil").stat().st_size > 1000


def test_a_grave_fault_and_a_missing_file_are_seen(new_page, axe, faults) -> None:
    page = new_page()
    page.goto("/")
    with page.expect_response("**/static/nothing"):
        page.evaluate("document.querySelector('main').innerHTML = '<input><img src=/static/nothing>'")
    assert {fault.rule.split()[0] for fault in axe(page)} >= {"label", "image-alt"}
    assert [fault.split()[0] for fault in faults] == ["404"]
    faults.clear()


def test_what_the_security_policy_blocks_is_a_fault(new_page, faults) -> None:
    page = new_page()
    page.goto("/")
    with page.expect_console_message():
        page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: '1'}))")
    assert "Content Security Policy" in faults[0]
    faults.clear()


def test_another_host_is_foreign() -> None:
    home = "http://localhost:8081"
    assert foreign(f"{home}/static/app.css", home) == []
    assert foreign("https://example.org/font.woff", home) != []
