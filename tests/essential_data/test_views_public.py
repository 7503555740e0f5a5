import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from django.test import Client
from lxml import etree

from essential_data import services
from essential_data.models import Publication
from procurement.organisations.models import Organisation
from tenders.models import Contract
from tenders.rules.contracts import Holder
from tenders.services import contracts
from tests.essential_data.conftest import ACTOR, BUYER_SIRET, FACTS, HOLDER_SIRET, HOLDERS, SECOND_SIRET
from tests.factories import tenders

LIST = "/donnees-essentielles/"
BULK = [f"{LIST}marches.{kind}" for kind in ("json", "xml", "csv")]
MakePublished = Callable[..., Publication]


def page_of(number: str) -> str:
    return f"{LIST}{BUYER_SIRET}/{quote(number)}/"


def content(response: Any) -> bytes:
    return response.getvalue() if response.streaming else response.content


@pytest.fixture
def three(make_published: MakePublished) -> list[Publication]:
    return [
        make_published(number="2026-001"),
        make_published(
            number="2026/002",
            facts=replace(FACTS, subject="Réfection de l'Hôtel de Ville", cpv="45000000", place_code="2B002"),
            notified_on=date(2025, 11, 3),
        ),
        make_published(number="2026-003", holders=(Holder("Œuvres & Fils", SECOND_SIRET),)),
    ]


def numbers(response: Any) -> set[str]:
    return {publication.contract.number for publication, _ in response.context["entries"]}


def test_the_list_says_who_was_paid_how_much_for_what(client: Client, three: list[Publication]) -> None:
    response = client.get(LIST)
    assert numbers(response) == {"2026-001", "2026/002", "2026-003"}
    text = response.content.decode()
    assert "3 contrats" in text
    assert "a confié à Jardins Imaginaires" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=hotel+REFECTION", {"2026/002"}),
        ("q=oeuvres", {"2026-003"}),
        ("q=espaces+imaginaires", {"2026-001"}),
        (f"q={HOLDER_SIRET}", {"2026-001", "2026/002"}),
        ("q=50%25", set()),
        ("year=2025", {"2026/002"}),
        ("cpv=45", {"2026/002"}),
        ("department=2b", {"2026/002"}),
        ("department=40&year=2026", {"2026-001", "2026-003"}),
        (f"buyer={BUYER_SIRET}", {"2026-001", "2026/002", "2026-003"}),
        ("year=beaucoup&cpv=x&buyer=1", {"2026-001", "2026/002", "2026-003"}),
    ],
)
def test_the_list_is_searched_and_filtered(
    client: Client, three: list[Publication], query: str, found: set[str]
) -> None:
    assert numbers(client.get(f"{LIST}?{query}")) == found


def test_an_empty_answer_says_what_to_try(client: Client, three: list[Publication]) -> None:
    assert "Essayez avec moins de mots" in client.get(f"{LIST}?q=sous-marin").content.decode()


def test_the_list_costs_the_same_for_one_contract_and_for_many(
    client: Client, make_published: MakePublished, django_assert_num_queries: Any
) -> None:
    make_published()
    with django_assert_num_queries(5):  # buyers, years, count, page, holders
        client.get(LIST)
    for _ in range(22):
        make_published()
    with django_assert_num_queries(5):
        response = client.get(LIST)
    assert len(response.context["entries"]) == 20
    assert len(client.get(f"{LIST}?page=2").context["entries"]) == 3


def test_nothing_is_shown_before_it_is_published(
    client: Client, make_contract: Callable[..., Contract]
) -> None:
    contract = make_contract()
    assert numbers(client.get(LIST)) == set()
    for address in (page_of(contract.number), page_of(contract.number)[:-1] + ".json"):
        assert client.get(address).status_code == 404


def test_the_page_starts_with_the_sentence(client: Client, three: list[Publication]) -> None:
    text = client.get(page_of("2026-001")).content.decode()
    assert "pour 85\u202f000,50\u00a0€\u00a0HT, sur 24\u00a0mois, après une mise en concurrence" in text
    assert "à laquelle 3 entreprises ont répondu." in text
    for word in ("Contrat notifié", "Procédure adaptée", "5\u00a0%", "R. 2196-1", three[0].sha256):
        assert word in text


