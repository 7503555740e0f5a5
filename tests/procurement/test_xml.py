"""Hostile XML is refused by the one parser everything goes through (annexe 8 art. 2)."""

from pathlib import Path

import pytest

from procurement.xml import XmlRefused, parse_xml


def test_a_plain_document_is_read() -> None:
    assert parse_xml(b"<a><b>c</b></a>").tag == "a"


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"not xml",
        b"<a>",
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>',
        b"<a>" * 200 + b"</a>" * 200,
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
    ],
)
def test_what_is_hostile_or_broken_is_refused_in_french(document: bytes) -> None:
    with pytest.raises(XmlRefused) as refusal:
        parse_xml(document)
    assert "XML" in str(refusal.value)


def test_size_is_bounded_before_parsing() -> None:
    with pytest.raises(XmlRefused, match="volumineux"):
        parse_xml(b"<a>" + b"x" * 2000 + b"</a>", max_bytes=1000)


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name", ["billion_laughs", "deep_nesting", "doctype_only", "quadratic_blowup", "utf16_doctype", "utf7",
             "xxe_file", "xxe_http_loopback", "xxe_param"],
)  # fmt: skip
def test_the_generated_attacks_are_refused(shared_data: Path, name: str) -> None:
    with pytest.raises(XmlRefused):
        parse_xml((shared_data / "security" / "generated" / f"{name}.xml").read_bytes())
