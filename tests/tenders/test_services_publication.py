from datetime import timedelta

import pytest

from procurement.audit.models import Entry
from procurement.notifications.models import Mail
from procurement.states import IllegalTransition
from tenders.services.publication import (
    ConsultationIncomplete,
    OpeningBeforeDeadline,
    ReasonMissing,
    cancel_consultation,
    mark_opened,
    publish_consultation,
)
from tenders.services.withdrawals import AddressRefused, record_withdrawal, register_follower
from tenders.states import CONSULTATION, ConsultationState, Phase
from tests.factories import tenders
from tests.factories.organisations import actor_of

pytestmark = pytest.mark.django_db


def act(consultation, now, **more):
    return {"consultation_id": consultation.pk, "actor": actor_of(consultation.buyer), "now": now, **more}


def test_publication_puts_the_consultation_online_and_in_the_journal(buyer, now):
    """P7-B2."""
    draft = tenders.draft(buyer, documents=["reglement.pdf"])
    published = publish_consultation(**act(draft, now))
    assert (published.state, published.published_at) == ("published", now)
    entry = Entry.objects.last()
    assert entry.action == "tenders.consultation.publish"
    assert entry.data["documents"] == [draft.documents.get().file.sha256]


def test_an_incomplete_draft_is_not_published_and_says_what_is_missing(buyer, now):
    draft = tenders.draft(buyer)
    with pytest.raises(ConsultationIncomplete) as refusal:
        publish_consultation(**act(draft, draft.deadline))
    assert len(refusal.value.context["missing"]) == 3
    assert "au moins un document" in str(refusal.value)
    assert tenders.refreshed(draft).state == "draft"
    assert Entry.objects.last().action == "tenders.consultation.create"


def test_it_is_published_once(buyer, now):
    published = tenders.published(buyer)
    with pytest.raises(IllegalTransition):
        publish_consultation(**act(published, now))


def test_bids_are_opened_after_the_deadline_only(buyer, now):
    """P7-T9."""
    published = tenders.published(buyer)
    with pytest.raises(OpeningBeforeDeadline):
        mark_opened(**act(published, published.deadline))
    opened = mark_opened(**act(published, published.deadline + timedelta(seconds=1)))
    assert opened.state == "opened"
    assert mark_opened(**act(published, now + timedelta(days=90))).opened_at == opened.opened_at


def test_a_cancellation_shows_its_reason_and_tells_each_follower_once(buyer, now):
    """R2185-1; P7-B2."""
    published = tenders.published(buyer)
    for email in ("a@entreprise.example", "A@entreprise.example", "b@entreprise.example"):
        register_follower(consultation=published, company_name="Fictive", email=email, now=now)
    cancelled = cancel_consultation(**act(published, now, reason=" Le besoin a disparu. "))
    assert cancelled.cancellation_reason == "Le besoin a disparu."
    assert tenders.refreshed(published).phase_at(now) == Phase.CANCELLED
    assert sorted(Mail.objects.values_list("to", flat=True)) == [
        "a@entreprise.example",
        "b@entreprise.example",
    ]
    assert "Le besoin a disparu." in Mail.objects.first().body


def test_a_cancellation_has_a_reason(buyer, now):
    published = tenders.published(buyer)
    with pytest.raises(ReasonMissing):
        cancel_consultation(**act(published, now, reason="  "))
    assert tenders.refreshed(published).state == "published"


@pytest.mark.parametrize("state", ConsultationState)
@pytest.mark.parametrize("action", ["publish", "open", "cancel"])
def test_each_act_is_possible_from_its_states_only(buyer, now, state, action):
    make = {
        "draft": tenders.draft,
        "published": tenders.published,
        "opened": tenders.opened,
        "cancelled": tenders.cancelled,
    }
    consultation = make[state](buyer)
    services = {"publish": publish_consultation, "open": mark_opened, "cancel": cancel_consultation}
    more = {"reason": "Motif"} if action == "cancel" else {}
    if action in CONSULTATION.actions_from(state) or (state, action) == ("opened", "open"):
        return
    with pytest.raises(IllegalTransition):
        services[action](**act(consultation, consultation.deadline + timedelta(days=2), **more))
    assert tenders.refreshed(consultation).state == state


def test_the_register_keeps_anonymous_and_named_lines(buyer, now):
    """P7-B8."""
    published = tenders.published(buyer)
    document = published.documents.get()
    record_withdrawal(consultation=published, document=document, now=now)
    record_withdrawal(
        consultation=published, document=None, company_name="Fictive", email="x@fictive.example", now=now
    )
    lines = published.withdrawals.order_by("what")
    assert [(line.what, str(line)) for line in lines] == [("all", "Fictive"), ("document", "Retrait anonyme")]


def test_an_address_asks_for_news_once(buyer, now):
    published = tenders.published(buyer)
    first = register_follower(consultation=published, company_name="", email="X@fictive.example", now=now)
    again = register_follower(
        consultation=published, company_name="", email="x@fictive.example ", now=now + timedelta(days=1)
    )
    assert first == again
    with pytest.raises(AddressRefused):
        register_follower(consultation=published, company_name="", email="nulle part", now=now)
    assert published.withdrawals.count() == 1
