"""eDUME by the API (R2143-4, P7-B4, P7-S7): the same answers as the commands, with a key."""

import json
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from dume.parse import read
from dume.samples import OPERATOR, sample_response
from procurement.accounts.roles import Role
from tests.api.conftest import token_of
from tests.factories import organisations as make

pytestmark = pytest.mark.django_db


def post(path: str, body: bytes, token: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client().post(f"/api/v1/dume{path}", body, content_type="application/xml", headers=headers)


@pytest.fixture
def token(now: datetime) -> str:
    return token_of(make.company(), Role.COMPANY_MEMBER, now=now)


def test_a_check_answers_what_the_command_prints(now: datetime, token: str, tmp_path: Path) -> None:
    data = sample_response(now=now, declared=frozenset({"tax-pay"}))
    file = tmp_path / "dume.xml"
    file.write_bytes(data)
    printed = StringIO()
    call_command("check_dume", str(file), "--json", stdout=printed)
    said = json.loads(printed.getvalue())
    del said["file"]
    answer = post("/check", data, token)
    assert (answer.status_code, answer.json()) == (200, said)
    assert "exclusion.declared" in {finding["rule"] for finding in said["business"]}


def test_what_cannot_be_read_is_judged_too(token: str) -> None:
    answer = post("/check", b"<!DOCTYPE a []><a/>", token)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "unreadable")


@pytest.mark.corpus
@pytest.mark.parametrize("to", ["4.1.0", "2.1.1"])
def test_a_conversion_answers_what_the_command_writes(
    to: str, token: str, shared_data: Path, tmp_path: Path
) -> None:
    source = shared_data / "dume" / "4.1.0" / "samples" / "ESPD-Response.xml"
    printed = StringIO()
    out = tmp_path / "out.xml"
    call_command("convert_dume", str(source), "--to", to, "--out", str(out), "--json", stdout=printed)
    said = json.loads(printed.getvalue())
    answer = post(f"/convert?to={to}", source.read_bytes(), token)
    assert answer.status_code == 200
    told = answer.json()
    assert read(told.pop("xml").encode()).criteria == read(out.read_bytes()).criteria
    assert told == {key: said[key] for key in ("from", "to", "kind", "losses", "verdict")}


def test_a_dume_of_the_version_asked_for_is_given_back_as_it_is(now: datetime, token: str) -> None:
    """Whatever its encoding, with what our writer would not have written."""
    text = (
        sample_response(now=now)
        .decode()
        .partition("?>")[2]
        .replace("<cac:Evidence>", "<!-- relu --><cac:Evidence>")
    )
    answer = post(
        "/convert?to=4.1.0", f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16"), token
    )
    assert answer.status_code == 200
    assert answer.json()["xml"] == text.strip()


@pytest.mark.corpus
def test_an_earlier_response_is_taken_up_in_a_new_one(now: datetime, token: str, shared_data: Path) -> None:
    demand = (shared_data / "dume" / "4.1.0" / "samples" / "ESPD-Request.xml").read_bytes()
    sent = {
        "demand": SimpleUploadedFile("demande.xml", demand),
        "response": SimpleUploadedFile("reponse.xml", sample_response(now=now)),
    }
    answer = Client().post("/api/v1/dume/merge", sent, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    told = answer.json()
    assert told["version"] == "4.1.0"
    assert told["matched"]
    assert told["missing"]
    merged = read(told["xml"].encode())
    assert merged.operator is not None
    assert merged.operator.party.name == OPERATOR


@pytest.mark.parametrize(
    ("form", "start", "media"),
    [("html", b"<!doctype html>", "text/html"), ("pdf", b"%PDF-", "application/pdf")],
)
def test_a_dume_is_shown(now: datetime, token: str, form: str, start: bytes, media: str) -> None:
    answer = post(f"/render?form={form}", sample_response(now=now), token)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(media)
    assert answer.content.startswith(start)


@pytest.mark.parametrize("path", ["/convert?to=4.1.0", "/render"])
@pytest.mark.parametrize("body", [b"<a/>", b"<!DOCTYPE a []><a/>", b"no xml"])
def test_what_is_no_dume_is_refused_in_french(path: str, body: bytes, token: str) -> None:
    answer = post(path, body, token)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["title"].startswith("Ce fichier")


def test_two_files_too_large_together_are_refused(token: str) -> None:
    sent = {
        "demand": SimpleUploadedFile("demande.xml", b" " * 4_000_000),
        "response": SimpleUploadedFile("reponse.xml", b" " * 4_000_000),
    }
    answer = Client().post("/api/v1/dume/merge", sent, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("path", ["/check", "/convert?to=4.1.0", "/merge", "/render"])
def test_nothing_is_done_without_a_key(path: str) -> None:
    answer = post(path, b"<a/>", "")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_whole_documents_have_a_rate_of_their_own(token: str) -> None:
    answers = [post("/check", b"<a/>", token).status_code for _ in range(61)]
    assert (answers[:60], answers[60]) == ([200] * 60, 429)
    listed = Client().get("/api/v1/deposits", headers={"Authorization": f"Bearer {token}"})
    assert listed.status_code == 200
