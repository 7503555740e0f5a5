"""The operator sees whether the national service is connected, and asks it how it is when they want to know."""

import pytest
from django.test import Client

from tests.factories import organisations as make

pytestmark = pytest.mark.django_db
PAGE, CHECK = "/exploitation/dume/", "/exploitation/dume/verifier/"


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(make.member(make.operator()))
    return client


def test_a_platform_that_is_not_connected_says_so(operator: Client) -> None:
    page = operator.get(PAGE).content.decode()
    assert "Non raccordé" in page
    assert CHECK not in page
    assert "pas raccordé à cette plateforme" in operator.post(CHECK, follow=True).content.decode()


def test_showing_the_page_asks_nobody_and_the_button_does(operator: Client, connected, memory) -> None:
    page = operator.get(PAGE).content.decode()
    assert "127.0.0.1" in page
    assert CHECK in page
    assert memory.asked == []
    assert "chacune de ses API se dit en état" in operator.post(CHECK, follow=True).content.decode()
    assert len(memory.asked) == 3


def test_a_service_that_does_not_answer_well_is_told_to_the_operator(operator, connected, memory) -> None:
    memory.fault = "error"
    page = operator.post(CHECK, follow=True)
    assert page.status_code == 200
    assert "a répondu par une erreur (code 500)" in page.content.decode().replace("&#x27;", "'")
