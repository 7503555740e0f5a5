"""DER has one form for each value: our reader takes that one, and asn1crypto is the judge of what it means."""

from datetime import UTC, datetime

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from signing.asn1 import der
from signing.asn1.der_reading import (
    GENERALIZED_TIME,
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    Malformed,
    Reader,
    boolean,
    dotted,
    generalized_time,
    integer,
)


@given(st.integers(-(2**200), 2**200))
def test_integers_are_read_as_they_were_written(value):
    assert Reader(core.Integer(value).dump()).integer() == value


@given(st.binary(max_size=70_000))
def test_lengths_of_all_forms_are_read(value):
    encoded = core.OctetString(value).dump()
    assert Reader(encoded).value(OCTETS) == value
    assert Reader(encoded).encoded(OCTETS) == encoded


@pytest.mark.parametrize(
    "identifier", ["2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2", "0.4.0.127.0.7.1", "2.999.3", "1.39.0"]
)
def test_object_identifiers_are_read_in_decimal(identifier):
    assert dotted(Reader(core.ObjectIdentifier(identifier).dump()).value(OID)) == identifier


@given(st.datetimes(datetime(1950, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_times_are_read_as_we_write_them(moment):
    assert generalized_time(Reader(der.generalized_time(moment)).value(GENERALIZED_TIME)) == moment


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x04",
        b"\x04\x80ab\x00\x00",  # indefinite
        b"\x04\x81\x02ab",  # long form of a short length
        b"\x04\x82\x00\xffab",  # leading zero
        b"\x04\x84\x00\x00\x00\x02ab",  # four octets of length
        b"\x04\x03ab",  # longer than what holds it
        b"\x04\x82\x01",  # cut in its length
        b"\x05\x00",  # another tag
        b"\x1f\x04\x00",  # a tag of several octets
    ],
)
def test_what_is_not_the_one_form_is_refused(octets):
    with pytest.raises(Malformed):
        Reader(octets).value(OCTETS)


@pytest.mark.parametrize("octets", [b"", b"\x00\x01", b"\xff\xff", b"\x00\x00"])
def test_an_integer_has_no_idle_octet(octets):
    with pytest.raises(Malformed):
        integer(octets)


@pytest.mark.parametrize("octets", [b"", b"\x80\x01", b"\x2a\x80\x01", b"\x2a\x86", b"\x2a" * 41])
def test_an_identifier_is_whole_and_has_no_idle_octet(octets):
    with pytest.raises(Malformed):
        dotted(octets)


@pytest.mark.parametrize(
    "text",
    [
        b"20260302090000", b"20260302090000+0100", b"202603020900Z", b"20260302090000.Z", b"20260302090000.50Z",
        b"20260302090000.1234567Z", b"20261302090000Z", b"20260230090000Z", b"2026030209000aZ",
        "2026030209000²Z".encode(), b"",
    ],
)  # fmt: skip
def test_a_time_has_the_form_of_rfc_3161(text):
    with pytest.raises(Malformed):
        generalized_time(text)


@pytest.mark.parametrize("octets", [b"", b"\x01", b"\xff\xff"])
def test_a_boolean_is_00_or_ff(octets):
    with pytest.raises(Malformed):
        boolean(octets)


def test_nothing_may_follow_the_last_element():
    reader = Reader(der.sequence(der.integer(1), der.integer(2))).enter(SEQUENCE)
    assert reader.integer() == 1
    with pytest.raises(Malformed, match="follows"):
        reader.finish()


def test_an_element_does_not_reach_beyond_the_one_that_holds_it():
    reader = Reader(b"\x30\x03\x04\x05a" + b"bcdef").enter(SEQUENCE)
    with pytest.raises(Malformed, match="ends after"):
        reader.value(OCTETS)


def test_what_comes_next_can_be_seen_before_it_is_taken():
    reader = Reader(der.integer(5))
    assert reader.has(INTEGER)
    reader.integer()
    assert reader.next_tag == -1
