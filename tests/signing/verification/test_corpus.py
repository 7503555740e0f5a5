"""150 signed, damaged and hostile files of others, without any trust anchor: what we say against what is known.

docs/signature-corpus.md explains each file on which we say something else: one that is not in its table must agree.
"""

import json
import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from signing.verification import checks
from signing.verification.reports import CheckCode, Outcome, Verdict
from signing.verification.trust.trust import TrustStore
from tests.conftest import ROOT
from tests.signing.verification import manifest

pytestmark = pytest.mark.corpus
#: The corpus was collected then; its certificates are judged at that day.
THEN = datetime(2026, 11, 23, tzinfo=UTC)
TABLE = ROOT / "docs" / "signature-corpus.md"
BROKEN = {"signature-invalid", "digest-mismatch", "modified-after-signature", "not-b-level"}


def has_a_failure(report):
    outcomes = {signature.outcome(code) for signature in report.signatures for code in JUDGED}
    return Outcome.FAILED in outcomes


def is_whole(report):
    return all(signature.outcome(CheckCode.INTEGRITY) is Outcome.PASSED for signature in report.signatures)


def is_never_whole(report):
    passed = [signature.outcome(CheckCode.INTEGRITY) is Outcome.PASSED for signature in report.signatures]
    return bool(passed) and not any(passed)


def names_a_time_stamp(report):
    return any("horodatage" in problem.lower() for problem in report.problems)


def has_a_broken_token(report):
    return any(stamp.problem for stamp in report.stamps)


def has_a_token(report):
    return bool(report.stamps)


def has_a_signature(report):
    return bool(report.signatures)


def is_refused(report):
    return report.verdict is Verdict.INVALID or bool(report.problems)


def is_unsigned(report):
    return report.verdict is Verdict.UNSIGNED


JUDGED = (CheckCode.INTEGRITY, CheckCode.FORMAT)
AGREES = {
    **dict.fromkeys(BROKEN, has_a_failure),
    **dict.fromkeys(manifest.GOOD, is_whole),
    "data-missing": is_never_whole,
    "no-signature": is_unsigned,
    "ts-problem": names_a_time_stamp,
    "ts-invalid": has_a_broken_token,
    "ts-expired": has_a_token,
    "parses": has_a_token,
    "parses-broken-ocsp": has_a_token,
    "invalid-container": is_refused,
    "see-upstream-test": has_a_signature,
}


@pytest.fixture(scope="module")
def reports(shared_data):
    """Row and report of each line of the manifest."""
    found = [(row, examine(shared_data, row)) for row in manifest.rows(shared_data)]
    assert len(found) >= 150
    return found


def examine(shared_data, row):
    signature = manifest.content(shared_data, row.path)
    beside = [manifest.content(shared_data, path) for path in row.beside]
    given = {"now": THEN, "trust": TrustStore.empty()}
    if beside:
        return checks.check_detached(signature, beside, **given)[0]
    return checks.check([signature], **given)[0]


def explained():
    return set(re.findall(r"^\| `([^`]+)` \|", TABLE.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_disagreement_is_explained_and_no_other(reports):
    found = {row.key for row, report in reports if not AGREES[row.expected](report)}
    assert found == explained()


def test_whole_files_are_called_whole_nearly_always(reports):
    good = [is_whole(report) for row, report in reports if row.expected in manifest.GOOD]
    assert sum(good) >= 0.95 * len(good)


def test_nothing_is_valid_without_a_trust_anchor(reports):
    """Annexe 12 art. 5: an unknown authority leaves the signer's identity to be verified."""
    verdicts = Counter(report.verdict for _, report in reports)
    assert verdicts[Verdict.VALID] == 0
    assert verdicts[Verdict.INDETERMINATE] > verdicts[Verdict.INVALID] > verdicts[Verdict.UNSIGNED] > 0


def test_no_check_was_left_unfinished(reports):
    unfinished = [
        row.key for row, report in reports if any("à son terme" in text for text in report.problems)
    ]
    assert unfinished == []


def test_every_report_is_json_in_the_order_that_the_issue_says(reports):
    keys = ["file", "format", "verdict", "signatures", "problems"]
    for _, report in reports:
        assert list(json.loads(json.dumps(report.to_json())))[:5] == keys
