"""The remarks of a check on the screens: short, gravest first, what only a tool's maker can correct folded away."""

import re

from django.template.loader import render_to_string

from dume.report import Finding, Layer, Report, Severity
from dume.samples import OPERATOR
from dume.validate import check


def shown(report):
    return " ".join(render_to_string("dume/_remarks.html", {"report": report}).split())


def test_technical_remarks_and_official_ids_are_folded(edited):
    html = shown(check(edited((f"<cbc:Name>{OPERATOR}</cbc:Name>", ""), (">2.3<", ">2.4<"))))
    open_part, _, folded = html.partition("<details>")
    assert "Partie II.A, opérateur économique" in open_part
    assert "BR-" not in open_part
    assert "UBL" not in open_part
    assert "<code>BR-RESP-10-05</code>" in folded
    assert "<code>BR-OTH-05-01</code>" in folded
    assert re.search(r"<summary>\d remarques techniques, pour l'éditeur", folded)


def test_a_report_without_remarks_shows_nothing():
    assert shown(Report("response")) == ""


def test_only_the_official_ids_are_folded_when_nothing_is_technical():
    finding = Finding(Severity.ERROR, "Partie I", "Faux.", rule="BR-LOT-10")
    html = shown(Report("response", findings=(finding,)))
    assert "<summary>Règles officielles en cause</summary>" in html


def test_the_words_of_a_file_are_escaped():
    finding = Finding(Severity.INFO, "<b>", "<script>", "codelist.x", layer=Layer.CODELISTS, technical=True)
    assert "<script>" not in shown(Report("response", findings=(finding,)))
