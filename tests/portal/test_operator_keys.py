"""The operator sees when certificates end, and supervision too (P7-T6)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from signing.services.stamping import current_authority
from tests.factories import organisations as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_installation(settings, tmp_path, now):
    settings.DATA_DIR = tmp_path
    current_authority(now)


def shown(client: Client, address: str, moment):
    with time_machine.travel(moment, tick=False):
        client.force_login(make.member(make.operator()))
        return client.get(address)


def test_valid_certificates_are_listed(client, now):
    page = shown(client, "/exploitation/preuves/", now).content.decode()
    assert page.count("Valable</td>") == 3
    assert "créée au premier démarrage" in page


def test_an_end_is_shown_sixty_days_before(client, now):
    ends = current_authority(now).tsa_certificate.not_valid_after_utc
    page = shown(client, "/exploitation/preuves/", ends - timedelta(days=60)).content.decode()
    assert page.count("Expire dans 60 jours&nbsp;: à renouveler") == 2
    assert shown(client, "/sante/", ends - timedelta(days=60)).json()["keys"] == {"ending_soon": 2}
    assert shown(client, "/sante/", ends - timedelta(days=61)).json()["keys"] == {"ending_soon": 0}


def test_an_ended_certificate_is_told(client, now):
    ends = current_authority(now).tsa_certificate.not_valid_after_utc
    page = shown(client, "/exploitation/preuves/", ends + timedelta(days=1)).content.decode()
    assert page.count("Expiré</td>") == 2


def test_the_page_says_where_the_key_is(client, now, settings):
    settings.SEAL_KEY = "pkcs11"
    page = shown(client, "/exploitation/preuves/", now).content.decode()
    assert "module PKCS#11" in page
    assert "aucun dépôt n'attend" in page
