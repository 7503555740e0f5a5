"""The main job on the database of the tests (PostgreSQL, and SQLite): one path, and what must hold at its end."""

from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from bids.models import Deposit
from bids.states import DepositState, PieceCondition
from essential_data.models import Publication
from procurement.audit.inspection import find_mismatch
from procurement.audit.models import Entry
from procurement.calendars import add_months
from procurement.files import services as files
from procurement.jobs.models import Job
from procurement.organisations.models import Organisation
from procurement.portal.demonstration import acts, cast, scenes
from tenders.models import Consultation, Contract
from tenders.states import ConsultationState

pytestmark = pytest.mark.django_db
AMOUNT = Decimal("85000.50")


@pytest.fixture
def people(now: datetime) -> tuple[Organisation, Organisation, Organisation]:
    buyer, winner, other = (cast.enter(part, now=now) for part in (cast.TOWN, cast.GARDENS, cast.WORKSHOPS))
    return buyer, winner, other


def published(buyer: Organisation, now: datetime) -> Consultation:
    stated = acts.facts(
        reference="VF-1",
        title="Entretien des espaces verts",
        nature="services",
        cpv="77310000-6",
        deadline=now + timedelta(days=20),
    )
    return acts.publish(buyer=buyer, stated=stated, at=now)


def deposited(consultation: Consultation, company: Organisation, at: datetime) -> Deposit:
    papers = scenes.papers_of(consultation, company, AMOUNT, at)
    draft = acts.draft_deposit(consultation=consultation, company=company, papers=papers, at=at)
    return acts.seal(deposit=draft, company=company, at=at)


def test_a_consultation_goes_from_need_to_open_data(
    people: tuple[Organisation, Organisation, Organisation], now: datetime
) -> None:
    """P7-B2, B3, B4, B5, B8, S7, S8, S11, T6, T7, T9, T11; R2151-6; R2182-4; R2196-1."""
    buyer, winner, other = people
    consultation = published(buyer, now)
    first = deposited(consultation, winner, now + timedelta(days=2))
    second = deposited(consultation, winner, now + timedelta(days=3))
    deposited(consultation, other, consultation.deadline)
    late = deposited(consultation, other, consultation.deadline + timedelta(seconds=1))

    acts.open_bids(consultation=consultation, buyer=buyer, at=consultation.deadline + timedelta(hours=1))
    states = dict(Deposit.objects.order_by("number").values_list("number", "state"))
    assert states == {1: "superseded", 2: "opened", 3: "opened", 4: "sealed"}
    assert not first.pieces.exclude(condition=PieceCondition.SEALED).exists()
    assert not late.pieces.exclude(condition=PieceCondition.SEALED).exists()
    for piece in second.pieces.select_related("clear"):
        assert piece.clear is not None
        clear = b"".join(files.read_chunks(piece.clear))
        assert sha256(clear).hexdigest() == piece.clear_sha256 == piece.clear.sha256

    decided = consultation.deadline + timedelta(days=7)
    acts.award(consultation=consultation, deposit=second, amount=AMOUNT, buyer=buyer, at=decided)
    notified = decided + timedelta(days=5)
    (contract,) = acts.notify(consultation=consultation, company=winner, buyer=buyer, at=notified)
    contract = Contract.objects.get(pk=contract.pk)
    assert (contract.amount, contract.notified_on, contract.offers_received) == (AMOUNT, notified.date(), 2)

    publication = acts.publish_essential_data(contract=contract, at=notified + timedelta(days=1))
    assert publication.due_on == add_months(notified.date(), 2)
    assert Publication.objects.published().get().record["montant"] == 85000.5
    consultation.refresh_from_db()
    assert consultation.state == ConsultationState.OPENED
    assert find_mismatch() is None
    assert not Job.objects.filter(last_error__gt="").exists()


def test_every_act_is_in_the_journal_with_its_actor(
    people: tuple[Organisation, Organisation, Organisation], now: datetime
) -> None:
    """P7-B8: recording and traceability of actions."""
    buyer, winner, _ = people
    consultation = published(buyer, now)
    deposit = deposited(consultation, winner, now + timedelta(days=2))
    acts.open_bids(consultation=consultation, buyer=buyer, at=consultation.deadline + timedelta(hours=1))
    assert deposit.state != DepositState.DRAFT
    actions = set(Entry.objects.values_list("action", flat=True))
    assert {
        "tenders.consultation.create",
        "tenders.document.add",
        "tenders.consultation.publish",
        "bids.deposit.seal",
        "tenders.consultation.open",
    } <= actions
    assert not Entry.objects.filter(action__startswith="bids.deposit", identity__label="").exists()
