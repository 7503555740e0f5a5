"""TSA_URLS: who is asked, in which order, and what becomes of what they answer."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, transaction

from procurement.audit.models import Entry
from procurement.jobs import services as jobs
from procurement.jobs.models import Job
from signing.models import ExternalToken
from signing.services import external
from signing.tsp import timestamps
from signing.tsp.external import NoExternalToken, SettingsRefused, parse
from tests.signing import tsa

DIGEST = hashlib.sha256(b'{"depot": 1}').hexdigest()


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    return tsa.make(tmp_path_factory.mktemp("provider"))


@pytest.fixture
def real_now():
    """openssl's authority dates its tokens by the machine's clock."""
    return datetime.now(UTC)


def entry(url, provider, *words):
    return " ".join([url, f"trust={provider.trust}", *words])


def silent(_query):
    return b""


# --- the setting ----------------------------------------------------------------------------------------------
def test_an_entry_says_all_that_is_known_of_an_authority(tmp_path):
    found = parse("https://tsa.example/tsr trust=/etc/tsa.pem name=Fictive policy=1.2.3 qualified")
    assert (found.name, found.policy, found.is_qualified) == ("Fictive", "1.2.3", True)
    assert parse("https://tsa.example/tsr trust=/etc/tsa.pem").name == "tsa.example"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tsa.example trust=/x", "not an http"),
        ("ftp://tsa.example trust=/x", "not an http"),
        ("https://user:secret@tsa.example trust=/x", "without credentials"),
        ("https://tsa.example", "trust=FILE is missing"),
        ("https://tsa.example trust=/x qualifed", "qualifed means nothing"),
        ("https://tsa.example trust=/x colour=blue", "colour means nothing"),
        ("https://tsa.example trust=/x name=" + "n" * 201, "too long"),
        ("https://tsa.example trust=/x policy=one", "not an object identifier"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(text, reason):
    with pytest.raises(SettingsRefused, match=reason) as refused:
        parse(text)
    assert "secret" not in str(refused.value)


def test_a_setting_that_cannot_be_followed_stops_the_start(settings, provider):
    settings.TSA_URLS = [entry("https://tsa.example/", provider), "https://tsa2.example/ trust=/nowhere.pem"]
    (found,) = [message for message in run_checks() if message.id == "signing.E001"]
    assert "/nowhere.pem" in found.msg


def test_credentials_come_from_a_file_and_go_nowhere_else(tmp_path):
    (tmp_path / "password").write_text("mot:de/passe\n")
    text = f"https://tsa.example/tsr trust=/x login=mairie password_file={tmp_path / 'password'}"
    assert parse(text).address() == "https://mairie:mot%3Ade%2Fpasse@tsa.example/tsr"
    assert parse(text).url == "https://tsa.example/tsr"


# --- a real authority -----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_token_of_an_independent_authority_is_kept_and_verified_by_openssl(
    settings, provider, real_now, run, tmp_path
):
    with tsa.serve(provider.reply) as url:
        settings.TSA_URLS = [entry(url, provider, "name=Fictive", f"policy={tsa.POLICY}", "qualified")]
        kept = external.fetch(digest=DIGEST, now=real_now)
    assert external.tokens_for(DIGEST) == [kept]
    assert (kept.authority, kept.policy, kept.is_qualified) == ("Fictive", tsa.POLICY, True)
    assert kept.gen_time == timestamps.read(kept.tsr).gen_time
    (tmp_path / "kept.tsr").write_bytes(kept.tsr)
    verify = (
        "openssl",
        "ts",
        "-verify",
        "-digest",
        DIGEST,
        "-in",
        "kept.tsr",
        "-CAfile",
        str(provider.trust),
    )
    assert "Verification: OK" in run(*verify).stdout


@pytest.mark.django_db
def test_what_was_received_is_in_the_journal_as_declared(settings, provider, real_now):
    with tsa.serve(provider.reply) as url:
        settings.TSA_URLS = [entry(url, provider, "name=Fictive")]
        kept = external.fetch(digest=DIGEST, now=real_now)
    line = Entry.objects.get(action="signing.timestamp.receive", subject=str(kept.id))
    assert line.data["digest"] == DIGEST
    assert line.data["is_qualified_by_declaration"] is False


@pytest.mark.django_db
def test_a_token_that_is_had_is_not_asked_for_again(settings, provider, real_now):
    with tsa.serve(provider.reply) as url:
        settings.TSA_URLS = [entry(url, provider)]
        first = external.fetch(digest=DIGEST, now=real_now)
    assert external.fetch(digest=DIGEST, now=real_now) == first  # the server is gone


@pytest.mark.django_db
def test_a_kept_token_cannot_be_changed_or_removed(settings, provider, real_now):
    with tsa.serve(provider.reply) as url:
        settings.TSA_URLS = [entry(url, provider)]
        external.fetch(digest=DIGEST, now=real_now)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ExternalToken.objects.update(is_qualified=True)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ExternalToken.objects.all().delete()


# --- misbehaving ones -----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_next_authority_is_asked_when_one_gives_nothing_good(settings, provider, real_now):
    with tsa.serve(silent) as broken, tsa.serve(provider.reply) as good:
        settings.TSA_URLS = [entry(broken, provider, "name=Premiere"), entry(good, provider, "name=Seconde")]
        assert external.fetch(digest=DIGEST, now=real_now).authority == "Seconde"


@pytest.mark.django_db
def test_an_authority_that_does_not_answer_in_time_leaves_its_place(
    settings, provider, real_now, monkeypatch
):
    """P7-T6."""
    monkeypatch.setattr(external, "TIMEOUT", 3)  # in which openssl answers on any machine
    over = threading.Event()
    with tsa.serve(lambda _: over.wait(10) and b"") as slow, tsa.serve(provider.reply) as good:
        settings.TSA_URLS = [entry(slow, provider, "name=Lente"), entry(good, provider, "name=Prompte")]
        try:
            assert external.fetch(digest=DIGEST, now=real_now).authority == "Prompte"
        finally:
            over.set()


@pytest.mark.django_db
def test_all_reasons_are_kept_when_nobody_gives_a_token(settings, provider, real_now):
    with tsa.serve(silent) as url:
        settings.TSA_URLS = [
            entry(url, provider, "name=Muette"),
            f"{url} trust=/nowhere.pem name=Perdue",
        ]
        with pytest.raises(NoExternalToken) as refused:
            external.fetch(digest=DIGEST, now=real_now)
    assert "Muette\u00a0: Ce n'est pas une réponse RFC 3161 lisible." in str(refused.value)
    assert "Perdue\u00a0: /nowhere.pem holds no certificate" in str(refused.value)
    assert not external.tokens_for(DIGEST)


# --- the job --------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_nothing_is_asked_where_no_authority_is_set(settings, now):
    settings.TSA_URLS = []
    external.request(DIGEST, now)
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_asking_waits_for_nobody_and_the_job_fetches(settings, provider, real_now):
    with tsa.serve(provider.reply) as url:
        settings.TSA_URLS = [entry(url, provider)]
        external.request(DIGEST, real_now)
        external.request(DIGEST.upper(), real_now)
        assert not external.tokens_for(DIGEST)
        job = Job.objects.get(kind=external.JOB)
        assert jobs.run(job_id=job.pk, clock=lambda: real_now)
    assert len(external.tokens_for(DIGEST)) == 1
    external.request(DIGEST, real_now)
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_a_job_that_fails_says_why_and_is_tried_again_every_day_until_the_token_is_had(
    settings, provider, real_now
):
    settings.TSA_URLS = [entry("http://127.0.0.1:9/", provider, "name=Eteinte")]
    external.request(DIGEST, real_now)
    job = Job.objects.get(kind=external.JOB)
    moment = real_now
    while job.failed_at is None:
        jobs.run(job_id=job.pk, clock=lambda at=moment: at)
        job.refresh_from_db()
        moment += timedelta(hours=2)
    assert "Eteinte" in job.last_error
    assert external.ask_again(now=moment) == 1
    with tsa.serve(provider.reply) as url:
        settings.TSA_URLS = [entry(url, provider)]
        assert jobs.run(job_id=job.pk, clock=lambda: moment) is False  # its clock is hours ahead of openssl's
        Job.objects.update(failed_at=None, due_at=real_now)
        assert jobs.run(job_id=job.pk, clock=lambda: real_now)
    assert external.ask_again(now=moment) == 0
