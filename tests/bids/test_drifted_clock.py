"""When the platform's clock is off, no deposit is handed in at a false time, and none is lost."""

from django.urls import reverse

from bids.services import sealing
from bids.states import DepositState
from signing.models import ClockReading
from tests.factories import bids


def read_as(offset: float, at) -> None:
    ClockReading.objects.create(measured_at=at, offset=offset, error=0.01, source="NTP a")


def test_a_draft_is_kept_whole_and_the_person_reads_what_to_do(
    browser, clock, consultation, company, stored
) -> None:
    """P7-T6, P7-B6."""
    draft = bids.filled(consultation, company)
    kept, now = stored(), bids.NOW
    clock.move_to(now)
    read_as(30, now)
    answers = {"manifest": sealing.manifest_of(draft), "accept_missing": "on"}
    reply = browser.post(reverse("bids:seal", args=[draft.pk]), answers)
    page = reply.content.decode().replace("&#x27;", "'")
    assert reply.status_code == 503
    assert "L'horloge de la plateforme n'est plus à l'heure" in page
    assert "est conservé" in page
    draft.refresh_from_db()
    assert (draft.state, draft.number) == (DepositState.DRAFT, None)
    assert (stored(), draft.pieces.count() > 0) == (kept, True)


def test_the_same_draft_is_sealed_once_the_clock_is_right(clock, consultation, company) -> None:
    draft = bids.filled(consultation, company)
    read_as(30, bids.NOW)
    read_as(0, bids.NOW)
    assert bids.seal(draft).state == DepositState.SEALED
