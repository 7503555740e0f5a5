import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from essential_data.models import Publication
from tests.essential_data.conftest import BUYER_SIRET, FACTS

CONTRACTS = "/api/v1/essential-data/contracts"
MakePublished = Callable[..., Publication]


def test_a_machine_reads_the_official_record(client: Client, make_published: MakePublished) -> None:
    publication = make_published(number="2026/7")
    response = client.get(f"{CONTRACTS}/{BUYER_SIRET}/2026/7")
    answer = response.json()
    assert answer["record"] == json.loads(json.dumps(publication.payload))
    assert (answer["buyer_name"], answer["sha256"]) == ("Commune de Valfictif", publication.sha256)
    assert answer["holders"][0]["name"] == "Jardins Imaginaires"
    assert not response.cookies


def test_what_is_not_published_is_not_found(client: Client, make_contract: Callable[..., Any]) -> None:
    contract = make_contract()
    assert client.get(f"{CONTRACTS}/{BUYER_SIRET}/{contract.number}").status_code == 404
    assert client.get(CONTRACTS).json()["count"] == 0


def test_the_list_is_filtered_and_paged(client: Client, make_published: MakePublished) -> None:
    make_published(facts=replace(FACTS, cpv="45000000"), notified_on=date(2025, 11, 3))
    make_published()
    make_published()
    first = client.get(f"{CONTRACTS}?page_size=2").json()
    assert (first["count"], first["pages"], len(first["items"])) == (3, 2, 2)
    assert len(client.get(f"{CONTRACTS}?page_size=2&page=2").json()["items"]) == 1
    assert client.get(f"{CONTRACTS}?page_size=2&page=3").json()["items"] == []
    assert client.get(f"{CONTRACTS}?cpv=45&year=2025&department=40&q=espaces").json()["count"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["cpv=x", "year=1", "department=4", "page=0", "buyer=12", "page_size=1000"])
def test_a_filter_that_makes_no_sense_is_refused(client: Client, query: str) -> None:
    assert client.get(f"{CONTRACTS}?{query}").status_code == 422


def test_the_list_costs_the_same_for_one_contract_and_for_many(
    client: Client, make_published: MakePublished, django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        make_published()
        with django_assert_num_queries(3):  # count, page, holders
            client.get(CONTRACTS)


def test_the_files_of_everything_are_announced(client: Client, make_published: MakePublished) -> None:
    make_published()
    answer = client.get("/api/v1/essential-data/files").json()
    assert answer["contracts"] == 1
    for kind in ("json", "xml", "csv"):
        assert client.get(answer[f"{kind}_url"]).status_code == 200
