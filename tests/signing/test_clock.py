"""The clock's offset is watched; a drift beyond the accuracy that tokens declare stamps nothing."""

import hashlib
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import tsp
from hypothesis import given
from hypothesis import strategies as st

from procurement.actors import SYSTEM
from procurement.audit.models import Entry
from signing.clocks import clock, kernel_clock, sntp
from signing.clocks.clock import ClockState, Reading, judge
from signing.models import ClockReading, TimestampToken
from signing.services import clock_watch, public_queries, stamping
from signing.services.clock_watch import ClockNotTrusted
from signing.tsp.queries import write_query
from tests.conftest import NOW

DIGEST = hashlib.sha256(b"pli").hexdigest()
EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
COOKIE = b"12345678"


def ntp(moment):
    """64 bits of RFC 5905, in their era."""
    return struct.pack("!Q", int((moment - EPOCH).total_seconds() * 2**32) % 2**64)


def answer(cookie=COOKIE, *, at=NOW, flags=0x24, stratum=2, root_delay=0, dispersion=0):
    head = struct.pack("!BBbbIII", flags, stratum, 6, -20, root_delay, dispersion, 0)
    return head + bytes(8) + cookie + ntp(at) + ntp(at)


@contextmanager
def server(**changes):
    """A server on loopback that answers once a question, by a clock of its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.bind(("127.0.0.1", 0))

        def serve():
            while True:
                question, address = channel.recvfrom(1024)
                if not question:
                    return
                channel.sendto(answer(question[40:48], **changes), address)

        thread = threading.Thread(target=serve)
        thread.start()
        name = f"127.0.0.1:{channel.getsockname()[1]}"
        try:
            yield name
        finally:
            channel.sendto(b"", channel.getsockname())
            thread.join()


# --- SNTP -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seconds", [0, 0.25, -3.5, 86_400])
def test_the_offset_is_what_must_be_added_to_our_clock(seconds):
    with server(at=NOW + timedelta(seconds=seconds)) as name:
        sample = sntp.ask(name, clock=lambda: NOW)
    assert sample.offset == pytest.approx(seconds, abs=1e-3)
    assert sample.error < 0.01


def test_half_of_the_way_there_and_back_is_not_an_offset():
    """RFC 5905 8: 40 ms there and back, and a server that has our time."""
    sent, received = NOW, NOW + timedelta(milliseconds=40)
    reply = answer(at=NOW + timedelta(milliseconds=20), root_delay=6554, dispersion=655)
    sample = sntp.read_answer(reply, cookie=COOKIE, sent_at=sent, received_at=received)
    assert sample.offset == pytest.approx(0, abs=1e-6)
    assert sample.error == pytest.approx(0.02 + 0.05 + 0.01, abs=1e-3)


def test_the_second_era_of_ntp_is_read():
    later = datetime(2036, 2, 8, tzinfo=UTC)
    sample = sntp.read_answer(answer(at=later), cookie=COOKIE, sent_at=later, received_at=later)
    assert sample.offset == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (b"", "illisible"),
        (answer()[:47], "illisible"),
        (answer(b"otherone"), "autre question"),
        (answer(flags=0x23), "autre question"),
        (answer(flags=0xE4), "non synchronisé"),
        (answer(stratum=0), "non synchronisé"),
        (answer(stratum=16), "non synchronisé"),
    ],
)
def test_an_answer_that_cannot_be_relied_on_is_none(reply, reason):
    with pytest.raises(sntp.NoAnswer, match=reason):
        sntp.read_answer(reply, cookie=COOKIE, sent_at=NOW, received_at=NOW)


@given(st.binary(min_size=40, max_size=100))
def test_no_answer_does_more_than_be_refused(reply):
    """Its offset is a number, or it is refused: nothing else comes out."""
    octets = reply[:24] + COOKIE + reply[32:]
    with suppress(sntp.NoAnswer):
        sample = sntp.read_answer(octets, cookie=COOKIE, sent_at=NOW, received_at=NOW)
        assert abs(sample.offset) < 2**32


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("ntp.example", ("ntp.example", 123)),
        ("ntp.example:1123", ("ntp.example", 1123)),
        ("2001:db8::1", ("2001:db8::1", 123)),
        ("[2001:db8::1]:1123", ("2001:db8::1", 1123)),
    ],
)
def test_a_server_is_named_with_or_without_its_port(name, place):
    assert sntp._place(name) == place


# --- the system -----------------------------------------------------------------------------------------------
def test_what_the_kernel_says_is_read_in_its_unit():
    nanoseconds, microseconds = 0x2001, 0x0001
    assert kernel_clock.interpret(nanoseconds, -2_500_000_000, 16_000).offset == -2.5
    assert kernel_clock.interpret(microseconds, 250_000, 16_000).offset == 0.25
    assert kernel_clock.interpret(nanoseconds, 0, 500_000).error == 0.5


def test_a_clock_that_nothing_keeps_tells_nothing():
    assert kernel_clock.interpret(0x0040, 0, 16_000_000) is None


def test_the_system_can_be_asked_wherever_this_runs():
    found = kernel_clock.synchronisation()
    assert found is None or abs(found.offset) < 60


# --- the measure ----------------------------------------------------------------------------------------------
def test_one_server_that_lies_among_three_does_not_count():
    with server(at=NOW) as one, server(at=NOW + timedelta(hours=1)) as liar, server(at=NOW) as other:
        found = clock.measure([liar, one, other], clock=lambda: NOW)
    assert found.offset == pytest.approx(0, abs=1e-3)
    assert found.source in {f"NTP {one}", f"NTP {other}"}


def test_two_servers_must_agree_to_call_the_clock_wrong():
    with server(at=NOW) as one, server(at=NOW + timedelta(hours=1)) as liar:
        assert not clock.measure([liar, one], clock=lambda: NOW).is_off
    with server(at=NOW + timedelta(seconds=2)) as one, server(at=NOW + timedelta(hours=1)) as other:
        assert clock.measure([other, one], clock=lambda: NOW).offset == pytest.approx(2, abs=1e-3)


def test_an_answer_too_imprecise_to_tell_a_second_is_set_aside(monkeypatch):
    monkeypatch.setattr(kernel_clock, "synchronisation", lambda: None)
    with server(at=NOW + timedelta(hours=1), root_delay=4 << 16) as name:
        found = clock.measure([name], clock=lambda: NOW)
    assert found.offset is None
    assert "trop imprécise" in found.note


@pytest.mark.parametrize("name", ["", "a" * 300, "é" * 80, "..", "127.0.0.1:9"])
def test_a_server_that_cannot_be_reached_is_a_reading_like_another(monkeypatch, name):
    monkeypatch.setattr(kernel_clock, "synchronisation", lambda: None)
    assert clock.measure([name], clock=lambda: NOW).offset is None


def test_without_servers_the_system_is_asked(monkeypatch):
    told = kernel_clock.Synchronisation(offset=0.002, error=0.03)
    monkeypatch.setattr(kernel_clock, "synchronisation", lambda: told)
    assert clock.measure([], clock=lambda: NOW) == Reading("système", 0.002, 0.03)


# --- the judgement --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("offset", "minutes", "state"),
    [
        (0.1, 0, ClockState.TRUSTED),
        (-1.0, 15, ClockState.TRUSTED),
        (0.1, 16, ClockState.UNKNOWN),
        (1.001, 0, ClockState.DRIFTED),
        (-30, 60, ClockState.DRIFTED),
        (-30, 60 * 25, ClockState.UNKNOWN),
        (-30, -1, ClockState.UNKNOWN),  # the clock was set back since
        (None, 0, ClockState.UNKNOWN),
    ],
)
def test_a_reading_holds_for_its_time(offset, minutes, state):
    reading = Reading("NTP a", offset, 0.01)
    assert judge(reading, measured_at=NOW, now=NOW + timedelta(minutes=minutes)) is state


# --- what follows ---------------------------------------------------------------------------------------------
def read_as(offset, at=NOW):
    return ClockReading.objects.create(measured_at=at, offset=offset, error=0.01, source="NTP a")


@pytest.mark.django_db
def test_the_job_keeps_what_it_finds_and_journals_what_it_changes(settings, now):
    with server(at=now) as name:
        settings.NTP_SERVERS = [name]
        first = clock_watch.measure_clock(now=now, clock=lambda: now)
        clock_watch.measure_clock(now=now, clock=lambda: now)
    with server(at=now + timedelta(seconds=5)) as name:
        settings.NTP_SERVERS = [name]
        clock_watch.measure_clock(now=now, clock=lambda: now)
    assert first.state_at(now) is ClockState.TRUSTED
    assert clock_watch.current(now).state is ClockState.DRIFTED
    changes = Entry.objects.filter(action="signing.clock.change").order_by("sequence")
    assert [(line.data["after"], line.data["offset"]) for line in changes] == [
        ("trusted", "+0 ms"),
        ("drifted", "+5000 ms"),
    ]


@pytest.mark.django_db
def test_old_readings_are_forgotten(settings, now, monkeypatch):
    monkeypatch.setattr(kernel_clock, "synchronisation", lambda: None)
    read_as(0, at=now - timedelta(days=31))
    kept = clock_watch.measure_clock(now=now, clock=lambda: now)
    assert list(ClockReading.objects.all()) == [kept]


@pytest.mark.django_db
def test_a_clock_that_drifted_stamps_nothing_and_says_what_to_do(now):
    read_as(2)
    with pytest.raises(ClockNotTrusted, match="est conservé") as refused:
        stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now)
    assert refused.value.context == {"offset": 2}
    assert not TimestampToken.objects.exists()


@pytest.mark.django_db
def test_a_query_is_told_that_the_time_is_not_available(now):
    """RFC 3161 2.4.2, timeNotAvailable (14)."""
    read_as(-2)
    query = write_query(digest=bytes.fromhex(DIGEST), nonce=1)
    status = rejected(public_queries.answer_query(query=query, now=now))
    assert status["fail_info"].native == {"time_not_available"}


def rejected(reply):
    from asn1crypto import core

    return tsp.PKIStatusInfo.load(core.SequenceOf.load(reply, spec=core.Any)[0].dump())


@pytest.mark.django_db
def test_a_clock_put_right_stamps_again(now):
    read_as(2)
    read_as(0)
    assert stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now).gen_time == now


@pytest.mark.django_db
def test_servers_that_fall_silent_do_not_put_a_clock_right(now):
    read_as(2)
    read_as(None)
    assert clock_watch.current(now).state is ClockState.DRIFTED
    with pytest.raises(ClockNotTrusted):
        stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now)


@pytest.mark.django_db
def test_a_clock_that_nobody_can_check_stamps(now):
    read_as(None)
    assert clock_watch.current(now).state is ClockState.UNKNOWN
    assert stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now).gen_time == now


@pytest.mark.django_db
def test_after_a_jump_ahead_nothing_is_dated_ahead_of_a_clock_that_is_right(now):
    """Time may neither step back nor lie: stamping waits until the time already given is reached."""
    stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now + timedelta(minutes=2))
    read_as(0)
    with pytest.raises(ClockNotTrusted):
        stamping.stamp(digest=DIGEST, actor=SYSTEM, now=now)
    later = now + timedelta(minutes=2)
    assert stamping.stamp(digest=DIGEST, actor=SYSTEM, now=later).gen_time == later
