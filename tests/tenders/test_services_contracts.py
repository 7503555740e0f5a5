from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from procurement.actors import Actor
from procurement.audit.models import Entry
from procurement.identifiers import InvalidIdentifier
from procurement.organisations.models import Kind, Organisation
from procurement.organisations.services import register_organisation
from tenders.models import Consultation, Contract, Lot
from tenders.rules.contracts import Facts, Holder
from tenders.services import contracts

ACTOR = Actor(id=None, label="Agent de Valfictif")
HOLDERS = (Holder("Jardins Imaginaires", "111 222 337 00011"),)
Record = Callable[..., Contract]


@pytest.fixture
def buyer(db: None, now: datetime) -> Organisation:
    return register_organisation(
        kind=Kind.BUYER, name="Commune de Valfictif", siret="98765432400019", actor=ACTOR, now=now
    )


@pytest.fixture
def consultation(buyer: Organisation, now: datetime) -> Consultation:
    return Consultation.objects.create(
        buyer=buyer,
        reference="2026-12",
        title="Entretien des espaces verts",
        description="Tonte et taille",
        nature="services",
        procedure="mapa",
        cpv_main="77310000-6",
        insee_code="40192",
        deadline=now - timedelta(days=9),
        max_file_bytes=10**9,
        contact_name="Service des achats",
        contact_email="achats@valfictif.invalid",
        created_at=now - timedelta(days=40),
    )


@pytest.fixture
def lot(consultation: Consultation) -> Lot:
    return Lot.objects.create(consultation=consultation, number=1, title="Secteur nord")


@pytest.fixture
def record(buyer: Organisation, now: datetime) -> Record:
    def act(**given: Any) -> Contract:
        values = {"buyer": buyer, "holders": HOLDERS, "amount": Decimal("85000.50")} | given
        return contracts.record_contract(**values, actor=ACTOR, now=now)

    return act


def actions() -> list[str]:
    return list(Entry.objects.filter(action__startswith="tenders.contract").values_list("action", flat=True))


def test_a_contract_inherits_what_the_consultation_says(
    record: Record, consultation: Consultation, lot: Lot
) -> None:
    contract = record(consultation=consultation, lot=lot, offers_received=3)
    assert (contract.subject, contract.cpv) == ("Entretien des espaces verts", "77310000-6")
    assert (contract.procedure, contract.place_code, contract.place_type) == ("adapted", "40192", "commune")
    assert (contract.nature, contract.grouping, contract.offers_received) == ("contract", "none", 3)
    assert contract.innovative is None
    assert contract.number == "2026-001"
    assert contract.holders.get().identifier == "11122233700011"
    assert actions() == ["tenders.contract.record"]


def test_a_lot_of_several_gives_its_title_and_cpv(
    record: Record, consultation: Consultation, lot: Lot
) -> None:
    second = Lot.objects.create(consultation=consultation, number=2, title="Secteur sud", cpv="77211400-6")
    contract = record(consultation=consultation, lot=second)
    assert contract.subject == "Entretien des espaces verts - Secteur sud"
    assert contract.cpv == "77211400-6"


def test_what_is_said_wins_over_the_consultation(
    record: Record, consultation: Consultation, lot: Lot
) -> None:
    contract = record(consultation=consultation, lot=lot, facts=Facts(subject="Tonte", procedure="open"))
    assert (contract.subject, contract.procedure) == ("Tonte", "open")


def test_a_lot_is_awarded_once(record: Record, consultation: Consultation, lot: Lot) -> None:
    first = record(consultation=consultation, lot=lot)
    again = record(consultation=consultation, lot=lot, amount=Decimal(1), number="autre")
    assert again == first
    assert Contract.objects.get().amount == Decimal("85000.50")
    assert len(actions()) == 1


def test_a_contract_needs_no_consultation(record: Record) -> None:
    """L2196-2: concluded without the platform, its data are published all the same."""
    assert record().consultation is None
    assert record().number == "2026-002"


def test_a_number_is_taken_once_per_buyer(record: Record, now: datetime) -> None:
    record(number="M-1")
    with pytest.raises(contracts.ContractNumberTaken):
        record(number="M-1")
    other = register_organisation(
        kind=Kind.BUYER, name="Syndicat de Chimère", siret="20004000400018", actor=ACTOR, now=now
    )
    assert record(buyer=other, number="M-1").buyer == other