def test_the_page_leads_back_to_the_consultation(client: Client, buyer: Organisation) -> None:
    consultation = tenders.published(buyer)
    later = tenders.DEADLINE + timedelta(days=20)
    contract = contracts.record_contract(
        buyer=consultation.buyer,
        consultation=consultation,
        lot=consultation.lots.order_by("number").first(),
        holders=HOLDERS,
        amount=Decimal(90000),
        offers_received=2,
        facts=replace(FACTS, subject=None, cpv=None, procedure=None),
        actor=ACTOR,
        now=later,
    )
    contracts.record_notified(contract=contract, notified_on=later.date(), actor=ACTOR, now=later)
    publication = services.schedule(contract=contract, actor=ACTOR, now=later)
    services.publish(publication=publication, actor=ACTOR, now=later)
    response = client.get(f"{LIST}{consultation.buyer.siret}/{contract.number}/")
    steps = [step.text.split(":")[0] for step in response.context["timeline"]]
    assert steps[:2] == ["Consultation publiée", "Date limite de remise des plis"]
    assert steps[-1] == "Données essentielles publiées"
    assert f"/consultations/{consultation.pk}/" in response.content.decode()


def test_a_number_with_a_slash_has_a_page_and_files(client: Client, three: list[Publication]) -> None:
    assert client.get(page_of("2026/002")).status_code == 200
    response = client.get(f"{LIST}{BUYER_SIRET}/2026/002.json")
    assert json.loads(response.content)["marches"]["marche"][0]["id"] == "2026/002"
    assert response["Content-Disposition"] == f'attachment; filename="DECP-{BUYER_SIRET}-2026_002.json"'


@pytest.mark.parametrize(("kind", "digest"), [("json", "sha256"), ("xml", "xml_sha256")])
def test_the_files_are_the_bytes_that_were_journalled(
    client: Client, three: list[Publication], kind: str, digest: str
) -> None:
    response = client.get(f"{LIST}{BUYER_SIRET}/2026-001.{kind}")
    assert sha256(response.content).hexdigest() == getattr(three[0], digest)


@pytest.mark.parametrize("address", [LIST, page_of("2026-001"), *BULK, f"{LIST}{BUYER_SIRET}/2026-001.xml"])
def test_public_pages_are_cacheable_and_set_no_cookie(
    client: Client, three: list[Publication], address: str
) -> None:
    """P7-B1: free, direct and anonymous."""
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert "public" in response["Cache-Control"]
    again = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, content(again)) == (304, b"")


@pytest.mark.parametrize("address", [*BULK, f"{LIST}{BUYER_SIRET}/2026-001.json"])
def test_files_do_not_depend_on_who_asks(client: Client, three: list[Publication], address: str) -> None:
    assert "cookie" not in client.get(address).get("Vary", "").lower()


def test_the_etag_of_a_file_changes_with_the_next_contract(
    client: Client, make_published: MakePublished
) -> None:
    make_published()
    before = client.get(BULK[0])["ETag"]
    make_published()
    assert client.get(BULK[0], headers={"If-None-Match": before}).status_code == 200
    assert client.get(f"{BULK[0]}?year=2025")["ETag"] != client.get(BULK[0])["ETag"]


def test_the_whole_is_streamed_in_three_formats(client: Client, three: list[Publication]) -> None:
    answers = [client.get(address) for address in BULK]
    assert all(answer.streaming for answer in answers)
    as_json, as_xml, as_csv = (content(answer) for answer in answers)
    assert len(json.loads(as_json)["marches"]["marche"]) == 3
    assert as_xml.count(b"<marche>") == 3
    rows = list(csv.DictReader(io.StringIO(as_csv.decode(), newline="")))
    assert {row["id"]: row["titulaire_1_nom"] for row in rows} == {
        "2026-001": "Jardins Imaginaires",
        "2026/002": "Jardins Imaginaires",
        "2026-003": "Œuvres & Fils",
    }
    assert {row["acheteur_nom"] for row in rows} == {"Commune de Valfictif"}


def test_a_file_may_hold_the_selection_only(client: Client, three: list[Publication]) -> None:
    found = json.loads(content(client.get(f"{BULK[0]}?year=2025")))["marches"]["marche"]
    assert [record["id"] for record in found] == ["2026/002"]


@pytest.mark.corpus
def test_what_a_citizen_downloads_passes_the_official_schemas(
    client: Client, three: list[Publication], shared_data: Path
) -> None:
    folder = shared_data / "essential_data/schemas/v2.0.4-from-decp-arr2022"
    schema = jsonschema_rs.validator_for(json.loads((folder / "schema_decp_v2.0.4.json").read_text()))
    xsd = etree.XMLSchema(etree.parse(folder / "schema_decp_v2.0.2.xsd"))
    one = f"{LIST}{BUYER_SIRET}/2026-001"
    for address in (BULK[0], f"{one}.json"):
        assert schema.is_valid(json.loads(content(client.get(address))))
    for address in (BULK[1], f"{one}.xml"):
        assert xsd.validate(etree.fromstring(content(client.get(address)))), xsd.error_log


def test_pages_answer_reading_only(client: Client, now: datetime, db: None) -> None:
    for address in (LIST, *BULK):
        assert client.post(address).status_code == 405
