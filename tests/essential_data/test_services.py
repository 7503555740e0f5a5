import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from django.db import DatabaseError, transaction

from essential_data import services
from essential_data.formats import json_file, xml_file
from essential_data.models import Publication, PublicationRule
from essential_data.tasks import PublicationFailed
from procurement.actors import SYSTEM
from procurement.audit.models import Entry
from procurement.jobs.handlers import HANDLERS, PERIODIC
from tenders.models import Contract
from tenders.rules.contracts import Facts
from tenders.services import contracts
from tenders.services.contracts import ContractFrozen
from tests.essential_data.conftest import ACTOR, CONCESSION_FACTS, FACTS

MakeContract = Callable[..., Contract]
MakePublished = Callable[..., Publication]


def actions(contract: Contract) -> list[str]:
    return list(Entry.objects.filter(subject=str(contract.pk)).values_list("action", flat=True))


def test_a_notified_contract_is_scheduled_two_months_later(
    make_contract: MakeContract, now: datetime
) -> None:
    """R2196-1."""
    contract = make_contract(notified_on=date(2025, 12, 31))
    publication = services.schedule(contract=contract, actor=ACTOR, now=now)
    assert publication is not None
    assert (publication.due_on, publication.rule.basis) == (date(2026, 2, 28), "law")
    assert actions(contract)[-1] == "essential_data.publication.schedule"


def test_scheduling_twice_is_scheduling_once(make_contract: MakeContract, now: datetime) -> None:
    contract = make_contract()
    first = services.schedule(contract=contract, actor=ACTOR, now=now)
    assert services.schedule(contract=contract, actor=ACTOR, now=now) == first
    assert Publication.objects.count() == 1


def test_a_contract_that_nobody_received_is_not_scheduled(make_contract: MakeContract, now: datetime) -> None:
    with pytest.raises(services.ContractNotNotified):
        services.schedule(contract=make_contract(notified_on=None), actor=ACTOR, now=now)


@pytest.mark.parametrize(("amount", "basis"), [("24999.99", None), ("25000", "policy"), ("40000", "law")])
def test_the_threshold_decides(
    make_contract: MakeContract, now: datetime, amount: str, basis: str | None
) -> None:
    publication = services.schedule(contract=make_contract(amount=Decimal(amount)), actor=ACTOR, now=now)
    assert (publication and publication.rule.basis) == basis


def test_ending_the_platforms_policy_leaves_the_law(make_contract: MakeContract, now: datetime) -> None:
    """Thresholds are data: the operator changes a row, not the code."""
    PublicationRule.objects.filter(basis="policy").update(ends_on=date(2025, 12, 31))
    assert services.schedule(contract=make_contract(amount=Decimal(30000)), actor=ACTOR, now=now) is None
    assert services.schedule(contract=make_contract(amount=Decimal(40000)), actor=ACTOR, now=now) is not None


def test_a_concession_gets_its_due_date_when_its_first_day_is_known(
    make_contract: MakeContract, now: datetime
) -> None:
    """R3131-1."""
    unknown = replace(CONCESSION_FACTS, execution_starts_on=None)
    contract = make_contract(kind="concession", facts=unknown, amount=Decimal(100))
    publication = services.schedule(contract=contract, actor=ACTOR, now=now)
    assert publication is not None
    assert publication.due_on is None
    contracts.complete_contract(contract=contract, facts=CONCESSION_FACTS, actor=ACTOR, now=now)
    publication = services.schedule(contract=contract, actor=ACTOR, now=now)
    assert publication is not None
    assert publication.due_on == date(2026, 3, 31)


def test_publishing_freezes_the_record_and_its_hashes(make_published: MakePublished, now: datetime) -> None:
    publication = Publication.objects.get(pk=make_published().pk)
    body = json_file.write_file(publication.record, publication.record_key)
    assert sha256(body).hexdigest() == publication.sha256
    xml = xml_file.write_file(publication.record, publication.record_key)
    assert sha256(xml).hexdigest() == publication.xml_sha256
    (record,) = json.loads(body)["marches"]["marche"]
    assert list(record)[:4] == ["id", "acheteur", "nature", "objet"]
    assert record["montant"] == 85000.5
    assert record["datePublicationDonnees"] == "2026-03-02"
    assert publication.department == "40"
    assert publication.contract.data_published_on == date(2026, 3, 2)
    entry = Entry.objects.get(action="essential_data.publication.publish")
    assert entry.data["sha256"] == publication.sha256


def test_a_second_click_publishes_nothing_more(make_published: MakePublished, now: datetime) -> None:
    publication = make_published()
    later = services.publish(publication=publication, actor=ACTOR, now=now + timedelta(days=1))
    assert later.published_at == now
    assert actions(publication.contract).count("essential_data.publication.publish") == 1


