"""The API changes on purpose only: `docs/openapi.json` is what buyers' software was written against."""

import json
from pathlib import Path

import pytest
from django.test import Client

SNAPSHOT = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.mark.django_db
def test_the_published_description_is_the_committed_one(client: Client) -> None:
    current = client.get("/api/v1/openapi.json").json()
    assert current == json.loads(SNAPSHOT.read_text(encoding="utf-8")), (
        "run: make openapi, and look at the difference"
    )


@pytest.mark.django_db
def test_the_documentation_needs_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/v1/docs").content.decode()
    assert "//cdn" not in page
    assert "<script>" not in page
