"""Off by default; and settings that cannot serve are refused when the platform starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from dume.gateway.chosen import chosen
from dume.gateway.exchanged import IdType
from dume.gateway.national import NationalService
from dume.gateway.operations import Offline
from dume.gateway.refusals import ServiceFailed
from procurement.network.connections import Proxy
from tests.dume.gateway.national_service import PLATFORM_ID


def test_nothing_is_connected_by_default():
    assert isinstance(chosen(), Offline)


def test_the_settings_lead_to_the_service(connected, memory):
    gateway = chosen()
    gateway.check_health()
    assert gateway.is_connected
    assert [body["operation"] for _, body in memory.asked] == ["healthCheck"] * 3
    connected.DUME_SERVICE_PROXY = "http://127.0.0.1:3128"
    proxied = chosen()
    assert isinstance(proxied, NationalService)
    assert proxied.proxy == Proxy("http://127.0.0.1:3128")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DUME_SERVICE_URL", "http://api.exemple.test/dume", "must be an https:// address"),
        ("DUME_SERVICE_URL", "api.exemple.test", "must be an https:// address"),
        ("DUME_SERVICE_URL", "https://api.exemple.test:port/dume", "not an address"),
        ("DUME_SERVICE_URL", "https://moi:s3cret@api.exemple.test/dume", "no user"),
        ("DUME_SERVICE_URL", "https://api.exemple.test/dume?cle=1", "no query"),
        ("DUME_SERVICE_CERTIFICATE_PATH", "", "set without DUME_SERVICE_CERTIFICATE_PATH"),
        ("DUME_SERVICE_CERTIFICATE_PATH", "/nowhere.pem", "PEM files that go together"),
        ("DUME_SERVICE_KEY_PATH", "", "set without DUME_SERVICE_KEY_PATH"),
        ("DUME_SERVICE_KEY_PATH", "the key of another", "PEM files that go together"),
        ("DUME_SERVICE_AUTHORITIES_PATH", "/nowhere.pem", "PEM files that go together"),
        ("DUME_PLATFORM_ID", "", "set without DUME_PLATFORM_ID"),
        ("DUME_PLATFORM_ID", "99999900600028", "no identifier of type 1"),
        ("DUME_PLATFORM_TECHNICAL_ID", "", "set without DUME_PLATFORM_TECHNICAL_ID"),
    ],
)
def test_settings_that_cannot_serve_are_refused_at_start(connected, papers, name, value, reason):
    setattr(connected, name, str(papers.key("stranger")) if value == "the key of another" else value)
    with pytest.raises(ImproperlyConfigured, match=reason) as refused:
        apps.get_app_config("dume").ready()
    assert "s3cret" not in str(refused.value)


def test_a_certificate_that_goes_away_later_is_told_when_it_is_needed(connected, memory, tmp_path):
    connected.DUME_SERVICE_CERTIFICATE_PATH = str(tmp_path / "gone.pem")
    with pytest.raises(ServiceFailed, match="certificat TLS de la plateforme est illisible"):
        chosen().check_health()
    assert memory.asked == []


def test_the_platform_does_not_start_with_them():
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "DUME_SERVICE_URL": "https://api.exemple.test/dume", "DUME_PLATFORM_ID": ""}
    started = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=root,
        env=environment | {"DJANGO_SETTINGS_MODULE": "procurement.settings.test"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert started.returncode != 0
    assert "DUME_SERVICE_URL is set without DUME_SERVICE_CERTIFICATE_PATH" in started.stderr


@pytest.mark.parametrize(
    ("id_type", "good", "bad"),
    [
        (IdType.SIRET, PLATFORM_ID, "12345678901234"),
        (IdType.VAT, "BE0999999999", "B"),
        (IdType.OUTSIDE_EU, "CHCommune de X", "C"),
        (IdType.RIDET, "123456789", "12345678"),
        (IdType.TAHITI, "A12345678", "A1234567"),
    ],
)
def test_an_identifier_has_the_form_of_its_type(id_type, good, bad):
    assert id_type.admits(good)
    assert not id_type.admits(bad)
    assert not id_type.admits("")
