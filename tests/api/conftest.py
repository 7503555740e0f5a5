from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from procurement.accounts.roles import Role
from procurement.accounts.services import issue_api_token
from procurement.organisations.models import Organisation
from tests.factories import organisations as make


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def buyer() -> Organisation:
    return make.buyer()


def token_of(organisation: Organisation, *roles: Role, now: datetime) -> str:
    _, token = issue_api_token(
        organisation=organisation, name="Logiciel", roles=roles, actor=make.actor_of(organisation), now=now
    )
    return token


Call = Callable[..., Any]


@pytest.fixture
def call(buyer: Organisation, now: datetime) -> Call:
    """`call("post", "/consultations", json=..., key="a")` as the buyer's software; `token` replaces its own."""
    own = token_of(buyer, Role.EDITOR, Role.PUBLISHER, now=now)

    def send(
        method: str, path: str, json: Any = None, *, key: str = "", token: str = own, **headers: str
    ) -> Any:
        sent = {"Authorization": f"Bearer {token}", **headers}
        if key:
            sent["Idempotency-Key"] = key
        content = {} if json is None else {"data": json, "content_type": "application/json"}
        return getattr(Client(), method)(f"/api/v1{path}", headers=sent, **content)

    return send


@pytest.fixture
def payload() -> dict[str, Any]:
    """What a buyer's software says of a consultation; the deadline is ahead of the real clock the views read."""
    deadline = timezone.now() + timedelta(days=30)
    return {
        "reference": "2026-014",
        "title": "Réfection de la voirie",
        "description": "Reprise des chaussées.",
        "nature": "works",
        "cpv_main": "45233141-9",
        "estimated_value": "90000.00",
        "deadline": deadline.isoformat(),
        "contact_name": "Service des marchés",
        "contact_email": "marches@valfictif.example",
        "lots": [{"number": 1, "title": "Chaussées"}, {"number": 2, "title": "Trottoirs"}],
        "pieces": [{"envelope": "offer", "label": "Acte d'engagement", "lot_number": 2}],
    }
