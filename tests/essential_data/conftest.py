from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from essential_data import services
from essential_data.mapping import Snapshot
from essential_data.models import Publication
from procurement.accounts.roles import Role
from procurement.accounts.services import add_member
from procurement.actors import Actor
from procurement.organisations.models import Kind, Organisation
from procurement.organisations.services import register_organisation
from tenders.models import Contract
from tenders.rules.contracts import Facts, Holder
from tenders.services import contracts

ACTOR = Actor(id=None, label="Agent de Valfictif")
BUYER_SIRET, HOLDER_SIRET, SECOND_SIRET = "98765432400019", "11122233700011", "55566677500013"
NOTIFIED = date(2026, 2, 16)

FACTS = Facts(
    nature="contract",
    subject="Entretien des espaces verts de l'école",
    cpv="77310000",
    techniques=("none",),
    execution_modalities=("none",),
    innovative=False,
    ccag="supplies_and_services",
    offers_received=3,
    advance_granted=True,
    advance_rate=Decimal("0.05"),
    grouping="none",
    procedure="adapted",
    place_code="40192",
    place_type="commune",
    duration_months=24,
    price_types=("revisable",),
    price_form="mixed",
    subcontracting_declared=False,
    social=("clause",),
    environmental=("criterion",),
)
CONCESSION_FACTS = Facts(
    nature="public_service_delegation",
    subject="Gestion du service public de l'eau potable",
    procedure="negotiated_open",
    duration_months=144,
    execution_starts_on=date(2026, 4, 1),
    public_subsidy=Decimal(0),
    social=("none",),
    environmental=("clause",),
)
HOLDERS = (Holder("Jardins Imaginaires", HOLDER_SIRET),)


@pytest.fixture
def snapshot() -> Snapshot:
    """A complete marché as plain values."""
    return Snapshot(
        kind="contract",
        number="2026-001",
        buyer_siret=BUYER_SIRET,
        amount=Decimal("85000.50"),
        notified_on=NOTIFIED,
        published_on=date(2026, 3, 2),
        facts=FACTS,
        holders=HOLDERS,
    )


@pytest.fixture
def concession() -> Snapshot:
    return Snapshot(
        kind="concession",
        number="2026-DSP-1",
        buyer_siret=BUYER_SIRET,
        amount=Decimal(4200000),
        signed_on=NOTIFIED,
        published_on=date(2026, 3, 2),
        facts=CONCESSION_FACTS,
        holders=HOLDERS,
    )


@pytest.fixture
def buyer(db: None, now: datetime) -> Organisation:
    return register_organisation(
        kind=Kind.BUYER, name="Commune de Valfictif", siret=BUYER_SIRET, actor=ACTOR, now=now
    )


@pytest.fixture
def make_contract(buyer: Organisation, now: datetime) -> Callable[..., Contract]:
    """A contract of the buyer, complete and notified unless told otherwise."""

    def make(*, notified_on: date | None = NOTIFIED, **given: Any) -> Contract:
        values = {"buyer": buyer, "holders": HOLDERS, "amount": Decimal("85000.50"), "facts": FACTS} | given
        contract = contracts.record_contract(**values, actor=ACTOR, now=now)
        if notified_on is None:
            return contract
        return contracts.record_notified(contract=contract, notified_on=notified_on, actor=ACTOR, now=now)

    return make


@pytest.fixture
def make_published(make_contract: Callable[..., Contract], now: datetime) -> Callable[..., Publication]:
    def make(**given: Any) -> Publication:
        publication = services.schedule(contract=make_contract(**given), actor=ACTOR, now=now)
        assert publication is not None
        return services.publish(publication=publication, actor=ACTOR, now=now)

    return make


@pytest.fixture
def client_as(buyer: Organisation, now: datetime) -> Callable[..., Client]:
    """A browser signed in with one role at the buyer, or at another organisation."""

    def sign_in(role: Role, organisation: Organisation = buyer) -> Client:
        user = add_member(
            organisation=organisation,
            email=f"{role}@{organisation.slug}.invalid",
            roles=[role],
            actor=ACTOR,
            now=now,
        )
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
