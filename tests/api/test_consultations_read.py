"""Anyone reads what is published, without key; nothing else (P7-S4, P7-T10)."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import tenders as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def soon() -> datetime:
    return timezone.now() + timedelta(days=20)


def test_published_consultations_are_listed_without_key(
    client: Client, soon: datetime, django_assert_num_queries: object
) -> None:
    for _ in range(3):
        make.published(deadline=soon, opening_at=None, questions_deadline=None)
    make.draft(deadline=soon, opening_at=None, questions_deadline=None)
    with django_assert_num_queries(2):  # type: ignore[operator]
        page = client.get("/api/v1/consultations").json()
    assert (page["count"], len(page["items"]), page["next"]) == (3, 3, None)


def test_filters_are_those_of_the_public_list(client: Client, soon: datetime) -> None:
    make.published(
        deadline=soon, opening_at=None, questions_deadline=None, nature="services", title="Entretien"
    )
    make.published(deadline=soon, opening_at=None, questions_deadline=None, nature="works")
    found = client.get("/api/v1/consultations?nature=services&q=entretien&status=open").json()
    assert [item["title"] for item in found["items"]] == ["Entretien"]
    assert client.get("/api/v1/consultations?nature=art").status_code == 422


def test_one_consultation_says_everything_public_and_not_its_estimate(client: Client, soon: datetime) -> None:
    consultation = make.published(deadline=soon, opening_at=None, questions_deadline=None)
    found = client.get(f"/api/v1/consultations/{consultation.pk}").json()
    assert found["documents"][0]["sha256"] == consultation.documents.first().file.sha256
    assert found["pieces"][0]["envelope"] == "candidature"
    assert "estimated_value" not in found


def test_a_draft_does_not_exist_for_others(client: Client, soon: datetime) -> None:
    draft = make.draft(deadline=soon, opening_at=None, questions_deadline=None)
    response = client.get(f"/api/v1/consultations/{draft.pk}")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:profil-acheteur:not_found"


def test_no_cookie_is_set(client: Client) -> None:
    assert not client.get("/api/v1/consultations").cookies
