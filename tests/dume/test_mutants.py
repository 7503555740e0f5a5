"""Whatever a tool writes, a DUME is judged and shown: damaged documents give findings, never an exception."""

from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dume.parse import NotADume, read
from dume.render import render_context
from dume.report import Verdict
from dume.samples import sample_response
from dume.validate import check

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SAMPLES = {version: sample_response(now=MOMENT, version=version) for version in ("4.1.0", "1.0.2")}
TEXTS = [
    "",
    "true",
    "maybe",
    "-1",
    "NaN",
    "1E+999999",
    "2026-02-30",
    "0000-00-00",
    "<&>",
    "é" * 300,
    "ON*",
    "III",
]
DAMAGES = st.lists(
    st.tuples(
        st.sampled_from(["drop", "text", "rename", "double", "empty"]),
        st.integers(0, 10**6),
        st.sampled_from(TEXTS),
    ),
    min_size=1,
    max_size=12,
)


def damaged(data: bytes, damages: list[tuple[str, int, str]]) -> bytes:
    root = etree.fromstring(data)
    for kind, index, text in damages:
        nodes = list(root.iter())
        node = nodes[index % len(nodes)]
        parent = node.getparent()
        match kind:
            case "drop" if parent is not None:
                parent.remove(node)
            case "double" if parent is not None:
                parent.append(etree.fromstring(etree.tostring(node)))
            case "empty":
                del node[:]
            case "rename" if parent is not None:
                node.tag = nodes[(index * 7) % len(nodes)].tag
            case "text":
                node.text = text
    return etree.tostring(root)


@given(st.sampled_from(sorted(SAMPLES)), DAMAGES)
@settings(max_examples=150, deadline=None)
def test_a_damaged_response_is_still_judged_and_shown(version, damages):
    data = damaged(SAMPLES[version], damages)
    report = check(data)
    assert report.verdict in set(Verdict)
    try:
        dume = read(data)
    except NotADume:
        assert report.verdict is Verdict.UNREADABLE
        return
    assert "Contrôle du DUME" in render_to_string("dume/_document.html", render_context(dume, report))


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_get_a_report(data):
    assert check(data).verdict is Verdict.UNREADABLE


@pytest.mark.parametrize("cut", [2, 1000, 100_000])
def test_a_truncated_upload_is_unreadable(cut):
    assert check(SAMPLES["4.1.0"][:-cut]).verdict is Verdict.UNREADABLE
