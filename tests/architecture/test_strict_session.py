"""The session is as strict as tests/conftest.py and pyproject.toml say."""

import socket
import warnings
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.template import engines
from django.test import Client
from pytest_socket import SocketConnectBlockedError

from procurement.actors import SYSTEM
from procurement.audit.models import Head
from procurement.audit.services import record
from procurement.jobs.models import Job
from procurement.organisations.models import Organisation
from tests.factories import organisations


def test_a_query_without_an_order_comes_in_any_order() -> None:
    assert "ORDER BY RAND" in str(Job.objects.order_by().query).upper()


def test_a_query_with_an_order_keeps_it() -> None:
    sql = str(Organisation.objects.order_by("name").query).upper()
    assert sql.endswith('ORDER BY "ORGANISATIONS_ORGANISATION"."NAME" ASC')


def test_counting_and_grouping_are_left_alone() -> None:
    assert "RAND" not in str(Job.objects.order_by().values("kind").distinct().query).upper()


def test_no_test_reaches_the_network() -> None:
    # pytest-socket warns before it raises, and warnings are errors.
    with pytest.raises((SocketConnectBlockedError, UserWarning), match="A test tried to use socket"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_warnings_are_errors() -> None:
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_an_undefined_template_variable_fails() -> None:
    template = engines["django"].from_string("{{ nobody_gave_this }}")
    with pytest.raises(pytest.fail.Exception, match="nobody_gave_this"):
        template.render({})


@pytest.mark.parametrize("_time", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_leaves_the_rows_of_the_migrations(_time: int, now: datetime) -> None:
    with transaction.atomic():
        record(action="x.y", subject="a", actor=SYSTEM, at=now)
    assert Head.objects.get().size == 1


@pytest.mark.django_db
def test_a_response_closed_by_hand_does_not_end_the_transaction(client: Client) -> None:
    organisations.buyer()
    client.get("/").close()
    assert connection.in_atomic_block
    assert connection.is_usable()
    assert Organisation.objects.count() == 1
