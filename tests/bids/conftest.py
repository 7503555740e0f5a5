"""A published consultation of two lots, a company that answers it, and the browser of one of its members."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from procurement.accounts.models import User
from procurement.organisations.models import Organisation
from tenders.models import Consultation
from tests.factories import openings, organisations, tenders

SignIn = Callable[[User], Client]


@pytest.fixture
def consultation(db: None) -> Consultation:
    return tenders.published(lots=tenders.LOTS)


@pytest.fixture
def after_the_opening() -> Iterator[None]:
    with time_machine.travel(openings.OPENING, tick=False):
        yield


@pytest.fixture
def company(db: None) -> Organisation:
    return organisations.company()


@pytest.fixture
def person(company: Organisation) -> User:
    return organisations.member(company, full_name="Dominique Exemple")


@pytest.fixture
def sign_in() -> SignIn:
    """A browser in which this person is signed in."""

    def signed_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    return signed_in


@pytest.fixture
def browser(sign_in: SignIn, person: User) -> Client:
    return sign_in(person)


@pytest.fixture
def clock(now: datetime) -> "time_machine.Coordinates":
    """The wall clock of views, standing at `now`; `move_to` moves it."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def stored() -> Callable[[], list[Path]]:
    """The sealed files on the disk now."""

    def listed() -> list[Path]:
        return sorted(
            path for path in (Path(settings.DATA_DIR) / "files" / "sealed").rglob("*") if path.is_file()
        )

    return listed
