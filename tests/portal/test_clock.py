"""A clock that drifted is seen wherever somebody looks: supervision, the public, the operator."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from signing.models import ClockReading, ExternalToken
from tests.factories import organisations as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(make.member(make.operator()))
    return client


def read_as(offset: float | None, **more: object) -> None:
    ClockReading.objects.create(
        **{"measured_at": timezone.now(), "offset": offset, "error": 0.01, "source": "NTP a", **more}
    )


def test_supervision_is_told_the_state_of_the_clock(client: Client) -> None:
    assert json.loads(client.get("/sante/").content)["clock"] == {"state": "unknown", "offset": None}
    read_as(0.25)
    health = json.loads(client.get("/sante/").content)
    assert (health["status"], health["clock"]) == ("ok", {"state": "trusted", "offset": 0.25})
    read_as(3)
    health = json.loads(client.get("/sante/").content)
    assert (health["status"], health["clock"]["state"]) == ("clock-drifted", "drifted")


def test_the_public_is_told_that_deposits_are_suspended(client: Client) -> None:
    assert "horloge à corriger" not in client.get("/etat/").content.decode()
    read_as(3)
    assert "horloge à corriger" in client.get("/etat/").content.decode()


@pytest.mark.parametrize(
    ("offset", "words"),
    [(2.5, "en retard de 2,5\u00a0s"), (-0.012, "en avance de 12\u00a0ms"), (None, "NTP_SERVERS")],
)
def test_the_operator_reads_how_far_the_clock_is_off(
    operator: Client, offset: float | None, words: str
) -> None:
    read_as(offset)
    assert words in operator.get("/exploitation/horloge/").content.decode()


def test_the_operator_reads_why_nothing_is_known(operator: Client) -> None:
    read_as(None, note="ntp.example\u00a0: pas de réponse")
    assert "ntp.example\u00a0: pas de réponse" in operator.get("/exploitation/horloge/").content.decode()


def test_the_operator_measures_at_once_after_a_correction(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_as(3)
    monkeypatch.setattr("signing.clocks.kernel_clock.synchronisation", lambda: None)
    page = operator.post("/exploitation/horloge/mesurer/", follow=True).content.decode()
    assert "Horloge mesurée" in page
    assert ClockReading.objects.count() == 2


def test_the_operator_sees_what_other_authorities_gave(operator: Client, settings: object) -> None:
    settings.TSA_URLS = [  # type: ignore[attr-defined]
        "https://tsa.example/ trust=/x name=Fictive qualified",
        "https://tsa2.example/ trust=/x name=Seconde",
    ]
    now = timezone.now() - timedelta(minutes=1)
    ExternalToken.objects.create(
        digest="0" * 64, authority="Fictive", url="https://tsa.example/", serial="1", gen_time=now, token=b"",
        policy="1.2.3", is_qualified=True, received_at=now,
    )  # fmt: skip
    page = operator.get("/exploitation/horloge/").content.decode()
    assert "Qualifiée" in page
    assert page.count("Aucun</td>") == 1
