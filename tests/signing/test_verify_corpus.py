"""Real and hostile signed PDFs of EU DSS and pyHanko: no exception, and nothing modified is called whole."""

import csv
from datetime import UTC, datetime

import pytest

from signing.verdicts import Outcome, Status
from signing.verify import verify_pdf

pytestmark = pytest.mark.corpus
#: The corpus was checked then; its certificates are judged at that day.
THEN = datetime(2026, 11, 23, tzinfo=UTC)
#: A timestamp disguised as a signature is malformed for us; DSS only counts its other entry.
STRICTER = {"pades-tst-with-sig-type.pdf"}


@pytest.fixture(scope="module")
def verdicts(shared_data):
    """Expected result and verdicts of each file."""
    folder = shared_data / "signing"
    with (folder / "manifest.csv").open(newline="") as rows:
        files = [(row["path"], row["expected"]) for row in csv.DictReader(rows) if row["format"] == "pades"]
    assert len(files) > 30
    return {
        path.rsplit("/", 1)[1]: (expected, verify_pdf((folder / path).read_bytes(), now=THEN))
        for path, expected in files
    }


def those(verdicts, expected):
    found = {name: checked for name, (label, checked) in verdicts.items() if label == expected}
    assert found
    return found


def integrity(verdict):
    return verdict.checks[4].outcome


def test_what_was_modified_after_the_signature_is_refused(verdicts):
    for name, checked in those(verdicts, "modified-after-signature").items():
        assert Status.FAILED in {verdict.status for verdict in checked}, name


def test_what_was_never_signed_has_no_verdict(verdicts):
    assert set(map(len, those(verdicts, "no-signature").values())) == {0}


def test_broken_signatures_are_never_called_whole(verdicts):
    for label in ("signature-invalid", "not-b-level"):
        for name, checked in those(verdicts, label).items():
            assert checked, name
            assert all(integrity(verdict) is not Outcome.PASSED for verdict in checked), name


def test_whole_documents_are_called_whole(verdicts):
    for name, checked in those(verdicts, "integrity-ok").items():
        assert checked, name
        whole = all(integrity(verdict) is Outcome.PASSED for verdict in checked)
        assert whole or name in STRICTER, name


def test_nobody_is_trusted_without_a_trust_root(verdicts):
    assert Status.PASSED not in {verdict.status for _, checked in verdicts.values() for verdict in checked}
