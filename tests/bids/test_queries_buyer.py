"""Confidentiality by what is selected (P7-T9, R2132-9), and what is visible once the bids are opened."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bids.models import Piece
from bids.queries import buyer as queries
from bids.services.sealing import withdraw_deposit
from bids.states import DepositState
from tenders.models import Lot
from tests.factories import bids, openings, organisations, tenders

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return tenders.published(lots=tenders.LOTS)


def where(consultation):
    return {"buyer_id": consultation.buyer_id, "consultation_id": consultation.pk}


def test_before_the_opening_no_other_column_is_even_selected(consultation):
    """One query, four columns of one table: no name, no lot, no file leaves the database."""
    openings.deposit(consultation, organisations.company())
    with CaptureQueriesContext(connection) as seen:
        queries.list_register(**where(consultation))
    assert len(seen) == 1
    sql = seen[0]["sql"]
    columns = re.findall(r'"bids_deposit"\."(\w+)"', sql[: sql.index(" FROM ")])
    assert columns == ["number", "received_at", "is_late", "state"]
    assert sql[: sql.index(" FROM ")].count(",") == 3
    for table in ("organisations_organisation", "tenders_lot", "bids_deposit_lots", "bids_piece", "files_"):
        assert table not in sql


def test_the_register_lists_every_deposit_with_what_became_of_it(consultation):
    first = organisations.company("Première Fictive")
    openings.deposit(consultation, first)
    openings.deposit(consultation, first, received_at=openings.HANDED_IN + timedelta(hours=1))
    other = organisations.company("Seconde Fictive")
    withdrawn = openings.deposit(consultation, other)
    withdraw_deposit(
        deposit_id=withdrawn.pk,
        company_id=other.pk,
        actor=organisations.actor_of(other),
        now=openings.HANDED_IN + timedelta(hours=3),
    )
    late_at = tenders.DEADLINE + timedelta(seconds=1)
    openings.deposit(consultation, organisations.company("Tardive Fictive"), received_at=late_at)
    lines = queries.list_register(**where(consultation))
    assert [(line.number, line.state, line.is_late) for line in lines] == [
        (1, DepositState.SUPERSEDED, False),
        (2, DepositState.SEALED, False),
        (3, DepositState.WITHDRAWN, False),
        (4, DepositState.SEALED, True),
    ]
    assert [bool(line.reason_kept_closed) for line in lines] == [True, False, True, True]


def test_a_draft_is_in_no_register(consultation):
    bids.filled(consultation, organisations.company())
    assert queries.list_register(**where(consultation)) == []


def test_nothing_of_the_content_is_visible_before_the_opening(consultation):
    openings.deposit(consultation, organisations.company())
    openings.ask(consultation)
    here = where(consultation)
    assert not queries.list_register_after_opening(**here).exists()
    assert queries.list_opened(**here) == []
    assert queries.list_decisions(**here) == []
    with pytest.raises(Piece.DoesNotExist):
        queries.get_opened_piece(**here, piece_id=Piece.objects.first().pk)
    with pytest.raises(Lot.DoesNotExist):
        queries.get_decision(**here, lot_id=consultation.lots.first().pk)


def test_a_piece_already_deciphered_waits_for_the_end_of_the_opening(consultation):
    """An opening that stopped in the middle shows nobody's file."""
    openings.deposit(consultation, organisations.company())
    openings.ask(consultation)

    def stop(done, total):
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        openings.run(consultation, progress=stop)
    piece = Piece.objects.get(clear__isnull=False)
    with pytest.raises(Piece.DoesNotExist):
        queries.get_opened_piece(**where(consultation), piece_id=piece.pk)


def test_another_buyer_sees_nothing_of_it(consultation):
    openings.deposit(consultation, organisations.company())
    openings.opened(consultation)
    here = {"buyer_id": organisations.buyer("Communauté d'Ailleurs").pk, "consultation_id": consultation.pk}
    assert queries.list_register(**here) == []
    assert not queries.list_register_after_opening(**here).exists()
    assert queries.list_opened(**here) == []
    assert queries.list_decisions(**here) == []
    assert queries.find_opening(**here) is None


def test_a_late_piece_is_never_given_out(consultation):
    late_at = tenders.DEADLINE + timedelta(seconds=1)
    late = openings.deposit(consultation, organisations.company(), received_at=late_at)
    openings.opened(consultation)
    assert queries.list_opened(**where(consultation)) == []
    with pytest.raises(Piece.DoesNotExist):
        queries.get_opened_piece(**where(consultation), piece_id=late.pieces.first().pk)


def test_opened_pieces_stand_under_their_envelope_and_lot(consultation):
    openings.deposit(consultation, organisations.company(), lots=(1, 2))
    openings.opened(consultation)
    (bid,) = queries.list_opened(**where(consultation))
    assert [group.label for group in bid.groups] == [
        "Candidature",
        "Offre, lot 1 : Chaussées",
        "Offre, lot 2 : Signalisation",
    ]
    assert [len(group.pieces) for group in bid.groups] == [1, 1, 1]


@pytest.mark.parametrize("companies", [1, 4])
def test_the_opened_bids_cost_the_same_queries_whatever_their_number(
    consultation, companies, django_assert_num_queries
):
    for number in range(companies):
        openings.deposit(consultation, organisations.company(f"Entreprise Fictive {number}"), lots=(1, 2))
    openings.opened(consultation)
    with django_assert_num_queries(5):
        assert len(queries.list_opened(**where(consultation))) == companies
    with django_assert_num_queries(2):
        assert len(queries.list_register_after_opening(**where(consultation))) == companies
    with django_assert_num_queries(3):
        decisions = queries.list_decisions(**where(consultation))
        assert [len(decision.candidates) for decision in decisions] == [companies, companies]


def test_a_company_late_and_in_time_took_part_once(consultation):
    twice = organisations.company("Insistante Fictive")
    opened = openings.deposit(consultation, twice)
    openings.deposit(consultation, twice, received_at=tenders.DEADLINE + timedelta(minutes=1))
    openings.opened(consultation)
    lot = consultation.lots.get(number=1)
    assert queries.list_participants(lot) == [opened]
    assert queries.count_offers(lot) == 1
