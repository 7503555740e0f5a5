from datetime import timedelta
from decimal import Decimal

import pytest

from procurement.accounts.roles import Role
from tenders import queries
from tenders.models import Consultation, Document, Letter
from tenders.queries import PublicFilters
from tenders.rules.contracts import Holder
from tenders.services.contracts import record_contract, record_notified
from tenders.states import LetterKind, Phase
from tests.factories import organisations, tenders
from tests.factories.organisations import actor_of

pytestmark = pytest.mark.django_db


def found(now, **filters) -> list[str]:
    return [consultation.title for consultation in queries.list_public(PublicFilters(**filters), now)]


def test_a_draft_is_seen_by_its_buyer_only(buyer, other_buyer, now):
    draft = tenders.draft(buyer, documents=["plan.pdf"])
    document = draft.documents.get()
    assert queries.get_for_buyer(buyer.pk, draft.pk) == draft
    assert found(now) == []
    with pytest.raises(Consultation.DoesNotExist):
        queries.get_public(draft.pk)
    with pytest.raises(Document.DoesNotExist):
        queries.get_public_document(draft.pk, document.pk)
    with pytest.raises(Consultation.DoesNotExist):
        queries.get_for_buyer(other_buyer.pk, draft.pk)
    with pytest.raises(Document.DoesNotExist):
        queries.get_document_for_buyer(other_buyer.pk, draft.pk, document.pk)


def test_a_buyer_lists_its_own(buyer, other_buyer):
    mine, _theirs = tenders.draft(buyer), tenders.published(other_buyer)
    assert list(queries.list_for_buyer(buyer.pk)) == [mine]


def test_a_document_is_found_under_its_own_consultation_only(buyer):
    one, two = tenders.published(buyer), tenders.published(buyer)
    with pytest.raises(Document.DoesNotExist):
        queries.get_public_document(one.pk, two.documents.get().pk)


def test_a_company_reads_its_own_letters(buyer, company):
    stranger = organisations.company("Autre Fictive SAS")
    letter = tenders.letter(tenders.opened(buyer), company)
    assert list(queries.list_letters_for_company(company.pk)) == [letter]
    assert list(queries.list_letters_for_company(stranger.pk)) == []
    with pytest.raises(Letter.DoesNotExist):
        queries.get_letter_for_company(stranger.pk, letter.pk)


@pytest.mark.parametrize(
    "words",
    [
        "refection",
        "RÉFECTION voirie",
        "imaginaire",
        "valfictif",
        "2026-xyz",
        "landes",
        "45233141",
        "travaux construction",
    ],
)
def test_the_search_reads_every_public_word_without_accents(buyer, now, words):
    """P7-S4."""
    tenders.published(buyer, reference="2026-XYZ")
    assert found(now, text=words) == ["Réfection de la voirie communale"]
    assert found(now, text=f"{words} introuvable") == []


def test_the_search_never_reads_the_private_value(buyer, now):
    tenders.published(buyer, estimated_value=Decimal(98765))
    assert found(now, text="98765") == []


def test_filters_narrow_the_list(buyer, now):
    tenders.published(buyer, title="Voirie")
    tenders.published(
        buyer,
        title="Repas",
        nature="supplies",
        procedure="open",
        cpv_main="15894200-3",
        nuts="FRY40",
        insee_code="97411",
    )
    assert found(now, nature="supplies") == ["Repas"]
    assert found(now, procedure="mapa") == ["Voirie"]
    assert found(now, cpv="4523") == ["Voirie"]
    assert found(now, place="974") == ["Repas"]
    assert found(now, place="FRI") == ["Voirie"]
    assert found(now, place="40") == ["Voirie"]
    assert found(now, place="nulle part") == []


def test_a_lots_cpv_code_is_found_too(buyer, now):
    tenders.published(buyer, lots=tenders.LOTS)
    assert len(found(now, cpv="45233140")) == 1


def test_open_and_ended_share_the_list(buyer, now):
    tenders.published(
        buyer, title="Proche", deadline=now + timedelta(days=20), opening_at=None, questions_deadline=None
    )
    tenders.published(buyer, title="Lointaine")
    tenders.cancelled(buyer, title="Abandonnée")
    later = now + timedelta(days=25)
    assert found(now, status="open") == ["Proche", "Lointaine"]
    assert found(later, status="open") == ["Lointaine"]
    assert found(later, status="ended") == ["Abandonnée", "Proche"]
    assert len(found(later)) == 3


def test_the_latest_published_comes_first_when_asked(buyer, now):
    tenders.published(buyer, title="Ancienne", now=now - timedelta(days=3))
    tenders.published(buyer, title="Récente")
    assert found(now, order="recent") == ["Récente", "Ancienne"]


def test_a_page_of_the_list_is_one_query_whatever_its_length(buyer, now, django_assert_num_queries):
    for _ in range(5):
        tenders.published(buyer, lots=tenders.LOTS)
    with django_assert_num_queries(1):
        rows = list(queries.list_public(PublicFilters(), now))
        assert [(row.buyer.name, vars(row)["lot_count"], row.phase_at(now)) for row in rows] == [
            ("Commune de Valfictif", 2, Phase.OPEN)
        ] * 5


def test_the_phase_follows_letters_and_contracts(buyer, company, now):
    opened = tenders.opened(buyer)
    later = opened.deadline + timedelta(days=5)
    assert opened.phase_at(later) == Phase.OPENED
    tenders.letter(opened, company, kind=LetterKind.REJECTION)
    assert tenders.refreshed(opened).phase_at(later) == Phase.OPENED
    tenders.letter(opened, company, kind=LetterKind.AWARD)
    assert tenders.refreshed(opened).phase_at(later) == Phase.AWARDED
    contract = record_contract(
        buyer=buyer, consultation=opened, lot=opened.lots.get(), holders=[Holder("Fictive", company.siret, "SIRET")],
        amount=Decimal(1), actor=actor_of(buyer), now=later,
    )  # fmt: skip
    assert tenders.refreshed(opened).phase_at(later) == Phase.AWARDED
    record_notified(contract=contract, notified_on=later.date(), actor=actor_of(buyer), now=later)
    assert tenders.refreshed(opened).phase_at(later) == Phase.NOTIFIED


def test_the_history_hides_which_companies_act_until_the_bids_are_opened(buyer, company, now):
    """P7-B8, P7-T9."""
    from procurement.audit.services import record

    published = tenders.published(buyer)
    person = organisations.member(company, Role.COMPANY_MEMBER, full_name="Camille Fictif")
    record(action="bids.deposit.seal", subject=published.pk, actor=actor_of(company, person), at=now)
    labels = [line.actor_label for line in queries.list_history(tenders.refreshed(published))]
    assert labels[0] == "Une entreprise"
    assert all("Valfictif" in label for label in labels[1:])
    published.opened_at = now
    assert queries.list_history(published)[0].actor_label.startswith("Camille Fictif")


def test_counters_name_states_in_words(buyer):
    tenders.draft(buyer)
    tenders.published(buyer)
    assert queries.count_by_state() == {"Brouillon": 1, "En ligne": 1}


def test_what_closes_soon_comes_first(buyer, now):
    far = tenders.published(buyer)
    near = tenders.published(
        buyer, deadline=now + timedelta(days=2), opening_at=None, questions_deadline=None
    )
    assert list(queries.list_closing_soon(now)) == [near, far]
