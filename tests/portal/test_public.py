"""Public pages: no account, no cookie, cacheable; what breaks says how to be helped."""

import json

import pytest
from django.test import Client

from tests.factories import organisations as make

PAGES = ["/", "/aide/", "/aide/prerequis/", "/aide/scellement/", "/accessibilite/", "/mentions-legales/",
         "/donnees-personnelles/", "/etat/", "/consultations/", "/donnees-essentielles/", "/api/v1/docs"]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_public_pages_set_no_cookie_and_name_no_third_party(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    page = response.content.decode()
    assert 'src="http' not in page
    assert '<link rel="stylesheet" href="http' not in page
    assert "default-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_members_page_is_never_kept_by_a_proxy(client: Client) -> None:
    assert "public" in client.get("/")["Cache-Control"]
    client.force_login(make.member(make.company()))
    assert "private" in client.get("/")["Cache-Control"]


@pytest.mark.django_db
def test_health_tells_the_database_and_the_jobs(client: Client) -> None:
    health = json.loads(client.get("/sante/").content)
    assert health["status"] == "ok"
    assert health["jobs"] == {"waiting": 0, "late": 0, "failed": 0}


@pytest.mark.django_db
def test_an_unknown_page_is_a_plain_404(client: Client) -> None:
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert "n'existe pas" in response.content.decode().replace("’", "'")


@pytest.mark.django_db
def test_a_500_page_carries_the_reference_of_the_log(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("procurement.portal.views.health.jobs.count", broken)
    client.raise_request_exception = False
    response = client.get("/etat/")
    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()
    assert "ZeroDivisionError" not in response.content.decode()


@pytest.mark.django_db
def test_the_sign_in_page_shows_the_demonstration_only_where_it_is_one(
    client: Client, settings: object
) -> None:
    assert "mairie@demo.example" not in client.get("/compte/login/").content.decode()
    settings.DEMO = True  # type: ignore[attr-defined]
    assert "mairie@demo.example" in client.get("/compte/login/").content.decode()