def test_an_incomplete_contract_is_refused_with_the_list_of_what_is_missing(
    make_contract: MakeContract, now: datetime
) -> None:
    contract = make_contract(facts=replace(FACTS, duration_months=None, ccag=None))
    publication = services.schedule(contract=contract, actor=ACTOR, now=now)
    with pytest.raises(services.PublicationIncomplete) as refusal:
        services.publish(publication=publication, actor=ACTOR, now=now)
    assert [problem["path"] for problem in refusal.value.context["problems"]] == ["ccag", "dureeMois"]
    contract.refresh_from_db()
    assert not contract.is_frozen
    assert not Publication.objects.published().exists()


def test_a_contract_without_any_fact_says_all_that_is_missing(
    make_contract: MakeContract, now: datetime
) -> None:
    missing = services.list_missing(contract=make_contract(facts=Facts()), now=now)
    assert len([problem for problem in missing if problem.code == "required"]) == 17


def test_what_is_published_is_refused_to_change(make_published: MakePublished, now: datetime) -> None:
    publication = make_published()
    with pytest.raises(ContractFrozen):
        contracts.complete_contract(contract=publication.contract, facts=FACTS, actor=ACTOR, now=now)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(payload={})
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        publication.delete()
    assert Publication.objects.get().payload == publication.payload


def test_what_waits_may_still_change(make_contract: MakeContract, now: datetime) -> None:
    publication = services.schedule(contract=make_contract(), actor=ACTOR, now=now)
    assert publication is not None
    assert Publication.objects.filter(pk=publication.pk).update(due_on=date(2026, 5, 1)) == 1


def test_the_job_publishes_what_is_complete_near_its_due_date(
    make_contract: MakeContract, now: datetime
) -> None:
    soon = make_contract(notified_on=date(2026, 1, 5))
    late = make_contract(notified_on=date(2025, 6, 2))
    far = make_contract(notified_on=date(2026, 2, 16))
    outcome = services.publish_due(now=now)
    assert (outcome.scheduled, outcome.published, outcome.incomplete) == (3, 2, 0)
    published = Contract.objects.with_public_data().order_by("number")
    assert list(published) == [soon, late]
    assert not Publication.objects.get(contract=far).is_published


@pytest.mark.parametrize("days_before", [3, 2, 1, 0])
def test_it_is_published_at_the_latest_on_the_due_day(
    make_contract: MakeContract, now: datetime, days_before: int
) -> None:
    make_contract(notified_on=date(2026, 2, 16))
    due = datetime(2026, 4, 16, 9, 0, tzinfo=now.tzinfo)
    assert services.publish_due(now=due - timedelta(days=4)).published == 0
    assert services.publish_due(now=due - timedelta(days=days_before)).published == 1


def test_the_job_notes_what_an_incomplete_contract_misses_and_says_it_once(
    make_contract: MakeContract, now: datetime
) -> None:
    contract = make_contract(notified_on=date(2026, 1, 5), facts=replace(FACTS, price_form=None))
    complete = make_contract(notified_on=date(2026, 1, 5))
    for hours in (0, 1, 2):
        services.publish_due(now=now + timedelta(hours=hours))
    waiting = Publication.objects.get(contract=contract)
    assert [problem["path"] for problem in waiting.problems] == ["formePrix"]
    assert waiting.checked_at == now + timedelta(hours=2)
    assert actions(contract).count("essential_data.publication.check") == 1
    assert Publication.objects.get(contract=complete).is_published


def test_one_broken_contract_does_not_keep_the_others_from_being_published(
    make_contract: MakeContract, now: datetime
) -> None:
    broken = make_contract(notified_on=date(2026, 1, 4))
    services.publish_due(now=now - timedelta(days=30))
    # A row of an older day that names a list of words no longer known: a fault of ours, not of the buyer.
    Contract.objects.filter(pk=broken.pk).update(price_types={"firm": 1, "bad": [[]]}, techniques=3)
    fine = make_contract(notified_on=date(2026, 1, 5))
    outcome = services.publish_due(now=now)
    assert (outcome.published, outcome.failed) == (1, 1)
    assert Publication.objects.get(contract=fine).is_published
    with pytest.raises(PublicationFailed):
        HANDLERS["essential_data.publish_due"](subject="*", now=now, progress=lambda *_: None)


def test_the_job_is_periodic_and_works_through_its_handler(
    make_contract: MakeContract, now: datetime
) -> None:
    make_contract(notified_on=date(2026, 1, 5))
    seen: list[tuple[int, int]] = []
    HANDLERS["essential_data.publish_due"](
        subject="*", now=now, progress=lambda done, total: seen.append((done, total))
    )
    assert "essential_data.publish_due" in PERIODIC
    assert seen == [(1, 1)]
    assert Entry.objects.filter(action="essential_data.publication.publish").get().actor_label == SYSTEM.label


def test_a_concession_is_published_before_it_starts(make_contract: MakeContract, now: datetime) -> None:
    contract = make_contract(kind="concession", facts=CONCESSION_FACTS, amount=Decimal(4200000))
    contracts.record_signature(contract=contract, actor=ACTOR, now=now)
    publication = services.schedule(contract=contract, actor=ACTOR, now=now)
    assert publication is not None
    published = services.publish(publication=publication, actor=ACTOR, now=now)
    assert published.record_key == "contrat-concession"
    assert [problem["code"] for problem in published.problems] == ["not_started"]
