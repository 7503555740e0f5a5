from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from procurement.accounts.roles import Role
from procurement.organisations.models import Organisation
from tests.factories import organisations

Enter = Callable[..., Client]


@pytest.fixture
def buyer(db) -> Organisation:
    return organisations.buyer()


@pytest.fixture
def other_buyer(db) -> Organisation:
    return organisations.buyer("Syndicat fictif des Eaux")


@pytest.fixture
def company(db) -> Organisation:
    return organisations.company()


@pytest.fixture
def clock(now: datetime) -> Iterator[time_machine.Traveller]:
    """The server's clock stands at `now`; `clock.move_to` sets it elsewhere."""
    with time_machine.travel(now, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def visitor(clock) -> Client:
    return Client()


@pytest.fixture
def enter(clock) -> Enter:
    """A browser signed in as a member of an organisation with these roles (all ordinary ones by default)."""

    def signed_in(organisation: Organisation, *roles: Role, **options: object) -> Client:
        client = Client(**options)
        client.force_login(organisations.member(organisation, *roles))
        return client

    return signed_in
