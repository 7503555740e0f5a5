from datetime import UTC, datetime, timedelta, timezone

from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from signing.asn1 import der


@given(st.integers(min_value=-(2**200), max_value=2**200))
def test_integers_are_those_of_another_encoder(value):
    assert der.integer(value) == core.Integer(value).dump()


@given(st.binary(max_size=70000))
def test_octets_are_those_of_another_encoder(value):
    assert der.octets(value) == core.OctetString(value).dump()


@given(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**40), max_size=6))
def test_object_identifiers_are_those_of_another_encoder(first, second, others):
    dotted = ".".join(map(str, [first, second, *others]))
    assert der.oid(dotted) == core.ObjectIdentifier(dotted).dump()


def test_members_of_a_set_are_sorted_by_their_encoding():
    assert der.set_of([der.integer(300), der.integer(2)]) == der.tlv(0x31, der.integer(2), der.integer(300))


def test_time_is_written_in_utc_without_trailing_zeros():
    paris = timezone(timedelta(hours=1))
    assert der.generalized_time(datetime(2026, 3, 2, 10, 0, tzinfo=paris))[2:] == b"20260302090000Z"
    assert (
        der.generalized_time(datetime(2026, 3, 2, 9, 0, 0, 120000, tzinfo=UTC))[2:] == b"20260302090000.12Z"
    )


def test_a_failure_bit_is_a_named_bit_string():
    assert core.BitString.load(der.bit(5)).native == (0, 0, 0, 0, 0, 1)
    assert core.BitString.load(der.bit(25)).native == (*(0,) * 25, 1)
