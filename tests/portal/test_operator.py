"""The operator sees counters, jobs and mail; never a bid (P7-T9)."""

from datetime import datetime
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client

from procurement.jobs import services as jobs
from procurement.jobs.models import Job
from procurement.notifications import services as notifications
from procurement.notifications.models import Mail
from procurement.organisations.models import Organisation
from tests.factories import organisations as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(make.member(make.operator()))
    return client


def test_the_operator_enters_a_buyer_whose_administrator_is_told(operator: Client) -> None:
    answers = {
        "name": "Commune de Nullepart",
        "siret": make.fictional_siret(55),
        "legal_form": "Commune",
        "time_zone": "Indian/Reunion",
        "admin_name": "Direction générale",
        "admin_email": "dgs@nullepart.example",
    }
    response = operator.post("/exploitation/membres/", answers)
    assert response.status_code == 302, response.context["form"].errors
    buyer = Organisation.objects.buyers().get()
    assert (buyer.name, str(buyer.zone)) == ("Commune de Nullepart", "Indian/Reunion")
    mail = Mail.objects.get(to="dgs@nullepart.example")
    assert "Commune de Nullepart" in mail.subject
    assert "/compte/password/reset/" in mail.body


def test_a_buyer_with_a_wrong_siret_is_not_entered(operator: Client) -> None:
    page = operator.post("/exploitation/membres/", {"name": "X", "siret": "123"}).content.decode()
    assert "14 chiffres" in page
    assert not Organisation.objects.buyers().exists()


def test_failed_jobs_are_seen_and_run_again(operator: Client, now: datetime) -> None:
    job = jobs.enqueue(kind="notifications.send", subject="00000000-0000-0000-0000-000000000000", now=now)
    Job.objects.filter(pk=job.pk).update(failed_at=now, last_error="Mail.DoesNotExist")
    assert "En échec" in operator.get("/exploitation/travaux/").content.decode()
    operator.post(f"/exploitation/travaux/{job.pk}/relancer/")
    job.refresh_from_db()
    assert job.failed_at is None


def test_mail_written_to_files_is_read_on_a_page(operator: Client, settings: object, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_FILE_PATH = str(tmp_path)  # type: ignore[attr-defined]
    EmailMessage(
        "Votre pli est reçu", "Voir /entreprise/plis/", to=["a@b.example"], connection=get_connection()
    ).send()
    page = operator.get("/exploitation/courriels/").content.decode()
    assert "Votre pli est reçu" in page
    name = next(tmp_path.glob("*.log")).name
    assert "Voir /entreprise/plis/" in operator.get(f"/exploitation/courriels/{name}/").content.decode()
    assert operator.get("/exploitation/courriels/..%2Fsecret/").status_code == 404


def test_a_mail_is_proved_sent_once(now: datetime, mailoutbox: list[EmailMessage]) -> None:
    buyer = make.buyer()
    mail = notifications.send_mail(
        to="a@b.example",
        template="portal/mail/invitation.txt",
        context={"user": make.member(buyer), "organisation": buyer},
        now=now,
    )
    for _ in range(2):
        notifications.deliver(mail_id=mail.pk, now=now)
    mail.refresh_from_db()
    assert mail.sent_at == now
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("path", ["membres", "travaux", "courriels"])
@pytest.mark.parametrize("other", ["buyer", "company"])
def test_nobody_else_sees_the_operators_pages(client: Client, path: str, other: str) -> None:
    client.force_login(make.member(getattr(make, other)()))
    assert client.get(f"/exploitation/{path}/").status_code == 404
