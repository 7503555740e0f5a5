"""Hostile XML is refused by the one parser everything goes through (annexe 8 art. 2)."""

import gc
import os
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


@pytest.mark.parametrize("long_texts", [False, True])
def test_a_hundred_levels_are_read_and_one_more_is_not(long_texts: bool) -> None:
    parse_xml(b"<a>" * 100 + b"</a>" * 100, long_texts=long_texts)
    for levels in (101, 3_000_000):
        with pytest.raises(XmlRefused, match="profond"):
            parse_xml(b"<a>" * levels + b"</a>" * levels, max_bytes=10**8, long_texts=long_texts)


def test_comments_and_instructions_count_among_the_nodes() -> None:
    document = b"<?a b?><!-- c --><a><!-- d --><b/></a>"
    assert len(parse_xml(document, max_nodes=5)) == 2
    with pytest.raises(XmlRefused, match="trop d'éléments"):
        parse_xml(document, max_nodes=4)


def test_no_tree_waits_for_the_garbage_collector() -> None:
    """Trees are outside Python's memory: nothing would tell the collector that a hundred megabytes wait."""
    document = b"<a>" + b"<b>x<!-- y --></b>" * 60_000 + b"</a>"
    gc.disable()
    try:
        parse_xml(document, max_nodes=200_000)
        before = resident_megabytes()
        for _ in range(5):
            parse_xml(document, max_nodes=200_000)
        assert resident_megabytes() - before < 50  # five trees are 120
    finally:
        gc.enable()


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name", ["billion_laughs", "deep_nesting", "doctype_only", "quadratic_blowup", "utf16_doctype", "utf7",
             "xxe_file", "xxe_http_loopback", "xxe_param"],
)  # fmt: skip
def test_the_generated_attacks_are_refused(shared_data: Path, name: str) -> None:
    with pytest.raises(XmlRefused):
        parse_xml((shared_data / "security" / "generated" / f"{name}.xml").read_bytes())
