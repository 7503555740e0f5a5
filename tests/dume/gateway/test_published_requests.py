"""A published request reaches the national service by a job, once; offline, no job is entered (R2143-4)."""

from datetime import datetime, timedelta

import pytest

from dume.model import Kind
from dume.models import DumeRequest
from dume.parse import read
from dume.presets import PRESETS
from dume.requesting import Request
from dume.services import create_request, publish_request
from dume.services.national import SEND_JOB
from procurement.actors import SYSTEM
from procurement.audit.models import Entry
from procurement.jobs import services as jobs
from procurement.jobs.models import Job
from tenders.espd import procedure_of
from tests.factories import tenders
from tests.factories.organisations import buyer as a_buyer

pytestmark = pytest.mark.django_db


def published(now: datetime) -> DumeRequest:
    """Outside of any consultation: what is sent is the request."""
    consultation = tenders.draft(a_buyer())
    content = Request(
        procedure_of(consultation), PRESETS["simplified"].demands(procedure_of(consultation).lots)
    )
    created = create_request(buyer=consultation.buyer, content=content, origin="test", actor=SYSTEM, now=now)
    return publish_request(request_id=created.pk, content=content, actor=SYSTEM, now=now)


def run(now: datetime) -> bool:
    return jobs.run(job_id=Job.objects.get(kind=SEND_JOB).pk, clock=lambda: now)


def test_a_published_request_is_sent_once_and_keeps_its_number_there(connected, memory, now):
    request = published(now)
    assert run(now)
    request.refresh_from_db()
    ((number, stored),) = memory.requests.items()
    assert request.national_number == number
    sent = read(stored.xml)
    assert (sent.kind, sent.number) == (Kind.REQUEST, request.number)
    line = Entry.objects.get(action="dume.request.send")
    assert line.data["national_number"] == number
    jobs.enqueue(kind=SEND_JOB, subject=request.pk, now=now)
    asked = len(memory.asked)
    assert jobs.run(job_id=Job.objects.unfinished().get().pk, clock=lambda: now)
    assert (len(memory.requests), len(memory.asked)) == (1, asked)


def test_a_service_that_fails_is_asked_again_later_and_publication_stands(connected, memory, now):
    memory.fault = "error"
    request = published(now)
    run(now)
    request.refresh_from_db()
    assert (request.published_at, request.national_number, memory.requests) == (now, "", {})
    memory.fault = ""
    assert run(now + timedelta(days=1))
    request.refresh_from_db()
    assert request.national_number in memory.requests


def test_offline_nothing_is_entered(now):
    published(now)
    assert not Job.objects.filter(kind=SEND_JOB).exists()
