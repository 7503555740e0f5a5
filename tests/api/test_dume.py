"""eDUME by the API (R2143-4, P7-B4, P7-S7): the same answers as the commands, with a key."""

import json
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from dume.samples import sample_response
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


@pytest.mark.parametrize("path", ["/check"])
def test_nothing_is_done_without_a_key(path: str) -> None:
    answer = post(path, b"<a/>", "")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
