"""What official rules find, told once a rule."""

import pytest

from dume.checking import official
from dume.checking.official import findings
from dume.checking.places import Places
from dume.report import Layer, Report, Severity, Verdict
from dume.rules.findings import Fired, Flag
from procurement.xml import parse_xml

ROOT = parse_xml(
    b"<R><A/>" + b"".join(b"<Evidence><Name>%d</Name></Evidence>" % n for n in range(600)) + b"</R>"
)
PARTIES = parse_xml(b"<R><EconomicOperatorParty/></R>")


def told(*fired):
    return list(findings(fired, Places(ROOT)))


@pytest.mark.parametrize(
    ("flag", "severity"),
    [
        (Flag.FATAL, Severity.ERROR),
        (Flag.ERROR, Severity.ERROR),
        (Flag.WARNING, Severity.WARNING),
        (Flag.UNSET, Severity.INFO),
    ],
)
def test_the_published_grade_gives_ours_and_is_kept(flag, severity):
    [found] = told(Fired("BR-RESP-10-05", flag, ROOT[0], "Nom absent.", "x"))
    assert (found.rule, found.flag, found.severity, found.value) == ("BR-RESP-10-05", flag, severity, "x")
    assert (found.layer, found.technical, found.is_official) == (Layer.BUSINESS, False, True)


def test_six_hundred_places_make_one_sentence_with_their_number_and_the_first_ones():
    fired = [Fired("BR-TCR-09", Flag.FATAL, node, "Ce justificatif n'est pas décrit.") for node in ROOT[1:]]
    [found] = told(*fired)
    assert found.count == 600
    assert found.where == "Justificatif «\u00a00\u00a0»"
    assert found.message == (
        "Ce justificatif n'est pas décrit. La même remarque vaut à 599 autres endroits, dont\u00a0: "
        "Justificatif «\u00a01\u00a0»\u00a0; Justificatif «\u00a02\u00a0»."
    )


def test_a_file_made_to_hurt_does_not_keep_the_rules_busy_for_long(monkeypatch):
    monkeypatch.setattr(official, "MOST", 3)
    endless = (Fired("BR-TC-13", Flag.FATAL, ROOT, "Faux.") for _ in iter(int, 1))
    found = list(findings(endless, Places(ROOT)))
    assert [(one.rule, one.count) for one in found] == [("rules.stopped", 1), ("BR-TC-13", 3)]


def test_two_places_are_both_named_and_one_place_found_twice_is_counted():
    fired = [Fired("BR-TCR-09", Flag.FATAL, node, "Absent.") for node in ROOT[1:3]]
    assert told(*fired)[0].message.endswith("vaut à 1 autre endroit\u00a0: Justificatif «\u00a01\u00a0».")
    twice = [Fired("BR-TCR-09", Flag.FATAL, ROOT[1], "Absent.")] * 2
    assert told(*twice)[0].message == "Absent. La même remarque vaut à 1 autre endroit."


def test_code_lists_and_what_only_a_tool_can_correct_are_told_apart():
    rules = ["BR-OTH-01-10", "BR-OTH-05-01", "BR-TC-13", "BR-COM-10-01", "BR-TCR-03", "BR-LOT-40"]
    found = told(*(Fired(rule, Flag.FATAL, ROOT, "Faux.") for rule in rules))
    assert [one.technical for one in found] == [True, True, True, True, False, False]
    assert [one.layer for one in found] == [Layer.CODELISTS] + [Layer.BUSINESS] * 5


def test_a_report_with_technical_errors_alone_has_nothing_to_tell_a_depositor():
    report = Report("response", findings=tuple(told(Fired("BR-TC-13", Flag.FATAL, ROOT, "Faux."))))
    assert (report.verdict, report.told_verdict) == (Verdict.ERRORS, Verdict.CLEAN)
    assert (report.told, len(report.technical)) == ((), 1)


def test_what_is_told_begins_with_the_gravest():
    flags = [Flag.UNSET, Flag.WARNING, Flag.FATAL]
    report = Report("response", findings=tuple(told(*(Fired("BR-LOT-40", f, ROOT, "Faux.") for f in flags))))
    assert [one.flag for one in report.told] == ["fatal", "warning", ""]


@pytest.mark.parametrize(
    ("node", "rule", "message", "where", "words"),
    [
        (ROOT, "BR-REQ-40", "Aucun critère.", "Partie IV, critères de sélection", "Aucun critère."),
        (ROOT, "BR-OTH-05-01", "Écrivez 2.3.", "En-tête du fichier", "Écrivez 2.3."),
        (
            ROOT,
            "BR-LAED-10",
            "Partie II.A, groupement\u00a0: le mandataire ne dit rien.",
            "Partie II.A, groupement",
            "Le mandataire ne dit rien.",
        ),
        (
            PARTIES[0],
            "BR-RESP-10-04",
            "Partie II.A, opérateur\u00a0: aucun identifiant.",
            "Partie II.A, opérateur économique",
            "Aucun identifiant.",
        ),
        (
            PARTIES[0],
            "BR-REQ-20-02",
            "Partie I, acheteur\u00a0: le nom manque.",
            "Partie II.A, opérateur économique",
            "Partie I, acheteur\u00a0: le nom manque.",
        ),
    ],
)
def test_the_place_is_told_once_and_what_is_absent_has_one_too(node, rule, message, where, words):
    [found] = told(Fired(rule, Flag.FATAL, node, message))
    assert (found.where, found.message) == (where, words)