@pytest.mark.parametrize("number", ["MARCHÉ 1", "12345678901234567", "a b"])
def test_an_unusable_number_is_refused(record: Record, number: str) -> None:
    with pytest.raises(contracts.ContractNumberRefused):
        record(number=number)
    assert not Contract.objects.exists()


@pytest.mark.parametrize(
    "holders", [(), (Holder("", "11122233700011"),), HOLDERS * 2, (Holder("Alpina", "CHE1", "SWISS"),)]
)
def test_holders_are_named_and_identified_once(record: Record, holders: tuple[Holder, ...]) -> None:
    with pytest.raises(contracts.HoldersRefused):
        record(holders=holders)


def test_a_holders_siret_is_checked(record: Record) -> None:
    with pytest.raises(InvalidIdentifier):
        record(holders=(Holder("Jardins", "11122233700012"),))


def test_several_holders_keep_their_order_and_no_grouping_is_assumed(record: Record) -> None:
    contract = record(holders=(*HOLDERS, Holder("Alpina", "CHE123456789", "HORS-UE")))
    assert [holder.name for holder in contract.holders.all()] == ["Jardins Imaginaires", "Alpina"]
    assert contract.grouping == ""


def test_facts_that_contradict_each_other_are_refused_whole(record: Record, now: datetime) -> None:
    contract = record()
    facts = Facts(subject="Tonte", cpv="9310000", social=("clause", "none"))
    with pytest.raises(contracts.ContractFactsRefused) as refusal:
        contracts.complete_contract(contract=contract, facts=facts, actor=ACTOR, now=now)
    assert set(refusal.value.context["errors"]) == {"cpv", "social"}
    contract.refresh_from_db()
    assert contract.subject == ""


def test_the_object_is_tidied_of_what_a_word_processor_leaves(record: Record) -> None:
    contract = record(facts=Facts(subject="  Tonte\x0bet\r\ntaille\u00a0 des haies "))
    assert contract.subject == "Tonte et taille des haies"


def test_completing_says_in_the_journal_what_changed(record: Record, now: datetime) -> None:
    contract = record()
    facts = Facts(subject="Tonte", duration_months=12, price_types=("firm",))
    contract = contracts.complete_contract(
        contract=contract, facts=facts, holders=[Holder("Autre", "55566677500013")], actor=ACTOR, now=now
    )
    assert contracts.facts_of(contract) == facts
    assert contract.holders.get().name == "Autre"
    entry = Entry.objects.get(action="tenders.contract.complete")
    assert set(entry.data["changed"]) == {"subject", "duration_months", "price_types", "grouping"}


def test_a_contract_is_notified_once(record: Record, now: datetime) -> None:
    """R2182-4, R2182-5."""
    contract = contracts.record_notification_sent(contract=record(), actor=ACTOR, now=now - timedelta(days=3))
    received = date(2026, 2, 28)
    contract = contracts.record_notified(contract=contract, notified_on=received, actor=ACTOR, now=now)
    again = contracts.record_notified(contract=contract, notified_on=received, actor=ACTOR, now=now)
    assert again.notified_on == received
    with pytest.raises(contracts.ContractAlreadyNotified):
        contracts.record_notified(contract=contract, notified_on=date(2026, 3, 1), actor=ACTOR, now=now)
    assert actions().count("tenders.contract.notify") == 1


@pytest.mark.parametrize("received", [date(2026, 3, 3), date(2026, 2, 26)])
def test_a_notification_is_neither_in_the_future_nor_before_it_was_sent(
    record: Record, now: datetime, received: date
) -> None:
    contract = contracts.record_notification_sent(contract=record(), actor=ACTOR, now=now - timedelta(days=3))
    with pytest.raises(contracts.NotificationDateRefused):
        contracts.record_notified(contract=contract, notified_on=received, actor=ACTOR, now=now)


def test_the_first_sending_and_signature_are_kept(record: Record, now: datetime) -> None:
    contract = record()
    for later in (0, 1):
        at = now + timedelta(days=later)
        contract = contracts.record_signature(contract=contract, actor=ACTOR, now=at)
        contract = contracts.record_notification_sent(contract=contract, actor=ACTOR, now=at)
    assert (contract.signed_at, contract.notification_sent_at) == (now, now)
    assert len(actions()) == 3


@pytest.mark.parametrize(
    "values", [{"amount": -1}, {"advance_rate": 2}, {"duration_months": 0}, {"number": ""}, {"kind": "gift"}]
)
def test_the_database_refuses_what_no_service_would_write(record: Record, values: dict[str, Any]) -> None:
    contract = record()
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(**values)
