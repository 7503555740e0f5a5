"""Transforms and references: what may be followed, what is refused, and never passed by mistake."""

import base64
import hashlib

import pytest

from signing.verification.facts import Content, Covers, Sub
from tests.signing.verification.xml_signing import C14N, DS, by_hand, content, digest_value, read_one

FILTER_2 = "http://www.w3.org/2002/06/xmldsig-filter2"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"


def transform(algorithm, inside=""):
    return f'<Transforms><Transform Algorithm="{algorithm}">{inside}</Transform></Transforms>'


def enveloped(canonical, uri, steps, before="", after=""):
    """A file with a signature in it that says to sign `canonical`."""
    signature = by_hand(uri, digest_value(canonical), transforms=steps).decode()
    return f"<offre>{before}{signature}{after}</offre>".encode()


def xpath(expression):
    return transform(XPATH, f'<XPath xmlns:ds="{DS}">{expression}</XPath>')


def xpath_2(operation, expression):
    inside = f'<XPath xmlns="{FILTER_2}" xmlns:ds="{DS}" Filter="{operation}">{expression}</XPath>'
    return transform(FILTER_2, inside)


WITHOUT_SIGNATURE = [
    transform(f"{DS}enveloped-signature"),
    xpath("not(ancestor-or-self::ds:Signature)"),
    xpath(
        "count(ancestor-or-self::ds:Signature | here()/ancestor::ds:Signature[1]) &gt; "
        "count(ancestor-or-self::ds:Signature)"
    ),
    xpath_2("subtract", "/descendant::ds:Signature"),
    xpath_2("subtract", "here()/ancestor::ds:Signature[1]"),
]


@pytest.mark.parametrize("steps", WITHOUT_SIGNATURE)
def test_ways_to_leave_the_signature_out_are_all_followed(steps):
    facts = read_one(enveloped(b"<offre><lot>1</lot> fin</offre>", "", steps, "<lot>1</lot>", " fin"))
    assert (facts.intact, facts.authentic, facts.covers) == (True, True, Covers.WHOLE)
    other = read_one(enveloped(b"<offre><lot>1</lot> fin</offre>", "", steps, "<lot>2</lot>", " fin"))
    assert other.intact is False


def test_an_intersection_signs_the_part_that_it_names():
    steps = xpath_2("intersect", "/offre/lot")
    file = enveloped(b"<lot>1</lot>", "", steps, "<lot>1</lot>", "<note>libre</note>")
    facts = read_one(file)
    assert (facts.intact, facts.covers) == (True, Covers.PARTIAL)


def test_base64_signs_the_decoded_bytes():
    encoded = base64.b64encode(b"%PDF-1.7").decode()
    before = f'<piece Id="p1">{encoded}</piece>'
    file = enveloped(b"%PDF-1.7", "#p1", transform(f"{DS}base64"), before)
    assert read_one(file).intact is True


@pytest.mark.parametrize(
    ("uri", "canonical"),
    [
        ("#p1", b'<piece Id="p1">x</piece>'),
        ("#xpointer(id('p1'))", b'<piece Id="p1">x<!-- note --></piece>'),
    ],
)
def test_pointers_differ_by_the_comments_that_they_take(uri, canonical):
    steps = transform(f"{C14N}#WithComments")
    file = enveloped(canonical, uri, steps, '<piece Id="p1">x<!-- note --></piece>')
    assert read_one(file).intact is True


def test_style_sheets_are_refused_and_not_run():
    facts = read_one(enveloped(b"<offre></offre>", "", transform(XSLT)))
    assert (facts.intact, facts.broken) == (None, Sub.GENERIC)
    assert "XSLT" in facts.why


def test_an_unknown_transform_is_never_passed():
    facts = read_one(enveloped(b"<offre></offre>", "", transform("urn:inconnu")))
    assert facts.intact is None
    assert "transformation" in facts.why


@pytest.mark.parametrize(
    "expression",
    [
        "//*[//*[//*]]",
        "count(//*) = 3",
        "ancestor::*[ancestor::*[ancestor::*]]",
        "../*/../*/../*",
        "following::*",
        "inconnu(",
        "x" * 600,
        "self::node()[",
    ],
)
def test_costly_and_broken_expressions_are_refused(expression):
    facts = read_one(enveloped(b"<offre></offre>", "", xpath(expression)))
    assert (facts.intact, facts.broken) == (None, Sub.GENERIC)
    assert "XPath" in facts.why


def test_transforms_of_a_document_outside_need_an_xml_file():
    steps = transform(C14N)
    signed = by_hand("piece.xml", digest_value(b"<a></a>"), transforms=steps)
    assert read_one(signed, content(b"<a/>")).intact is True
    assert read_one(signed, content(b"pas du XML")).intact is None


def test_too_many_transforms_are_not_applied():
    step = f'<Transform Algorithm="{C14N}"></Transform>'
    signed = by_hand("", digest_value(b""), transforms=f"<Transforms>{step * 11}</Transforms>")
    assert read_one(signed).intact is None


def test_a_reference_to_nothing_is_not_passed():
    facts = read_one(enveloped(b"", "#absent", ""))
    assert (facts.intact, facts.broken) == (None, Sub.SIGNED_DATA_NOT_FOUND)


def test_an_identifier_that_two_elements_share_is_refused():
    """Signature wrapping: which of the two was signed cannot be said."""
    lot = '<lot Id="l">1</lot>'
    canonical = b'<lot Id="l">1</lot>'
    assert read_one(enveloped(canonical, "#l", "", lot)).intact is True
    facts = read_one(enveloped(canonical, "#l", "", lot, '<lot ID="l">9</lot>'))
    assert (facts.intact, facts.broken) == (False, Sub.FORMAT_FAILURE)


def test_a_large_document_is_hashed_in_pieces(tmp_path):
    path = tmp_path / "plan.bin"
    with path.open("wb") as file:
        for _ in range(40):
            file.write(b"x" * 1024 * 1024)
    large = Content(name="plan.bin", size=path.stat().st_size, open=lambda: path.open("rb"))
    digest = base64.b64encode(hashlib.sha256(b"x" * 1024 * 1024 * 40).digest()).decode()
    assert read_one(by_hand("plan.bin", digest), large).intact is True
