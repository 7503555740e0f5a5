"""A buyer's software prepares and publishes, with a key and once per idempotency key (P7-B2, P7-B3, P7-T10)."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from procurement.accounts.models import IdempotentReply
from procurement.accounts.roles import Role
from procurement.organisations.models import Organisation
from tenders.models import Consultation, Document
from tests.api.conftest import Call, token_of
from tests.factories import organisations as make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + b"x" * 5000


def create(call: Call, payload: dict[str, Any]) -> str:
    response = call("post", "/consultations", payload, key="create")
    assert response.status_code == 201, response.content
    return str(response.json()["id"])


def add_document(
    call: Call, consultation: str, content: bytes = PDF, name: str = "R%C3%A8glement.pdf"
) -> Any:
    return Client().post(
        f"/api/v1/consultations/{consultation}/documents?kind=rules",
        data=content,
        content_type="application/octet-stream",
        headers={**call.headers, "X-File-Name": name},  # type: ignore[attr-defined]
    )


@pytest.fixture
def call_with_headers(buyer: Organisation, now: datetime, call: Call) -> Call:
    token = token_of(buyer, Role.EDITOR, now=now)
    call.headers = {"Authorization": f"Bearer {token}"}  # type: ignore[attr-defined]
    return call


def test_a_consultation_goes_from_nothing_to_published(
    call_with_headers: Call, payload: dict[str, Any], client: Client
) -> None:
    call = call_with_headers
    consultation = create(call, payload)
    added = add_document(call, consultation)
    assert (added.status_code, added.json()["name"]) == (201, "Règlement.pdf")
    published = call("post", f"/consultations/{consultation}/publish", key="publish")
    assert (published.status_code, published.json()["state"]) == (200, "published")
    page = client.get(f"/api/v1/consultations/{consultation}").json()
    assert [lot["title"] for lot in page["lots"]] == ["Chaussées", "Trottoirs"]
    assert page["pieces"] == [
        {"envelope": "offer", "label": "Acte d'engagement", "is_mandatory": True, "lot_number": 2}
    ]


def test_the_same_request_is_done_once(call: Call, payload: dict[str, Any]) -> None:
    first = call("post", "/consultations", payload, key="a")
    again = call("post", "/consultations", payload, key="a")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert Consultation.objects.count() == 1


def test_a_key_serves_one_request_only(call: Call, payload: dict[str, Any]) -> None:
    call("post", "/consultations", payload, key="a")
    other = call("post", "/consultations", {**payload, "reference": "2026-015"}, key="a")
    assert (other.status_code, other.json()["type"]) == (422, "urn:profil-acheteur:idempotency_key_reused")
    assert Consultation.objects.count() == 1


def test_a_refused_request_leaves_no_answer_behind(call: Call, payload: dict[str, Any]) -> None:
    refused = call("post", "/consultations", {**payload, "cpv_main": "12"}, key="a")
    assert refused.status_code == 422
    assert "cpv_main" in refused.json()["errors"]
    assert not IdempotentReply.objects.exists()
    assert call("post", "/consultations", payload, key="a").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 101])
def test_writing_needs_an_idempotency_key(call: Call, payload: dict[str, Any], key: str) -> None:
    assert call("post", "/consultations", payload, key=key).status_code == 400
    assert not Consultation.objects.exists()


def test_moments_without_offset_are_refused(call: Call, payload: dict[str, Any]) -> None:
    response = call("post", "/consultations", {**payload, "deadline": "2030-01-01T12:00:00"}, key="a")
    assert (response.status_code, response.json()["type"]) == (422, "urn:profil-acheteur:naive_moment")
    assert not Consultation.objects.exists()


def test_what_is_missing_is_listed_when_publishing(call: Call, payload: dict[str, Any]) -> None:
    consultation = create(call, payload)
    refused = call("post", f"/consultations/{consultation}/publish", key="b")
    assert refused.status_code == 409
    assert any("document" in sentence for sentence in refused.json()["missing"])
    assert Consultation.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [(b"", "a.pdf", 422), (b"MZ\x90\x00" + b"x" * 5000, "a.exe", 422), (b"<html>" * 900, "a.pdf", 422)],
)
def test_documents_are_judged_by_their_content(
    call_with_headers: Call, payload: dict[str, Any], content: bytes, name: str, status: int
) -> None:
    consultation = create(call_with_headers, payload)
    response = add_document(call_with_headers, consultation, content, name)
    assert response.status_code == status
    assert not Document.objects.exists()


@pytest.mark.parametrize("token", ["", "pa_unknown", "revoked"])
def test_without_a_valid_key_nothing_is_written(call: Call, payload: dict[str, Any], token: str) -> None:
    response = call("post", "/consultations", payload, key="a", token=token)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert not Consultation.objects.exists()


def test_a_key_without_the_role_to_publish_is_refused(
    call: Call, payload: dict[str, Any], buyer: Organisation, now: datetime
) -> None:
    consultation = create(call, payload)
    editor = token_of(buyer, Role.EDITOR, now=now)
    response = call("post", f"/consultations/{consultation}/publish", key="b", token=editor)
    assert response.status_code == 403
    assert Consultation.objects.get().state == "draft"


def test_another_buyer_sees_and_changes_nothing(call: Call, payload: dict[str, Any], now: datetime) -> None:
    consultation = create(call, payload)
    stranger = token_of(make.buyer("Commune Voisine"), Role.EDITOR, Role.PUBLISHER, now=now)
    assert call("get", "/consultations/mine", token=stranger).json() == []
    changed = call("put", f"/consultations/{consultation}", {**payload, "title": "Autre"}, token=stranger)
    assert changed.status_code == 404
    assert Consultation.objects.get().title == payload["title"]


def test_a_draft_is_replaced_by_its_own_buyer(call: Call, payload: dict[str, Any]) -> None:
    consultation = create(call, payload)
    changed = call("put", f"/consultations/{consultation}", {**payload, "title": "Voirie 2026"})
    assert changed.status_code == 200
    assert Consultation.objects.get().title == "Voirie 2026"
    assert call("get", "/consultations/mine").json()[0]["title"] == "Voirie 2026"


def test_too_many_requests_are_told_when_to_come_back(client: Client) -> None:
    statuses = [client.get("/api/v1/consultations?page=1").status_code for _ in range(301)]
    assert statuses[-1] == 429
    assert int(client.get("/api/v1/consultations")["Retry-After"]) >= 1
