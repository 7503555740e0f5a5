"""What a folder of evidence proves to somebody who has nothing else (P7-T6, P7-T7, annexe 8 art. 2)."""

import pytest

from signing.folder.certificates import read_pem
from signing.folder.report import WORDS
from signing.pki.authority import ensure_authority
from tests.conftest import LONG_AGO, NOW
from tests.factories import evidence
from tests.factories.evidence import INDEX, LATER, OWN_FILES, SIZE
from tests.signing.folder.conftest import check, failed, message, outcomes


@pytest.fixture
def of_another(made, tmp_path, db):
    """The receipt of another deposit, on another platform."""
    authority = ensure_authority(tmp_path / "other", LONG_AGO)
    return evidence.build(evidence.stated(NOW, number=4), authority, NOW)


def test_a_receipt_as_it_is_downloaded_is_valid(files):
    report = check(files)
    found = outcomes(report)
    assert (report.verdict, failed(report)) == ("valid", [])
    assert (report.position, report.checkpoint, report.kind) == (INDEX + 1, LATER, "deposit-receipt")
    assert {name for name, outcome in found.items() if outcome == "unknown"} == {"external_time", "files"}


def test_the_hour_is_said_in_paris_and_is_not_called_qualified(files):
    said = message(check(files), "time")
    assert "lundi 2\u00a0mars\u00a02026 à 10\u00a0h\u00a000\u00a0min\u00a000\u00a0s (heure de Paris)" in said
    assert "pas un horodatage qualifié" in said


def test_the_root_is_named_by_the_fingerprint_that_openssl_prints(files, folder, run):
    shown = run("openssl", "x509", "-in", "ca.pem", "-noout", "-fingerprint", "-sha256").stdout
    assert shown.strip().partition("=")[2] in message(check(files), "authority")


def test_the_register_is_said_with_the_line_and_the_latest_state(files):
    report = check(files)
    assert f"ligne {INDEX + 1} " in message(report, "register")
    assert str(LATER) in message(report, "consistency")


# --- What is missing ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["receipt.json", "receipt.json.p7s", "receipt.json.tsr", "receipt.pdf", "ca.pem"]
)
def test_a_missing_part_is_named_and_nothing_is_concluded(files, name):
    del files[name]
    report = check(files)
    assert report.verdict == "incomplete"
    assert name in message(report, "complete")


def test_without_the_optional_parts_it_is_valid(files):
    for name in ("checkpoint.txt", "register-key.txt", "COMMENT-VERIFIER.txt"):
        del files[name]
    report = check(files)
    assert report.verdict == "valid"
    assert f"/registre/coherence/{SIZE}" in message(report, "consistency")


def test_a_folder_of_something_else_holds_no_document():
    report = check({"photo.jpg": b"\xff\xd8"})
    assert [(c.check, c.outcome) for c in report.checks] == [("complete", "unknown")]
    assert report.verdict == "incomplete"


def test_two_receipts_together_are_not_judged(files):
    files |= {"minutes.json": b"{}", "minutes.json.p7s": b""}
    assert "minutes.json, receipt.json" in message(check(files), "complete")


def test_a_signed_file_of_the_company_beside_is_one_of_its_files(files):
    report = check({**files, "offre.json": b"{}", "offre.json.p7s": b"signature"})
    assert (report.verdict, report.kind) == ("valid", "deposit-receipt")
    assert "offre.json, offre.json.p7s" in message(report, "files")


# --- Parts of others ----------------------------------------------------------------------------------------------
def test_the_seal_of_another_receipt_is_refused(files, authority, made, db):
    other = evidence.build(evidence.stated(NOW, number=4), authority, NOW)
    report = check({**files, "receipt.json.p7s": other.files["receipt.json.p7s"]})
    assert message(report, "seal") == WORDS["messages"]["seal.other_document"][1].format(
        file="receipt.json.p7s", document="receipt.json"
    )
    assert outcomes(report)["document"] == "passed"


def test_a_rewritten_receipt_is_what_was_changed_not_its_seal(files):
    changed = files["receipt.json"].replace(b'"number":3', b'"number":4')
    report = check({**files, "receipt.json": changed})
    assert "modifié" in message(report, "document")
    assert "intact" in message(report, "seal")


@pytest.mark.parametrize(
    ("name", "part"), [("receipt.json.p7s", "seal"), ("receipt.json.tsr", "time"), ("receipt.pdf", "pdf")]
)
def test_a_part_of_another_authority_is_refused(files, of_another, name, part):
    report = check({**files, name: of_another.files[name]})
    assert part in failed(report)


def test_the_certificate_of_the_clock_does_not_seal_and_that_of_the_seal_does_not_date(files):
    """Anybody may ask for time stamps: what they are signed with must seal nothing."""
    root, clock, seal = read_pem(files["ca.pem"])
    assert [(c.is_authority, c.is_clock, c.is_seal) for c in (root, clock, seal)] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


# --- Trust --------------------------------------------------------------------------------------------------------
def test_the_root_that_the_reader_expects_is_recognised(files, authority):
    assert outcomes(check(files, trust=authority.root_pem()))["trust"] == "passed"


def test_a_whole_folder_of_another_authority_is_refused_by_the_root_expected(of_another, authority):
    assert check(of_another.files).verdict == "valid"
    report = check(of_another.files, trust=authority.root_pem())
    assert (report.verdict, failed(report)) == ("invalid", ["trust"])


@pytest.mark.parametrize(
    "trust", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"\xff"]
)
def test_a_root_that_cannot_be_read_is_said(files, trust):
    assert failed(check(files, trust=trust)) == ["trust"]


# --- The depositor's own files ------------------------------------------------------------------------------------
def test_the_files_deposited_are_recognised_byte_for_byte(files):
    report = check({**files, **OWN_FILES})
    assert outcomes(report)["files"] == "passed"
    assert message(report, "files").startswith("3 sur 3")


def test_a_file_is_recognised_by_its_cipher_text_and_under_another_name(files):
    cipher = b"age-encryption.org/v1\n" + OWN_FILES["prix.csv"]
    report = check({**files, "prix.csv.age": cipher})
    assert message(report, "files").startswith("1 sur 3")


def test_a_file_of_that_name_with_another_content_is_named(files):
    report = check({**files, **OWN_FILES, "prix.csv": b"autre prix"})
    assert failed(report) == ["files"]
    assert "prix.csv" in message(report, "files")
    assert "acte-d-engagement.pdf" not in message(report, "files")


def test_a_file_that_the_receipt_does_not_name_proves_and_spoils_nothing(files):
    report = check({**files, "notes.txt": b"a"})
    assert (report.verdict, outcomes(report)["files"]) == ("valid", "unknown")
    assert "notes.txt" in message(report, "files")


# --- Other kinds --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("base", "kind"),
    [("minutes", "opening-minutes"), ("delivery", "delivery-proof"), ("publication", "contract-publication")],
)
def test_other_acts_are_checked_the_same_way(authority, db, base, kind):
    facts = {"format": f"urn:profil-acheteur:{kind}:2", "platform": {"name": "Marchés de Valfictif"}}
    report = check(evidence.build(facts, authority, NOW, base).files)
    assert (report.verdict, report.kind, report.received_at) == ("valid", kind, None)


def test_an_unknown_format_is_not_taken_for_a_known_one(authority, db):
    facts = {"format": "urn:profil-acheteur:deposit-receipt:9"}
    assert failed(check(evidence.build(facts, authority, NOW).files)) == ["document"]
