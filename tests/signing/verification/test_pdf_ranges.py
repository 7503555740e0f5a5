"""Byte ranges that leave out more than the signature value: the wrapping attacks on PDF signatures."""

import pytest

from signing.verification.pdf.ranges import ByteRange, written_in

BEFORE, VALUE, AFTER = b"%PDF-1.7 signed /Contents ", b"<30820000>", b" startxref\n9\n%%EOF\n"
CONTENTS = bytes.fromhex("30820000")


def covering(document, left_out=VALUE, *, first=0, end=None):
    start = document.index(left_out)
    after = start + len(left_out)
    return ByteRange(document, first, start - first, after, (len(document) if end is None else end) - after)


def test_all_but_the_value_is_the_only_range_accepted():
    byte_range = covering(BEFORE + VALUE + AFTER)
    assert byte_range.spares_only(CONTENTS)
    assert byte_range.content().digest("sha256") == byte_range.digest("sha256")
    assert (byte_range.reaches_the_end, byte_range.ends_a_revision) == (True, True)


@pytest.mark.parametrize(
    ("document", "left_out", "first"),
    [
        (BEFORE + VALUE + b" /Page " + AFTER, VALUE + b" /Page ", 0),
        (BEFORE + b" /Page " + VALUE + AFTER, b" /Page " + VALUE, 0),
        (BEFORE + VALUE + AFTER, VALUE, 5),
        (BEFORE + VALUE[1:-1] + AFTER, VALUE[1:-1], 0),
        (BEFORE + b"<30820001>" + AFTER, b"<30820001>", 0),
        (BEFORE + b"(0\x82\x00\x00)" + AFTER, b"(0\x82\x00\x00)", 0),
    ],
    ids=[
        "room after",
        "room before",
        "later start",
        "delimiters covered",
        "another value",
        "not hexadecimal",
    ],
)
def test_anything_else_left_out_is_refused(document, left_out, first):
    assert not covering(document, left_out, first=first).spares_only(CONTENTS)


def test_ranges_that_overlap_or_leave_the_document_are_refused():
    document = BEFORE + VALUE + AFTER
    for numbers in ((0, 40, 30, 5), (0, 10, 20, 1000), (0, -1, 20, 5), (-5, 10, 20, 5)):
        assert not ByteRange(document, *numbers).is_inside
        assert not ByteRange(document, *numbers).spares_only(CONTENTS)


def test_what_comes_after_the_range_is_seen():
    document = BEFORE + VALUE + AFTER
    longer = ByteRange(document + b"1 0 obj", *_numbers(covering(document)))
    assert (longer.reaches_the_end, longer.rest) == (False, b"1 0 obj")
    far = ByteRange(document + b"\n" * 100 + b"1 0 obj", *_numbers(covering(document)))
    assert not far.reaches_the_end


def _numbers(byte_range):
    return byte_range.first, byte_range.first_length, byte_range.second, byte_range.second_length


def test_a_hexadecimal_string_may_be_padded_and_folded():
    assert written_in(b"<3082 00\n00>") == CONTENTS
    assert written_in(b"<308>") == b"\x30\x80"
    assert written_in(b"<30><31>") is None
