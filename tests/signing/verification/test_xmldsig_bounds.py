"""Hostile signatures ask for more work than honest ones: it is counted, and ends with a sentence (annexe 8 art. 2)."""

import pytest

from procurement.xml import XmlRefused, parse_xml
from signing.verification.facts import Sub
from signing.verification.xml import xml_document
from tests.signing.verification.xml_signing import DS, by_hand, digest_value, read, read_one


@pytest.fixture
def little_work(monkeypatch):
    monkeypatch.setattr(xml_document, "MAX_WORK", 100)


def signed(body, steps="", uri=""):
    signature = by_hand(uri, digest_value(b""), transforms=steps).decode()
    return f"<offre>{body}{signature}</offre>".encode()


@pytest.mark.parametrize(
    "body",
    [
        "<a/>" * 200,
        "<a " + " ".join(f'b{number}="1"' for number in range(1000)) + "/>",
        "<a " + " ".join(f'xmlns:b{number}="u"' for number in range(1000)) + "/>",
        "<a>" + "x" * 200_000 + "</a>",
    ],
    ids=["elements", "attributes", "namespaces", "text"],
)
@pytest.mark.usefixtures("little_work")
def test_canonicalization_is_counted(body):
    facts = read_one(signed(body))
    assert (facts.intact, facts.broken) == (None, Sub.GENERIC)
    assert "trop nombreux" in facts.why


@pytest.mark.usefixtures("little_work")
def test_expressions_and_base64_are_counted():
    xpath = '<XPath xmlns="">true()</XPath>'
    expression = f'<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">{xpath}</Transform>'
    decoding = f'<Transform Algorithm="{DS}base64"></Transform>'
    assert read_one(signed("<a/>" * 200, f"<Transforms>{expression}</Transforms>")).broken == Sub.GENERIC
    long = f'<a Id="a">{"A" * 400_000}</a>'
    assert read_one(signed(long, f"<Transforms>{decoding}</Transforms>", "#a")).broken == Sub.GENERIC


def test_references_are_counted():
    one = by_hand("", digest_value(b"")).decode()
    start, end = one.index("<Reference"), one.index("</SignedInfo>")
    facts = read_one((one[:start] + one[start:end] * 501 + one[end:]).encode())
    assert (facts.intact, facts.broken) == (None, Sub.FORMAT_FAILURE)


def test_signatures_are_counted():
    found = read(b"<a>" + by_hand("", digest_value(b"")) * 101 + b"</a>")
    assert (len(found.signatures), found.broken) == (100, Sub.GENERIC)


@pytest.mark.parametrize("node", [b"<a/>", b"<!---->", b"<?a?>"])
def test_nodes_of_a_file_are_counted_while_it_is_read(node):
    with pytest.raises(XmlRefused, match="trop d'éléments"):
        parse_xml(b"<a>" + node * 50 + b"</a>", max_nodes=50)


def test_a_long_text_is_read_only_where_it_is_asked_for():
    document = b"<a>" + b"A" * 10_500_000 + b"</a>"
    with pytest.raises(XmlRefused):
        parse_xml(document, max_bytes=20_000_000)
    root = parse_xml(document, max_bytes=20_000_000, long_texts=True)
    assert len(root.text) == 10_500_000
