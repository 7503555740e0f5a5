"""Timestamps of the platform: one order for all processes, no serial number twice (P7-T6)."""

import hashlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography import x509
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.urls import reverse

from procurement.actors import SYSTEM
from procurement.audit.models import Entry
from signing.models import AuthorityClock, TimestampToken
from signing.services import stamping
from signing.tsp import timestamps
from signing.tsp.queries import MAX_QUERY_BYTES
from signing.views.timestamps import QUERY_TYPE, REPLY_TYPE

DOCUMENT = b'{"depot": 1}'
DIGEST = hashlib.sha256(DOCUMENT).hexdigest()


@pytest.mark.django_db
def test_a_stamp_is_a_token_that_proves_the_digest_at_that_time(now):
    stamped = stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now)
    kept = TimestampToken.objects.get(pk=stamped.pk)
    root = stamping.current_authority(now).root_certificate
    facts = timestamps.verify(kept.tsr, bytes.fromhex(DIGEST), root)
    assert (facts.gen_time, str(facts.serial)) == (now, kept.serial)
    assert kept.gen_time == now


@pytest.mark.django_db
def test_a_stamp_is_in_the_journal(now):
    stamped = stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now)
    entry = Entry.objects.get(action="signing.timestamp.issue", subject=str(stamped.id))
    assert entry.data == {"serial": stamped.serial, "digest": DIGEST}


@pytest.mark.django_db
def test_time_never_steps_back(now):
    """A clock that was corrected, or another node's clock behind ours, does not change the order of proofs."""
    instants = [now, now + timedelta(seconds=5), now - timedelta(hours=1), now + timedelta(seconds=6)]
    stamped = [stamping.stamp(digest=DIGEST, actor=SYSTEM, now=instant).gen_time for instant in instants]
    assert stamped == [now, instants[1], instants[1], instants[3]]


@pytest.mark.django_db
def test_no_token_is_dated_before_the_authority_existed(now):
    begins = stamping.current_authority(now).tsa_certificate.not_valid_before_utc
    stamped = stamping.stamp(digest=DIGEST, actor=SYSTEM, now=begins - timedelta(days=400))
    assert stamped.gen_time == begins


@pytest.mark.django_db
def test_the_time_kept_is_the_time_of_the_token(now):
    stamped = stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now.replace(microsecond=123456))
    assert timestamps.read(stamped.tsr).gen_time == stamped.gen_time == now.replace(microsecond=123000)


@pytest.mark.django_db
def test_the_database_refuses_a_serial_given_twice(now):
    first = stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now)
    again = TimestampToken(
        serial=first.serial, digest=DIGEST, gen_time=now, token=bytes(first.token), created_at=now
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.django_db
def test_a_restored_database_does_not_give_the_same_serials_again(now):
    first = stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now)
    AuthorityClock.objects.update(sequence=0)  # yesterday's copy
    assert stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now).serial != first.serial


@pytest.mark.django_db
def test_a_stamp_of_a_transaction_that_fails_leaves_nothing(now):
    with pytest.raises(RuntimeError), transaction.atomic():
        stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now)
        raise RuntimeError
    assert not TimestampToken.objects.exists()
    assert not AuthorityClock.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_threads_never_share_a_serial_and_time_follows_the_order(now, tmp_path):
    database = _database_for_threads(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        slots = [slot for found in pool.map(_reserve_many, [database] * 2, [now] * 2) for slot in found]
    assert len({slot.serial for slot in slots}) == len(slots) == 80
    ordered = sorted(slots, key=lambda slot: slot.serial)
    assert [slot.gen_time for slot in ordered] == sorted(slot.gen_time for slot in slots)


def _database_for_threads(tmp_path):
    """SQLite's tests live in memory, which threads cannot share as processes share a file: copy it to one."""
    if connection.vendor != "sqlite":
        return None
    path = tmp_path / "copy.sqlite3"
    copy = sqlite3.connect(path)
    connection.ensure_connection()
    connection.connection.backup(copy)
    copy.close()
    return str(path)


def _reserve_many(database, now):
    if database:
        connections["default"].settings_dict = {**connections["default"].settings_dict, "NAME": database}
    try:
        return [
            slot
            for number in range(20)
            for slot in stamping.reserve(count=2, now=now + timedelta(milliseconds=number))
        ]
    finally:
        connections["default"].close()


# --- HTTP -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_openssl_obtains_and_verifies_a_token_over_http(client, folder, run):
    (folder / "pli").write_bytes(DOCUMENT)
    run("openssl", "ts", "-query", "-data", "pli", "-sha256", "-cert", "-out", "pli.tsq")
    reply = client.post(
        reverse("signing:timestamp"), (folder / "pli.tsq").read_bytes(), content_type=QUERY_TYPE
    )
    assert reply["Content-Type"] == REPLY_TYPE
    (folder / "pli.tsr").write_bytes(reply.content)
    (folder / "ca.pem").write_bytes(client.get(reverse("signing:certificates")).content)
    verify = ("openssl", "ts", "-verify", "-in", "pli.tsr", "-queryfile", "pli.tsq", "-CAfile", "ca.pem")
    assert "Verification: OK" in run(*verify).stdout


@pytest.mark.django_db
def test_a_bad_query_gets_a_rejection_and_no_serial(client, folder, run):
    reply = client.post(reverse("signing:timestamp"), b"bonjour", content_type=QUERY_TYPE)
    (folder / "pli.tsr").write_bytes(reply.content)
    assert (reply.status_code, reply["Content-Type"]) == (200, REPLY_TYPE)
    assert "Status: Rejected." in run("openssl", "ts", "-reply", "-in", "pli.tsr", "-text").stdout
    assert not AuthorityClock.objects.exists()


@pytest.mark.django_db
def test_an_endless_query_is_read_no_further_than_its_limit(client):
    reply = client.post(reverse("signing:timestamp"), b"0" * MAX_QUERY_BYTES * 40, content_type=QUERY_TYPE)
    assert "trop longue" in reply.content.decode(errors="replace")


def test_another_content_type_is_refused_in_words(client):
    reply = client.post(reverse("signing:timestamp"), {"digest": DIGEST})
    assert reply.status_code == 415
    assert QUERY_TYPE in reply.content.decode()


def test_reading_the_address_of_the_authority_is_not_a_query(client):
    assert client.get(reverse("signing:timestamp")).status_code == 405


def test_the_certificates_and_the_revocation_list_are_public(client):
    chain = x509.load_pem_x509_certificates(client.get(reverse("signing:certificates")).content)
    assert len(chain) == 3
    assert chain[0].issuer == chain[0].subject  # the root comes first
    crl = x509.load_pem_x509_crl(client.get(reverse("signing:revocations")).content)
    assert crl.is_signature_valid(chain[0].public_key())


# --- Kept for good ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_token_cannot_be_changed_or_removed(now):
    stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TimestampToken.objects.update(digest="0" * 64)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TimestampToken.objects.all().delete()
