"""Lists cost the same number of queries however long they are."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from procurement.accounts.roles import Role
from procurement.accounts.services import issue_api_token
from procurement.jobs import services as jobs
from procurement.notifications.models import Mail
from procurement.portal.demonstration import acts, scenes
from tests.factories import organisations as make
from tests.factories import tenders

pytestmark = pytest.mark.django_db
Count = Callable[[int], AbstractContextManager[Any]]


def test_the_team(client: Client, django_assert_num_queries: Count) -> None:
    buyer = make.buyer()
    client.force_login(make.member(buyer))
    for _ in range(5):
        make.member(buyer, Role.READER, Role.EDITOR)
    with django_assert_num_queries(4):
        client.get("/organisation/equipe/")


def test_the_tokens(client: Client, django_assert_num_queries: Count, now: datetime) -> None:
    buyer = make.buyer()
    client.force_login(make.member(buyer))
    for number in range(5):
        issue_api_token(
            organisation=buyer, name=f"L{number}", roles=[Role.EDITOR], actor=make.actor_of(buyer), now=now
        )
    with django_assert_num_queries(4):
        client.get("/organisation/cles/")


def test_the_operators_pages(client: Client, django_assert_num_queries: Count, now: datetime) -> None:
    client.force_login(make.member(make.operator()))
    for number in range(5):
        make.buyer(f"Commune {number}")
        jobs.enqueue(kind="notifications.send", subject=number, now=now)
        Mail.objects.create(to="a@b.example", subject="S", body="B", queued_at=now)
    for path, queries in (("membres", 4), ("travaux", 7), ("courriels", 4)):
        with django_assert_num_queries(queries):
            client.get(f"/exploitation/{path}/")


def test_the_home_page(client: Client, django_assert_num_queries: Count) -> None:
    buyer = make.buyer()
    for _ in range(4):
        tenders.published(buyer=buyer)
    with django_assert_num_queries(2):
        client.get("/")


def test_the_dashboards(client: Client, django_assert_num_queries: Count, now: datetime) -> None:
    buyer, company = make.buyer(), make.company()
    for _ in range(4):
        consultation = tenders.published(buyer=buyer)
        papers = scenes.papers_of(consultation, company, Decimal(50000), now)
        draft = acts.draft_deposit(consultation=consultation, company=company, papers=papers[1:2], at=now)
        acts.seal(deposit=draft, company=company, at=now)
        tenders.letter(consultation=consultation, recipient=company)
    for user, queries in (
        (make.member(buyer), 6),
        (make.member(company), 7),
        (make.member(make.operator()), 11),
    ):
        client.force_login(user)
        with django_assert_num_queries(queries):
            client.get("/tableau-de-bord/")
