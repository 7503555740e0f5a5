"""Software that asks for a DUME, fills one in and joins it to a bid (P7-B4, P7-S7, P7-T10)."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from bids.models import Piece
from bids.states import PieceKind
from dume.model import Kind
from dume.models import DumeRequest, DumeResponse
from dume.parse import read
from dume.samples import sample_response
from procurement.accounts.roles import Role
from procurement.organisations.models import Organisation
from tenders.services import espd
from tenders.services.publication import publish_consultation
from tests.api.conftest import Call, token_of
from tests.factories import bids as deposits
from tests.factories import organisations as make
from tests.factories import tenders

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Organisation:
    return make.company("Menuiserie Imaginaire")


@pytest.fixture
def company_token(company: Organisation, now: datetime) -> str:
    return token_of(company, Role.COMPANY_MEMBER, now=now)


def send(method: str, path: str, token: str, body: Any = b"", *, key: str = "", media: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if key:
        headers["Idempotency-Key"] = key
    content = {"data": body, "content_type": media or "application/xml"} if method != "get" else {}
    return getattr(Client(), method)(f"/api/v1{path}", headers=headers, **content)


def published_request(now: datetime) -> DumeRequest:
    draft = tenders.draft(documents=["reglement.pdf"])
    act = {"consultation_id": draft.pk, "actor": make.actor_of(draft.buyer), "now": now}
    espd.start_from_preset(preset="simplified", **act)
    publish_consultation(**act)
    return DumeRequest.objects.get(buyer=draft.buyer)


# --- The buyer's software -----------------------------------------------------------------------------------------
def test_a_draft_asks_for_a_dume_and_anybody_reads_it_once_published(
    call: Call, payload: dict[str, Any], buyer: Organisation, now: datetime
) -> None:
    consultation = call("post", "/consultations", payload, key="create").json()["id"]
    token = token_of(buyer, Role.EDITOR, Role.PUBLISHER, now=now)
    asked = send("put", f"/consultations/{consultation}/dume?preset=simplified", token)
    assert (asked.status_code, asked.json()["use"], asked.json()["notes"]) == (200, "simplified", [])
    assert send("get", f"/consultations/{consultation}/dume", "").status_code == 404
    headers = {"Authorization": f"Bearer {token}", "X-File-Name": "reglement.pdf"}
    Client().post(
        f"/api/v1/consultations/{consultation}/documents?kind=rules",
        b"%PDF-1.7\n" + b"x" * 5000,
        content_type="application/octet-stream",
        headers=headers,
    )
    assert call("post", f"/consultations/{consultation}/publish", key="publish").status_code == 200
    answer = send("get", f"/consultations/{consultation}/dume", "")
    document = read(answer.content)
    assert (document.kind, document.number) == (Kind.REQUEST, asked.json()["number"])
    assert "Set-Cookie" not in answer.headers


def test_what_is_no_request_is_refused_and_nothing_begins(
    call: Call, payload: dict[str, Any], buyer: Organisation, now: datetime
) -> None:
    consultation = call("post", "/consultations", payload, key="create").json()["id"]
    token = token_of(buyer, Role.EDITOR, now=now)
    for path, body in (("", sample_response(now=now)), ("", b"<a/>"), ("?preset=inconnu", b"")):
        answer = send("put", f"/consultations/{consultation}/dume{path}", token, body)
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert not DumeRequest.objects.exists()


# --- The company's software ---------------------------------------------------------------------------------------
def test_a_response_begins_once_from_a_request_and_an_earlier_dume(company_token: str, now: datetime) -> None:
    request = published_request(tenders.NOW)
    earlier = sample_response(now=now)
    path = f"/dume/responses?demand={request.number.lower()}"
    first = send("post", path, company_token, earlier, key="a")
    assert first.status_code == 201, first.content
    assert send("post", path, company_token, earlier, key="a").json() == first.json()
    row = DumeResponse.objects.get()
    assert (row.number, row.request) == (first.json()["number"], request)
    said = send("get", f"/dume/responses/{row.number}", company_token)
    assert said.json() == first.json()
    document = read(send("get", f"/dume/responses/{row.number}/xml", company_token).content)
    assert document.kind is Kind.RESPONSE
    assert all(ground.declared is False for ground in document.exclusion_grounds)


def test_a_response_without_anything_says_what_is_missing(company_token: str) -> None:
    answer = send("post", "/dume/responses", company_token, key="a")
    assert answer.status_code == 201
    assert answer.json()["missing"]
    assert not answer.json()["is_finished"]


def test_joined_twice_to_a_bid_in_preparation_it_is_there_once(
    company: Organisation, company_token: str, now: datetime
) -> None:
    draft = deposits.draft(tenders.published(), company)
    number = send("post", "/dume/responses", company_token, key="a").json()["number"]
    listed = send("get", "/deposits", company_token).json()
    assert [(one["id"], one["state"]) for one in listed] == [(str(draft.pk), "draft")]
    body = f'{{"number": "{number}"}}'
    for _attempt in range(2):
        answer = send("post", f"/deposits/{draft.pk}/dume", company_token, body, media="application/json")
        assert answer.status_code == 200, answer.content
        (attached,) = answer.json()
        assert attached["name"] == f"DUME-{number}.xml"
    piece = Piece.objects.get(deposit=draft, kind=PieceKind.ESPD)
    assert piece.clear_sha256 == attached["sha256"]


@pytest.mark.parametrize("whose", ["another company", "a buyer"])
def test_nobody_else_sees_or_joins_it(
    whose: str, company: Organisation, company_token: str, now: datetime
) -> None:
    draft = deposits.draft(tenders.published(), company)
    number = send("post", "/dume/responses", company_token, key="a").json()["number"]
    other = (
        token_of(make.company("Autre Entreprise"), Role.COMPANY_MEMBER, now=now)
        if whose == "another company"
        else token_of(make.buyer("Commune Voisine"), Role.EDITOR, now=now)
    )
    body = f'{{"number": "{number}"}}'
    for answer in (
        send("get", f"/dume/responses/{number}", other),
        send("get", f"/dume/responses/{number}/xml", other),
        send("post", f"/deposits/{draft.pk}/dume", other, body, media="application/json"),
    ):
        assert answer.status_code == 404
    assert not Piece.objects.filter(deposit=draft).exists()


def test_a_buyers_key_begins_no_response(now: datetime) -> None:
    token = token_of(make.buyer(), Role.EDITOR, now=now)
    assert send("post", "/dume/responses", token, key="a").status_code == 404
    assert send("get", "/deposits", token).status_code == 404
    assert not DumeResponse.objects.exists()
