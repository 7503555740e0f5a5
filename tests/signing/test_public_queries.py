"""/tsa: what anyone may ask, from independent clients over HTTP; serial numbers by blocks (RFC 3161)."""

import hashlib
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response

from signing.models import AuthorityClock
from signing.services import public_queries, stamping
from signing.tsp import timestamps
from signing.tsp.queries import write_query
from signing.views.timestamps import QUERY_TYPE, REPLY_TYPE
from tests.conftest import ROOT

DOCUMENT = b'{"depot": 1}'
DIGEST = hashlib.sha256(DOCUMENT).digest()
QUERY = write_query(digest=DIGEST, nonce=7)


@pytest.fixture(autouse=True)
def _no_numbers_of_another_test():
    public_queries.slots.forget()
    yield
    public_queries.slots.forget()


def facts_at(moment):
    return timestamps.read(public_queries.answer_query(query=QUERY, now=moment))


# --- over HTTP ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_an_independent_client_is_served(client):
    request = TimestampRequestBuilder().data(DOCUMENT).build()
    reply = client.post(reverse("signing:timestamp"), request.as_bytes(), content_type=QUERY_TYPE)
    root = stamping.current_authority(timezone.now()).root_certificate
    verifier = VerifierBuilder.from_request(request).add_root_certificate(root).build()
    assert verifier.verify_message(decode_timestamp_response(reply.content), DOCUMENT)


@pytest.mark.django_db(transaction=True)
def test_pyhanko_asks_a_running_server_and_validates_what_it_gets(live_server):
    """P7-T6."""
    url = live_server.url + reverse("signing:timestamp")
    root = stamping.current_authority(timezone.now()).root_certificate.public_bytes(Encoding.DER)
    token = async_to_sync(HTTPTimeStamper(url).async_timestamp)(DIGEST, "sha256")
    context = ValidationContext(trust_roots=[asn1_x509.Certificate.load(root)])
    status = async_to_sync(validate_tst_signed_data)(token["content"], context, lambda _: DIGEST)
    assert (status["intact"], status["valid"], status["trust_problem_indic"]) == (True, True, None)
    assert (
        async_to_sync(validate_tst_signed_data)(token["content"], context, lambda _: bytes(32))["intact"]
        is False
    )


@pytest.mark.django_db
def test_an_address_that_asks_too_often_is_told_so_in_both_languages(client, monkeypatch, folder, run):
    monkeypatch.setattr("signing.views.timestamps.RATE", "2/m")
    ask = lambda **more: client.post(reverse("signing:timestamp"), QUERY, content_type=QUERY_TYPE, **more)  # noqa: E731
    assert [ask(REMOTE_ADDR="192.0.2.7").status_code for _ in range(3)] == [200, 200, 429]
    refused = ask(REMOTE_ADDR="192.0.2.7")
    assert int(refused["Retry-After"]) >= 1
    assert refused["Content-Type"] == REPLY_TYPE
    (folder / "refused.tsr").write_bytes(refused.content)
    shown = run("openssl", "ts", "-reply", "-in", "refused.tsr", "-text").stdout
    assert "Status: Rejected." in shown
    assert "Trop de demandes de cette adresse" in shown
    assert ask(REMOTE_ADDR="192.0.2.8").status_code == 200


@pytest.mark.django_db
def test_after_the_end_of_the_certificate_nothing_is_issued_and_the_client_is_told(now, folder, run):
    reply = public_queries.answer_query(query=QUERY, now=now + timedelta(days=4000))
    (folder / "refused.tsr").write_bytes(reply)
    shown = run("openssl", "ts", "-reply", "-in", "refused.tsr", "-text").stdout
    assert "Le certificat de cette horloge n'est plus valable." in shown


# --- numbers by blocks ----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_block_serves_many_queries_for_one_write(now):
    facts = [facts_at(now + timedelta(milliseconds=number)) for number in range(20)]
    assert len({fact.serial for fact in facts}) == 20
    assert AuthorityClock.objects.get().sequence == public_queries.BLOCK_SIZE
    assert [fact.gen_time for fact in facts] == [now + timedelta(milliseconds=number) for number in range(20)]


@pytest.mark.django_db(transaction=True)
def test_two_processes_never_share_a_number(now, monkeypatch):
    monkeypatch.setattr(public_queries, "BLOCK_SIZE", 3)
    mine, other = public_queries.Slots(), public_queries.Slots()
    taken = [source.take(now).serial >> 64 for _ in range(5) for source in (mine, other)]
    own = stamping.reserve(count=1, now=now)[0].serial >> 64
    assert len({*taken, own}) == 11


@pytest.mark.django_db(transaction=True)
def test_time_never_steps_back_within_a_process_whatever_its_clock_does(now):
    moments = [now, now + timedelta(seconds=9), now, now - timedelta(hours=1), now + timedelta(seconds=10)]
    given = [facts_at(moment).gen_time for moment in moments]
    assert given == [now, moments[1], moments[1], moments[1], moments[4]]


@pytest.mark.django_db(transaction=True)
def test_no_answer_is_dated_before_what_was_stamped_when_its_block_was_taken(now):
    stamped = stamping.reserve(count=1, now=now + timedelta(seconds=30))[0].gen_time
    assert facts_at(now).gen_time == stamped


@pytest.mark.django_db(transaction=True)
def test_what_a_process_gave_last_holds_for_all_once_it_takes_a_new_block(now):
    facts_at(now)
    late = now + timedelta(milliseconds=900)
    facts_at(late)  # of the same block: no write
    facts_at(now - timedelta(minutes=1))  # the clock went back: a new block
    assert stamping.reserve(count=1, now=now)[0].gen_time == late


@pytest.mark.django_db(transaction=True)
def test_a_number_taken_in_a_transaction_that_fails_is_not_kept_in_a_block(now):
    with pytest.raises(RuntimeError), transaction.atomic():
        facts_at(now)
        raise RuntimeError
    assert not AuthorityClock.objects.exists()
    assert facts_at(now).serial >> 64 == 1


def test_a_forked_process_takes_a_block_of_its_own():
    script = (
        "import os, django; django.setup(); from signing.services.public_queries import slots\n"
        "slots._block = 'of the parent'\n"
        "if os.fork() == 0: os._exit(slots._block is not None)\n"
        "raise SystemExit(os.waitstatus_to_exitcode(os.wait()[1]))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "procurement.settings.test"}
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, timeout=60, check=True)


@pytest.mark.django_db(transaction=True)
def test_after_a_crash_numbers_and_time_go_on(now):
    """What was not given out of a block is lost; nothing is given twice."""
    before = [facts_at(now).serial >> 64 for _ in range(3)]
    public_queries.slots.forget()
    after = facts_at(now)
    assert after.serial >> 64 > max(before)
    assert after.gen_time >= now
