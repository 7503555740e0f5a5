"""Results of signature checks: kept with the digest of the file, readable years later (annexe 12 art. 5)."""

from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from uuid import UUID

import pytest

from procurement.actors import SYSTEM
from procurement.audit.models import Entry
from procurement.files import services as files
from procurement.files.models import Area
from signing.models import SignatureCheck
from signing.queries.checks import find_check, is_checked, list_checks
from signing.services import verification
from signing.services.verification import Checked
from signing.verification.facts import Format
from signing.verification.report_xml import validation_report
from signing.verification.reports import CheckCode, FileReport, Outcome, Status, TimeSource, Verdict
from signing.verification.sheet import sheet_of
from tests.conftest import NOW
from tests.signing.verification.test_report_xml import STAMP, VERDICT

DIGEST, TOGETHER, ELSEWHERE = "ab" * 32, UUID(int=1), UUID(int=2)
REPORT = FileReport(file="acte.pdf", format=Format.PADES, verdict=Verdict.VALID, signatures=(VERDICT,))


def keep(report=REPORT, together=TOGETHER, now=NOW):
    (kept,) = verification.record_checks(
        [Checked(DIGEST, report)], together=together, trust="1 certificat d'autorité", actor=SYSTEM, now=now
    )
    return kept


@pytest.mark.django_db
def test_a_check_is_kept_with_the_digest_of_the_file_and_entered_in_the_journal():
    keep()
    kept = SignatureCheck.objects.get(file_sha256=DIGEST)
    assert (kept.format, kept.verdict, kept.checked_at) == ("PAdES", "valid", NOW)
    assert kept.report == REPORT.to_json()
    assert is_checked(TOGETHER)
    assert Entry.objects.filter(action="signing.signature.verify", subject=DIGEST).exists()


@pytest.mark.django_db
def test_an_unsigned_file_is_kept_without_a_line_in_the_journal():
    keep(replace(REPORT, verdict=Verdict.UNSIGNED, signatures=()))
    assert is_checked(TOGETHER)
    assert not Entry.objects.filter(action="signing.signature.verify").exists()


@pytest.mark.django_db
def test_the_same_file_elsewhere_is_another_check():
    here, elsewhere = keep(), keep(together=ELSEWHERE)
    checks = list_checks([DIGEST])
    assert [find_check(checks, DIGEST, place) for place in (TOGETHER, ELSEWHERE)] == [here, elsewhere]
    assert find_check(checks, DIGEST, UUID(int=3)) is None
    assert find_check(checks, "cd" * 32, TOGETHER) is None


@pytest.mark.django_db
def test_a_file_is_judged_with_what_the_installation_trusts(receipt_pdf, now):
    """Our own seal is valid without anything configured."""
    from signing.seals import seal_pdf
    from signing.services.stamping import current_authority

    sealed = seal_pdf(receipt_pdf, reason="Récépissé", authority=current_authority(now), now=now)
    stored = [
        files.store(area=Area.OPENED, name="acte.pdf", chunks=[content], now=now)
        for content in (sealed, b"Un plan.")
    ]
    found, trust = verification.check_files([(file.name, file) for file in stored], now=now)
    assert [(one.file_sha256, one.report.verdict) for one in found] == [
        (stored[0].sha256, Verdict.VALID),
        (stored[1].sha256, Verdict.UNSIGNED),
    ]
    assert [one.report.file for one in found] == ["acte.pdf", "acte.pdf (2)"]
    assert trust == "1 certificat d'autorité"


# --- The sheet -------------------------------------------------------------------------------------------------------
def test_the_sheet_says_the_five_checks_and_the_time():
    sheet = sheet_of(REPORT.to_json())
    (signature,) = sheet.signatures
    assert [line.code for line in signature.lines] == list(CheckCode)
    assert {line.outcome_label for line in signature.lines} == {"Vérifié"}
    assert signature.time_words == "date prouvée par un horodatage reconnu"
    assert (sheet.label, sheet.summary) == ("Valide", "Signature valide (Entreprise fictive)")


def test_problems_of_a_signature_are_not_said_twice():
    signed = replace(VERDICT, problems=("Faute.",), status=Status.FAILED)
    sheet = sheet_of(replace(REPORT, signatures=(signed,), problems=("Faute.", "Autre.")).to_json())
    assert (sheet.problems, sheet.signatures[0].problems) == (("Autre.",), ("Faute.",))


def test_a_lone_stamp_has_its_line():
    (line,) = sheet_of(replace(REPORT, signatures=(), stamps=(STAMP,)).to_json()).stamps
    assert (line.label, line.issuer, line.is_trusted) == ("Horodatage de la signature", "Temps", True)


# --- Reports of before -----------------------------------------------------------------------------------------------
def old_report(field, status="TOTAL-PASSED"):
    codes = ["identity", "category", "format", "validity", "integrity"]
    checks = [{"code": code, "label": code, "outcome": "passed", "message": f"Bon {code}."} for code in codes]
    details = {
        "field": field,
        "issuer": "Autorité fictive",
        "signed_at": "2026-03-02T09:00:00+00:00",
        "time_is_proved": True,
        "message": "La signature est valide.",
        "checks": checks,
    }
    return SimpleNamespace(
        file_sha256=DIGEST,
        checked_at=NOW,
        signer="Entreprise fictive",
        level="PAdES-B-T",
        status=status,
        sub_indication="",
        details=details,
    )


def carried_over(*reports):
    """What the migration creates from these rows."""
    created = []
    reading = SimpleNamespace(objects=SimpleNamespace(order_by=lambda *_: reports))
    writing = SimpleNamespace(objects=SimpleNamespace(create=lambda **values: created.append(values)))
    models = {"SignatureReport": reading, "SignatureCheck": writing}
    migration = import_module("signing.migrations.0004_signature_checks")
    migration.carry_over(SimpleNamespace(get_model=lambda _, name: models[name]), None)
    return created


def test_reports_of_before_become_one_check_for_each_file():
    (check,) = carried_over(old_report("Signature1"), old_report("Signature2", "INDETERMINATE"))
    assert (check["verdict"], check["checked_at"], check["file_sha256"]) == ("indeterminate", NOW, DIGEST)
    signatures = sheet_of(check["report"]).signatures
    assert [signature.status for signature in signatures] == [Status.PASSED, Status.INDETERMINATE]
    assert signatures[0].time_source is TimeSource.TRUSTED_TIMESTAMP
    assert {line.outcome for line in signatures[0].lines} == {Outcome.PASSED}
    assert len(signatures[0].lines) == len(CheckCode)


def test_a_report_of_before_is_still_handed_out_as_xml():
    (check,) = carried_over(old_report("Signature1"))
    assert b"Entreprise fictive" in validation_report(check["report"], sha256=DIGEST, checked_at=NOW)
